// The list: what is done, what is open, who does what.

function navigation() {
  return [];
}

function showList(call) {
  return listPage(call, "", "");
}

function listPage(call, typed, error) {
  const all = steps();
  const done = all.filter((one) => one.tick).length;
  const main = html`${errorSummary(error ? { text: error } : {})}
<div class="head"><h1 dir="auto">${TITLE}</h1>${call.visitor.owner && all.length > 0 && html`<a class="button quiet" href="/steps.csv">${SAY.download}</a>`}</div>
<p class="lead">${introduction(call, done === all.length)}</p>
${all.length === 0 ? nothing() : html`<section class="card">${progress(done, all.length)}<ul class="rows steps">${all.map((one) => row(call, one))}</ul></section>`}
${mayChange(call.visitor) && adding(call, typed, error)}`;
  return page(call, { title: TITLE, main, nav: navigation(call), status: error ? 422 : 200 });
}

function introduction(call, complete) {
  const names = ASSIGNEES.map((one, n) => [n === 0 ? "" : n === ASSIGNEES.length - 1 ? SAY.and : ", ", words(one)]);
  return [ASSIGNEES.length > 0 ? SAY.who(names) : SAY.everyone, DEADLINE ? html` ${due(call.now, complete)}` : ""];
}

function due(now, complete) {
  const left = daysLeft(now);
  if (left === 0) return SAY.dueToday;
  return left > 0 || complete ? SAY.due(dateWords(DEADLINE)) : html`<strong class="late">${SAY.overdue(dateWords(DEADLINE))}</strong>`;
}

function nothing() {
  return html`<section class="card empty"><h2>${SAY.empty[0]}</h2><p>${SAY.empty[1]}</p></section>`;
}

function progress(done, all) {
  return html`<div class="progress"><p><b>${done === all ? SAY.allDone : SAY.done(done, all)}</b></p>
<progress max="${all}" value="${done}" aria-label="${SAY.done(done, all)}"></progress></div>`;
}

function row(call, step) {
  const may = mayChange(call.visitor);
  return html`<li class="${step.tick ? "done" : "open"}">${checkbox(call, step, may)}
<div><span class="what" dir="auto">${step.text}</span>${state(step)}</div>
${may && html`<div class="actions">${!step.tick && taking(call, step)}${step.added && html`<a class="plain" href="/remove?step=${encodeURIComponent(step.key)}" aria-label="${SAY.onStep(SAY.remove, step.text)}">${SAY.remove}</a>`}</div>`}</li>`;
}

function state(step) {
  if (step.tick) return html`<p class="by">${SAY.ticked(words(step.tick.name), moment(step.tick.at))}</p>`;
  return step.claim && html`<p class="by">${SAY.taken(words(step.claim.name))}</p>`;
}

function checkbox(call, step, may) {
  const how = { role: "checkbox", "aria-checked": step.tick ? "true" : "false", "aria-label": SAY.tick(step.text), disabled: !may };
  return small(call, "/tick", { step: step.key, done: step.tick ? "no" : "yes" }, { class: "box", ...how }, step.tick ? "✓" : "");
}

function taking(call, step) {
  const mine = step.claim && step.claim.by === call.visitor.id;
  if (step.claim && !mine) return "";
  const label = mine ? SAY.leave : SAY.take;
  return small(call, "/take", { step: step.key, mine: mine ? "no" : "yes" }, { class: "plain", "aria-label": SAY.onStep(label, step.text) }, label);
}

// A form that is one button.
function small(call, action, values, more, label) {
  return html`<form class="inline" method="post" action="${action}"><input type="hidden" name="_csrf" value="${call.csrf}">
${Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button${attributes(more)}>${label}</button></form>`;
}

function adding(call, typed, error) {
  const control = field({ name: "text", label: SAY.step, error, required: true }, input("text", typed, { dir: "auto", autocomplete: "off" }));
  return html`<section class="card"><h2>${SAY.add}</h2>${form(call, "/steps", control, { submit: SAY.addIt, quiet: true })}</section>`;
}

function exportSteps(call) {
  if (!call.visitor.owner) return notFound(call, navigation(call));
  const rows = steps().map(({ text, tick, claim }) => [text, tick ? SAY.yesWord : "", tick ? tick.name : "", tick ? isoTime(tick.at) : "", claim ? claim.name : ""]);
  return csv(TITLE, SAY.headings, rows);
}
