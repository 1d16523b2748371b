// What pages are made of, in the app's LANGUAGE ("English" or "Deutsch"), with the platform's html`...` and attributes({...}), which escape all that is put into them.

// texts: what is said in each language, { English: {...}, Deutsch: {...} }.
function inLanguage(texts) {
  return texts[LANGUAGE];
}

// Words of people may run in either direction: they must not turn the sentence around them.
function words(value) {
  return html`<bdi>${value}</bdi>`;
}

function paragraphs(text) {
  const parts = String(text).split(/\n{2,}/);
  return parts.map((part) => html`<p dir="auto">${part.split("\n").map((line, n) => [n ? html`<br>` : "", line])}</p>`);
}

function plural(count, one, many) {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

const [THOUSANDS, POINT] = inLanguage({ English: [",", "."], Deutsch: [".", ","] });

// 1234567.5 -> "1,234,567.5", or "1.234.567,5"
function grouped(number, decimals) {
  if (decimals === undefined && Number.isInteger(number) && Math.abs(number) < 1000) return String(number);
  const text = decimals === undefined ? String(Math.round(number * 100) / 100) : number.toFixed(decimals);
  const [whole, rest] = text.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, THOUSANDS) + (rest ? POINT + rest : "");
}

const MONTHS = inLanguage({
  English: [" Jan", " Feb", " Mar", " Apr", " May", " Jun", " Jul", " Aug", " Sep", " Oct", " Nov", " Dec"],
  Deutsch: [". Jan.", ". Feb.", ". März", ". Apr.", ". Mai", ". Juni", ". Juli", ". Aug.", ". Sept.", ". Okt.", ". Nov.", ". Dez."],
});

// "2026-11-30" or "2026-11-30T17:00" -> "30 Nov 2026" or "30 Nov 2026, 17:00 UTC"; "30. Nov. 2026" in German
function dateWords(iso) {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  const hour = iso.length > 10 ? `, ${iso.slice(11, 16)} UTC` : "";
  return `${day}${MONTHS[month - 1]} ${year}${hour}`;
}

const WEEKDAYS = inLanguage({
  English: ["Sun ", "Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat "],
  Deutsch: ["So., ", "Mo., ", "Di., ", "Mi., ", "Do., ", "Fr., ", "Sa., "],
});

// As dateWords, with the day of the week: "Mon 30 Nov 2026", "Mo., 30. Nov. 2026"
function dayWords(iso) {
  return WEEKDAYS[new Date(iso.slice(0, 10)).getUTCDay()] + dateWords(iso);
}

function isoTime(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 16);
}

// The moment in words; static/app.js rewrites it in the reader's own time zone.
function moment(seconds) {
  const iso = isoTime(seconds);
  return html`<time datetime="${iso}Z">${dateWords(iso)}</time>`;
}
