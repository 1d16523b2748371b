// Answering: the form, what is taken from it, and the thanks.

function navigation(call) {
  return maySeeResults(call) ? [["/", SAY.answer], ["/results", SAY.results]] : [];
}

function responseOf(call) {
  return ANONYMOUS ? null : store.list("responses", { where: { by: call.visitor.id }, limit: 1 })[0] || null;
}

function hasAnswered(call) {
  const table = ANONYMOUS ? "participants" : "responses";
  return store.count(table, { by: call.visitor.id }) > 0;
}

function showForm(call) {
  if (call.now >= closesAt()) return closed(call);
  if (ANONYMOUS && hasAnswered(call)) return alreadyAnswered(call);
  const response = responseOf(call);
  return formPage(call, response || {}, {}, response);
}

function formPage(call, answers, errors, response) {
  const failed = Object.keys(errors).length > 0;
  const main = html`${errorSummary(errors)}
<div>
<h1 dir="auto">${TITLE}</h1>
<p class="lead">${introduction()}</p>
</div>
${response && html`<p class="note">${SAY.before(moment(response.at))}</p>`}
${form(call, "/", ASKED.map((one) => questionCard(one, answers[one.name] || "", errors[one.name])), {
  submit: response ? SAY.change : SAY.send,
})}`;
  return page(call, { title: failed ? SAY.again : TITLE, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function introduction() {
  const names = ANONYMOUS ? SAY.anonymous : SAY.named;
  const until = DEADLINE ? [SAY.until(dateWords(DEADLINE))] : [];
  return [SAY.length(ASKED.length), names, ...until].join(" ");
}

function questionCard(question, answer, error) {
  const about = { name: question.name, label: question.label, error };
  switch (question.kind) {
    case "rating":
      return carded(group(about, rating(question.name, answer)));
    case "choice":
      return carded(group(about, pickList("radio", question, [answer])));
    case "several":
      return carded(group({ ...about, help: SAY.several }, pickList("checkbox", question, picks(answer))));
    case "number":
      return html`<div class="card">${field(about, input("text", answer, { inputmode: "decimal", class: "short", autocomplete: "off" }))}</div>`;
    default:
      return html`<div class="card">${field(about, textarea(answer, 3))}</div>`;
  }
}

function carded(fieldset) {
  return html`<div class="card">${fieldset}</div>`;
}

function pickList(type, question, picked) {
  return options(type, question.name, question.choices.map((one) => ({ value: one, label: one })), picked);
}

function rating(name, answer) {
  const steps = ["1", "2", "3", "4", "5"].map((value) => ({ value, label: value }));
  return html`${options("radio", name, steps, [answer], "scale")}<p class="ends"><span>${SAY.ends[0]}</span><span>${SAY.ends[1]}</span></p>`;
}

function takeResponse(call) {
  if (call.now >= closesAt()) return closed(call);
  const answers = Object.fromEntries(ASKED.map((one) => [one.name, said(call, one)]));
  const errors = faults(answers);
  if (Object.keys(errors).length > 0) return formPage(call, answers, errors, responseOf(call));
  return store.transaction(() => keep(call, answers)) ? redirect("/thanks") : alreadyAnswered(call);
}

function said(call, question) {
  const given = all(call.form, question.name);
  return question.kind === "several" ? given.filter(Boolean).join("\n") : given[0] || "";
}

function faults(answers) {
  const found = ASKED.map((one) => [one.name, fault(one, answers[one.name])]).filter(([, why]) => why);
  if (found.length === 0 && Object.values(answers).every((one) => one === "")) {
    return { [ASKED[0].name]: SAY.one };
  }
  return Object.fromEntries(found);
}

function fault(question, answer) {
  if (answer === "") return "";
  if (question.kind === "text") return tooLong(answer, LONGEST_TEXT);
  if (question.kind === "number") return parseNumber(answer) === null ? SAY.number : "";
  const strange = picks(answer).some((one) => !question.choices.includes(one));
  return strange ? SAY.strange : "";
}

// True when kept; false when an anonymous response is there already and cannot be found again to change it.
function keep(call, answers) {
  if (ANONYMOUS) {
    if (hasAnswered(call)) return false;
    store.insert("participants", {});
    store.insert("responses", answers);
    return true;
  }
  const before = responseOf(call);
  const row = { ...answers, name: call.visitor.name };
  if (before) store.update("responses", before.id, row);
  else store.insert("responses", row);
  return true;
}

function showThanks(call) {
  const change = ANONYMOUS ? "" : html`<a class="button quiet" href="/">${SAY.look}</a>`;
  const results = maySeeResults(call) && html`<a class="button" href="/results">${SAY.seeResults}</a>`;
  const main = html`<section class="card empty">
<h1>${SAY.thanks(words(call.visitor.name))}</h1>
<p>${ANONYMOUS ? SAY.inWithoutName : DEADLINE ? SAY.inUntil(dateWords(DEADLINE)) : SAY.inAnyTime}</p>
<p>${results} ${change}</p>
</section>`;
  return page(call, { title: SAY.thankYou, main, nav: navigation(call) });
}

function alreadyAnswered(call) {
  return standing(call, ...SAY.already);
}

function closed(call) {
  return standing(call, ...SAY.closed(dateWords(DEADLINE)));
}

function standing(call, title, text) {
  const main = html`<section class="card empty"><h1>${title}</h1><p>${text}</p>${maySeeResults(call) && html`<p><a class="button" href="/results">${SAY.seeResults}</a></p>`}</section>`;
  return page(call, { title, main, nav: navigation(call), status: call.method === "POST" ? 409 : 200 });
}
