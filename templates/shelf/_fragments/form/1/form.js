// Forms: a label, help and error for every control, and the words typed so far kept when something is wrong.

const LONGEST = 300;
const LONGEST_TEXT = 5000;

const FORM = inLanguage({
  English: {
    cancel: "Cancel",
    optional: "optional",
    choose: "Choose one",
    again: (count) => (count === 1 ? "One thing needs another look" : `${count} things need another look`),
    long: (length, longest) => `This is ${grouped(length)} characters long; ${grouped(longest)} fit.`,
  },
  Deutsch: {
    cancel: "Abbrechen",
    optional: "freiwillig",
    choose: "Bitte wählen",
    again: (count) => (count === 1 ? "Eine Angabe stimmt noch nicht" : `${count} Angaben stimmen noch nicht`),
    long: (length, longest) => `Das sind ${grouped(length)} Zeichen; ${grouped(longest)} passen hinein.`,
  },
});

function form(call, action, body, { submit, cancel = "", quiet = false }) {
  return html`<form method="post" action="${action}" novalidate>
<input type="hidden" name="_csrf" value="${call.csrf}">
${body}
<div class="actions"><button${attributes({ class: quiet && "quiet" })}>${submit}</button>${cancel && html`<a class="button quiet" href="${cancel}">${FORM.cancel}</a>`}</div>
</form>`;
}

// errors: { name: sentence }, and what to call the fields where the sentence does not say. The summary stands
// first, so that a screen reader and the eye meet it before the fields.
function errorSummary(errors, labels = {}) {
  const names = Object.keys(errors);
  if (names.length === 0) return "";
  return html`<div class="errors" role="alert" tabindex="-1">
<h2>${FORM.again(names.length)}</h2>
<ul>${names.map((name) => html`<li><a href="#f-${name}">${labels[name] && html`${words(labels[name])}: `}${errors[name]}</a></li>`)}</ul>
</div>`;
}

function described(name, help, error) {
  const ids = [help && `f-${name}-help`, error && `f-${name}-error`].filter(Boolean).join(" ");
  return { "aria-describedby": ids || null, "aria-invalid": error ? "true" : null };
}

function hints(name, help, error) {
  return [
    help && html`<p class="help" id="f-${name}-help">${help}</p>`,
    error && html`<p class="error" id="f-${name}-error">${error}</p>`,
  ];
}

// One control with its label above. `control` gets the attributes it must carry.
function field({ name, label, help = "", error = "", required = false, optional = false }, control) {
  const mark = optional ? html` <span class="optional">${FORM.optional}</span>` : "";
  return html`<div class="field">
<label for="f-${name}" dir="auto">${label}${mark}</label>
${hints(name, help, error)}
${control({ id: `f-${name}`, name, "aria-required": required ? "true" : null, ...described(name, help, error) })}
</div>`;
}

// Several controls that answer one question: the question is the group's name.
function group({ name, label, help = "", error = "" }, controls) {
  const ids = described(name, help, error)["aria-describedby"];
  return html`<fieldset class="field" id="f-${name}"${attributes({ "aria-describedby": ids })}>
<legend dir="auto">${label}</legend>
${hints(name, help, error)}
${controls}
</fieldset>`;
}

function input(type, value, more = {}) {
  return (given) => html`<input${attributes({ type, value, ...more, ...given })}>`;
}

// A line with suggestions from `known`, the words used before.
function suggestedInput(value, known) {
  return (given) => html`<input${attributes({ type: "text", value, list: `${given.id}-known`, ...given })}>
<datalist id="${given.id}-known">${known.map((one) => html`<option value="${one}"></option>`)}</datalist>`;
}

function textarea(value, rows = 4) {
  return (given) => html`<textarea${attributes({ rows, dir: "auto", ...given })}>
${value}</textarea>`;
}

// choices: words, or { value, label } where what is shown differs from what is sent.
function select(value, choices, empty = FORM.choose) {
  return (given) => html`<select${attributes(given)}>
<option value="">${empty}</option>
${choices.map((one) => selectOption(one.value ?? one, one.label ?? one, value))}
</select>`;
}

function selectOption(value, label, picked) {
  return html`<option${attributes({ value, selected: value === picked })}>${label}</option>`;
}

function options(type, name, choices, picked, kind = "options") {
  return html`<div class="${kind}">${choices.map(
    ({ value, label }) => html`<label><input${attributes({ type, name, value, checked: picked.includes(value) })}><span dir="auto">${label}</span></label>`,
  )}</div>`;
}

const GROUPED = new RegExp(`(\\d)[${THOUSANDS}\\s'’](?=\\d{3}(\\D|$))`, "g");

// "1,250.50" and "1 250.50" -> 1250.5, in German "1.250,50"; what is not a number -> null
function parseNumber(text) {
  const plain = text.trim().replace(GROUPED, "$1").replace(POINT, ".");
  return /^[+-]?\d{1,15}(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

// 1250.5 -> "1250.5", in German "1250,5": words that parseNumber reads as the same number again.
function spellNumber(number) {
  const text = String(number);
  return (text.includes("e") ? number.toFixed(20).replace(/\.?0+$/, "") : text).replace(".", POINT);
}

// A date that the calendar has, as 2026-11-30.
function isDate(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

function tooLong(text, longest) {
  return text.length > longest ? FORM.long(text.length, longest) : "";
}
