// Block Kit as elements: what messages show, and what can be pressed or picked in them.

import { ask } from "./confirm.js";
import { el, safeLink } from "./dom.js";
import { input } from "./inputs.js";
import { shown } from "./mrkdwn.js";

// `act(element, block, value)` is called when somebody presses or picks.
export function blocks(list, act) {
  return list.map((block) => (KINDS[block.type] ?? unknown)(block, act)).filter(Boolean);
}

const KINDS = {
  header: (block) => el("h3", { className: "b-header" }, ...shown(block.text)),
  divider: () => el("hr", { className: "b-divider" }),
  section,
  context: (block) => el("div", { className: "b-context" }, block.elements.map(contextPart)),
  actions: (block, act) => el("div", { className: "b-actions" }, block.elements.map((one) => control(one, block, act))),
  image: (block) => el("figure", { className: "b-image" }, block.title && el("figcaption", {}, ...shown(block.title)), image(block)),
  input: (block, act) => el("div", { className: "b-input" }, input(block, null, block.dispatch_action && watched(block, act))),
  plan,
  rich_text: (block) => el("div", { className: "b-rich" }, ...rich(block)),
};

const TYPED_MS = 300;

// What is told of a field that the app watches: each change, once somebody has stopped typing for a moment.
function watched(block, act) {
  let waiting = 0;
  return (value, element) => {
    clearTimeout(waiting);
    const send = () => act(block.element, block, value());
    waiting = setTimeout(send, element.matches("input[type=text], textarea") ? TYPED_MS : 0);
  };
}

const MARKS = { pending: "○", in_progress: "◌", complete: "✓", error: "✕" };
const STANDING = { pending: "not begun", in_progress: "under way", complete: "done", error: "failed" };

// A streamed plan: its steps, and how each of them stands.
function plan(block) {
  const step = (one) =>
    el("li", { className: `b-step ${one.status}` }, el("span", { className: "b-mark", "aria-hidden": "true" }, MARKS[one.status]), one.title, el("span", { className: "unseen" }, `: ${STANDING[one.status]}`));
  return el("div", { className: "b-plan" }, el("p", {}, block.title), el("ol", {}, block.tasks.map(step)));
}

function unknown(block) {
  return el("p", { className: "b-unknown" }, `This page does not draw “${block.type}” blocks.`);
}

function section(block, act) {
  const fields = block.fields && el("div", { className: "b-fields" }, block.fields.map((one) => el("div", {}, ...shown(one))));
  const text = block.text && el("div", { className: "b-text" }, ...shown(block.text));
  const aside = block.accessory && el("div", { className: "b-accessory" }, control(block.accessory, block, act));
  return el("div", { className: "b-section" }, el("div", { className: "b-main" }, text, fields), aside);
}

function contextPart(part) {
  return part.type === "image" ? image(part) : el("span", {}, ...shown(part));
}

function image(part) {
  const src = part.slack_file ? `/page/file/${part.slack_file.id}` : part.image_url;
  const shown = el("img", { src, alt: part.alt_text, loading: "lazy", referrerPolicy: "no-referrer" });
  shown.addEventListener("error", () => shown.replaceWith(part.image_url ? safeLink(part.image_url, part.alt_text || "image") : part.alt_text));
  return shown;
}

export function control(element, block, act) {
  if (element.type === "image") return image(element);
  if (element.type === "button") return button(element, block, act);
  return input({ ...block, type: "picker", element, optional: true }, (value) => act(element, block, value));
}

function button(element, block, act) {
  const look = `button ${element.style ?? "plain"}`;
  const label = element.accessibility_label;
  const dataset = { action: element.action_id };
  const press = async (event) => {
    if (element.confirm && !(await ask(element.confirm))) return;
    const pressed = event.target.closest("button");
    pressed?.classList.add("busy");
    await act(element, block);
    pressed?.classList.remove("busy");
  };
  if (!element.url) return el("button", { type: "button", className: look, "aria-label": label, dataset, onclick: press }, ...shown(element.text));
  const link = safeLink(element.url, ...shown(element.text), el("span", { className: "out", "aria-hidden": "true" }, "↗"));
  link.className = look;
  Object.assign(link.dataset, dataset);
  link.addEventListener("click", () => act(element, block));
  return link;
}

function rich(block) {
  return (block.elements ?? []).map((part) => el("p", {}, (part.elements ?? []).map((one) => one.text ?? one.url ?? one.name ?? "")));
}
