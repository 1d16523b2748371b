// Ticking, taking, adding, removing. Each says what it wants to be true, so that a second press changes nothing.

function refused(call) {
  return notice(call, 403, ...SAY.notYours, navigation(call));
}

function lost(call) {
  return notice(call, 409, ...SAY.lost, navigation(call));
}

function rowOf(table, step) {
  return store.list(table, { where: { step }, limit: 1 })[0];
}

function tick(call) {
  if (!mayChange(call.visitor)) return refused(call);
  const key = first(call.form, "step");
  const wanted = first(call.form, "done") === "yes";
  const outcome = store.transaction(() => {
    if (!stepCalled(key)) return null;
    const known = rowOf("ticks", key);
    if (wanted === Boolean(known)) return { changed: false };
    if (wanted) store.insert("ticks", { step: key, name: call.visitor.name });
    else store.remove("ticks", known.id);
    return { changed: true, all: steps() };
  });
  if (!outcome) return lost(call);
  if (outcome.changed && wanted && outcome.all.every((one) => one.tick)) tell(SAY.told(TITLE, outcome.all.length));
  return redirect("/");
}

function take(call) {
  if (!mayChange(call.visitor)) return refused(call);
  const key = first(call.form, "step");
  const there = store.transaction(() => {
    if (!stepCalled(key)) return false;
    const known = rowOf("claims", key);
    const { id, name, handle } = call.visitor;
    if (first(call.form, "mine") === "yes" && !known) store.insert("claims", { step: key, name, handle });
    if (first(call.form, "mine") !== "yes" && known && known.by === id) store.remove("claims", known.id);
    return true;
  });
  return there ? redirect("/") : lost(call);
}

function addStep(call) {
  if (!mayChange(call.visitor)) return refused(call);
  const text = first(call.form, "text").replace(/\s+/g, " ");
  const fault = store.transaction(() => {
    const all = steps();
    const wrong = text === "" ? SAY.wanted : tooLong(text, LONGEST) || (all.some((one) => one.text === text) ? SAY.twice : "") || (all.length >= MOST_STEPS ? SAY.full(MOST_STEPS) : "");
    if (!wrong) store.insert("steps", { text, name: call.visitor.name });
    return wrong;
  });
  return fault ? listPage(call, text, fault) : redirect("/");
}

function askRemove(call) {
  if (!mayChange(call.visitor)) return refused(call);
  const step = stepCalled(first(call.query, "step"));
  if (!step) return notFound(call, navigation(call));
  if (!step.added) return notice(call, 403, ...SAY.fixed, navigation(call));
  const hidden = html`<input type="hidden" name="step" value="${step.key}">`;
  const main = html`<section class="card"><h1>${SAY.sure}</h1><p>${SAY.gone(words(step.text))}</p>
${form(call, "/remove", hidden, { submit: SAY.yes, cancel: "/" })}</section>`;
  return page(call, { title: SAY.sure, main, nav: navigation(call) });
}

function removeStep(call) {
  if (!mayChange(call.visitor)) return refused(call);
  const key = first(call.form, "step");
  const step = stepCalled(key);
  if (!step) return redirect("/");
  if (!step.added) return notice(call, 403, ...SAY.fixed, navigation(call));
  store.transaction(() => {
    store.remove("steps", key.slice(ADDED.length));
    for (const table of ["ticks", "claims"]) {
      const known = rowOf(table, key);
      if (known) store.remove(table, known.id);
    }
  });
  return redirect("/");
}
