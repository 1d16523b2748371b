// The summary: how much was asked for, what became of it, how long it took, and who decided.

const HOUR = 3600;

function showSummary(call) {
  if (!seesAll(call.visitor)) return notFound(call, navigation(call));
  const requests = every("requests", { orderBy: "at" });
  const decisions = every("decisions", { orderBy: "at" });
  const body = requests.length === 0 ? nothingAsked() : [figures(requests, decisions), byStatus(requests), byApprover(decisions)];
  const download = call.visitor.owner && requests.length > 0 && html`<a class="button quiet" href="/requests.csv">${SAY.download}</a>`;
  const main = html`<div class="head"><h1>${SAY.summary}</h1>${download}</div>
${body}`;
  return page(call, { title: SAY.summary, main, nav: navigation(call) });
}

function nothingAsked() {
  const [title, text] = SAY.nothingAsked;
  return html`<section class="card empty"><h2>${title}</h2><p>${text}</p></section>`;
}

function figures(requests, decisions) {
  const granted = requests.filter((one) => one.status === APPROVED && one.amount !== null);
  const seconds = usualWait(requests, decisions);
  return html`<section class="card"><dl class="figures">
<div><dt>${SAY.asMany}</dt><dd>${grouped(requests.length)}</dd></div>
${granted.length > 0 && html`<div><dt>${SAY.approvedAmount}</dt><dd>${money(granted.reduce((sum, one) => sum + one.amount, 0))}</dd></div>`}
${seconds !== null && html`<div><dt>${SAY.usually}</dt><dd>${duration(seconds)}</dd></div>`}
</dl></section>`;
}

// The median of the seconds from a request to its outcome; null when nobody has decided yet.
function usualWait(requests, decisions) {
  const last = new Map(decisions.map((one) => [one.request, one.at]));
  const decided = requests.filter((one) => !one.automatic && [APPROVED, REJECTED].includes(one.status) && last.has(one.id));
  const waits = decided.map((one) => last.get(one.id) - one.at).sort((a, b) => a - b);
  return waits.length === 0 ? null : waits[Math.floor((waits.length - 1) / 2)];
}

// In the largest unit that leaves at least two of it.
function duration(seconds) {
  if (seconds < 2 * HOUR) return SAY.minutes(Math.max(1, Math.round(seconds / 60)));
  return seconds < 48 * HOUR ? SAY.hours(Math.round(seconds / HOUR)) : SAY.days(Math.round(seconds / (24 * HOUR)));
}

function byStatus(requests) {
  const counts = STATES.map((status) => [SAY.states[status], requests.filter((one) => one.status === status).length]);
  return html`<section class="card"><h2>${SAY.byStatus}</h2>${bars(SAY.byStatus, counts, requests.length)}</section>`;
}

function byApprover(decisions) {
  const made = decisions.filter((one) => one.verdict !== WITHDRAWN);
  const names = new Map(made.map((one) => [one.handle, one.name]));
  const counts = [...names].map(([handle, name]) => [name, made.filter((one) => one.handle === handle).length]).sort(([, a], [, b]) => b - a);
  return html`<section class="card"><h2>${SAY.byApprover}</h2>${
    counts.length === 0 ? html`<p class="by">${SAY.noDecision}</p>` : bars(SAY.byApprover, counts, made.length)
  }</section>`;
}
