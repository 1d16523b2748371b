// Writing: for the people who keep the page.

function refused(call) {
  return notice(call, 403, ...SAY.notYours, navigation(call));
}

function showWrite(call) {
  if (!call.visitor.owner) return refused(call);
  const question = first(call.query, "question");
  if (question === "" && !Object.hasOwn(call.query, "new")) return openPage(call);
  const known = entryCalled(question);
  return writePage(call, { question, before: question, answer: known ? known.answer : "" }, {});
}

// What waits: topics without an answer, and what readers asked.
function openPage(call) {
  const bare = entries().filter((one) => !one.answer);
  const asked = every("asked", { orderBy: "at" });
  const rows = [
    ...bare.map((one) => html`<li><div><span dir="auto">${one.question}</span></div>${link("/write", one, SAY.answer)}</li>`),
    ...asked.map((one) => html`<li><div><span dir="auto">${one.question}</span><p class="by">${SAY.askedBy(words(one.name), moment(one.at))}</p></div>
<span class="actions">${link("/write", one, SAY.answer)}${link("/remove", one, SAY.remove)}</span></li>`),
  ];
  const main = html`<div class="head"><h1>${SAY.open}</h1><a class="button" href="/write?new=1">${SAY.add}</a></div>
<section class="card">${rows.length === 0 ? html`<p class="by">${SAY.nothing}</p>` : html`<ul class="rows">${rows}</ul>`}</section>`;
  return page(call, { title: SAY.open, main, nav: navigation(call) });
}

function writePage(call, typed, errors) {
  const fixed = typed.before !== "" && (entryCalled(typed.before) || { fixed: false }).fixed;
  const question = fixed
    ? html`<p><b dir="auto">${typed.question}</b></p><input type="hidden" name="question" value="${typed.question}">`
    : field({ name: "question", label: SAY.theQuestion, error: errors.question, required: true }, input("text", typed.question, { dir: "auto" }));
  const fields = [
    html`<input type="hidden" name="before" value="${typed.before}">`,
    question,
    field({ name: "answer", label: SAY.theAnswer, error: errors.answer, required: true }, textarea(typed.answer, 8)),
  ];
  const main = html`${errorSummary(errors)}<h1>${SAY.write}</h1><section class="card">${form(call, "/write", fields, { submit: SAY.save, cancel: "/" })}</section>`;
  const failed = Object.keys(errors).length > 0;
  return page(call, { title: SAY.write, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function write(call) {
  if (!call.visitor.owner) return refused(call);
  const typed = { before: first(call.form, "before"), question: first(call.form, "question").replace(/\s+/g, " "), answer: first(call.form, "answer") };
  const errors = store.transaction(() => {
    const found = writeFaults(typed);
    if (Object.keys(found).length === 0) keep(call.visitor, typed);
    return found;
  });
  return Object.keys(errors).length > 0 ? writePage(call, typed, errors) : redirect("/");
}

function writeFaults({ before, question, answer }) {
  const moved = folded(before) !== folded(question);
  const faults = {
    question: question === "" ? SAY.wantedQuestion : tooLong(question, LONGEST) || (moved && entryCalled(question) ? SAY.twice : ""),
    answer: answer === "" ? SAY.wantedAnswer : tooLong(answer, LONGEST_TEXT),
  };
  if (!faults.question && !entryCalled(before) && store.count("answers") >= MOST_ENTRIES) faults.question = SAY.full;
  return Object.fromEntries(Object.entries(faults).filter(([, why]) => why));
}

// Runs inside a transaction: what readers had asked in these words is answered, and waits no longer.
function keep({ name }, { before, question, answer }) {
  const known = before === "" ? undefined : entryCalled(before);
  const kept = { question: known && known.fixed ? known.question : question, answer, name };
  if (known && known.row) store.update("answers", known.row.id, kept);
  else store.insert("answers", kept);
  for (const one of every("asked")) {
    if ([folded(before), folded(question)].includes(folded(one.question))) store.remove("asked", one.id);
  }
}

function askRemove(call) {
  if (!call.visitor.owner) return refused(call);
  const question = first(call.query, "question");
  const there = entryCalled(question) || askedCalled(question);
  if (!there) return notFound(call, navigation(call));
  const hidden = html`<input type="hidden" name="question" value="${there.question}">`;
  const main = html`<section class="card"><h1>${SAY.sure}</h1><p>${there.fixed ? SAY.stays : SAY.gone(words(there.question))}</p>
${form(call, "/remove", hidden, { submit: SAY.yes, cancel: "/" })}</section>`;
  return page(call, { title: SAY.sure, main, nav: navigation(call) });
}

function remove(call) {
  if (!call.visitor.owner) return refused(call);
  store.transaction(() => {
    const known = entryCalled(first(call.form, "question"));
    const asked = askedCalled(first(call.form, "question"));
    if (known && known.row) store.remove("answers", known.row.id);
    else if (asked) store.remove("asked", asked.id);
  });
  return redirect("/");
}
