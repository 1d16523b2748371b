// Answering: the event, the form, what is taken from it, and who moves up.

const LONGEST_NOTE = 500;

function replyOf(call) {
  return store.list("replies", { where: { by: call.visitor.id }, limit: 1 })[0] || null;
}

// Replies by answer. One question gets them all: each costs as much as the whole table is long.
function repliesByAnswer() {
  const all = every("replies", { orderBy: "at" });
  return Object.fromEntries([YES, MAYBE, NO].map((answer) => [answer, all.filter((one) => one.answer === answer)]));
}

function showEvent(call) {
  const reply = replyOf(call);
  const typed = reply ? { ...reply, guests: String(reply.guests || "") } : { answer: "", guests: "", note: "" };
  return eventPage(call, reply, typed, {});
}

function eventPage(call, reply, typed, errors, status = 200) {
  const open = call.now < closesAt();
  const replies = repliesByAnswer();
  const seats = seated(replies[YES]);
  const failed = Object.keys(errors).length > 0;
  const main = html`${errorSummary(errors)}
<h1 dir="auto">${TITLE}</h1>
<section class="card"><dl class="facts">
<dt>${SAY.when}</dt><dd>${whenWords()}</dd>
${LOCATION && html`<dt>${SAY.where}</dt><dd dir="auto">${LOCATION}</dd>`}
</dl>
${places(seats)}</section>
${!open && html`<p class="note">${SAY.over}</p>`}
${reply && standing(seats, reply, open)}
${open && html`<section class="card">${replyForm(call, seats, reply, typed, errors)}</section>`}
${whoComes(call, seats, replies)}`;
  return page(call, { title: failed ? SAY.again : TITLE, main, status: failed ? 422 : status });
}

function places({ waiting, taken }) {
  if (CAPACITY === null) return "";
  const filled = Math.min(100, Math.round((taken / CAPACITY) * 100));
  const free = Math.max(0, CAPACITY - taken);
  return html`<div><svg class="meter" width="100%" height="12" aria-hidden="true" focusable="false"><rect class="rail" width="100%" height="12" rx="6"></rect>${taken > 0 && html`<rect class="bar" width="${filled}%" height="12" rx="6"></rect>`}</svg>
<p>${SAY.taken(taken, CAPACITY)} ${waiting.length > 0 ? SAY.waiters(waiting.length) : free === 0 ? SAY.full : SAY.free(free)}</p></div>`;
}

// What the visitor's own answer means right now.
function standing({ coming, waiting }, reply, open) {
  if (isIn(coming, reply.by)) return html`<p class="note done" role="status">${SAY.youCome(reply.guests)}</p>`;
  const place = waiting.findIndex((one) => one.by === reply.by) + 1;
  const [text, hope] = place > 0 ? SAY.youWait(place, heads(reply)) : reply.answer === MAYBE ? SAY.youMay : SAY.youAreOut;
  return html`<p class="note" role="status">${text}${open && ` ${hope}`}</p>`;
}

function replyForm(call, seats, reply, typed, errors) {
  const who = call.visitor.id;
  const queued = (seats.taken === CAPACITY || seats.waiting.length > 0) && !isIn(seats.coming, who);
  const answers = [
    { value: YES, label: queued ? SAY.yesWaiting : SAY.yes },
    { value: MAYBE, label: SAY.maybe },
    { value: NO, label: SAY.no },
  ];
  const counts = Array.from({ length: MOST_GUESTS }, (_, n) => String(n + 1));
  return form(
    call,
    "/",
    [
      group({ name: "answer", label: SAY.coming, help: queued && !isIn(seats.waiting, who) ? SAY.queue : "", error: errors.answer }, options("radio", "answer", answers, [typed.answer])),
      PLUS_ONES && field({ name: "guests", label: SAY.guests, help: CAPACITY === null ? "" : SAY.guestsCount, error: errors.guests }, select(typed.guests, counts, SAY.nobody)),
      field({ name: "note", label: SAY.note, help: SAY.noteHelp, error: errors.note, optional: true }, textarea(typed.note, 2)),
    ],
    { submit: reply ? SAY.change : SAY.send },
  );
}

function takeReply(call) {
  if (call.now >= closesAt()) return eventPage(call, replyOf(call), {}, {}, 409);
  const typed = Object.fromEntries(["answer", "guests", "note"].map((name) => [name, first(call.form, name)]));
  const errors = replyFaults(typed);
  if (Object.keys(errors).length > 0) return eventPage(call, replyOf(call), typed, errors);
  const { room, risen } = store.transaction(() => keep(call, typed));
  if (room !== undefined) return eventPage(call, replyOf(call), typed, { guests: SAY.noRoom(room) });
  if (risen.length > 0) tell(SAY.risen(risen.map((one) => one.name)));
  return redirect("/");
}

function replyFaults(typed) {
  const faults = {
    answer: [YES, MAYBE, NO].includes(typed.answer) ? "" : SAY.pick,
    guests: guestsFault(typed),
    note: tooLong(typed.note, LONGEST_NOTE),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, why]) => why));
}

function guestsFault({ answer, guests }) {
  if (!/^[0-9]?$/.test(guests) || Number(guests) > MOST_GUESTS) return SAY.guestsUpTo(MOST_GUESTS);
  return answer === YES && CAPACITY !== null && 1 + Number(guests) > CAPACITY ? SAY.tooMany(CAPACITY) : "";
}

// -> { risen }, those who have a place now and had none, or { room } when the guests do not fit: then nothing changes.
// Runs inside a transaction: of many who answer at once, each sees what the others before them took.
function keep(call, typed) {
  const who = call.visitor.id;
  const all = every("replies", { where: { answer: YES } });
  const before = replyOf(call);
  const yes = typed.answer === YES;
  const stays = yes && before !== null && before.answer === YES;
  const turn = stays ? before.turn : yes ? all.reduce((last, one) => Math.max(last, one.turn), 0) + 1 : 0;
  const row = { name: call.visitor.name, answer: typed.answer, guests: yes ? Number(typed.guests) : 0, note: typed.note, turn, answered: call.now };
  const others = all.filter((one) => one.by !== who);
  const was = seated(all);
  const is = seated(yes ? [...others, { ...row, by: who }] : others);
  if (stays && isIn(was.coming, who) && row.guests > Math.max(before.guests, roomForGuests(was, who))) return { room: roomForGuests(was, who) };
  if (before) store.update("replies", before.id, row);
  else store.insert("replies", row);
  const had = new Set([who, ...was.coming.map((one) => one.by)]);
  return { risen: is.coming.filter((one) => !had.has(one.by)) };
}
