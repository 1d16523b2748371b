// Reading: the questions with their answers, a search, and a place to ask what is missing.

function navigation(call) {
  if (!call.visitor.owner) return [];
  const open = store.count("asked") + entries().filter((one) => !one.answer).length;
  return [["/", SAY.read], ["/write", SAY.open, open]];
}

function showAll(call) {
  return listPage(call, "", "");
}

function listPage(call, typed, error) {
  const text = first(call.query, "q").slice(0, LONGEST);
  const all = entries();
  const found = matching(all, text);
  const main = html`${errorSummary(error ? { question: error } : {})}
<h1 dir="auto">${TITLE}</h1>
${first(call.query, "sent") && html`<p class="note done" role="status">${SAY.sent}</p>`}
${all.length > 0 && searching(text)}
${listed(call, all, found, text)}
${asking(call, typed, error)}`;
  return page(call, { title: TITLE, main, nav: navigation(call), status: error ? 422 : 200 });
}

function searching(text) {
  return html`<form class="filters" method="get" action="/"><div class="field search"><label for="q">${SAY.search}</label>${input("search", text, { dir: "auto" })({ id: "q", name: "q" })}</div>
<button class="quiet">${SAY.find}</button>${text && html`<a class="button quiet" href="/">${SAY.all}</a>`}</form>`;
}

function listed(call, all, found, text) {
  if (all.length === 0) return html`<section class="card empty"><h2>${SAY.empty[0]}</h2><p>${SAY.empty[1]}</p></section>`;
  if (found.length === 0) return html`<section class="card empty"><p>${SAY.none(words(text))}</p></section>`;
  return html`${text && html`<p class="by">${SAY.found(found.length)}</p>`}<section class="card faq">${found.map((one) => shown(call, one, found.length <= 2))}</section>`;
}

function shown(call, one, open) {
  const body = one.answer ? html`${paragraphs(one.answer)}<p class="by">${SAY.by(words(one.name), moment(one.at))}</p>` : html`<p class="by">${SAY.unanswered}</p>`;
  const links = call.visitor.owner && html`<p class="actions">${link("/write", one, one.answer ? SAY.edit : SAY.answer)}${one.row && link("/remove", one, SAY.remove)}</p>`;
  return html`<details${attributes({ open })}><summary dir="auto">${one.question}</summary><div>${body}${links}</div></details>`;
}

function link(path, one, label) {
  return html`<a href="${path}?question=${encodeURIComponent(one.question)}" aria-label="${SAY.on(label, one.question)}">${label}</a>`;
}

function asking(call, typed, error) {
  const about = { name: "question", label: SAY.question, help: SAY.askHelp, error, required: true };
  return html`<section class="card"><h2>${SAY.ask}</h2>${form(call, "/ask", field(about, input("text", typed, { dir: "auto" })), { submit: SAY.send, quiet: true })}</section>`;
}

function ask(call) {
  const question = first(call.form, "question").replace(/\s+/g, " ");
  const { name } = call.visitor;
  const fault = store.transaction(() => {
    const wrong = question === "" ? SAY.wantedQuestion : tooLong(question, LONGEST) || known(question);
    if (!wrong) store.insert("asked", { question, name });
    return wrong;
  });
  if (fault) return listPage(call, question, fault);
  tell(SAY.told(TITLE, name, question));
  return redirect("/?sent=1");
}

function known(question) {
  const there = entryCalled(question);
  if (there && there.answer) return SAY.twice;
  if (there || askedCalled(question)) return SAY.waiting;
  return store.count("asked") >= MOST_ASKED ? SAY.fullAsked : "";
}
