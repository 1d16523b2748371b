// Whose turn it is: turn 0 begins on the first day at the hand-over, and the members follow each other in order.

const HALF_DAY = 43200;
const DAY = 86400;
const LENGTHS = { daily: 1, weekly: 7, biweekly: 14 };

function secondsOf(day) {
  return Date.parse(`${day}T${HANDOFF_TIME}:00Z`) / 1000;
}

// The first day: as it was said, or the day on which the app was used first, which is kept.
function firstDay(now) {
  if (START_DATE) return START_DATE.slice(0, 10);
  return store.transaction(() => {
    const known = store.list("begun", { orderBy: "at", limit: 1 })[0];
    if (known) return known.day;
    const today = isoTime(now).slice(0, 10);
    const day = secondsOf(today) > now ? isoTime(now - DAY).slice(0, 10) : today;
    store.insert("begun", { day });
    return day;
  });
}

// When turn `n` begins, in seconds. A month that is too short for the first day's number ends on its last.
function begins(first, n) {
  if (ROTATION !== "monthly") return secondsOf(first) + n * LENGTHS[ROTATION] * DAY;
  const [year, month, day] = first.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + n, 0)).getUTCDate();
  return secondsOf(new Date(Date.UTC(year, month - 1 + n, Math.min(day, last))).toISOString().slice(0, 10));
}

// The number of the turn that `now` falls into; negative before the first.
function turnAt(first, now) {
  const length = (LENGTHS[ROTATION] || 31) * DAY;
  let n = Math.floor((now - begins(first, 0)) / length);
  while (begins(first, n + 1) <= now) n += 1;
  return n;
}

function regular(n) {
  return MEMBERS[((n % MEMBERS.length) + MEMBERS.length) % MEMBERS.length];
}

function coverOf(n) {
  return store.list("covers", { where: { turn: n }, limit: 1 })[0];
}

// { n, from, until, regular, cover }: `cover` is the row of whoever takes the turn instead.
function turn(first, n, known = coverOf(n)) {
  return { n, from: begins(first, n), until: begins(first, n + 1), regular: regular(n), cover: known };
}

function onDuty(one) {
  return one.cover ? one.cover.handle : one.regular;
}

function same(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}

function isMember(visitor) {
  return MEMBERS.some((one) => same(one, visitor.handle));
}

// By itself, each day at the hand-over: a word to the thread when a turn begins just now, or began while nobody was there.
function handOver(call) {
  const first = firstDay(call.due);
  const n = turnAt(first, call.due);
  if (n < 0 || call.due - begins(first, n) >= HALF_DAY) return;
  const [before, now] = [n > 0 ? onDuty(turn(first, n - 1)) : "", turn(first, n)];
  const until = dateWords(isoTime(now.until));
  const changed = before && !same(before, onDuty(now));
  notify(changed ? SAY.toldFrom(TITLE, onDuty(now), until, before) : SAY.told(TITLE, onDuty(now), until));
}
