// One request: what is asked, what has been said, and the decision.

function showRequest(call) {
  const request = store.get("requests", first(call.query, "id"));
  if (!request || !maySee(call.visitor, request)) return notFound(call, navigation(call));
  return requestPage(call, request, "", {});
}

function requestPage(call, request, comment, errors) {
  const decisions = store.list("decisions", { where: { request: request.id }, orderBy: "at" });
  const main = html`${errorSummary(errors)}
<div class="head"><h1 dir="auto">${request.subject}</h1>${badge(request)}</div>
<section class="card"><dl class="facts">
<dt>${SAY.askedBy}</dt><dd>${words(request.name)}</dd>
${request.amount !== null && html`<dt>${SAY.amount}</dt><dd class="amount">${money(request.amount)}</dd>`}
${request.flags && html`<dt>${SAY.flags}</dt><dd>${words(request.flags)}</dd>`}
<dt>${SAY.why}</dt><dd>${paragraphs(request.reason)}</dd>
</dl></section>
${mayDecide(call.visitor, request, decisions) && decisionForm(call, request, comment, errors)}
<section class="card"><h2>${SAY.history}</h2><ol class="timeline">${timeline(request, decisions)}</ol></section>
${request.by === call.visitor.id && request.status === WAITING && withdrawForm(call, request)}`;
  const failed = Object.keys(errors).length > 0;
  return page(call, { title: request.subject, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function timeline(request, decisions) {
  return [
    html`<li>${SAY.asked(words(request.name))}<p class="by">${moment(request.at)}</p></li>`,
    request.automatic && html`<li class="approved">${SAY.automatic(money(THRESHOLD))}<p class="by">${moment(request.at)}</p></li>`,
    decisions.map(decided),
    request.status === WAITING && html`<li class="next">${SAY.waitingFor(waitingFor(request, decisions))}<p class="by">${rule(request)}</p></li>`,
  ];
}

function decided(one) {
  return html`<li class="${one.verdict}">${SAY.did[one.verdict](words(one.name))}${one.comment && paragraphs(one.comment)}<p class="by">${moment(one.at)}</p></li>`;
}

function waitingFor(request, decisions) {
  const wanted = wantedFrom(request, decisions);
  return wanted.map((one, n) => [n ? (modeOf(request) === "any" ? SAY.or : SAY.and) : "", words(one)]);
}

function decisionForm(call, request, comment, errors) {
  return html`<section class="card"><h2>${SAY.yourDecision}</h2><form method="post" action="/decide" novalidate>
<input type="hidden" name="_csrf" value="${call.csrf}">
<input type="hidden" name="id" value="${request.id}">
${field({ name: "comment", label: SAY.comment, help: SAY.commentHelp, error: errors.comment }, textarea(comment, 3))}
<div class="actions"><button name="verdict" value="${APPROVED}">${SAY.approve}</button><button class="danger" name="verdict" value="${REJECTED}">${SAY.reject}</button></div>
</form></section>`;
}

function withdrawForm(call, request) {
  const hidden = html`<input type="hidden" name="id" value="${request.id}">`;
  return form(call, "/withdraw", hidden, { submit: SAY.withdraw, quiet: true });
}

function decide(call) {
  const verdict = first(call.form, "verdict");
  const comment = first(call.form, "comment");
  const request = store.get("requests", first(call.form, "id"));
  if (!request || !maySee(call.visitor, request)) return notFound(call, navigation(call));
  if (verdict !== APPROVED && verdict !== REJECTED) return requestPage(call, request, comment, { comment: SAY.either });
  const fault = verdict === REJECTED && comment === "" ? SAY.sayWhy : tooLong(comment, LONGEST_TEXT);
  if (fault) return requestPage(call, request, comment, { comment: fault });
  const status = store.transaction(() => record(call, request.id, verdict, comment));
  if (status === null) return notice(call, 403, ...SAY.notYours, navigation(call));
  announce(call, request, status);
  return redirect(`/request?id=${request.id}`);
}

// The thread hears of every outcome, and of whose turn it is when approvers decide one after the other.
function announce(call, request, status) {
  const about = [call.visitor.name, request.name, SAY.quoted(request.subject)];
  if (status !== WAITING) return tell(SAY.decided[status](...about));
  const [next] = wantedFrom(request, store.list("decisions", { where: { request: request.id }, orderBy: "at" }));
  if (modeOf(request) === "sequential" && next) tell(SAY.turn(...about, next));
}

// The request's state after this decision, or null when the visitor may not make it. Runs inside a transaction:
// two approvers who press at once are judged one after the other.
function record(call, id, verdict, comment) {
  const request = store.get("requests", id);
  const decisions = store.list("decisions", { where: { request: id }, orderBy: "at" });
  if (!request || !mayDecide(call.visitor, request, decisions)) return null;
  const { name, handle } = call.visitor;
  store.insert("decisions", { request: id, verdict, comment, name, handle });
  const status = outcome(request, [...decisions, { verdict, handle }]);
  if (status !== WAITING) store.update("requests", id, { status });
  return status;
}
