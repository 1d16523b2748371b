// Inputs of forms and pickers in messages: native controls, so that keyboards and phones know them.

import { el } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { state } from "./store.js";

let count = 0;

// An input block, or a lone picker when `picked` is given. Its element carries `read()`. `changed` hears of every change.
export function input(block, picked, changed) {
  const { element } = block;
  const id = `input-${++count}`;
  const many = element.type.startsWith("multi_") || element.type === "checkboxes";
  const grouped = many || element.type === "radio_buttons";
  const made = grouped ? choices(element, id, many) : single(element, id);
  if (picked) made.addEventListener("change", () => picked(read(made)));
  if (picked) {
    made.setAttribute("aria-label", element.placeholder?.text ?? "Choose");
    return made;
  }
  const label = [...plain(block.label.text), block.optional && el("span", { className: "optional" }, " optional")];
  const hint = block.hint && el("p", { className: "hint", id: `${id}-hint` }, ...plain(block.hint.text));
  const error = el("p", { className: "error", id: `${id}-error`, role: "alert" });
  made.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  const parts = grouped ? [el("legend", {}, label), made, hint, error] : [el("label", { htmlFor: id }, label), made, hint, error];
  const box = el(grouped ? "fieldset" : "div", { className: "field", dataset: { block: block.block_id, action: element.action_id } }, parts);
  if (changed) box.addEventListener("input", () => changed(() => read(made), made));
  box.read = () => read(made);
  box.write = (value) => write(made, value);
  box.complain = (why) => {
    error.textContent = why;
    made.setAttribute("aria-invalid", why ? "true" : "false");
    box.classList.toggle("bad", Boolean(why));
  };
  box.enter = () => (made.querySelector("input") ?? made).focus();
  return box;
}

function single(element, id) {
  const placeholder = element.placeholder?.text ?? "";
  if (element.type === "plain_text_input") {
    const props = { id, placeholder, value: element.initial_value ?? "", maxLength: element.max_length ?? 3000 };
    return el(element.multiline ? "textarea" : "input", element.multiline ? { ...props, rows: 4 } : { ...props, type: "text" });
  }
  if (element.type === "number_input") {
    const step = element.is_decimal_allowed ? "any" : "1";
    return el("input", { id, type: "number", step, min: element.min_value, max: element.max_value, placeholder, value: element.initial_value ?? "" });
  }
  const kinds = { datepicker: "date", timepicker: "time", email_text_input: "email", url_text_input: "url" };
  if (kinds[element.type]) {
    const start = element.initial_date ?? element.initial_time ?? element.initial_value ?? "";
    return el("input", { id, type: kinds[element.type], placeholder, value: start });
  }
  return select(element, id, placeholder);
}

function select(element, id, placeholder) {
  const start = initial(element)[0];
  const empty = el("option", { value: "" }, placeholder || "Choose…");
  const made = el("select", { id }, empty, options(element).map((one) => el("option", { value: one.value, selected: one.value === start }, ...plain(one.words))));
  return made;
}

function choices(element, id, many) {
  const start = new Set(initial(element));
  const rows = options(element).map((one, at) =>
    el(
      "label",
      { className: "choice" },
      el("input", { type: many ? "checkbox" : "radio", name: id, value: one.value, checked: start.has(one.value), id: at ? undefined : id }),
      el("span", {}, ...plain(one.words), one.more && el("small", {}, ...plain(one.more))),
    ),
  );
  return el("div", { className: "choices", dataset: { many: many ? "1" : "" } }, rows);
}

function initial(element) {
  if (element.initial_options) return element.initial_options.map((one) => one.value);
  if (element.initial_option) return [element.initial_option.value];
  const key = Object.keys(element).find((one) => one.startsWith("initial_"));
  return key ? [element[key]].flat() : [];
}

function options(element) {
  if (element.type.includes("users")) {
    return [...state.users.values()].filter((one) => !one.bot).map((one) => ({ value: one.id, words: one.name, more: `@${one.handle}` }));
  }
  if (element.type.includes("conversations") || element.type.includes("channels")) {
    return [...state.channels.values()].filter((one) => one.name).map((one) => ({ value: one.id, words: `#${one.name}` }));
  }
  const listed = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((one) => one.options)];
  return listed.map((one) => ({ value: one.value, words: one.text.text, more: one.description?.text }));
}

function read(made) {
  if (!made.classList.contains("choices")) return made.value;
  const chosen = [...made.querySelectorAll("input:checked")].map((one) => one.value);
  return made.dataset.many ? chosen : (chosen[0] ?? "");
}

function write(made, value) {
  if (!made.classList.contains("choices")) made.value = value;
  else for (const one of made.querySelectorAll("input")) one.checked = [value].flat().includes(one.value);
}
