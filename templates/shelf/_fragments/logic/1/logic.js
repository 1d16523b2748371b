// Formulas and rules: a tree of signs, functions, comparisons, numbers ["n", 2.5] and names ["v", place]; wants LANGUAGE.

const LARGEST = 1e15;
const RANKS = { or: -2, and: -1, ">": 0, ">=": 0, "<": 0, "<=": 0, "==": 0, "!=": 0, "+": 1, "-": 1, "*": 2, "/": 2, "^": 3 };
const SIGNS = { "-": "−", "*": "×", "/": "÷", ">=": "≥", "<=": "≤", "==": "=", "!=": "≠", ...inLanguage({ English: {}, Deutsch: { and: "und", or: "oder" } }) };
const NOT = inLanguage({ English: "not", Deutsch: "nicht" });

// why: "zero", "root", "large" or "unclear"; node: what there is no result of.
class NoResult extends Error {
  constructor(why, node) {
    super(why);
    this.why = why;
    this.node = node;
  }
}

const OPERATIONS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  min: (...all) => Math.min(...all),
  max: (...all) => Math.max(...all),
  round: (a, places = 0) => Math.round(a * 10 ** places) / 10 ** places,
  ceil: (a) => Math.ceil(a),
  floor: (a) => Math.floor(a),
  abs: (a) => Math.abs(a),
  sqrt: (a) => Math.sqrt(a),
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  and: (a, b) => a && b,
  or: (a, b) => a || b,
  not: (a) => !a,
};

// The value of a node for `given`, by place. Throws NoResult. What `if` does not choose is not worked out.
function valueOf(node, given) {
  const [what, ...parts] = node;
  if (what === "n") return parts[0];
  if (what === "v") return given[parts[0]];
  if (what === "if") return valueOf(valueOf(parts[0], given) ? parts[1] : parts[2], given);
  const values = parts.map((part) => valueOf(part, given));
  if (what === "/" && values[1] === 0) throw new NoResult("zero", parts[1]);
  if (what === "sqrt" && values[0] < 0) throw new NoResult("root", parts[0]);
  const value = OPERATIONS[what](...values);
  if (Number.isNaN(value)) throw new NoResult("unclear", node);
  if (Math.abs(value) > LARGEST) throw new NoResult("large", node);
  return value;
}

// The node as people write it; `names` are what stands for its names, or their numbers written out.
function written(node, names) {
  const [what, ...parts] = node;
  if (what === "n") return shown(parts[0]);
  if (what === "v") return names[parts[0]];
  if (what === "not") return `${NOT} ${within(parts[0], 1, names)}`;
  if (what === "-" && isZero(parts[0])) return `−${within(parts[1], 3, names)}`;
  if (RANKS[what] === undefined) return `${what}(${parts.map((part) => written(part, names)).join("; ")})`;
  const rank = RANKS[what];
  const [left, right] = what === "^" ? [rank + 1, rank] : [rank, rank + 1];
  return `${within(parts[0], left, names)} ${SIGNS[what] || what} ${within(parts[1], right, names)}`;
}

function isZero(node) {
  return node[0] === "n" && node[1] === 0;
}

// In brackets when it binds less than what is around it, or is a number below zero.
function within(node, rank, names) {
  const text = written(node, names);
  const binds = node[0] === "-" && isZero(node[1]) ? 1 : (RANKS[node[0]] ?? 4);
  return binds < rank || text.startsWith("−") ? `(${text})` : text;
}

// The places of the names that a node uses.
function placesIn(node) {
  if (node[0] === "v") return [node[1]];
  return node[0] === "n" ? [] : node.slice(1).flatMap(placesIn);
}

// With as many places as tell something: 12, 0.25, 1,234.5678
function shown(number) {
  const plain = Number(number.toPrecision(12));
  const small = plain !== 0 && Math.abs(plain) < 0.0001;
  const rounded = Number(plain.toFixed(6));
  const text = small ? String(plain) : grouped(rounded, (String(rounded).split(".")[1] || "").length);
  return text.replace("-", "−").replace(small ? "." : "\u0000", POINT);
}

const MONEY = ["EUR", "GBP", "USD"];

// A number with its unit: "15.12 EUR", "7 l/100 km", "20%". Money has its two places.
function counted(number, unit, isResult) {
  const money = MONEY.includes(unit.split("/")[0]) && (isResult || !Number.isInteger(number));
  const text = money ? grouped(Number(number.toPrecision(12)), 2).replace("-", "−") : shown(number);
  return unit === "" ? text : `${text}${unit === "%" ? "%" : ` ${unit}`}`;
}
