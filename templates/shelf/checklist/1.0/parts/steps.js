// The steps as they stand: those of the start, known by their words, and those added since, known by their row.

const MOST_STEPS = 200;
const ADDED = "+";

function unique(texts) {
  return [...new Set(texts)];
}

// [{ key, text, added, tick, claim }] in order; `tick` and `claim` are rows, or undefined.
function steps() {
  const ticks = new Map(every("ticks").map((row) => [row.step, row]));
  const claims = new Map(every("claims").map((row) => [row.step, row]));
  const first = unique(ITEMS).map((text) => ({ key: text, text, added: false }));
  const later = every("steps", { orderBy: "at" }).map((row) => ({ key: ADDED + row.id, text: row.text, added: true }));
  return [...first, ...later].map((one) => ({ ...one, tick: ticks.get(one.key), claim: claims.get(one.key) }));
}

function stepCalled(key) {
  return steps().find((one) => one.key === key);
}

function sameHandle(one, other) {
  return one.toLowerCase() === other.toLowerCase();
}

function mayChange(visitor) {
  return visitor.owner || ASSIGNEES.length === 0 || ASSIGNEES.some((one) => sameHandle(one, visitor.handle));
}

// How many whole days from today (UTC) to the due day; negative when it is over.
function daysLeft(now) {
  return Math.round(Date.parse(`${DEADLINE.slice(0, 10)}T00:00:00Z`) / 86400000) - Math.floor(now / 86400);
}
