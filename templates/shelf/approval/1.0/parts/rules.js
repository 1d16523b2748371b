// Who may decide what: pure, on a request and the decisions made so far.

const WAITING = "waiting";
const APPROVED = "approved";
const REJECTED = "rejected";
const WITHDRAWN = "withdrawn";

function sameHandle(one, other) {
  return one !== "" && one.toLowerCase() === other.toLowerCase();
}

function isApprover(visitor) {
  return APPROVERS.some((one) => sameHandle(one, visitor.handle));
}

function needsApproval(amount) {
  return THRESHOLD === null || amount === null || amount > THRESHOLD;
}

const RULE_ASKS_AMOUNT = RULE !== "" && RULE.names.includes("amount");
const FLAGS = RULE === "" ? [] : RULE.names.map((name, place) => ({ name, place })).filter(({ name }) => name !== "amount");

// Whether more than one yes is needed, by the rule. Where it cannot be worked out, it is.
function isStrict(amount, flags) {
  if (RULE === "") return false;
  try {
    return valueOf(RULE.tree, RULE.names.map((name, place) => (name === "amount" ? amount : flags.includes(place))));
  } catch (error) {
    if (error instanceof NoResult) return true;
    throw error;
  }
}

function ruleInWords() {
  return written(RULE.tree, RULE.names.map((name) => (name === "amount" ? `${SAY.amount} (${CURRENCY})` : name)));
}

// How this request is decided: with a rule, by one, unless the rule is about it.
function modeOf(request) {
  if (RULE === "") return MODE;
  return request.strict ? (MODE === "sequential" ? MODE : "all") : "any";
}

// The approvers of one request: never the person who filed it.
function approversOf(request) {
  return APPROVERS.filter((one) => !sameHandle(one, request.handle));
}

function hasDecided(handle, decisions) {
  return decisions.some((one) => sameHandle(one.handle, handle));
}

// Whose word is still wanted, in order.
function wantedFrom(request, decisions) {
  if (request.status !== WAITING) return [];
  const left = approversOf(request).filter((one) => !hasDecided(one, decisions));
  return modeOf(request) === "sequential" ? left.slice(0, 1) : left;
}

function mayDecide(visitor, request, decisions) {
  return request.by !== visitor.id && wantedFrom(request, decisions).some((one) => sameHandle(one, visitor.handle));
}

function maySee(visitor, request) {
  return visitor.owner || isApprover(visitor) || request.by === visitor.id;
}

// The request's state once these decisions are made.
function outcome(request, decisions) {
  if (decisions.some((one) => one.verdict === REJECTED)) return REJECTED;
  const left = approversOf(request).filter((one) => !hasDecided(one, decisions));
  return decisions.length > 0 && (modeOf(request) === "any" || left.length === 0) ? APPROVED : WAITING;
}

function money(amount) {
  return SAY.money(CURRENCY, grouped(amount, 2));
}

function rule(request) {
  const who = approversOf(request);
  if (who.length === 1) return SAY.oneDecides(who[0]);
  return { any: SAY.anyDecides, all: SAY.allDecide, sequential: SAY.inTurn }[modeOf(request)](who);
}
