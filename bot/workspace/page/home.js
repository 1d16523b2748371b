// An app's Home tab, beside its messages: what the app published for whoever looks.

import { blocks } from "./blocks.js";
import { byId, el, toast } from "./dom.js";
import { post, state } from "./store.js";

let shown = "";

// Draws the two tabs of a conversation with the app; elsewhere there are none. `pick` is called with a tab's name.
export function drawTabs(here, pick) {
  const tabs = here?.with === state.bot ? ["home", "messages"] : [];
  byId("tabs").hidden = tabs.length === 0;
  byId("tabs").replaceChildren(...tabs.map((one) => tab(one, pick)));
  const home = tabs.length > 0 && state.tab === "home";
  byId("home").hidden = !home;
  for (const name of ["log", "hints", "composer"]) byId(name).hidden = home;
}

function tab(name, pick) {
  const now = state.tab === name;
  const words = name === "home" ? "Home" : "Messages";
  const props = { type: "button", role: "tab", className: "tab", id: `tab-${name}`, "aria-selected": String(now), tabIndex: now ? 0 : -1 };
  return el("button", { ...props, "aria-controls": name === "home" ? "home" : "log", onclick: () => pick(name), onkeydown: (event) => turn(event, name, pick) }, words);
}

function turn(event, name, pick) {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  const other = name === "home" ? "messages" : "home";
  pick(other);
  byId(`tab-${other}`).focus();
}

// The app hears that it is looked at, and may publish anew: that comes as news.
export async function openHome() {
  shown = "";
  const { view } = await post("home", {});
  drawHome(view);
}

export function drawHome(view) {
  const key = JSON.stringify(view ?? null);
  if (key === shown) return;
  shown = key;
  const act = (element, block, value) => press(view, element, block, value);
  const drawn = view ? blocks(view.blocks, act) : [el("p", { className: "waiting" }, "The app is making this page …")];
  byId("home").replaceChildren(el("div", { className: "home-page blocks" }, drawn));
}

async function press(view, element, block, value) {
  const { failed, error } = await post("press", { view: view.id, action_id: element.action_id, block_id: block.block_id, value });
  if (failed || error) toast(`That did not arrive (${failed || error}). Try again.`);
}
