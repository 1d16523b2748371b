// Lists of requests: what waits for the visitor, what they filed, and everything.

const PAGE = 50;
const STATES = [WAITING, APPROVED, REJECTED, WITHDRAWN];

function seesAll(visitor) {
  return visitor.owner || isApprover(visitor);
}

function navigation(call) {
  const more = seesAll(call.visitor) ? [["/all", SAY.allRequests], ["/summary", SAY.summary]] : [];
  return [["/", SAY.overview, isApprover(call.visitor) ? queue(call).length : 0], ...more];
}

function decisionsByRequest(requests) {
  const made = new Map(requests.map((one) => [one.id, []]));
  for (const one of requests) made.set(one.id, store.list("decisions", { where: { request: one.id }, orderBy: "at" }));
  return made;
}

function queue(call) {
  const waiting = every("requests", { where: { status: WAITING }, orderBy: "at" });
  const made = decisionsByRequest(waiting);
  return waiting.filter((one) => mayDecide(call.visitor, one, made.get(one.id)));
}

function showStart(call) {
  const mine = store.list("requests", { where: { by: call.visitor.id }, orderBy: "at", desc: true, limit: PAGE });
  const main = html`<div class="head"><h1 dir="auto">${TITLE}</h1><a class="button" href="/new">${SAY.newRequest}</a></div>
${isApprover(call.visitor) && listCard(SAY.waitingForYou, queue(call), SAY.nothingWaits, true)}
${listCard(SAY.yours, mine, SAY.noneYet(policy()))}`;
  return page(call, { title: TITLE, main, nav: navigation(call) });
}

function policy() {
  const usual = rule({ handle: "" });
  const named = RULE === "" ? usual : `${usual} ${SAY.when(ruleInWords(), rule({ handle: "", strict: true }))}`;
  return THRESHOLD === null ? named : SAY.upTo(money(THRESHOLD), named);
}

function listCard(title, requests, nothing, withName = false) {
  return html`<section class="card"><h2>${title}</h2>${
    requests.length === 0 ? html`<p class="by">${nothing}</p>` : html`<ul class="rows">${requests.map((one) => item(one, withName))}</ul>`
  }</section>`;
}

function item(request, withName) {
  return html`<li><div><a href="/request?id=${request.id}" dir="auto">${request.subject}</a>
<p class="by">${withName && html`${words(request.name)}, `}${moment(request.at)}</p></div>
${request.amount !== null && html`<span class="amount">${money(request.amount)}</span>`}${badge(request)}</li>`;
}

function badge(request) {
  return html`<span class="badge ${request.status}">${stateOf(request)}</span>`;
}

function stateOf(request) {
  return request.automatic ? SAY.automatically : SAY.states[request.status];
}

function showAll(call) {
  if (!seesAll(call.visitor)) return notFound(call, navigation(call));
  const status = first(call.query, "status");
  const where = STATES.includes(status) ? { status } : {};
  const start = Math.max(0, Math.floor(Number(first(call.query, "from"))) || 0);
  const requests = store.list("requests", { where, orderBy: "at", desc: true, limit: PAGE + 1, offset: start });
  const main = html`<div class="head"><h1>${SAY.allRequests}</h1>${call.visitor.owner && html`<a class="button quiet" href="/requests.csv">${SAY.download}</a>`}</div>
<form class="filters" method="get" action="/all"><div class="field"><label for="status">${SAY.status}</label>${select(status, STATES.map((one) => ({ value: one, label: SAY.states[one] })), SAY.any)({ id: "status", name: "status" })}</div><button class="quiet">${SAY.show}</button></form>
${listCard(SAY.requests(store.count("requests", where)), requests.slice(0, PAGE), SAY.none, true)}
${pager(start, requests.length > PAGE, status)}`;
  return page(call, { title: SAY.allRequests, main, nav: navigation(call) });
}

function pager(start, more, status) {
  if (start === 0 && !more) return "";
  const to = (from) => `/all?status=${status}&from=${from}`;
  return html`<p class="pages">${start > 0 ? html`<a href="${to(Math.max(0, start - PAGE))}">${SAY.newer}</a>` : html`<span></span>`}${more && html`<a href="${to(start + PAGE)}">${SAY.older}</a>`}</p>`;
}

function exportRequests(call) {
  if (!call.visitor.owner) return notFound(call, navigation(call));
  const requests = every("requests", { orderBy: "at" });
  const made = new Map();
  for (const one of every("decisions", { orderBy: "at" })) {
    const said = `${SAY.wrote[one.verdict](one.name, isoTime(one.at))}${one.comment ? `: ${one.comment}` : ""}`;
    made.set(one.request, [...(made.get(one.request) || []), said]);
  }
  const rows = requests.map((one) => [isoTime(one.at), one.name, one.subject, one.reason, one.amount, stateOf(one), made.get(one.id) || []]);
  return csv(TITLE, SAY.headings(CURRENCY), rows);
}
