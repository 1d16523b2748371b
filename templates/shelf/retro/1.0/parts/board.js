// The board: columns side by side, or below each other where the screen is narrow.

const COLUMNS = GIVEN_COLUMNS.length > 0 ? GIVEN_COLUMNS : SAY.columns;
const BY_VOTES = "votes";

function navigation() {
  return [];
}

// [{ ...row, votes, mine }], in the order that was asked for.
function cards(call) {
  const counted = new Map();
  const mine = new Set();
  for (const one of every("votes")) {
    counted.set(one.card, (counted.get(one.card) || 0) + 1);
    if (one.by === call.visitor.id) mine.add(one.card);
  }
  const all = every("cards", { orderBy: "at" }).map((row) => ({ ...row, votes: counted.get(row.id) || 0, mine: mine.has(row.id) }));
  return first(call.query, "sort") === BY_VOTES ? [...all].sort((a, b) => b.votes - a.votes) : all;
}

function votesLeft(call) {
  return VOTES - store.count("votes", { by: call.visitor.id });
}

function mayRemove(visitor, card) {
  return visitor.owner || (!ANONYMOUS && card.by === visitor.id);
}

function showBoard(call) {
  return boardPage(call, {}, {});
}

// typed and errors: by the number of the column whose form was sent.
function boardPage(call, typed, errors) {
  const all = cards(call);
  const left = votesLeft(call);
  const names = Object.keys(errors);
  const main = html`${errorSummary(Object.fromEntries(names.map((name) => [`c${name}`, errors[name]])))}
<div class="head"><h1 dir="auto">${TITLE}</h1>${call.visitor.owner && all.length > 0 && html`<a class="button quiet" href="/cards.csv">${SAY.download}</a>`}</div>
<p class="lead">${introduction(left)}</p>
${all.length > 1 && VOTES > 0 && sorting(call)}
<div class="board">${COLUMNS.map((name, place) => column(call, name, place, all, left, typed[place] || "", errors[place]))}</div>`;
  return page(call, { title: TITLE, main, nav: navigation(call), status: names.length > 0 ? 422 : 200, wide: true });
}

function introduction(left) {
  const parts = [DATE && SAY.on(dateWords(DATE)), VOTES > 0 && SAY.votes(Math.max(0, left), VOTES), ANONYMOUS && SAY.anonymous];
  return parts.filter(Boolean).join(" ");
}

function sorting(call) {
  const ranked = first(call.query, "sort") === BY_VOTES;
  return html`<p class="sorts"><a href="/"${attributes({ "aria-current": !ranked && "true" })}>${SAY.newest}</a> <a href="/?sort=votes"${attributes({ "aria-current": ranked && "true" })}>${SAY.ranked}</a></p>`;
}

function column(call, name, place, all, left, typed, error) {
  const here = all.filter((one) => one.place === String(place));
  const about = { name: `c${place}`, label: SAY.card(name), error };
  const control = (given) => textarea(typed, 2)({ ...given, name: "text" });
  return html`<section class="card column" aria-labelledby="h${place}"><h2 id="h${place}" dir="auto">${name}</h2>
${here.length === 0 ? html`<p class="by">${SAY.empty}</p>` : html`<ul class="stack">${here.map((one) => card(call, one, left))}</ul>`}
${form(call, "/cards", [html`<input type="hidden" name="column" value="${place}">`, field(about, control)], { submit: SAY.add, quiet: true })}</section>`;
}

function card(call, one, left) {
  return html`<li>${paragraphs(one.text)}${!ANONYMOUS && html`<p class="by">${words(one.name)}</p>`}
<div class="actions">${VOTES > 0 && voting(call, one, left)}${mayRemove(call.visitor, one) && html`<a class="plain" href="/remove?card=${one.id}" aria-label="${SAY.onCard(SAY.remove, one.text.slice(0, 80))}">${SAY.remove}</a>`}</div></li>`;
}

function voting(call, one, left) {
  const label = one.mine ? SAY.unvote : SAY.vote;
  const more = { class: "plain", "aria-label": SAY.onCard(label, one.text.slice(0, 80)) };
  const press = html`<form class="inline" method="post" action="/vote"><input type="hidden" name="_csrf" value="${call.csrf}"><input type="hidden" name="card" value="${one.id}">
<input type="hidden" name="sort" value="${first(call.query, "sort")}"><input type="hidden" name="on" value="${one.mine ? "no" : "yes"}"><button${attributes(more)}>${label}</button></form>`;
  return html`<span class="badge${one.mine && " approved"}">${SAY.count(one.votes)}</span>${(one.mine || left > 0) && press}`;
}

function exportCards(call) {
  if (!call.visitor.owner) return notFound(call, navigation(call));
  const rows = cards(call).map((one) => [COLUMNS[Number(one.place)] || "", one.text, ANONYMOUS ? "" : one.name, one.votes]);
  return csv(TITLE, SAY.headings, rows);
}
