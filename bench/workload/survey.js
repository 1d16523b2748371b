// The survey of the peers' harness, as an app for Slipway: same questions, same page to the byte, same checks.
const TITLE = "__APP_TITLE__";
const TEAMS = ["platform", "product", "design", "support"];
const QUESTIONS = [
  { id: "name", label: "What is your name?", help: "Shown only to the survey owner, never on the results page.", type: "text", required: true, max: 100 },
  { id: "rating", label: "How would you rate last sprint?", help: "1 means we should change everything, 5 means keep going.", type: "int", required: true, min: 1, max: 5 },
  { id: "team", label: "Which team are you on?", help: "Pick the one you spend the most time with this quarter.", type: "choice", required: true, options: TEAMS },
  { id: "again", label: "Would you run this ritual again?", help: "A simple yes or no. You can explain below.", type: "choice", required: true, options: ["yes", "no"] },
  { id: "comment", label: "Anything else?", help: "Optional. Up to 500 characters, plain text only & no <markup>.", type: "textarea", required: false, max: 500 },
];

function radios(question) {
  const options = question.options ?? [];
  for (let one = question.min; one <= question.max; one++) options.push(String(one));
  const given = { type: "radio", name: question.id };
  return options.map(
    (value) => html`<label class="opt"><input${attributes({ ...given, value, required: question.required })}>${value}</label>`,
  );
}

function control(question) {
  const { id, max: maxlength, required } = question;
  switch (question.type) {
    case "text":
      return html`<input${attributes({ type: "text", id, name: id, maxlength, required })}>`;
    case "textarea":
      return html`<textarea${attributes({ id, name: id, rows: 4, maxlength, required })}></textarea>`;
    default:
      return radios(question);
  }
}

function field(question, at) {
  const { label, help } = question;
  return html`${at > 0 && "\n"}<fieldset><legend>${label}</legend><small>${help}</small>${control(question)}</fieldset>`;
}

function page() {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${TITLE}</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d;background:#fff}h1{font-size:1.5rem}fieldset{border:1px solid #ddd;border-radius:8px;margin:0 0 1rem;padding:1rem}legend{font-weight:600;padding:0 .4rem}small{display:block;color:#616061;margin-bottom:.5rem}input[type=text],textarea{width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #bbb;border-radius:6px;font:inherit}label.opt{display:inline-flex;gap:.3rem;margin-right:1rem}button{background:#007a5a;color:#fff;border:0;border-radius:6px;padding:.6rem 1.2rem;font:inherit;cursor:pointer}</style></head>
<body><h1>${TITLE}</h1><form method="post" action="submit">
${QUESTIONS.map(field)}
<button type="submit">Send</button></form></body></html>
`;
}

// What was sent: a form's fields, or the document that the harness posts as JSON; null when nobody can read it.
function given(form) {
  if (!form.json) return Object.fromEntries(QUESTIONS.map(({ id }) => [id, form[id]?.[0]]));
  try {
    const read = JSON.parse(form.json[0]);
    return typeof read === "object" && !Array.isArray(read) ? read : null;
  } catch {
    return null;
  }
}

function fault({ type, options, min, max }, value) {
  if (type === "int") return value >= min && value <= max ? "" : "out of range";
  if (typeof value !== "string") return "not text";
  if (options && !options.includes(value)) return "not an option";
  return max && value.length > max ? "too long" : "";
}

function submit(form) {
  const sent = given(form);
  if (sent === null) return json(400, { ok: false, errors: { body: "unreadable" } });
  const errors = {}, row = {};
  for (const question of QUESTIONS) {
    const value = sent[question.id] ?? "";
    if (value === "") {
      if (question.required) errors[question.id] = "required";
      continue;
    }
    const read = question.type !== "int" ? value : /^-?\d+$/.test(value) ? Number(value) : NaN;
    const why = fault(question, read);
    if (why) errors[question.id] = why;
    row[question.id] = read;
  }
  if (Object.keys(errors).length) return json(400, { ok: false, errors });
  return json(201, { ok: true, id: Number(store.insert("responses", row)) });
}

function results() {
  const count = store.count("responses");
  let sum = 0;
  for (let rating = 1; rating <= 5; rating++) sum += rating * store.count("responses", { rating });
  const avg_rating = count ? Math.round((sum / count) * 100) / 100 : 0;
  return json(200, { count, avg_rating, teams: tally("team", TEAMS), again: tally("again", ["yes", "no"]) });
}

function tally(field, values) {
  const counted = values.map((value) => [value, store.count("responses", { [field]: value })]);
  return Object.fromEntries(counted.filter(([, count]) => count));
}

function json(status, document) {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(document) };
}

export function handle(call) {
  if (call.method === "GET" && call.path === "/") return page();
  if (call.method === "POST" && call.path === "/submit") return submit(call.form);
  if (call.method === "GET" && call.path === "/results") return results();
  return { status: 404, headers: { "content-type": "text/plain" }, body: "not found" };
}
