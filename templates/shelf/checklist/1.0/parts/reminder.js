// By itself, once a day: a word to the thread before and on the due day, while something is open.

function remind(call) {
  if (!DEADLINE) return;
  const open = steps().filter((one) => !one.tick).length;
  const left = daysLeft(call.due);
  if (open > 0 && left === 1) notify(SAY.tomorrow(TITLE, open));
  if (open > 0 && left === 0) notify(SAY.today(TITLE, open));
}
