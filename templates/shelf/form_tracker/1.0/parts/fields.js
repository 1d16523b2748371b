// Fields: for each type, its control, how typed words become a value, and how a value is shown.

const [STATUS, PRIORITY, SEVERITY] = SAY.options;
const KNOWN_OPTIONS = { status: STATUS, priority: PRIORITY, severity: SEVERITY, "priorität": PRIORITY, schweregrad: SEVERITY };

const FIELDS = GIVEN_FIELDS.map((one, place) => ({
  ...one,
  choices: one.choices.length > 0 || one.type !== "select" ? one.choices : KNOWN_OPTIONS[one.name.toLowerCase()] || [],
  required: one.required || (place === 0 && one.type !== "checkbox"),
}));

const EMAIL = /^[^\s@<>()",;:]+@[^\s@<>()",;:.]+(\.[^\s@<>()",;:.]+)+$/;
const URL_FORM = /^https?:\/\/[^\s/?#<>"]+\.?[^\s<>"]*$/i;

// read: (words, field) -> { value } or { fault }; show: value -> words or markup.
const TYPES = {
  text: { read: readText, show: (value) => words(value) },
  person: { read: readText, show: (value) => words(value) },
  long_text: { read: (text) => bounded(text, LONGEST_TEXT), show: (value) => paragraphs(value) },
  number: { read: readNumber, show: (value) => grouped(value) },
  money: { read: readNumber, show: (value) => grouped(value, 2) },
  date: { read: readDate, show: (value) => dateWords(value) },
  email: { read: readEmail, show: (value) => html`<a href="mailto:${value}">${value}</a>` },
  url: { read: readUrl, show: (value) => html`<a href="${value}" rel="noopener noreferrer">${shortened(value)}</a>` },
  select: { read: readSelect, show: (value) => words(value) },
  choices: { read: readChoices, show: (value) => words(listed(value).join(", ")) },
  checkbox: { read: (text) => ({ value: text === "yes" }), show: (value) => (value ? SAY.yes : SAY.no) },
};

function shortened(address) {
  const bare = address.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "");
  return bare.length > 40 ? `${bare.slice(0, 39)}…` : bare;
}

function bounded(text, longest) {
  const fault = tooLong(text, longest);
  return fault ? { fault } : { value: text };
}

function readText(text) {
  return bounded(text, LONGEST);
}

function readNumber(text) {
  const value = parseNumber(text);
  return value === null ? { fault: SAY.badNumber } : { value };
}

function readDate(text) {
  const [, day, month, year] = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(text) || [];
  const iso = day ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : text;
  return isDate(iso) ? { value: iso } : { fault: SAY.badDate };
}

function readEmail(text) {
  return EMAIL.test(text) && text.length <= 254 ? { value: text } : { fault: SAY.badEmail };
}

function readUrl(text) {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  return URL_FORM.test(whole) && whole.includes(".") && whole.length <= 2000 ? { value: whole } : { fault: SAY.badUrl };
}

function readSelect(text, field) {
  if (field.choices.length === 0) return readText(text);
  const picked = optionCalled(text, field);
  return picked === undefined ? { fault: SAY.pickOne } : { value: picked };
}

function readChoices(text, field) {
  const picked = field.choices.length > 0 ? listed(text).map((one) => optionCalled(one, field)) : listed(text);
  if (picked.includes(undefined)) return { fault: SAY.pickAmong };
  return picked.join("\n").length > LONGEST_TEXT ? { fault: SAY.tooMany } : { value: picked };
}

// The option as the field has it, however its letters are written.
function optionCalled(text, field) {
  return field.choices.find((one) => one === text) ?? field.choices.find((one) => one.toLowerCase() === text.toLowerCase());
}

function listed(value) {
  return Array.isArray(value) ? value : String(value).split(/[\n,]/).map((one) => one.trim()).filter(Boolean);
}

function isEmpty(value) {
  return value === null || value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0);
}

function shown(field, value) {
  if (isEmpty(value) && field.type !== "checkbox") return html`<span class="by">–</span>`;
  return TYPES[field.type].show(value);
}

// A value as words, for comparing, searching and the history.
function plain(value) {
  if (typeof value === "boolean") return value ? SAY.inWords.yes : SAY.inWords.no;
  if (typeof value === "number") return spellNumber(value);
  return Array.isArray(value) ? value.join(", ") : value === null || value === undefined ? "" : String(value);
}

// What the form sent, as the words typed: { key: words }.
function typedIn(call) {
  return Object.fromEntries(FIELDS.map((one) => [one.key, all(call.form, one.key).filter(Boolean).join("\n")]));
}

// -> { values, errors }, both by key.
function readAll(typed) {
  const values = {};
  const errors = {};
  for (const field of FIELDS) {
    const read = readOne(field, typed[field.key]);
    if (read.fault) errors[field.key] = read.fault;
    else values[field.key] = read.value;
  }
  return { values, errors };
}

function readOne(field, text) {
  if (text !== "" || field.type === "checkbox") return TYPES[field.type].read(text, field);
  return field.required ? { fault: SAY.missing } : { value: null };
}

// The values of an entry as a form would send them.
function asTyped(entry) {
  return Object.fromEntries(FIELDS.map((one) => [one.key, spelled(entry[one.key])]));
}

function spelled(value) {
  if (typeof value === "boolean") return value ? "yes" : "";
  return Array.isArray(value) ? value.join("\n") : plain(value);
}

const KEYBOARDS = { number: "decimal", money: "decimal", email: "email", url: "url" };
const SHORT = new Set(["number", "money", "date"]);

function control(field, typed, error, known) {
  const about = { name: field.key, label: field.name, error, required: field.required, optional: !field.required };
  const text = typed || "";
  if (field.type === "checkbox") return checkbox(field, text);
  if (field.type === "choices" && field.choices.length > 0) {
    const choices = field.choices.map((one) => ({ value: one, label: one }));
    return group(about, options("checkbox", field.key, choices, text.split("\n")));
  }
  return fieldOf(about, field, text, known);
}

function fieldOf(about, one, text, known) {
  if (one.type === "select" && one.choices.length > 0) return field(about, select(text, one.choices));
  if (one.type === "long_text" || one.type === "choices") return field(about, textarea(text, one.type === "choices" ? 3 : 4));
  if (one.type === "select" || one.type === "person") return field(about, suggestedInput(text, known));
  const more = { inputmode: KEYBOARDS[one.type], class: SHORT.has(one.type) && "short", autocomplete: "off", dir: one.type === "text" && "auto" };
  return field(about, input(one.type === "date" ? "date" : "text", text, more));
}

function checkbox(field, text) {
  return html`<div class="field"><label class="check"><input type="checkbox"${attributes({ id: `f-${field.key}`, name: field.key, value: "yes", checked: text === "yes" })}><span dir="auto">${field.name}</span></label></div>`;
}
