// The list: searched, filtered and sorted as the address says, a page at a time.

const PAGE = 50;
const NEWEST = "-at";

function navigation() {
  return [["/", SAY.entries], ["/add", SAY.add], ["/many", SAY.many]];
}

const FILTERS = FIELDS.filter((one) => (one.type === "select" && one.choices.length > 0) || one.type === "checkbox").slice(0, 3);
const COLUMNS = FIELDS.filter((one) => one.type !== "long_text" || FIELDS.length === 1).slice(0, 7);

// What the address asks for; what makes no sense in it is left out.
function wish(call) {
  const sort = first(call.query, "sort");
  const sorts = [...FIELDS.map((one) => one.key), "at"];
  const picked = FILTERS.map((one) => [one.key, first(call.query, `is_${one.key}`)]).filter(([, value]) => value !== "");
  return {
    search: first(call.query, "search"),
    picked: Object.fromEntries(picked),
    sort: sorts.includes(sort.replace(/^-/, "")) ? sort : NEWEST,
    from: Math.max(0, Math.floor(Number(first(call.query, "from"))) || 0),
  };
}

function address(path, { search, picked, sort, from }, change = {}) {
  const narrowed = Object.entries(picked).map(([key, value]) => [`is_${key}`, value]);
  const asked = { search, ...Object.fromEntries(narrowed), sort: sort === NEWEST ? "" : sort, from: from || "", ...change };
  const pairs = Object.entries(asked).filter(([, value]) => value !== "");
  return path + (pairs.length > 0 ? `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`).join("&")}` : "");
}

function whereOf(wished) {
  const types = new Map(FIELDS.map((one) => [one.key, one.type]));
  return Object.fromEntries(Object.entries(wished.picked).map(([key, value]) => [key, types.get(key) === "checkbox" ? value === "yes" : value]));
}

// -> { entries, count }, one page. Without a search the store does it all; a search reads every entry's words.
function found(wished) {
  if (wished.search === "") {
    const entries = store.list("entries", { ...orderOf(wished), limit: PAGE, offset: wished.from });
    return { entries, count: store.count("entries", whereOf(wished)) };
  }
  const hits = allFound(wished);
  return { entries: hits.slice(wished.from, wished.from + PAGE), count: hits.length };
}

function orderOf(wished) {
  const key = wished.sort.replace(/^-/, "");
  return { where: whereOf(wished), orderBy: key, desc: wished.sort.startsWith("-") };
}

function allFound(wished) {
  const entries = every("entries", orderOf(wished));
  const needle = wished.search.toLowerCase();
  const holds = (value) => plain(value).toLowerCase().includes(needle);
  return needle === "" ? entries : entries.filter((entry) => FIELDS.some((one) => holds(entry[one.key])) || holds(entry.author));
}

function showList(call) {
  const wished = wish(call);
  const { entries, count } = found(wished);
  const narrowed = wished.search !== "" || Object.keys(wished.picked).length > 0;
  const nothing = count === 0 && !narrowed;
  const main = html`<div class="head"><h1 dir="auto">${TITLE}</h1><div class="actions">${!nothing && html`<a class="button quiet" href="${address("/entries.csv", wished, { from: "" })}">${SAY.download}</a>`}<a class="button" href="/add">${SAY.add}</a></div></div>
${wereAdded(call)}
${nothing ? emptyList() : [filters(wished), html`<p class="by" role="status">${narrowed ? html`${SAY.found(count)} <a href="/">${SAY.showAll}</a>` : SAY.count(count)}</p>`]}
${entries.length > 0 && sheet(wished, entries)}
${pager(wished, count)}`;
  return page(call, { title: TITLE, main, nav: navigation(), wide: true });
}

function emptyList() {
  return html`<section class="card empty"><h2>${SAY.nothing}</h2><p>${SAY.starts}${listedNames(FIELDS)}.</p><p>${SAY.orMany} <a href="/many">${SAY.many}</a></p></section>`;
}

function wereAdded(call) {
  const count = first(call.query, "added");
  return /^[1-9]\d{0,2}$/.test(count) && html`<p class="note done" role="status">${SAY.wereAdded(Number(count))}</p>`;
}

function filters(wished) {
  return html`<form class="filters card" method="get" action="/" role="search">
