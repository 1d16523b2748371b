// The survey that every host in docs/performance.md serves: its page is made anew for each visit from the questions.
const TITLE = "Simple survey";
const TEAMS = ["Engineering", "Design", "Sales", "Support"];
const QUESTIONS = [
  { name: "name", label: "Your name", kind: "text", required: true, longest: 100, help: "As your colleagues know you." },
  { name: "rating", label: "How was the week?", kind: "rating", required: true, help: "1 is bad, 5 is very good." },
  { name: "team", label: "Your team", kind: "choice", required: true, choices: TEAMS, help: "The one you spend most time with." },
  { name: "again", label: "Should we ask again next week?", kind: "choice", required: true, choices: ["yes", "no"], help: "" },
  { name: "comment", label: "Anything else?", kind: "long", required: false, longest: 500, help: "Optional; 500 characters at most." },
];

function options(question) {
  const choices = question.kind === "rating" ? ["1", "2", "3", "4", "5"] : question.choices;
  const type = { type: "radio", name: question.name, required: question.required };
  return choices.map((one) => html`<label class="option"><input${attributes({ ...type, value: one })}> ${one}</label>\n`);
}

function control(question) {
  const given = { id: question.name, name: question.name, maxlength: question.longest, required: question.required };
  switch (question.kind) {
    case "text":
      return html`<input${attributes({ type: "text", ...given })}>`;
    case "long":
      return html`<textarea${attributes({ rows: 4, ...given })}></textarea>`;
    default:
      return html`<div class="options" role="radiogroup">\n${options(question)}</div>`;
  }
}

function card(question) {
  return html`<fieldset class="card">
<legend>${question.label}${question.required && html` <span class="required">required</span>`}</legend>
${question.help && html`<p class="help" id="${question.name}-help">${question.help}</p>`}
${control(question)}
</fieldset>
`;
}

function page(call) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<link rel="stylesheet" href="/static/app.css">
</head>
<body>
<main>
<h1>${TITLE}</h1>
<p>${QUESTIONS.length} questions; it takes a minute.</p>
<form method="post" action="/submit">
<input type="hidden" name="_csrf" value="${call.csrf}">
${QUESTIONS.map(card)}<button>Send</button>
</form>
</main>
</body>
</html>
`;
}

function fault(question, value) {
  if (!value) return question.required ? "is required" : "";
  if (question.longest && value.length > question.longest) return `has at most ${question.longest} characters`;
  if (question.kind === "rating" && !/^[1-5]$/.test(value)) return "is a whole number from 1 to 5";
  return question.kind === "choice" && !question.choices.includes(value) ? "is none of the choices" : "";
}

function submit(call) {
  const row = {}, errors = {};
  for (const question of QUESTIONS) {
    row[question.name] = (call.form[question.name] ?? [""])[0].trim();
    const why = fault(question, row[question.name]);
    if (why) errors[question.name] = why;
  }
  const ok = Object.keys(errors).length === 0;
  const said = ok ? { ok, id: store.insert("responses", row) } : { ok, errors };
  return { status: ok ? 201 : 400, headers: { "content-type": "application/json" }, body: JSON.stringify(said) };
}

export function handle(call) {
  if (call.method === "GET" && call.path === "/") return page(call);
  if (call.method === "POST" && call.path === "/submit") return submit(call);
  return { status: 404, headers: { "content-type": "text/plain" }, body: "There is no such page." };
}
