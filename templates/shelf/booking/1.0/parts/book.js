// Booking a slot, and giving it back.

function book(call) {
  const resource = first(call.form, "resource");
  const day = first(call.form, "day");
  const slot = daysFrom(call.now).includes(day) && slotsOf(day).find((one) => String(one.starts) === first(call.form, "starts"));
  if (!slot || !RESOURCES.includes(resource)) return notice(call, 404, ...SAY.noSlot, navigation(call));
  if (slot.ends <= call.now) return notice(call, 409, ...SAY.past, navigation(call));
  const { id, faster, full } = store.transaction(() => keep(call, resource, day, slot));
  if (full) return notice(call, 409, ...SAY.full(MOST_EACH), navigation(call));
  return id ? redirect(`${address(day, pageOf(resource))}&booked=${id}`) : tooLate(call, resource, slot, faster);
}

// The page of the day on which a thing stands.
function pageOf(resource) {
  return Math.floor(RESOURCES.indexOf(resource) / THINGS_A_PAGE) * THINGS_A_PAGE;
}

// -> { id }, { faster }: whose it is already, or { full }. Runs inside a transaction: of many who press at once, one is first.
function keep(call, resource, day, slot) {
  const faster = overlapping(bookingsOf(resource), slot);
  if (faster) return { faster };
  if (mineAhead(call).length >= MOST_EACH) return { full: true };
  forget(call.now);
  return { id: store.insert("bookings", { resource, day, ...slot, name: call.visitor.name }) };
}

// What was over a day ago is of no use to anybody. Each booking clears away a few, so that they never pile up.
function forget(now) {
  for (const one of store.list("bookings", { orderBy: "at", limit: 5 })) {
    if (one.ends < now - DAY) store.remove("bookings", one.id);
  }
}

function tooLate(call, resource, slot, faster) {
  if (faster.by === call.visitor.id) return redirect(`${address(faster.day, pageOf(resource))}&booked=${faster.id}`);
  const next = nextFree(resource, slot.starts, call.now);
  const main = html`<section class="card empty"><h1>${SAY.faster(words(faster.name))}</h1>
<p>${SAY.isTaken(words(resource), slotWords(slot))}</p>
${next ? offer(call, resource, next) : html`<p>${SAY.nothingFree}</p>`}
<p><a class="button quiet" href="${address(faster.day, pageOf(resource))}">${SAY.backToDay}</a></p></section>`;
  return page(call, { title: SAY.fasterTitle, main, nav: navigation(call), status: 409 });
}

function offer(call, resource, next) {
  return html`<form method="post" action="/book">
<input type="hidden" name="_csrf" value="${call.csrf}"><input type="hidden" name="resource" value="${resource}"><input type="hidden" name="day" value="${next.day}">
<p>${SAY.next(slotWords(next))}</p>
<p><button name="starts" value="${next.starts}">${SAY.bookThis}</button></p></form>`;
}

function cancel(call) {
  const booking = store.get("bookings", first(call.form, "id"));
  if (!booking) return notice(call, 404, ...SAY.goneAlready, navigation(call));
  if (!mayCancel(call, booking)) return notice(call, 403, ...SAY.notYours, navigation(call));
  if (booking.ends <= call.now) return notice(call, 409, ...SAY.past, navigation(call));
  if (!store.remove("bookings", booking.id)) return notice(call, 404, ...SAY.goneAlready, navigation(call));
  if (booking.by !== call.visitor.id) tell(SAY.takenBack(call.visitor.name, booking.name, booking.resource, slotWords(booking)));
  return redirect(first(call.form, "back") === "mine" ? "/mine" : address(booking.day, pageOf(booking.resource)));
}
