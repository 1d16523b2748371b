// The entries, newest first, and the field that adds one.

const MOST_ENTRIES = 1000;

function showAll(call) {
  return listPage(call, "", "");
}

function listPage(call, typed, error) {
  const rows = every("entries", { orderBy: "at" }).reverse();
  const about = { name: "text", label: PROMPT, error, required: true };
  const main = html`${errorSummary(error ? { text: error } : {})}
<h1 dir="auto">${TITLE}</h1>
<section class="card">${form(call, "/", field(about, textarea(typed)), { submit: SAY.save })}</section>
${rows.length === 0 ? empty() : html`<section class="card"><ul class="rows">${rows.map(shown)}</ul></section>`}`;
  return page(call, { title: TITLE, main, status: error ? 422 : 200 });
}

function empty() {
  return html`<section class="card empty"><h2>${SAY.empty[0]}</h2><p>${SAY.empty[1]}</p></section>`;
}

function shown(row) {
  return html`<li><div>${paragraphs(row.text)}<p class="by">${SAY.by(words(row.name), moment(row.at))}</p></div></li>`;
}

function write(call) {
  const text = first(call.form, "text");
  const error = text === "" ? SAY.wanted : tooLong(text, LONGEST_TEXT);
  if (error) return listPage(call, text, error);
  const full = together(() => {
    if (store.count("entries") >= MOST_ENTRIES) return true;
    store.insert("entries", { text, name: call.visitor.name });
    return false;
  });
  return full ? listPage(call, text, SAY.full) : redirect("/");
}
