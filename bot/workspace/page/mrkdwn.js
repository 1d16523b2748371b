// Slack's mrkdwn as elements. Text comes entity-encoded; it is decoded last, into text nodes.

import { el, safeLink } from "./dom.js";
import { emoji } from "./emoji.js";
import { names } from "./store.js";

const INLINE = new RegExp(
  [
    "(`[^`\\n]+`)",
    "<([^<>]+)>",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*?\\S)\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)([^_\\n]*?\\S)_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)([^~\\n]*?\\S)~(?![\\w~])",
    ":([a-z0-9_+-]+):",
    "(https?://[^\\s<>\"]+[^\\s<>\"|.,;:!?)\\]}'*_~`])",
  ].join("|"),
  "g",
);

export function decode(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

export function mrkdwn(text) {
  const out = [];
  text.split(/```\n?([\s\S]*?)```/).forEach((part, at) => {
    if (at % 2) out.push(el("pre", {}, el("code", {}, decode(part.replace(/\n$/, "")))));
    else out.push(...paragraphs(part));
  });
  return out;
}

export function plain(text) {
  return inlineEmoji(text);
}

// A text object as Block Kit has it; nothing when there is none.
export function shown(text) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text) : plain(text.text);
}

export function oneLine(text) {
  const box = el("div", {}, ...inline(text.replace(/```/g, "").replace(/\s+/g, " ")));
  return box.textContent;
}

function paragraphs(text) {
  const out = [];
  let quote = null;
  text.split("\n").forEach((line, at, all) => {
    const quoted = line.match(/^&gt; ?(.*)$/);
    if (quoted) {
      quote ??= out[out.push(el("blockquote")) - 1];
      if (quote.childNodes.length) quote.append(el("br"));
      quote.append(...inline(quoted[1]));
      return;
    }
    if (out.length && !quote && at) out.push(el("br"));
    quote = null;
    if (line || at < all.length - 1) out.push(...bullet(line));
  });
  return out;
}

function bullet(line) {
  const found = line.match(/^(\s*)([•◦‣–-]|\d+\.)\s+(.*)$/);
  if (!found) return inline(line);
  return [el("span", { className: "bullet" }, el("span", { className: "dot" }, found[2] === "-" ? "•" : found[2]), el("span", {}, ...inline(found[3])))];
}

function inline(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    const made = piece(found);
    if (made === null) continue;
    out.push(decode(text.slice(at, found.index)), made);
    at = found.index + found[0].length;
  }
  out.push(decode(text.slice(at)));
  return out.filter((one) => one !== "");
}

function piece([, code, angle, bold, italic, strike, short, url]) {
  if (code) return el("code", {}, decode(code.slice(1, -1)));
  if (angle) return reference(angle);
  if (bold) return el("strong", {}, ...inline(bold));
  if (italic) return el("em", {}, ...inline(italic));
  if (strike) return el("s", {}, ...inline(strike));
  if (short) return emoji(short) ? document.createTextNode(emoji(short)) : null;
  return safeLink(decode(url), decode(url));
}

function reference(inside) {
  const [target, label] = inside.split("|", 2);
  if (target.startsWith("@")) return mention("@" + (names.user(target.slice(1)) ?? label ?? target.slice(1)), target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!subteam^")) return mention(names.group(target.slice(9)) ?? label ?? "@group");
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return mention("@" + target.slice(1));
  return safeLink(decode(target), ...(label ? inlineEmoji(decode(label)) : [decode(target)]));
}

function mention(words, user) {
  return el("span", { className: "mention" + (user && user === names.me() ? " me" : "") }, decode(words));
}

function channelLink(id, label) {
  return el("a", { className: "mention", href: `/archives/${id}`, dataset: { channel: id } }, "#" + decode(names.channel(id) ?? label ?? id));
}

function inlineEmoji(text) {
  return [text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole)];
}

const DATE_PARTS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

function date(target, fallback) {
  const [, seconds, format, link] = target.split("^");
  const when = new Date(Number(seconds) * 1000);
  if (Number.isNaN(when.getTime()) || !format) return document.createTextNode(decode(fallback ?? ""));
  const words = decode(format).replace(/\{(\w+)\}/g, (whole, name) => {
    const parts = DATE_PARTS[name.replace(/_pretty$/, "")];
    return parts ? when.toLocaleString("en-GB", parts) : whole;
  });
  const shown = el("time", { dateTime: when.toISOString(), title: when.toLocaleString() }, words);
  return link ? safeLink(decode(link), shown) : shown;
}
