// What stands on the page: the topics of the start, what was added, and what readers asked.

const MOST_ENTRIES = 500;
const MOST_ASKED = 100;

function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[\s?!.]+/g, " ").trim();
}

// [{ question, answer, name, at, row, fixed }]; the topics of the start first, each with its answer or none.
function entries() {
  const rows = every("answers", { orderBy: "at" });
  const byQuestion = new Map(rows.map((row) => [folded(row.question), row]));
  const topics = [...new Map(TOPICS.map((text) => [folded(text), text])).entries()];
  const fixed = topics.map(([key, text]) => entry(text, byQuestion.get(key), true));
  const known = new Set(topics.map(([key]) => key));
  const added = rows.filter((row) => !known.has(folded(row.question))).map((row) => entry(row.question, row, false));
  return [...fixed, ...added];
}

function entry(question, row, fixed) {
  return { question, row, fixed, answer: row ? row.answer : "", name: row ? row.name : "", at: row ? row.at : 0 };
}

function entryCalled(question) {
  return entries().find((one) => folded(one.question) === folded(question));
}

function askedCalled(question) {
  return every("asked").find((one) => folded(one.question) === folded(question));
}

// Those that hold every word of `text`, in the question or the answer.
function matching(all, text) {
  const wanted = folded(text).split(" ").filter(Boolean);
  return all.filter((one) => wanted.every((word) => folded(`${one.question} ${one.answer}`).includes(word)));
}
