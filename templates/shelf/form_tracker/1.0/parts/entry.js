// One entry: adding it, looking at it, changing it with its history, deleting it.

function showAdd(call) {
  return entryForm(call, "/add", null, {}, {});
}

function addEntry(call) {
  const typed = typedIn(call);
  const { values, errors } = readAll(typed);
  if (Object.keys(errors).length > 0) return entryForm(call, "/add", null, typed, errors);
  const id = store.insert("entries", { ...values, author: call.visitor.name });
  return redirect(`/entry?id=${id}&done=added`);
}

const LABELS = Object.fromEntries(FIELDS.map((one) => [one.key, one.name]));

function entryForm(call, path, entry, typed, errors) {
  const failed = Object.keys(errors).length > 0;
  const title = entry ? SAY.changeOne : SAY.add;
  const controls = FIELDS.map((one) => control(one, typed[one.key], errors[one.key], knownWords(one)));
  const hidden = entry && html`<input type="hidden" name="_id" value="${entry.id}"><input type="hidden" name="_seen" value="${lastChange(entry)}">`;
  const submit = entry ? SAY.save : SAY.addOne;
  const cancel = entry ? `/entry?id=${entry.id}` : "/";
  const main = html`${errorSummary(errors, LABELS)}<h1>${title}</h1><section class="card">${form(call, path, [hidden, controls], { submit, cancel })}</section>`;
  return page(call, { title, main, nav: navigation(), status: failed ? 422 : 200 });
}

// Words used in this field before, the newest first: what a suggestion list offers.
function knownWords(field) {
  if (field.type !== "person" && !(field.type === "select" && field.choices.length === 0)) return [];
  const used = store.list("entries", { orderBy: "at", desc: true, limit: 200 }).map((one) => one[field.key]);
  return [...new Set(used.filter((one) => !isEmpty(one)))].slice(0, 30);
}

function lastChange(entry) {
  return store.count("changes", { entry: entry.id });
}

// Fields have names without a leading underscore, so that nothing a field is called can stand in for these.
function entryOf(id) {
  return store.get("entries", id);
}

function mayDelete(call, entry) {
  return call.visitor.owner || entry.by === call.visitor.id;
}

function showEntry(call) {
  const entry = entryOf(first(call.query, "id"));
  if (!entry) return notFound(call, navigation());
  const done = first(call.query, "done");
  const main = html`${Object.hasOwn(SAY.done, done) && html`<p class="note done" role="status">${SAY.done[done]}</p>`}
<h1 dir="auto">${nameOf(entry)}</h1>
<section class="card"><dl class="facts">${FIELDS.map((one) => html`<dt dir="auto">${one.name}</dt><dd>${shown(one, entry[one.key])}</dd>`)}</dl></section>
<div class="actions"><a class="button" href="/edit?id=${entry.id}">${SAY.change}</a>${mayDelete(call, entry) && html`<a class="button danger" href="/delete?id=${entry.id}">${SAY.delete}</a>`}<a class="button quiet" href="/">${SAY.back}</a></div>
<section class="card"><h2>${SAY.history}</h2><ol class="timeline">${history(entry)}</ol></section>`;
  return page(call, { title: nameOf(entry), main, nav: navigation() });
}

function nameOf(entry) {
  return isEmpty(entry[FIELDS[0].key]) ? SAY.entry : plain(entry[FIELDS[0].key]).slice(0, 120);
}

function history(entry) {
  const changes = store.list("changes", { where: { entry: entry.id }, orderBy: "at", desc: true });
  return [
    changes.map((one) => html`<li>${SAY.changedIt(words(one.name))}${paragraphs(one.what)}<p class="by">${moment(one.at)}</p></li>`),
    html`<li>${SAY.addedIt(words(entry.author))}<p class="by">${moment(entry.at)}</p></li>`,
  ];
}

function showEdit(call) {
  const entry = entryOf(first(call.query, "id"));
  return entry ? entryForm(call, "/edit", entry, asTyped(entry), {}) : notFound(call, navigation());
}

function changeEntry(call) {
  const entry = entryOf(first(call.form, "_id"));
  if (!entry) return notFound(call, navigation());
  const typed = typedIn(call);
  const { values, errors } = readAll(typed);
  if (Object.keys(errors).length > 0) return entryForm(call, "/edit", entry, typed, errors);
  const kept = store.transaction(() => keepChange(call, entry.id, values));
  if (kept) return redirect(`/entry?id=${entry.id}&done=changed`);
  const clash = { [FIELDS[0].key]: SAY.clash };
  return entryForm(call, "/edit", entry, typed, clash);
}

// False when the entry has changed since the visitor's form was made.
function keepChange(call, id, values) {
  const entry = store.get("entries", id);
  if (!entry || String(lastChange(entry)) !== first(call.form, "_seen")) return false;
  const changed = FIELDS.filter((one) => plain(entry[one.key]) !== plain(values[one.key]));
  if (changed.length === 0) return true;
  const what = changed.map((one) => `${one.name}: ${brief(entry[one.key])} → ${brief(values[one.key])}`).join("\n");
  store.update("entries", id, values);
  store.insert("changes", { entry: id, name: call.visitor.name, what });
  return true;
}

function brief(value) {
  const text = plain(value).replace(/\s+/g, " ");
  return text === "" ? SAY.empty : text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

function showDelete(call) {
  const entry = entryOf(first(call.query, "id"));
  if (!entry) return notFound(call, navigation());
  if (!mayDelete(call, entry)) return refusedDelete(call);
  const hidden = html`<input type="hidden" name="_id" value="${entry.id}">`;
  const main = html`<section class="card"><h1>${SAY.deleteIt(words(nameOf(entry)))}</h1><p>${SAY.forGood}</p>${form(call, "/delete", hidden, { submit: SAY.delete, cancel: `/entry?id=${entry.id}` })}</section>`;
  return page(call, { title: SAY.delete, main, nav: navigation() });
}

function deleteEntry(call) {
  const entry = entryOf(first(call.form, "_id"));
  if (!entry) return notFound(call, navigation());
  if (!mayDelete(call, entry)) return refusedDelete(call);
  store.transaction(() => {
    for (const one of every("changes", { where: { entry: entry.id } })) store.remove("changes", one.id);
    store.remove("entries", entry.id);
  });
  return redirect("/");
}

function refusedDelete(call) {
  return notice(call, 403, ...SAY.notYours, navigation());
}
