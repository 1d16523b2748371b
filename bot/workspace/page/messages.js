// Rows of messages: who, when, what; threads beneath; whispers marked as such.

import { blocks } from "./blocks.js";
import { el, picture, toast } from "./dom.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { post, state, userOf } from "./store.js";

const TOGETHER_S = 300;

// Draws a list. `open(ts)` opens a thread; without it no thread can be opened from here.
export function draw(box, list, open) {
  const stuck = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const old = new Map([...box.querySelectorAll("[data-ts]")].map((row) => [row.dataset.key, row]));
  const rows = [];
  let last = null;
  for (const message of list) {
    if (day(message) !== day(last)) rows.push(el("div", { className: "day", role: "separator" }, el("span", {}, day(message))));
    const close = last && sameBreath(last, message);
    // A row that did not change stays in place: focus and selection live through news.
    const key = JSON.stringify([message, close, Boolean(open)]);
    rows.push(old.get(key) ?? row(message, close, key, open));
    last = message;
  }
  const kept = new Set(rows);
  for (const child of [...box.children]) if (!kept.has(child)) child.remove();
  rows.forEach((one, at) => {
    if (box.children[at] !== one) box.insertBefore(one, box.children[at] ?? null);
  });
  if (stuck) box.scrollTop = box.scrollHeight;
}

function sameBreath(last, message) {
  const soon = Number(message.ts) - Number(last.ts) < TOGETHER_S;
  return soon && last.user === message.user && day(last) === day(message) && !last.is_ephemeral && !message.is_ephemeral;
}

function day(message) {
  if (!message) return "";
  const when = new Date(Number(message.ts) * 1000);
  const today = new Date().toDateString() === when.toDateString();
  return today ? "Today" : when.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

function clock(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function row(message, close, key, open) {
  const user = userOf(message.user);
  const time = el("time", { className: "time", dateTime: new Date(Number(message.ts) * 1000).toISOString() }, clock(message.ts));
  const head = el("div", { className: "who" }, el("strong", {}, user.name), user.bot && el("span", { className: "app-tag" }, "APP"), time);
  const look = ["message", close && "close", message.is_ephemeral && "whisper"].filter(Boolean).join(" ");
  return el(
    "article",
    { className: look, dataset: { ts: message.ts, key }, "aria-label": `${user.name}, ${clock(message.ts)}` },
    message.is_ephemeral && only(message),
    el("div", { className: "side" }, close ? time.cloneNode(true) : picture(message.user)),
    el("div", { className: "said" }, !close && head, body(message), reactions(message), open && thread(message, open)),
    !message.is_ephemeral && tools(message, open),
  );
}

function tools(message, open) {
  const reply = open && el("button", { type: "button", title: "Reply in thread", "aria-label": "Reply in thread", onclick: () => open(message.ts) }, "💬");
  return el("div", { className: "tools" }, reply, state.shortcuts.length > 0 && menu(message));
}

// The app's shortcuts, as Slack has them in the menu of each message.
function menu(message) {
  const pick = async (one) => {
    whole.open = false;
    const { failed, error } = await post("point", { channel: message.channel ?? state.channel, ts: message.ts, shortcut: one.id });
    if (failed || error) toast(`That did not arrive (${failed || error}). Try again.`);
  };
  const items = state.shortcuts.map((one) => el("button", { type: "button", onclick: () => pick(one) }, one.name));
  const whole = el("details", { className: "more" }, el("summary", { title: "More actions", "aria-label": "More actions" }, "⋯"), el("div", { className: "more-items" }, items));
  whole.addEventListener("focusout", (event) => whole.contains(event.relatedTarget) || (whole.open = false));
  return whole;
}

function only(message) {
  return el(
    "p",
    { className: "only" },
    el("span", { "aria-hidden": "true" }, "👁 "),
    "Only visible to you",
    el("button", { type: "button", className: "link", onclick: () => post("dismiss", { ts: message.ts }) }, "Dismiss"),
  );
}

function body(message) {
  return [words(message), ...(message.attachments ?? []).map(attached)];
}

// What the app shows below a message for a link in it.
function attached(one) {
  return el("div", { className: "attached" }, el("div", { className: "blocks" }, blocks(one.blocks ?? [], () => {})));
}

function words(message) {
  const act = (element, block, value) => press(message, element, block, value);
  if (message.blocks?.length) return el("div", { className: "blocks" }, blocks(message.blocks, act));
  const edited = message.edited && el("span", { className: "edited" }, " (edited)");
  return el("div", { className: "text" }, ...mrkdwn(message.text), edited);
}

async function press(message, element, block, value) {
  const { failed, error } = await post("press", {
    channel: message.channel ?? state.channel, ts: message.ts, action_id: element.action_id, block_id: block.block_id, value,
  });
  if (failed || error) toast(`That did not arrive (${failed || error}). Try again.`);
}

function reactions(message) {
  if (!message.reactions) return null;
  return el("div", { className: "reactions" }, message.reactions.map((one) => el("span", { title: one.users.map((id) => userOf(id).name).join(", ") }, `${emoji(one.name) ?? `:${one.name}:`} ${one.count}`)));
}

function thread(message, open) {
  if (!message.reply_count) return null;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return el(
    "button",
    { type: "button", className: "replies", onclick: () => open(message.ts) },
    message.reply_users.slice(0, 4).map((id) => picture(id, 22)),
    el("strong", {}, count),
    el("span", {}, `Last reply ${clock(message.latest_reply)}`),
  );
}
