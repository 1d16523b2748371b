// Channels, conversations, and who one is.

import { el, picture } from "./dom.js";
import { state, titleOf, userOf } from "./store.js";

export function drawSidebar(box, { go, talk, become }) {
  const channels = [...state.channels.values()];
  // Drawn anew only when it says something new: an open menu and the focus in it live through news.
  const says = JSON.stringify([state.me, state.channel, channels]);
  if (box.dataset.says === says) return;
  box.dataset.says = says;
  const named = channels.filter((one) => !one.with).sort((one, other) => one.name.localeCompare(other.name));
  box.replaceChildren(
    el("header", { className: "team" }, el("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 }), el("strong", {}, state.team), el("span", { className: "local", title: "This workspace runs on your machine. Nothing leaves it." }, "local")),
    el("div", { className: "lists" }, group("Channels", named.map((one) => channelRow(one, go))), group("Direct messages", people(channels, go, talk))),
    switcher(become),
  );
}

function group(title, rows) {
  const id = `list-${title.replace(/\W/g, "")}`;
  return el("section", {}, el("h2", { id }, title), el("ul", { "aria-labelledby": id }, rows.map((one) => el("li", {}, one))));
}

function line(mark, words, unread, current, run) {
  const badge = unread > 0 && el("span", { className: "badge", "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread));
  const look = ["row", unread > 0 && "unread"].filter(Boolean).join(" ");
  return el("button", { type: "button", className: look, "aria-current": current ? "page" : undefined, onclick: run }, mark, el("span", { className: "row-words" }, words), badge);
}

function channelRow(one, go) {
  const mark = el("span", { className: "hash", "aria-hidden": "true" }, one.private ? "🔒" : "#");
  return line(mark, one.name, one.unread, one.id === state.channel, () => go(one.id));
}

function people(channels, go, talk) {
  const talks = new Map(channels.filter((one) => one.with).map((one) => [one.with, one]));
  const listed = [state.bot, ...[...state.users.keys()].filter((id) => id !== state.bot && id !== state.me)];
  return listed.map((id) => {
    const channel = talks.get(id);
    const user = userOf(id);
    const words = [user.name, user.bot && el("span", { className: "app-tag" }, "APP")].filter(Boolean);
    const run = () => (channel && !user.bot ? go(channel.id) : talk(id));
    return line(picture(id, 20), el("span", {}, ...words), channel?.unread ?? 0, channel?.id === state.channel, run);
  });
}

function switcher(become) {
  const me = userOf(state.me);
  const others = [...state.users.values()].filter((one) => !one.bot);
  const menu = el("div", { className: "people", role: "menu", hidden: true, "aria-label": "Be someone else" }, others.map((one) => personRow(one, become)));
  const button = el(
    "button",
    { type: "button", className: "you", id: "switch", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => toggle() },
    picture(me.id, 32),
    el("span", { className: "you-words" }, el("span", {}, `You are ${me.name.split(" ")[0]}`), el("small", {}, me.hint)),
    el("span", { className: "swap" }, "Switch"),
  );
  const toggle = (show = menu.hidden) => {
    menu.hidden = !show;
    button.setAttribute("aria-expanded", String(show));
    if (show) menu.querySelector("button").focus();
  };
  const box = el("footer", { className: "switcher" }, menu, button);
  box.addEventListener("keydown", (event) => keys(event, menu, () => (toggle(false), button.focus())));
  box.addEventListener("focusout", (event) => box.contains(event.relatedTarget) || toggle(false));
  return box;
}

function personRow(one, become) {
  const now = one.id === state.me;
  const props = { type: "button", role: "menuitemradio", "aria-checked": String(now), dataset: { person: one.handle }, onclick: () => become(one.id) };
  return el("button", props, picture(one.id, 28), el("span", {}, el("strong", {}, one.name), el("small", {}, one.hint)), now && el("span", { "aria-hidden": "true" }, "✓"));
}

function keys(event, menu, close) {
  if (menu.hidden) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") close();
  if (!step) return;
  const rows = [...menu.querySelectorAll("button")];
  rows[(rows.indexOf(document.activeElement) + step + rows.length) % rows.length].focus();
  event.preventDefault();
}

export function headline(channel) {
  return channel.with ? titleOf(channel) : `# ${channel.name}`;
}
