// Slots: which there are, and which are taken.

// What nobody named is called in the app's language.
const TITLE = GIVEN_TITLE === "Bookings" ? SAY.title : GIVEN_TITLE;

const MINUTE = 60;
const DAY = 86400;
const DAYS_AHEAD = 14;

function minutesOf(time) {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

const OPENS = minutesOf(OPENS_AT);
// Hours that end before they begin end on the next day.
const OPEN_MINUTES = (minutesOf(CLOSES_AT) - OPENS + 1440) % 1440 || 1440;
const LENGTH = Math.min(SLOT_MINUTES, OPEN_MINUTES);
const SLOTS_A_DAY = Math.floor(OPEN_MINUTES / LENGTH);

function secondsOf(day) {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

function dayOf(seconds) {
  return isoTime(seconds).slice(0, 10);
}

// -> [{ starts, ends }] of a day, in UNIX seconds; a slot belongs to the day on which its hours opened.
function slotsOf(day) {
  const opens = secondsOf(day) + OPENS * MINUTE;
  return Array.from({ length: SLOTS_A_DAY }, (_, n) => ({ starts: opens + n * LENGTH * MINUTE, ends: opens + (n + 1) * LENGTH * MINUTE }));
}

// The days that can be booked: from the first whose last slot is not over. After midnight that may be yesterday.
function daysFrom(now) {
  const around = [-1, 0, 1].map((n) => dayOf(now + n * DAY));
  const start = around.find((day) => slotsOf(day)[SLOTS_A_DAY - 1].ends > now);
  return Array.from({ length: DAYS_AHEAD }, (_, n) => dayOf(secondsOf(start) + n * DAY));
}

// By the clock and not by place in the day: the length of slots may have been another when it was booked.
function overlapping(bookings, slot) {
  return bookings.find((one) => one.starts < slot.ends && one.ends > slot.starts) || null;
}

// All that may reach into a day: hours that run over midnight, and hours that were others once, make it three days.
function bookingsAround(day) {
  return [-1, 0, 1].flatMap((n) => every("bookings", { where: { day: dayOf(secondsOf(day) + n * DAY) } }));
}

function bookingsOf(resource) {
  return every("bookings", { where: { resource } });
}

// The first slot of a thing that nobody has, of those that begin after `since` and are not over; null when there is none.
function nextFree(resource, since, now) {
  const bookings = bookingsOf(resource);
  for (const day of daysFrom(now)) {
    const slots = slotsOf(day);
    const near = bookings.filter((one) => one.ends > slots[0].starts && one.starts < slots[SLOTS_A_DAY - 1].ends);
    const free = slots.find((slot) => slot.starts > since && slot.ends > now && !overlapping(near, slot));
    if (free) return { day, ...free };
  }
  return null;
}

// "09:00–10:00"
function hours({ starts, ends }) {
  return `${isoTime(starts).slice(11)}–${isoTime(ends).slice(11)}`;
}

// "Tue 24 Nov 2026, 09:00–10:00 UTC"
function slotWords(slot) {
  return `${dayWords(isoTime(slot.starts).slice(0, 10))}, ${hours(slot)} UTC`;
}
