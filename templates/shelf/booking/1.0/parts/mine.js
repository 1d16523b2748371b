// The visitor's own bookings, and all of those ahead as CSV.

function showMine(call) {
  const mine = mineAhead(call);
  const main = html`<div class="head"><h1>${SAY.mine}</h1>${call.visitor.owner && html`<a class="button quiet" href="/bookings.csv">${SAY.download}</a>`}</div>
<p class="lead">${SAY.count(mine.length, MOST_EACH)}</p>
${mine.length === 0 ? html`<section class="card empty"><h2>${SAY.none[0]}</h2><p>${SAY.none[1]}</p><p><a class="button" href="/">${SAY.seeDays}</a></p></section>` : list(call, mine)}`;
  return page(call, { title: SAY.mine, main, nav: navigation(call) });
}

function list(call, mine) {
  return html`<section class="card"><form method="post" action="/cancel">
<input type="hidden" name="_csrf" value="${call.csrf}"><input type="hidden" name="back" value="mine">
<ul class="rows">${mine.map(
    (one) => html`<li><div><b dir="auto">${one.resource}</b><p class="by">${slotWords(one)}</p></div><button class="small quiet" name="id" value="${one.id}">${SAY.cancel}<span class="unseen"> ${one.resource}, ${slotWords(one)}</span></button></li>`,
  )}</ul></form></section>`;
}

function exportBookings(call) {
  if (!call.visitor.owner) return notice(call, 403, ...SAY.refused, navigation(call));
  const ahead = every("bookings", { orderBy: "starts" }).filter((one) => one.ends > call.now);
  return csv(TITLE, SAY.headings, ahead.map((one) => [one.resource, isoTime(one.starts), isoTime(one.ends), one.name]));
}
