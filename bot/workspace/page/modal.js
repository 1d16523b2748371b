// The form on top: drawn from the topmost view, kept while the bot works, sent by Enter or its button.

import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { post } from "./store.js";

let dialog = null;
let shown = { id: "", hash: "" };

export function showViews(views) {
  const view = views.at(-1);
  if (!view) return hide();
  if (view.id === shown.id && view.hash === shown.hash) return undefined;
  const kept = view.id === shown.id ? new Map(fields().map((box) => [place(box), box.read()])) : new Map();
  draw(view);
  for (const box of fields()) if (kept.has(place(box))) box.write(kept.get(place(box)));
  return undefined;
}

// Slack keeps what stands in a field while block_id and action_id stay the same.
function place(box) {
  return JSON.stringify([box.dataset.block, box.dataset.action]);
}

function hide() {
  shown = { id: "", hash: "" };
  if (!dialog) return;
  const going = dialog;
  dialog = null;
  going.close();
  going.remove();
}

function draw(view) {
  hide();
  shown = view;
  const close = () => post("close", { view: view.id });
  const act = (element, block, value) => post("press", { view: view.id, action_id: element.action_id, value, values: values() });
  const whole = el("p", { className: "error", role: "alert", id: "form-error" });
  const form = el(
    "form",
    { noValidate: true, method: "dialog", onsubmit: (event) => send(event, view) },
    el("header", { className: "dialog-head" }, el("h2", { id: "form-title" }, view.title.text), el("button", { type: "button", className: "icon-button", "aria-label": "Close", onclick: close }, "✕")),
    el("div", { className: "dialog-body" }, blocks(view.blocks, act), whole),
    el(
      "footer",
      { className: "dialog-foot" },
      el("button", { type: "button", className: "button plain", onclick: close }, view.close?.text ?? "Cancel"),
      view.submit && el("button", { type: "submit", className: "button primary" }, view.submit.text),
    ),
  );
  dialog = el("dialog", { className: "form", "aria-labelledby": "form-title" }, form);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.body.append(dialog);
  dialog.showModal();
  fields()[0]?.enter();
}

function fields() {
  return dialog ? [...dialog.querySelectorAll(".field")] : [];
}

function values() {
  return Object.fromEntries(fields().map((box) => [box.dataset.block, box.read()]));
}

async function send(event, view) {
  event.preventDefault();
  const button = dialog.querySelector("button[type=submit]");
  button.disabled = true;
  button.classList.add("busy");
  const { errors } = await post("submit", { view: view.id, values: values() });
  if (!dialog || view.id !== shown.id) return;
  button.disabled = false;
  button.classList.remove("busy");
  complain(errors ?? { "": "This form is not open any more." });
}

function complain(errors) {
  dialog.querySelector("#form-error").textContent = errors[""] ?? "";
  for (const box of fields()) box.complain(errors[box.dataset.block] ?? "");
  fields().find((box) => errors[box.dataset.block])?.enter();
}
