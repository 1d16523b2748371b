// The page put together: where one is, what one hears, what one does.

import { Composer } from "./compose.js";
import { byId, el, hush, toast } from "./dom.js";
import { drawHome, drawTabs, openHome } from "./home.js";
import { draw } from "./messages.js";
import { showViews } from "./modal.js";
import { oneLine } from "./mrkdwn.js";
import { drawSidebar, headline } from "./sidebar.js";
import { boot, drop, listen, load, loadThread, post, put, state, titleOf, userOf } from "./store.js";

const WIDE = matchMedia("(min-width: 900px)");
const tabs = new BroadcastChannel("harbor-person");
const composer = new Composer(byId("composer"), "compose", (words) => say(words));
const threadComposer = new Composer(byId("thread-composer"), "reply", (words) => say(words, state.thread));

function here() {
  return state.channels.get(state.channel);
}

function redraw() {
  const rooted = state.whispers.filter((one) => !one.thread_ts);
  draw(byId("log"), inOrder(state.messages, rooted), openThread);
  const inThread = state.whispers.filter((one) => one.thread_ts === state.thread);
  if (state.thread) draw(byId("thread-log"), inOrder(state.replies, inThread));
  drawSidebar(byId("sidebar"), { go, talk, become });
}

function inOrder(...lists) {
  return lists.flat().sort((one, other) => (one.ts < other.ts ? -1 : 1));
}