<div class="field search"><label for="search">${SAY.search}</label><input type="search" id="search" name="search" value="${wished.search}"></div>
${FILTERS.map((one) => html`<div class="field"><label for="filter-${one.key}">${one.name}</label>${select(wished.picked[one.key] || "", picksOf(one), SAY.any)({ id: `filter-${one.key}`, name: `is_${one.key}` })}</div>`)}
${wished.sort !== NEWEST && html`<input type="hidden" name="sort" value="${wished.sort}">`}
<button class="quiet">${SAY.show}</button>
</form>`;
}

function picksOf(field) {
  return field.type === "checkbox" ? [{ value: "yes", label: SAY.yes }, { value: "no", label: SAY.no }] : field.choices;
}

function sheet(wished, entries) {
  const columns = [...COLUMNS.map((one) => [one.key, one.name, isFigure(one)]), ["at", SAY.added, false]];
  return html`<section class="card sheet"><table>
<caption class="unseen">${TITLE}</caption>
<thead><tr>${columns.map(([key, name, figure]) => heading(wished, key, name, figure))}</tr></thead>
<tbody>${entries.map(entryRow)}</tbody>
</table></section>`;
}

function isFigure(field) {
  return field.type === "number" || field.type === "money";
}

function heading(wished, key, name, figure) {
  const up = wished.sort === key;
  const down = wished.sort === `-${key}`;
  const arrow = up ? " ↑" : down ? " ↓" : "";
  const next = address("/", wished, { sort: up ? `-${key}` : key, from: "" });
  return html`<th scope="col"${attributes({ "aria-sort": up ? "ascending" : down ? "descending" : null, class: figure && "figure" })}><a href="${next}">${name}${arrow}</a></th>`;
}

function entryRow(entry) {
  const [head, ...rest] = COLUMNS;
  const label = isEmpty(entry[head.key]) ? SAY.open : plainShown(head, entry[head.key]);
  return html`<tr><th scope="row" data-label="${head.name}"><a href="/entry?id=${entry.id}" dir="auto">${label}</a></th>
${rest.map((one) => cellOf(one, entry))}
<td data-label="${SAY.added}"><div>${moment(entry.at)}<br><span class="by">${words(entry.author)}</span></div></td></tr>`;
}

function cellOf(one, entry) {
  const kind = isFigure(one) ? "figure" : one.type === "date" && "date";
  return html`<td data-label="${one.name}"${attributes({ class: kind })}><div>${shown(one, entry[one.key])}</div></td>`;
}

// The shown value without links of its own, to stand inside a link.
function plainShown(field, value) {
  return field.type === "email" || field.type === "url" ? plain(value) : field.type === "long_text" ? plain(value).slice(0, 80) : shown(field, value);
}

function pager(wished, count) {
  if (count <= PAGE && wished.from === 0) return "";
  const before = wished.from > 0 && html`<a href="${address("/", wished, { from: Math.max(0, wished.from - PAGE) || "" })}">${SAY.previous}</a>`;
  const after = wished.from + PAGE < count && html`<a href="${address("/", wished, { from: wished.from + PAGE })}">${SAY.next}</a>`;
  const last = Math.min(count, wished.from + PAGE);
  return html`<nav class="pages" aria-label="${SAY.more}">${before || html`<span></span>`}<span>${SAY.range(wished.from + 1, last, count)}</span>${after || html`<span></span>`}</nav>`;
}

function exportEntries(call) {
  const entries = allFound(wish(call));
  const headings = [...FIELDS.map((one) => one.name), ...SAY.headings];
  return csv(TITLE, headings, entries.map((one) => [...FIELDS.map((field) => exported(one[field.key])), one.author, isoTime(one.at)]));
}

function exported(value) {
  return typeof value === "boolean" ? plain(value) : value;
}
