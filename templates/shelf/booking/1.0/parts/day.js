// One day: every thing with its slots.

// A page stays readable, and far below its limit, whatever the length of a slot.
const MOST_CELLS = 240;
const THINGS_A_PAGE = Math.max(1, Math.floor(MOST_CELLS / SLOTS_A_DAY));

function navigation(call) {
  return [["/", SAY.book], ["/mine", SAY.mine, mineAhead(call).length]];
}

// The visitor's bookings that are not over, the next one first.
function mineAhead(call) {
  return every("bookings", { where: { by: call.visitor.id }, orderBy: "starts" }).filter((one) => one.ends > call.now);
}

function address(day, from = 0) {
  return `/?day=${day}${from > 0 ? `&from=${from}` : ""}`;
}

function showDay(call) {
  const days = daysFrom(call.now);
  const day = days.find((one) => one === first(call.query, "day")) || days[0];
  const wanted = Math.floor(Number(first(call.query, "from"))) || 0;
  const from = Math.max(0, Math.min(wanted, RESOURCES.length - 1));
  const shown = RESOURCES.slice(from, from + THINGS_A_PAGE);
  const mine = mineAhead(call);
  const taken = bookingsAround(day);
  const done = mine.find((one) => one.id === first(call.query, "booked"));
  const main = html`<div><h1 dir="auto">${TITLE}</h1><p class="lead">${SAY.lead} ${mine.length < MOST_EACH ? SAY.left(MOST_EACH - mine.length, MOST_EACH) : SAY.noneLeft(MOST_EACH)}</p></div>
${done && html`<p class="note done" role="status">${SAY.booked(words(done.resource), slotWords(done))}</p>`}
<nav class="days" aria-label="${SAY.days}">${days.map((one) => html`<a href="${address(one, from)}"${attributes({ "aria-current": one === day && "date" })}>${calendarDay(one)}</a>`)}</nav>
<h2>${dayWords(day)}</h2>
<div class="grid">${shown.map((resource) => thing(call, resource, day, taken.filter((one) => one.resource === resource), mine.length < MOST_EACH))}</div>
${thingPages(day, from)}`;
  return page(call, { title: dayWords(day), main, nav: navigation(call), wide: true });
}

// The weekday over the day of the month, as in a calendar; the month for who only hears it.
function calendarDay(day) {
  const [weekday, number, month] = dayWords(day).split(" ");
  return html`<span>${weekday.replace(/\W+$/, "")}</span> <b>${number}</b><span class="unseen"> ${month}</span>`;
}

function thingPages(day, from) {
  if (RESOURCES.length <= THINGS_A_PAGE) return "";
  const last = Math.min(RESOURCES.length, from + THINGS_A_PAGE);
  const before = from > 0 && html`<a href="${address(day, Math.max(0, from - THINGS_A_PAGE))}">${SAY.before}</a>`;
  const after = last < RESOURCES.length && html`<a href="${address(day, last)}">${SAY.after}</a>`;
  return html`<nav class="pages" aria-label="${SAY.things}">${before || html`<span></span>`}<span>${SAY.range(from + 1, last, RESOURCES.length)}</span>${after || html`<span></span>`}</nav>`;
}

function thing(call, resource, day, bookings, may) {
  return html`<section class="card"><form method="post" action="/book">
<input type="hidden" name="_csrf" value="${call.csrf}"><input type="hidden" name="resource" value="${resource}"><input type="hidden" name="day" value="${day}">
<table class="slots"><caption dir="auto">${resource}</caption>
<thead class="unseen"><tr><th scope="col">${SAY.slot}</th><th scope="col">${SAY.who}</th></tr></thead>
<tbody>${slotsOf(day).map((slot) => row(call, resource, slot, overlapping(bookings, slot), may))}</tbody>
</table></form></section>`;
}

function row(call, resource, slot, booking, may) {
  const over = slot.ends <= call.now;
  const kind = over ? "over" : booking === null ? "free" : booking.by === call.visitor.id ? "own" : "taken";
  return html`<tr class="${kind}"><th scope="row">${hours(slot)}</th><td><div>${holder(call, slot, booking, over, may)}${press(call, resource, slot, booking, over, may)}</div></td></tr>`;
}

function holder(call, slot, booking, over, may) {
  if (booking) return html`<span>${booking.by === call.visitor.id ? SAY.yours : words(booking.name)}</span>`;
  return over ? html`<span>${SAY.over}</span>` : !may && html`<span>${SAY.isFree}</span>`;
}

function press(call, resource, slot, booking, over, may) {
  if (over) return "";
  const what = html`<span class="unseen"> ${resource}, ${hours(slot)}</span>`;
  if (!booking) return may && html`<button class="small" name="starts" value="${slot.starts}">${SAY.bookIt}${what}</button>`;
  return mayCancel(call, booking) && html`<button class="small quiet" formaction="/cancel" name="id" value="${booking.id}">${SAY.cancel}${what}</button>`;
}

function mayCancel(call, booking) {
  return booking.by === call.visitor.id || call.visitor.owner;
}
