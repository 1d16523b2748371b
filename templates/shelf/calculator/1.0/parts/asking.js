// Asking for the numbers, in the order that was wished for, and showing the result with the way to it.

const MOST_DIGITS = 40;

function navigation() {
  return [];
}

function folded(name) {
  return name.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

// The places of the formula's names: those that were listed first, then the others.
const ORDER = (() => {
  const places = FORMULA.names.map((name, place) => place);
  const wished = INPUTS.map(folded);
  const rank = (place) => {
    const at = wished.indexOf(folded(FORMULA.names[place]));
    return at < 0 ? wished.length + place : at;
  };
  return places.sort((a, b) => rank(a) - rank(b));
})();

const LABELS = FORMULA.names.map((name, place) => (FORMULA.units[place] ? `${name} (${FORMULA.units[place]})` : name));

function showCalculator(call) {
  const typed = FORMULA.names.map((_, place) => first(call.query, `v${place}`).slice(0, MOST_DIGITS));
  const asked = typed.some((text) => text !== "");
  const given = typed.map(parseNumber);
  const missing = asked ? faults(typed) : {};
  const outcome = asked && Object.keys(missing).length === 0 ? workedOut(given) : {};
  const errors = outcome.why && outcome.place !== undefined ? { [`v${outcome.place}`]: outcome.why } : missing;
  const failed = Object.keys(errors).length > 0 || Boolean(outcome.why);
  const main = html`${errorSummary(errors)}
<div><h1 dir="auto">${TITLE}</h1><p class="lead">${SAY.lead}</p></div>
${outcome.why && outcome.place === undefined && html`<div class="errors" role="alert" tabindex="-1"><p>${outcome.why}</p></div>`}
<section class="card"><form method="get" action="/">${ORDER.map((place) => number(place, typed[place], errors[`v${place}`]))}
<div class="actions"><button>${SAY.work}</button>${asked && html`<a class="button quiet" href="/">${SAY.clear}</a>`}</div></form></section>
${outcome.value !== undefined && result(outcome.value, given)}
<section class="card"><h2>${SAY.how}</h2><p class="formula" dir="auto">${FORMULA.result && `${FORMULA.result} = `}${written(FORMULA.tree, LABELS)}</p>${example()}</section>`;
  return page(call, { title: TITLE, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function number(place, text, error) {
  const control = input("text", text, { inputmode: "decimal", class: "short", autocomplete: "off" });
  return field({ name: `v${place}`, label: LABELS[place], error, required: true }, control);
}

function faults(typed) {
  const why = (text) => (text === "" ? SAY.missing : parseNumber(text) === null ? SAY.noNumber : "");
  return Object.fromEntries(typed.map((text, place) => [`v${place}`, why(text)]).filter(([, one]) => one));
}

// { value }, or { why, place }: the first of the numbers that are to be looked at again.
function workedOut(given) {
  try {
    return { value: valueOf(FORMULA.tree, given) };
  } catch (error) {
    if (!(error instanceof NoResult)) throw error;
    const places = placesIn(error.node);
    return { why: SAY[error.why](written(error.node, FORMULA.names)), place: ORDER.find((place) => places.includes(place)) };
  }
}

function result(value, given) {
  const numbers = given.map((one, place) => counted(one, FORMULA.units[place]));
  return html`<section class="card now" role="status"><h2>${FORMULA.result || SAY.result}</h2><p class="big">${counted(value, FORMULA.unit, true)}</p>
<p class="by">${written(FORMULA.tree, numbers)} = ${counted(value, FORMULA.unit, true)}</p></section>`;
}

function example() {
  if (FORMULA.example.length === 0) return "";
  const { value } = workedOut(FORMULA.example);
  const names = ORDER.map((place) => SAY.is(FORMULA.names[place], counted(FORMULA.example[place], FORMULA.units[place])));
  const last = names.pop();
  return html`<p class="by">${SAY.example(names.length > 0 ? names.join(", ") + SAY.and + last : last, counted(value, FORMULA.unit, true))}</p>`;
}
