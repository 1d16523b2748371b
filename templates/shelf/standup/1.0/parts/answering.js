// Answering: one set of answers a person and round, changed as often as they like while it lasts.

function navigation() {
  return [];
}

function showToday(call) {
  const day = roundAt(call.now);
  return todayPage(call, day, answersOf(call, day) || {}, {});
}

function todayPage(call, day, typed, errors) {
  const failed = Object.keys(errors).length > 0;
  const mine = answersOf(call, day);
  const fields = [
    html`<input type="hidden" name="day" value="${day}">`,
    ...ASKED.map((one) => field({ name: one.name, label: one.label, error: errors[one.name] }, textarea(typed[one.name] || "", 2))),
  ];
  const answers = form(call, "/", fields, { submit: mine ? SAY.change : SAY.send, quiet: Boolean(mine) });
  const main = html`${errorSummary(errors)}
<div class="head"><div><h1 dir="auto">${TITLE}</h1><p class="lead">${dayTitle(day)}</p></div>${call.visitor.owner && html`<a class="button quiet" href="/answers.csv">${SAY.download}</a>`}</div>
${mine && !failed ? html`<section class="card"><details><summary>${SAY.changeYours}</summary>${answers}</details></section>` : html`<section class="card"><h2>${SAY.yours}</h2>${answers}</section>`}
${said(day, SAY.nobody)}
${pager(day, call.now)}
<p class="by">${rhythm()}</p>`;
  return page(call, { title: TITLE, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function rhythm() {
  if (DAYS.length === 7) return SAY.everyDay(TIME);
  const names = DAYS.map((one) => SAY.days[one]);
  const last = names.pop();
  return SAY.asks(names.length > 0 ? names.join(", ") + SAY.and + last : last, TIME);
}

function takeAnswers(call) {
  const day = roundAt(call.now);
  const typed = Object.fromEntries(ASKED.map((one) => [one.name, first(call.form, one.name)]));
  if (first(call.form, "day") !== day) return notice(call, 409, ...SAY.closed, navigation(call));
  const errors = faults(typed);
  if (Object.keys(errors).length > 0) return todayPage(call, day, typed, errors);
  store.transaction(() => {
    const known = answersOf(call, day);
    const row = { ...typed, day, name: call.visitor.name };
    if (known) store.update("answers", known.id, row);
    else store.insert("answers", row);
  });
  return redirect("/");
}

function faults(typed) {
  if (Object.values(typed).every((one) => one === "")) return { [ASKED[0].name]: SAY.one };
  const long = ASKED.map((one) => [one.name, tooLong(typed[one.name], LONGEST_TEXT)]);
  return Object.fromEntries(long.filter(([, why]) => why));
}
