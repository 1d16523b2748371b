// The message box: grows with its text, sends on Enter, completes / commands, @ people and # channels.

import { el, picture } from "./dom.js";
import { state } from "./store.js";

export class Composer {
  constructor(place, id, send) {
    this.send = send;
    this.at = 0;
    this.found = [];
    this.list = el("ul", { className: "complete", role: "listbox", id: `${id}-list`, hidden: true, "aria-label": "Suggestions" });
    this.text = el("textarea", {
      id: `${id}-text`, rows: 1, maxLength: 40000, role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
      oninput: () => this.changed(), onkeydown: (event) => this.key(event), onblur: () => setTimeout(() => this.hide(), 150),
    });
    const button = el("button", { type: "submit", className: "send", "aria-label": "Send", disabled: true }, "➤");
    this.button = button;
    const form = el("form", { className: "compose", onsubmit: (event) => this.submit(event) }, this.list, this.text, button);
    place.replaceChildren(form);
  }

  label(words) {
    this.text.placeholder = words;
    this.text.setAttribute("aria-label", words);
  }

  fill(words) {
    this.text.value = words;
    this.changed();
    this.hide();
    this.text.focus();
    this.text.setSelectionRange(words.length, words.length);
  }

  changed() {
    this.button.disabled = !this.text.value.trim();
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 180)}px`;
    this.suggest();
  }

  async submit(event) {
    event?.preventDefault();
    const words = this.text.value.trim();
    if (!words) return;
    this.fill("");
    if ((await this.send(words)) === false) this.fill(words);
  }

  key(event) {
    if (event.isComposing) return;
    if (!this.list.hidden && this.pick(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this.submit(event);
  }

  pick(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.show((this.at + step + this.found.length) % this.found.length);
    else if (event.key === "Escape") this.hide();
    else if (event.key === "Tab" || (event.key === "Enter" && !this.exact())) this.take(this.found[this.at]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  exact() {
    return this.word === this.found[this.at]?.insert;
  }

  suggest() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const typed = before.match(/(^\/[\w-]*|(?:^|\s)([@#])([\w.-]*))$/);
    this.word = typed ? typed[0].trimStart() : "";
    this.found = typed ? candidates(this.word) : [];
    if (this.found.length) this.show(0);
    else this.hide();
  }

  show(at) {
    this.at = at;
    this.list.replaceChildren(...this.found.map((one, number) => this.row(one, number)));
    this.list.hidden = false;
    this.text.setAttribute("aria-expanded", "true");
    this.text.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }

  row(one, number) {
    const props = { role: "option", id: `${this.list.id}-${number}`, "aria-selected": String(number === this.at), onmousedown: (event) => (event.preventDefault(), this.take(one)) };
    return el("li", props, one.picture && picture(one.picture, 22), el("strong", {}, one.title), el("span", {}, one.hint));
  }

  hide() {
    this.list.hidden = true;
    this.text.setAttribute("aria-expanded", "false");
    this.text.removeAttribute("aria-activedescendant");
  }

  take(one) {
    const end = this.text.selectionStart;
    const start = end - this.word.length;
    this.text.setRangeText(`${one.insert} `, start, end, "end");
    this.changed();
    this.hide();
  }
}

function candidates(word) {
  const wanted = word.slice(1).toLowerCase();
  const fits = (...texts) => texts.some((one) => one.toLowerCase().startsWith(wanted));
  if (word.startsWith("/")) {
    return state.commands.filter((one) => fits(one.name.slice(1))).map((one) => ({ insert: one.name, title: one.name, hint: one.hint }));
  }
  if (word.startsWith("#")) {
    const channels = [...state.channels.values()].filter((one) => one.name && fits(one.name));
    return channels.map((one) => ({ insert: `#${one.name}`, title: `#${one.name}`, hint: one.topic })).slice(0, 8);
  }
  const users = [...state.users.values()].filter((one) => fits(one.handle, one.name));
  const groups = [...state.groups.values()].filter((one) => fits(one.handle, one.name));
  return [
    ...users.map((one) => ({ insert: `@${one.handle}`, title: one.name, hint: one.hint, picture: one.id })),
    ...groups.map((one) => ({ insert: `@${one.handle}`, title: `@${one.handle}`, hint: one.name })),
  ].slice(0, 8);
}
