// What template code finds in the guest: store, notify, egress, mail, clock, html, attributes, log, console. Evaluated
// once, at boot; the last expression gives the guest two functions: what handle() returned -> the head of an answer, as
// JSON, and its body; and one that gives the answers from outside to whoever asked.
"use strict";
(() => {
  const host = globalThis.__host, write = globalThis.__log, random = globalThis.__random, later = globalThis.__later;
  delete globalThis.__host;
  delete globalThis.__log;
  delete globalThis.__random;
  delete globalThis.__later;
  const { parse, stringify } = JSON;
  const { freeze, defineProperty, getPrototypeOf } = Object;
  const { html, attributes } = globalThis;
  delete globalThis.html;
  delete globalThis.attributes;
  const markup = getPrototypeOf(html``);
  const GuestError = Error, GuestPromise = Promise, now = Date.now, { floor } = Math;

  const ask = (op, args) => {
    const reply = parse(host(stringify({ op, args })));
    if (reply.error === undefined) return reply.ok;
    const error = new GuestError(reply.error);
    if (reply.kind !== undefined) defineProperty(error, "kind", { value: reply.kind, enumerable: true });
    throw error;
  };

  // Everybody who waits for the outside, in order of asking. Plain indices: an app may have replaced what lists can do.
  let waiting = [];
  class EgressError extends GuestError {}
  class MailError extends GuestError {}
  for (const one of [EgressError, MailError]) {
    defineProperty(one.prototype, "name", { value: one === MailError ? "MailError" : "EgressError" });
  }
  const outside = (op, args, Failure) => {
    const text = stringify({ op, args });
    // Made here, for here is the line of the app.
    const failure = new Failure("");
    return new GuestPromise((resolve, reject) => {
      later(text);
      waiting[waiting.length] = { resolve, reject, failure };
    });
  };
  const tell = (answers) => {
    const told = waiting;
    waiting = [];
    for (let at = 0; at < told.length; at++) {
      const { resolve, reject, failure } = told[at], { ok, error, kind } = answers[at];
      if (error === undefined) {
        resolve(ok);
        continue;
      }
      let raised = failure;
      if (kind === undefined) {
        raised = new GuestError(error);
        defineProperty(raised, "stack", { value: failure.stack });
      } else {
        defineProperty(raised, "message", { value: error });
        defineProperty(raised, "kind", { value: kind, enumerable: true });
      }
      reject(raised);
    }
  };
  const shown = (value) => {
    if (typeof value === "string") return value;
    try {
      return stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const log = (...values) => write(values.map(shown).join(" "));

  const store = freeze({
    insert: (table, row) => ask("store.insert", { table, row }),
    get: (table, id) => ask("store.get", { table, id }),
    list: (table, options = {}) => ask("store.list", { ...options, table }),
    count: (table, where = {}) => ask("store.count", { table, where }),
    update: (table, id, changes) => ask("store.update", { table, id, changes }),
    remove: (table, id) => ask("store.remove", { table, id }),
    transaction: (work) => {
      ask("store.begin", {});
      try {
        const value = work();
        if (typeof value?.then === "function") throw new GuestError("store.transaction(work): work must not be async");
        ask("store.commit", {});
        return value;
      } catch (error) {
        ask("store.rollback", {});
        throw error;
      }
    },
  });
  const given = {
    store,
    notify: (text) => ask("notify", { text: String(text) }),
    egress: freeze({
      fetch: (url, { method, headers, body } = {}) =>
        outside("egress.fetch", { url: String(url), method, headers, body }, EgressError),
    }),
    mail: freeze({ send: ({ to, subject, text } = {}) => outside("mail.send", { to, subject, text }, MailError) }),
    EgressError,
    MailError,
    clock: freeze({ now: () => floor(now() / 1000) }),
    html,
    attributes,
    log,
    console: freeze({ log, info: log, warn: log, error: log, debug: log }),
  };
  for (const name of Object.keys(given)) {
    defineProperty(globalThis, name, { value: given[name], writable: false, configurable: false });
  }
  Math.random = random;

  const answerOf = (returned) => {
    if (returned === null || (typeof returned !== "object" && typeof returned !== "string")) {
      throw new GuestError("handle(call) must return a string or {status, headers, body}");
    }
    if (typeof returned === "string" || getPrototypeOf(returned) === markup) returned = { body: returned };
    const { status = 200, headers = {}, body = "" } = returned;
    return [stringify({ status, headers }), typeof body === "object" ? body : String(body)];
  };
  return [answerOf, tell];
})();
