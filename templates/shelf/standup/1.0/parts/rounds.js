// Rounds: each day on which it asks is one, from midnight (UTC) until the next such day begins.

const DAY = 86400;
const SHORT = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const ASKED = (QUESTIONS.length > 0 ? QUESTIONS : SAY.questions).map((label, place) => ({ name: `q${place + 1}`, label }));

function weekdayOf(day) {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

function dayOf(seconds) {
  return isoTime(seconds).slice(0, 10);
}

// The round that `now` belongs to: today's, or the last one before.
function roundAt(now) {
  for (let back = 0; back < 7; back += 1) {
    const day = dayOf(now - back * DAY);
    if (DAYS.includes(SHORT[weekdayOf(day)])) return day;
  }
  return dayOf(now);
}

function answersOn(day) {
  return every("answers", { where: { day }, orderBy: "at" });
}

function answersOf(call, day) {
  return store.list("answers", { where: { day, by: call.visitor.id }, limit: 1 })[0];
}

function dayTitle(day) {
  return SAY.round(SAY.weekdays[weekdayOf(day)], dateWords(day));
}

// By itself, on the days and at the time that were asked for.
function askAll(call) {
  const day = dayOf(call.due);
  const before = store.list("answers", { orderBy: "day", desc: true, limit: 1 })[0];
  const last = before && before.day < day ? ` ${SAY.last(store.count("answers", { day: before.day }))}` : "";
  notify(SAY.ask(TITLE, dateWords(day), ASKED.map((one) => one.label)) + last);
}
