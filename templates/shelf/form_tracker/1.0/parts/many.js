// Many entries at once: pasted, looked at, then added all or none.

const SHOWN_ROWS = 5;
const SHOWN_FAULTS = 20;

function showMany(call) {
  return manyPage(call, "", null);
}

function takeMany(call) {
  const text = first(call.form, "rows");
  const read = readMany(text);
  const good = !read.fault && read.faults.length === 0;
  if (!good || first(call.form, "step") !== "add") return manyPage(call, text, read);
  if (!addMany(call, read.entries)) return manyPage(call, text, { fault: SAY.noRoom });
  return redirect(`/?added=${read.entries.length}`);
}

// False when the store has no room for them: then none is kept.
function addMany(call, entries) {
  try {
    store.transaction(() => {
      for (const one of entries) store.insert("entries", { ...one, author: call.visitor.name });
    });
    return true;
  } catch (error) {
    if (/^store: .*(all it may have|store was full|store is full)/.test(error.message)) return false;
    throw error;
  }
}

// -> { entries, faults: [{ row, field, why, cell }], leftOut }, or { fault } for what are no rows of ours.
function readMany(text) {
  if (text.length > MOST_PASTED) return { fault: SAY.tooMuchText(text.length, MOST_PASTED) };
  const { rows, fault } = rowsIn(text);
  if (fault) return { fault };
  const [heading, ...below] = rows;
  if (below.length === 0) return { fault: SAY.noRows };
  if (below.length > MOST_ROWS) return { fault: SAY.tooManyRows(below.length, MOST_ROWS) };
  const found = columnsOf(heading.cells);
  if (found.fault) return found;
  const read = below.map((row) => readRow(row, found.columns));
  return { entries: read.map((one) => one.entry), faults: read.flatMap((one) => one.faults), leftOut: found.leftOut };
}

function readRow({ number, cells }, columns) {
  const entry = {};
  const faults = [];
  columns.forEach((field, place) => {
    if (!field) return;
    const cell = cells[place] || "";
    const { value, fault } = readCell(field, cell);
    if (fault) faults.push({ row: number, field, why: fault, cell });
    else entry[field.key] = value;
  });
  if (cells.length > columns.length) faults.push({ row: number, field: null, why: SAY.wide(columns.length), cell: "" });
  return { entry, faults };
}

function manyPage(call, text, read) {
  const faulty = read !== null && (read.fault || read.faults.length > 0);
  const ready = read !== null && !faulty;
  const area = field({ name: "rows", label: SAY.rows, help: SAY.rowsHelp(listedNames(FIELDS)) }, pasted(text, faulty));
  const look = html`<button${attributes({ class: ready && "quiet" })} name="step" value="look">${read === null ? SAY.check : SAY.checkAgain}</button>`;
  const main = html`${faulty && manyFaults(read)}
<div><h1>${SAY.manyTitle}</h1><p class="lead">${SAY.manyLead(MOST_ROWS)}</p></div>
<form method="post" action="/many" novalidate>
<input type="hidden" name="_csrf" value="${call.csrf}">
${ready && preview(read)}
<section class="card">${area}<div class="actions">${look}<a class="button quiet" href="/">${FORM.cancel}</a></div></section>
</form>`;
  return page(call, { title: SAY.manyTitle, main, nav: navigation(), status: faulty ? 422 : 200, wide: ready });
}

function pasted(text, faulty) {
  return (given) => textarea(text, 10)({ ...given, class: "cells", spellcheck: "false", "aria-invalid": faulty ? "true" : null });
}

function manyFaults({ fault, faults }) {
  if (fault) return html`<div class="errors" role="alert" tabindex="-1"><h2>${SAY.badRows}</h2><p><a href="#f-rows">${fault}</a></p></div>`;
  const rest = faults.length - SHOWN_FAULTS;
  return html`<div class="errors" role="alert" tabindex="-1"><h2>${SAY.badCells(faults.length)}</h2>
<ul>${faults.slice(0, SHOWN_FAULTS).map(faultOf)}${rest > 0 && html`<li>${SAY.andMore(rest)}</li>`}</ul></div>`;
}

function faultOf({ row, field, why, cell }) {
  const where = field ? SAY.at(row, words(field.name)) : SAY.atRow(row);
  return html`<li><a href="#f-rows">${where}${why}</a>${cell && html` <q dir="auto">${cell.slice(0, 60)}</q>`}</li>`;
}

function preview({ entries, leftOut }) {
  const columns = FIELDS.filter((one) => Object.hasOwn(entries[0], one.key));
  const [head, ...rest] = columns;
  return html`<section class="card"><h2 role="status">${SAY.willBeAdded(entries.length)}</h2>
${leftOut.length > 0 && html`<p>${SAY.leftOut(leftOut.map((one, place) => [place ? ", " : "", words(one)]))}</p>`}
<div class="actions"><button name="step" value="add">${SAY.addMany(entries.length)}</button></div></section>
${entries.length > SHOWN_ROWS && html`<p class="by">${SAY.theFirst(SHOWN_ROWS)}</p>`}
<section class="card sheet"><table><caption class="unseen">${SAY.willBeAdded(entries.length)}</caption>
<thead><tr>${columns.map((one) => html`<th scope="col"${attributes({ class: isFigure(one) && "figure" })}>${one.name}</th>`)}</tr></thead>
<tbody>${entries.slice(0, SHOWN_ROWS).map((entry) => html`<tr><th scope="row" data-label="${head.name}"><div>${shown(head, entry[head.key])}</div></th>${rest.map((one) => cellOf(one, entry))}</tr>`)}</tbody>
</table></section>`;
}
