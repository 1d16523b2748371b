// Answering: the form, what is taken from it, and the thanks.

function navigation(call) {
  return maySeeResults(call) ? [["/", "Answer"], ["/results", "Results"]] : [];
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
${response && html`<p class="note">You answered on ${moment(response.at)}. What you send now replaces it.</p>`}
${form(call, "/", ASKED.map((one) => questionCard(one, answers[one.name] || "", errors[one.name])), {
  submit: response ? "Change my answers" : "Send my answers",
})}`;
  return page(call, { title: failed ? "Please look again" : TITLE, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function introduction() {
  const length = plural(ASKED.length, "question", "questions");
  const names = ANONYMOUS ? "Anonymous: your name is not kept with your answers." : "Your name is shown with your answers.";
  const until = DEADLINE ? ` Open until ${dateWords(DEADLINE)}.` : "";
  return `${length}; answer those you like. ${names}${until}`;
}

function questionCard(question, answer, error) {
  const about = { name: question.name, label: question.label, error };
  switch (question.kind) {
    case "rating":
      return carded(group(about, rating(question.name, answer)));
    case "choice":
      return carded(group(about, pickList("radio", question, [answer])));
    case "several":
      return carded(group({ ...about, help: "Pick as many as you like." }, pickList("checkbox", question, picks(answer))));
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
  return html`${options("radio", name, steps, [answer], "scale")}<p class="ends"><span>1: not at all</span><span>5: very much</span></p>`;
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
    return { [ASKED[0].name]: "Answer at least one question." };
  }
  return Object.fromEntries(found);
}

function fault(question, answer) {
  if (answer === "") return "";
  if (question.kind === "text") return tooLong(answer, LONGEST_TEXT);
  if (question.kind === "number") return parseNumber(answer) === null ? "Write a number, such as 12." : "";
  const strange = picks(answer).some((one) => !question.choices.includes(one));
  return strange ? "Pick one of the answers shown." : "";
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
  const change = ANONYMOUS ? "" : html`<a class="button quiet" href="/">Look at my answers</a>`;
  const results = maySeeResults(call) && html`<a class="button" href="/results">See the results</a>`;
  const main = html`<section class="card empty">
<h1>Thank you, ${words(call.visitor.name)}</h1>
<p>${ANONYMOUS ? "Your answers are in, without your name." : `Your answers are in. You can change them${DEADLINE ? ` until ${dateWords(DEADLINE)}` : " at any time"}.`}</p>
<p>${results} ${change}</p>
</section>`;
  return page(call, { title: "Thank you", main, nav: navigation(call) });
}

function alreadyAnswered(call) {
  return standing(call, "You have answered already", "This survey is anonymous, so nobody can tell which answers are yours to change.");
}

function closed(call) {
  return standing(call, "This survey is closed", `Answers were taken until ${dateWords(DEADLINE)}.`);
}

function standing(call, title, text) {
  const main = html`<section class="card empty"><h1>${title}</h1><p>${text}</p>${maySeeResults(call) && html`<p><a class="button" href="/results">See the results</a></p>`}</section>`;
  return page(call, { title, main, nav: navigation(call), status: call.method === "POST" ? 409 : 200 });
}
