// Reading: what people said in a round, and the rounds before.

const MOST_BACK = 400;

function said(day, nothing) {
  const rows = answersOn(day);
  if (rows.length === 0) return html`<section class="card empty"><p>${nothing}</p></section>`;
  return html`<section class="card"><h2>${SAY.others}</h2><p class="by">${SAY.answered(rows.length)}</p>
<ul class="quotes">${rows.map(person)}</ul></section>`;
}

function person(row) {
  const answered = ASKED.filter((one) => row[one.name]);
  return html`<li><p><b>${words(row.name)}</b></p>
<dl class="said">${answered.map((one) => html`<dt dir="auto">${one.label}</dt><dd>${paragraphs(row[one.name])}</dd>`)}</dl></li>`;
}

function showDay(call) {
  const day = first(call.query, "day");
  if (!isDate(day) || day > roundAt(call.now)) return notFound(call, navigation(call));
  const main = html`<div><h1 dir="auto">${TITLE}</h1><p class="lead">${dayTitle(day)}</p></div>
${said(day, SAY.quiet)}
${pager(day, call.now)}`;
  return page(call, { title: dayTitle(day), main, nav: navigation(call) });
}

// The next round before or after `day`, as far as answers are kept; empty when there is none.
function neighbour(day, step, now) {
  const start = Date.parse(`${day}T00:00:00Z`) / 1000;
  for (let away = 1; away <= 7; away += 1) {
    const other = dayOf(start + step * away * DAY);
    if (!DAYS.includes(SHORT[weekdayOf(other)])) continue;
    return other > roundAt(now) || other < dayOf(now - Math.min(RETENTION_DAYS, MOST_BACK) * DAY) ? "" : other;
  }
  return "";
}

function pager(day, now) {
  const [before, after] = [neighbour(day, -1, now), neighbour(day, 1, now)];
  const to = (other) => (other === roundAt(now) ? "/" : `/day?day=${other}`);
  return html`<p class="pages">${before ? html`<a href="${to(before)}">${SAY.earlier}</a>` : html`<span></span>`}${after && html`<a href="${to(after)}">${SAY.later}</a>`}</p>`;
}

function exportAnswers(call) {
  if (!call.visitor.owner) return notFound(call, navigation(call));
  const rows = every("answers", { orderBy: "at" }).map((row) => [row.day, row.name, isoTime(row.at), ...ASKED.map((one) => row[one.name])]);
  return csv(TITLE, [...SAY.headings, ...ASKED.map((one) => one.label)], rows);
}
