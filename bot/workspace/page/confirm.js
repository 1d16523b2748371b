// The question before something serious.

import { el } from "./dom.js";
import { shown } from "./mrkdwn.js";

export function ask(confirm) {
  return new Promise((resolve) => {
    const dialog = el(
      "dialog",
      { className: "confirm", "aria-labelledby": "confirm-title" },
      el("h2", { id: "confirm-title" }, confirm.title.text),
      el("p", {}, ...shown(confirm.text)),
      el(
        "div",
        { className: "dialog-foot" },
        el("button", { type: "button", className: "button plain", onclick: () => dialog.close("no") }, confirm.deny.text),
        el("button", { type: "button", className: `button ${confirm.style ?? "primary"}`, autofocus: true, onclick: () => dialog.close("yes") }, confirm.confirm.text),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
