// What the thread is told once a week. A week without anything is not worth a message.

const WEEK = 7 * 24 * 3600;

export function scheduled(call) {
  const since = call.due - WEEK;
  const added = recent("entries", since), changes = recent("changes", since);
  const changed = new Set(changes.map((one) => one.entry)).size;
  if (added.length === 0 && changed === 0) return;
  notify(SAY.week(TITLE, added.length, changed, store.count("entries")));
}

function recent(table, since) {
  return every(table, {}).filter((one) => one.at >= since);
}
