// The question as people read it, when the poll closes, and who has voted.

const LONGEST_CHOICE = 80;

// "where do we eat on Friday" -> "Where do we eat on Friday?"; without a question, a few short options are one.
function questionOf(given) {
  if (given === "") {
    const choice = `${OPTIONS.slice(0, -1).join(", ")}${SAY.or}${OPTIONS[OPTIONS.length - 1]}?`;
    return choice.length > LONGEST_CHOICE ? SAY.choose : choice;
  }
  const headed = given[0].toUpperCase() + given.slice(1);
  return SAY.asks.test(given) && !/[?!.:…]$/.test(given) ? `${headed}?` : headed;
}

const QUESTION = questionOf(GIVEN_QUESTION);

// The first second at which the poll is closed; a day counts to its end (UTC).
function closesAt() {
  if (!DEADLINE) return Infinity;
  return DEADLINE.length > 10 ? Date.parse(`${DEADLINE}:00Z`) / 1000 : Date.parse(`${DEADLINE}T00:00:00Z`) / 1000 + 86400;
}

function isClosed(call) {
  return call.now >= closesAt();
}

// The visitor's own vote, or null: an anonymous one cannot be found again.
function voteOf(call) {
  return ANONYMOUS ? null : store.list("votes", { where: { by: call.visitor.id }, limit: 1 })[0] || null;
}

// Each visitor has rows of their own in `voters`: to count them is to ask about this visitor alone.
function hasVoted(call) {
  return store.count("voters") > 0;
}

function maySee(call) {
  return call.visitor.owner || isClosed(call) || hasVoted(call);
}

function navigation(call) {
  if (isClosed(call)) return [];
  return maySee(call) ? [["/vote", SAY.vote], ["/tally", SAY.tally]] : [];
}
