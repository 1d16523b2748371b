// What template code finds in the guest: store, notify, html, attributes, log, console. Evaluated once, at boot; the
// value of the last expression turns what handle() returned into the head of an answer, as JSON, and its body.
"use strict";
(() => {
  const host = globalThis.__host, write = globalThis.__log, random = globalThis.__random;
  delete globalThis.__host;
  delete globalThis.__log;
  delete globalThis.__random;
  const { parse, stringify } = JSON;
  const { freeze, defineProperty, getPrototypeOf } = Object;
  const { html, attributes } = globalThis;
  delete globalThis.html;
  delete globalThis.attributes;
  const markup = getPrototypeOf(html``);
  const GuestError = Error;

  const ask = (op, args) => {
    const reply = parse(host(stringify({ op, args })));
    if (reply.error !== undefined) throw new GuestError(reply.error);
    return reply.ok;
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
    html,
    attributes,
    log,
    console: freeze({ log, info: log, warn: log, error: log, debug: log }),
  };
  for (const name of Object.keys(given)) {
    defineProperty(globalThis, name, { value: given[name], writable: false, configurable: false });
  }
  Math.random = random;

  return (returned) => {
    if (returned === null || (typeof returned !== "object" && typeof returned !== "string")) {
      throw new GuestError("handle(call) must return a string or {status, headers, body}");
    }
    if (typeof returned === "string" || getPrototypeOf(returned) === markup) returned = { body: returned };
    const { status = 200, headers = {}, body = "" } = returned;
    return [stringify({ status, headers }), typeof body === "object" ? body : String(body)];
  };
})();
