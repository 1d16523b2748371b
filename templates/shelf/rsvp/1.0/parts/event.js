// The event: until when answers are taken, and who has a place. Pure, on the replies given so far.

const YES = "yes";
const MAYBE = "maybe";
const NO = "no";
const MOST_GUESTS = PLUS_ONES ? 5 : 0;

const DAY = DATE.slice(0, 10);
const HOUR = DAY && (TIME || DATE.slice(11));

// The first second at which no answer is taken: the beginning, or the end of a day without an hour (UTC).
function closesAt() {
  if (!DAY) return Infinity;
  return HOUR ? Date.parse(`${DAY}T${HOUR}:00Z`) / 1000 : Date.parse(`${DAY}T00:00:00Z`) / 1000 + 86400;
}

function whenWords() {
  if (!DAY) return TIME ? `${SAY.noDate}, ${TIME} UTC` : SAY.noDate;
  return dayWords(HOUR ? `${DAY}T${HOUR}` : DAY);
}

function heads(reply) {
  return 1 + reply.guests;
}

// Who has a place: the longest beginning of the order of sign-up that fits. Nobody overtakes, so that a large party
// waits for its places and does not wait for ever. replies: of those who said yes -> { coming, waiting, taken }
function seated(replies) {
  const order = [...replies].sort((one, other) => one.turn - other.turn);
  let taken = 0;
  let fits = 0;
  while (fits < order.length && (CAPACITY === null || taken + heads(order[fits]) <= CAPACITY)) taken += heads(order[fits++]);
  return { coming: order.slice(0, fits), waiting: order.slice(fits), taken };
}

function isIn(replies, who) {
  return replies.some((one) => one.by === who);
}

// How many guests somebody who has a place may bring. What is free while others wait is theirs.
function roomForGuests({ coming, waiting, taken }, who) {
  if (CAPACITY === null) return MOST_GUESTS;
  const { guests } = coming.find((one) => one.by === who);
  return waiting.length > 0 ? guests : CAPACITY - taken + guests;
}
