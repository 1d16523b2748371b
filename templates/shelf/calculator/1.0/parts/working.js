// Working it out: the formula is a tree of signs, functions, numbers ["n", 2.5] and names ["v", place].

const LARGEST = 1e15;
const RANKS = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 3 };
const SIGNS = { "+": "+", "-": "−", "*": "×", "/": "÷", "^": "^" };

class NoResult extends Error {}

const OPERATIONS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b, node) => {
    if (b === 0) throw new NoResult(SAY.zero(inWords(node[2])));
    return a / b;
  },
  "^": (a, b) => a ** b,
  min: (...all) => Math.min(...all),
  max: (...all) => Math.max(...all),
  round: (a, places = 0) => Math.round(a * 10 ** places) / 10 ** places,
  ceil: (a) => Math.ceil(a),
  floor: (a) => Math.floor(a),
  abs: (a) => Math.abs(a),
  sqrt: (a, node) => {
    if (a < 0) throw new NoResult(SAY.root(inWords(node[1])));
    return Math.sqrt(a);
  },
};

// The value of a node for `given`, the numbers by place. Throws NoResult with a sentence.
function valueOf(node, given) {
  const [what, ...parts] = node;
  if (what === "n") return parts[0];
  if (what === "v") return given[parts[0]];
  const values = parts.map((part) => valueOf(part, given));
  const value = what === "/" || what === "sqrt" ? OPERATIONS[what](...values, node) : OPERATIONS[what](...values);
  if (Number.isNaN(value)) throw new NoResult(SAY.unclear);
  if (Math.abs(value) > LARGEST) throw new NoResult(SAY.large);
  return value;
}

// The node as people write it; with `given`, its numbers in the place of its names.
function inWords(node, given) {
  const [what, ...parts] = node;
  if (what === "n") return shown(parts[0]);
  if (what === "v") return given ? shown(given[parts[0]]) : FORMULA.names[parts[0]];
  if (what === "-" && isZero(parts[0])) return `−${within(parts[1], 3, given)}`;
  if (RANKS[what] === undefined) return `${what}(${parts.map((part) => inWords(part, given)).join("; ")})`;
  const rank = RANKS[what];
  const [left, right] = what === "^" ? [rank + 1, rank] : [rank, rank + 1];
  return `${within(parts[0], left, given)} ${SIGNS[what]} ${within(parts[1], right, given)}`;
}

function isZero(node) {
  return node[0] === "n" && node[1] === 0;
}

// In brackets when it binds less than what is around it, or is a number below zero.
function within(node, rank, given) {
  const text = inWords(node, given);
  const binds = node[0] === "-" && isZero(node[1]) ? 1 : RANKS[node[0]] || 4;
  return binds < rank || text.startsWith("−") ? `(${text})` : text;
}

// With as many places as tell something: 12, 0.25, 1,234.5678
function shown(number) {
  const plain = Number(number.toPrecision(12));
  const small = plain !== 0 && Math.abs(plain) < 0.0001;
  const text = small ? String(plain) : grouped(plain, Math.min(6, (String(plain).split(".")[1] || "").length));
  return text.replace("-", "−").replace(small ? "." : "\u0000", POINT);
}
