// Results: what was said, summed up question by question, and as CSV.

const SHOWN = 20;
const MOST_SHOWN = 200;

function maySeeResults(call) {
  return call.visitor.owner || SHARE_RESULTS;
}

function refused(call) {
  return notice(call, 403, ...SAY.refused, navigation(call));
}

// In the order they came; anonymous ones in the order of their words, so that the order tells nothing.
function responses() {
  const rows = every("responses", { orderBy: "at" });
  const key = (row) => ASKED.map((one) => row[one.name]).join("\n");
  return ANONYMOUS ? rows.map((row) => [key(row), row]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row) : rows;
}

function showResults(call) {
  if (!maySeeResults(call)) return refused(call);
  const rows = responses();
  const main = html`<div class="head"><h1>${SAY.results}</h1>${rows.length > 0 && html`<a class="button quiet" href="/results.csv">${SAY.download}</a>`}</div>
${rows.length === 0 ? nobodyYet() : [overview(rows), ASKED.map((one) => summary(one, rows))]}`;
  return page(call, { title: SAY.results, main, nav: navigation(call) });
}

function nobodyYet() {
  return html`<section class="card empty"><h2>${SAY.nobody[0]}</h2><p>${SAY.nobody[1]}</p></section>`;
}

function overview(rows) {
  const latest = rows.reduce((last, row) => Math.max(last, row.at), 0);
  return html`<section class="card"><dl class="figures">
<div><dt>${SAY.responses}</dt><dd>${grouped(rows.length)}</dd></div>
${!ANONYMOUS && html`<div><dt>${SAY.latest}</dt><dd><small>${moment(latest)}</small></dd></div>`}
${DEADLINE && html`<div><dt>${SAY.openUntil}</dt><dd><small>${dateWords(DEADLINE)}</small></dd></div>`}
</dl>
${!ANONYMOUS && html`<details><summary>${SAY.who}</summary><p>${names(rows)}</p></details>`}</section>`;
}

function names(rows) {
  const shown = rows.slice(0, MOST_SHOWN).map((row, n) => [n ? ", " : "", words(row.name)]);
  return rows.length > MOST_SHOWN ? [shown, SAY.andMore(rows.length - MOST_SHOWN)] : shown;
}

function summary(question, rows) {
  const given = rows.filter((row) => row[question.name]);
  const body = given.length === 0 ? html`<p class="by">${SAY.none}</p>` : SUMMARIES[question.kind](question, given);
  return html`<section class="card"><h2 dir="auto">${question.label}</h2>
${given.length > 0 && html`<p class="by">${SAY.answers(given.length)}</p>`}
${body}</section>`;
}

const SUMMARIES = {
  rating(question, rows) {
    const numbers = rows.map((row) => Number(row[question.name]));
    return html`<dl class="figures"><div><dt>${SAY.average}</dt><dd>${grouped(mean(numbers), 1)} <small>${SAY.outOf}</small></dd></div></dl>
${bars(question.label, [...question.choices].reverse().map((one) => [one, numbers.filter((n) => String(n) === one).length]), rows.length)}`;
  },
  choice(question, rows) {
    return bars(question.label, question.choices.map((one) => [one, rows.filter((row) => row[question.name] === one).length]), rows.length);
  },
  several(question, rows) {
    return bars(question.label, question.choices.map((one) => [one, rows.filter((row) => picks(row[question.name]).includes(one)).length]), rows.length);
  },
  number(question, rows) {
    const numbers = rows.map((row) => parseNumber(row[question.name])).sort((a, b) => a - b);
    const distinct = [...new Set(numbers)];
    return html`<dl class="figures">
<div><dt>${SAY.average}</dt><dd>${grouped(mean(numbers))}</dd></div>
<div><dt>${SAY.least}</dt><dd>${grouped(numbers[0])}</dd></div>
<div><dt>${SAY.most}</dt><dd>${grouped(numbers[numbers.length - 1])}</dd></div>
</dl>
${distinct.length <= 12 && bars(question.label, distinct.map((one) => [grouped(one), numbers.filter((n) => n === one).length]), rows.length)}`;
  },
  text(question, rows) {
    const quotes = (some) => html`<ul class="quotes">${some.map((row) => quote(row, row[question.name]))}</ul>`;
    const rest = rows.slice(SHOWN, MOST_SHOWN);
    return [
      quotes(rows.slice(0, SHOWN)),
      rest.length > 0 && html`<details><summary>${SAY.more(rest.length)}</summary>${quotes(rest)}</details>`,
      rows.length > MOST_SHOWN && html`<p class="by">${SAY.inFile(rows.length - MOST_SHOWN)}</p>`,
    ];
  },
};

function quote(row, text) {
  return html`<li>${paragraphs(text)}${!ANONYMOUS && html`<p class="by">${words(row.name)}</p>`}</li>`;
}

function mean(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

function exportResults(call) {
  if (!maySeeResults(call)) return refused(call);
  const who = ANONYMOUS ? [] : SAY.headings;
  const rows = responses().map((row) => [
    ...(ANONYMOUS ? [] : [isoTime(row.at), row.name]),
    ...ASKED.map((one) => exported(one, row[one.name] || "")),
  ]);
  return csv(TITLE, [...who, ...ASKED.map((one) => one.label)], rows);
}

function exported(question, answer) {
  if (question.kind === "several") return picks(answer);
  return answer !== "" && (question.kind === "rating" || question.kind === "number") ? parseNumber(answer) : answer;
}
