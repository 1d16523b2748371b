// Cells as people paste them: rows of a spreadsheet (tabs between cells) or of a CSV file (commas or semicolons).

const MOST_ROWS = 500;
const MOST_PASTED = 80000;

// -> { rows: [{ number, cells }] } without empty rows, numbered as a spreadsheet numbers them; or { fault }.
function rowsIn(text) {
  const plain = text.replace(/^\ufeff/, "");
  const between = separatorIn(plain);
  const rows = [{ number: 1, cells: [] }];
  let at = 0;
  while (at <= plain.length) {
    const row = rows[rows.length - 1];
    const { cell, end } = cellAt(plain, at, between);
    if (end < 0) return { fault: SAY.openQuote(row.number) };
    row.cells.push(cell.trim());
    if (plain[end] === "\n") rows.push({ number: row.number + 1, cells: [] });
    at = end + 1;
  }
  return { rows: rows.filter((row) => row.cells.some((one) => one !== "")) };
}

const QUOTED = /[ ]*"((?:[^"]|"")*)(")?/y;

// The cell that begins here -> { cell, end: where it is over }; below zero when its quotation mark is never closed.
function cellAt(text, start, between) {
  QUOTED.lastIndex = start;
  const quoted = QUOTED.exec(text);
  if (quoted && !quoted[2]) return { cell: "", end: -1 };
  const after = quoted ? QUOTED.lastIndex : start;
  let end = after;
  while (end < text.length && text[end] !== between && text[end] !== "\n") end++;
  return { cell: (quoted ? quoted[1].replaceAll('""', '"') : "") + text.slice(after, end), end };
}

// What stands most often between the words of the first line; cells copied from a spreadsheet have tabs.
function separatorIn(text) {
  const [line] = text.replace(/"[^"]*"/g, "").split("\n");
  const often = (one) => line.split(one).length - 1;
  if (often("\t") > 0) return "\t";
  return often(";") > often(",") ? ";" : ",";
}

// A CSV file of ours puts ' before what a spreadsheet would run as a formula; here it is words again.
function untamed(cell) {
  return /^'[\s\u0000]*[=+\-@＝＋－＠]/.test(cell) ? cell.slice(1) : cell;
}

const TICKED = new Set(["yes", "y", "ja", "j", "true", "wahr", "x", "1", "✓", "✔"]);
const UNTICKED = new Set(["", "no", "n", "nein", "false", "falsch", "0", "-", "–"]);

// -> { value } or { fault }, as a form's field would be read.
function readCell(field, cell) {
  const text = untamed(cell);
  if (field.type === "checkbox") {
    const known = text.toLowerCase();
    return TICKED.has(known) || UNTICKED.has(known) ? { value: TICKED.has(known) } : { fault: SAY.badYesNo };
  }
  if (field.type === "choices") return readOne(field, text.replace(/\s*;\s*/g, "\n"));
  if (field.type === "money") return readOne(field, text.replace(/^(?:[€$£]|EUR|USD|GBP)\s*|\s*(?:[€$£]|EUR|USD|GBP)$/g, ""));
  return readOne(field, field.type === "long_text" ? text : text.replace(/\s+/g, " "));
}

// The first row against the fields -> { columns: one field or null for each cell, leftOut } or { fault }.
function columnsOf(heading) {
  const named = (cell) => FIELDS.find((one) => [one.name.toLowerCase(), one.key].includes(cell.toLowerCase())) || null;
  const columns = heading.map(named);
  const used = columns.filter(Boolean);
  if (used.length === 0) return { fault: SAY.noColumn(listedNames(FIELDS)) };
  const twice = used.find((one, place) => used.indexOf(one) !== place);
  if (twice) return { fault: SAY.twice(words(twice.name)) };
  const missing = FIELDS.find((one) => one.required && !used.includes(one));
  if (missing) return { fault: SAY.noSuchColumn(words(missing.name)) };
  const ours = SAY.headings;
  return { columns, leftOut: heading.filter((cell, place) => cell !== "" && !columns[place] && !ours.includes(cell)) };
}

function listedNames(fields) {
  return fields.map((one, place) => [place ? ", " : "", words(one.name)]);
}
