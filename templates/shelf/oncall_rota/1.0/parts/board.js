// The board: who is on duty now, and who comes next.

const SHOWN = 8;

function navigation() {
  return [];
}

function showBoard(call) {
  const first = firstDay(call.now);
  const n = turnAt(first, call.now);
  const main = html`<div><h1 dir="auto">${TITLE}</h1><p class="lead">${SAY.at(SAY.rhythm[ROTATION], HANDOFF_TIME)}</p></div>
${n < 0 ? before(turn(first, 0)) : current(call, turn(first, n))}
<section class="card"><h2>${SAY.next}</h2><ul class="rows">${upcoming(first, Math.max(0, n + 1)).map((one) => row(call, one))}</ul></section>
${MEMBERS.length > 1 && html`<section class="card"><h2>${SAY.order}</h2><ol class="order">${MEMBERS.map((one) => html`<li>${words(one)}</li>`)}</ol></section>`}`;
  return page(call, { title: TITLE, main, nav: navigation(call) });
}

function upcoming(first, from) {
  const covers = new Map(every("covers").map((one) => [one.turn, one]));
  return Array.from({ length: SHOWN }, (_, n) => turn(first, from + n, covers.get(from + n) || null));
}

function current(call, one) {
  return html`<section class="card now"><h2>${SAY.now}</h2><p class="big">${words(onDuty(one))}</p>
<p>${SAY.until(moment(one.until))}${covered(one)}</p>
${same(onDuty(one), call.visitor.handle) && html`<p class="note done">${SAY.you}</p>`}
${swapLink(call, one)}</section>`;
}

function before(one) {
  return html`<section class="card now"><h2>${SAY.notYet}</h2><p>${SAY.begins(words(onDuty(one)), moment(one.from))}</p></section>`;
}

function row(call, one) {
  return html`<li><div><b>${words(onDuty(one))}</b>${covered(one)}<p class="by">${SAY.from(moment(one.from))}</p></div>${swapLink(call, one)}</li>`;
}

function covered(one) {
  return one.cover && html` <span class="by">${SAY.covering(words(one.regular))}</span>`;
}

function swapLink(call, one) {
  if (MEMBERS.length < 2 || !(isMember(call.visitor) || call.visitor.owner)) return "";
  const label = SAY.swapTurn(onDuty(one), dateWords(isoTime(one.from).slice(0, 10)));
  return html`<a class="plain" href="/turn?n=${one.n}" aria-label="${label}">${SAY.swap}</a>`;
}