async function go(id, { thread = "", fresh = true } = {}) {
  if (!state.channels.has(id)) return;
  closeThread();
  await load(id);
  if (state.channel !== id) return;
  const channel = here();
  state.tab = "messages";
  drawTabs(channel, turn);
  channel.unread = 0;
  post("read", { channel: id });
  byId("channel-name").textContent = headline(channel);
  byId("channel-topic").textContent = channel.with ? userOf(channel.with).hint : channel.topic;
  byId("members").textContent = channel.with ? "" : `${channel.members} members`;
  document.title = `${headline(channel)} · ${state.team}`;
  composer.label(`Message ${channel.with ? titleOf(channel) : `#${channel.name}`}`);
  byId("log").replaceChildren();
  redraw();
  byId("log").scrollTop = byId("log").scrollHeight;
  hints();
  showMenu(false);
  if (fresh) history.pushState({}, "", `/archives/${id}`);
  localStorage.setItem("channel", id);
  if (thread) openThread(thread);
  else if (WIDE.matches) composer.text.focus();
}

async function turn(tab) {
  state.tab = tab;
  drawTabs(here(), turn);
  if (tab === "home") await openHome();
}

async function talk(user) {
  const { channel } = await post("open", { user });
  if (!channel) return;
  state.channels.set(channel.id, channel);
  await go(channel.id);
}

async function become(person) {
  await post("me", { person });
  tabs.postMessage(person);
  await start(state.channel);
  toast(`You are ${userOf(state.me).name} now.`);
}

async function openThread(ts) {
  await loadThread(ts);
  hush();
  if (!state.thread) return;
  byId("thread").hidden = false;
  document.body.classList.add("with-thread");
  byId("thread-place").textContent = headline(here());
  threadComposer.label("Reply in thread");
  byId("thread-log").replaceChildren();
  redraw();
  byId("thread-log").scrollTop = byId("thread-log").scrollHeight;
  if (WIDE.matches) threadComposer.text.focus();
}

function closeThread() {
  Object.assign(state, { thread: "", replies: [] });
  byId("thread").hidden = true;
  document.body.classList.remove("with-thread");
}

async function say(words, thread = "") {
  if (words.startsWith("/") && thread) {
    toast("Slash commands do not work in threads. Type it in the channel.");
    return false;
  }
  const what = words.startsWith("/") ? "command" : "say";
  const answer = await post(what, { channel: state.channel, text: words, thread_ts: thread });
  if (!answer.ok) toast(`That could not be sent (${answer.error}).`);
  return answer.ok;
}

function hear(news) {
  document.body.classList.remove("offline");
  if (news.type === "home") return drawHome(news.view);
  if (news.type === "views") return showViews((state.views = news.views));
  if (news.type === "channels") return reload();
  if (news.channel === state.channel) hearHere(news);
  else hearElsewhere(news);
  return redraw();
}

function hearHere({ type, message, ts, title, prompts }) {
  if (type === "prompts") {
    state.prompts = { title, prompts };
    hints();
  }
  if (type === "message_deleted") [state.messages, state.replies].forEach((list) => drop(list, message.ts));
  if (type === "whisper_gone") drop(state.whispers, ts);
  if (type === "whisper") hearWhisper(message);
  if (type !== "message" && type !== "message_changed") return;
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  if (!reply) put(state.messages, message);
  if (message.ts === state.thread || message.thread_ts === state.thread) put(state.replies, message);
  if (type === "message") post("read", { channel: state.channel });
  if (type === "message" && reply) follow(message);
}

function hearWhisper(message) {
  put(state.whispers, message);
  if (!message.thread_ts || message.thread_ts === state.thread) return;
  toast(`${userOf(message.user).name}, in a thread, only to you: ${oneLine(message.text).slice(0, 80)}`, { label: "Open", run: () => openThread(message.thread_ts) });
}

// The answer to one's own words opens beside them, where there is room and nothing else is open.
function follow(message) {
  const root = state.messages.find((one) => one.ts === message.thread_ts);
  const mine = root && (root.user === state.me || root.text.includes(`<@${state.me}>`));
  if (mine && message.user !== state.me && !state.thread && WIDE.matches) openThread(root.ts);
}

function hearElsewhere({ type, channel, message }) {
  const known = state.channels.get(channel);
  if (!known) return void reload();
  if (["message", "whisper"].includes(type) && message.user !== state.me && (known.member || known.with)) known.unread += 1;
  return undefined;
}

async function reload() {
  await boot();
  redraw();
}

function hints() {
  const quiet = localStorage.getItem("hints") === "off";
  const chip = (words) => el("button", { type: "button", className: "chip", onclick: () => composer.fill(words) }, words);
  const off = () => (localStorage.setItem("hints", "off"), byId("hints").replaceChildren());
  const close = el("button", { type: "button", className: "icon-button small", "aria-label": "Hide suggestions", onclick: off }, "✕");
  const words = `You are ${userOf(state.me).name.split(" ")[0]}. Try one of these, or say it in your own words:`;
  const box = el("section", { className: "hints", "aria-label": "Things to try" }, el("p", {}, words), el("div", { className: "chips" }, state.examples.map(chip)), close);
  const suggested = here()?.with === state.bot && state.prompts;
  if (suggested) byId("hints").replaceChildren(suggestions(suggested));
  else byId("hints").replaceChildren(...(quiet || here()?.with ? [] : [box]));
}

// What the app suggests in its own conversation: one press says it.
function suggestions({ title, prompts }) {
  const chip = (one) => el("button", { type: "button", className: "chip", title: one.message, onclick: () => say(one.message) }, one.title);
  return el("section", { className: "hints", "aria-label": title || "Suggestions" }, el("p", {}, title), el("div", { className: "chips" }, prompts.map(chip)));
}

function showMenu(show) {
  byId("app").classList.toggle("menu-open", show);
  byId("menu").setAttribute("aria-expanded", String(show));
}

function wanted(channel) {
  const [, , named, message] = location.pathname.split("/");
  const named_ts = message?.match(/^p(\d{10})(\d{6})$/);
  const thread = new URLSearchParams(location.search).get("thread_ts") ?? (named_ts ? `${named_ts[1]}.${named_ts[2]}` : "");
  const demo = [...state.channels.values()].find((one) => one.name.includes("demo"));
  const choices = channel ? [channel] : [named, localStorage.getItem("channel")];
  const id = [...choices, demo?.id, [...state.channels.keys()][0]].find((one) => state.channels.has(one));
  return { id, thread: channel ? "" : thread };
}

async function start(channel = "") {
  await boot();
  const { id, thread } = wanted(channel);
  await go(id, { thread, fresh: Boolean(channel) });
  showViews(state.views);
  listen(hear, catchUp);
}

// The news begin, or begin again: look once more where one is; an open thread stays open.
async function catchUp() {
  document.body.classList.remove("offline");
  await boot();
  await load(state.channel);
  if (state.thread) await loadThread(state.thread);
  showViews(state.views);
  redraw();
}

byId("menu").addEventListener("click", () => showMenu(!byId("app").classList.contains("menu-open")));
byId("thread-close").addEventListener("click", () => (closeThread(), redraw(), composer.text.focus()));
byId("main").addEventListener("click", (event) => event.target.closest("#menu") || showMenu(false));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (byId("app").classList.contains("menu-open")) showMenu(false);
  else if (state.thread) byId("thread-close").click();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-channel]");
  if (!link) return;
  event.preventDefault();
  go(link.dataset.channel);
});
addEventListener("popstate", () => go(location.pathname.split("/")[2] ?? "", { fresh: false }));
tabs.onmessage = () => start(state.channel);
start();
