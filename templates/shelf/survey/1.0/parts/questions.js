// What is asked, and how: the kind of each question is read off its words.

const FREE = /^how (could|can|should|might|do we|would you (improve|change)|come|about)\b/i;
const RATED = /^(how|rate|on a scale)\b|\b(from|scale of|rate|von) ?(it )?1 ?(to|bis|-|–) ?5\b|^(wie (zufrieden|gut|gern|gerne|sehr|klar|leicht|hilfreich|wichtig)|comment évaluez|qué tan)\b/i;
const COUNTED = /^(how (many|much|old)|what (number|percentage)|wie ?viele?|combien|cuánt[oa]s?)\b/i;
const YES_NO = /^(do|does|did|is|are|was|were|will|would|have|has|had|can|could|should|may|am|any)\b|^(ist|sind|war|waren|hast|habt|haben|hat|bist|seid|kannst|könnt|darf|soll|sollen|möchtest|würdest|zählt|gibt|willst|wollt|kommst|kommt)\b|\(?\b(yes ?(\/|or) ?no|ja ?(\/|oder) ?nein)\b\)?/i;
const SEVERAL = /\b(select|pick|choose|tick|check) (all|any|several|as many)\b|\ball that apply\b|\b(mehrere|alles,? was)\b/i;

function optionsIn(text) {
  const listed = text.match(/[([]([^()[\]]+)[)\]]\s*[?:.]?\s*$/) || text.match(/[?:]\s+([^?:]*[/,;|][^?:]*)$/);
  const choices = listed ? listed[1].split(/\s*[,;|/]\s*|\s+(?:or|oder)\s+/).map((one) => one.trim()).filter(Boolean) : [];
  const several = choices.filter((one) => !SEVERAL.test(one));
  return several.length >= 2 ? { label: text.slice(0, listed.index + (listed[0].startsWith("?") ? 1 : 0)).trim(), choices: [...new Set(several)] } : null;
}

function kindOf(text) {
  const listed = optionsIn(text);
  if (listed && !["yes/no", "ja/nein"].includes(listed.choices.map((one) => one.toLowerCase()).join("/"))) {
    return { ...listed, kind: SEVERAL.test(text) ? "several" : "choice" };
  }
  const label = text.replace(/\s*\(((yes|ja) ?(\/|or|oder|,) ?(no|nein)|1 ?(to|bis|-|–) ?5)\)\s*(\??)$/i, "$6") || text;
  if (COUNTED.test(text)) return { label, kind: "number", choices: [] };
  if (YES_NO.test(text)) return { label, kind: "choice", choices: SAY.yesNo };
  if (RATED.test(text) && !FREE.test(text)) return { label, kind: "rating", choices: ["1", "2", "3", "4", "5"] };
  return { label, kind: "text", choices: [] };
}

// The given ones first; general ones fill up to the number asked for, and stand in when none were given.
function questionTexts() {
  const wanted = NUM_QUESTIONS || (QUESTIONS.length > 0 ? 0 : 3);
  const general = SAY.general.filter((one) => !QUESTIONS.includes(one));
  return [...QUESTIONS, ...general.slice(0, Math.max(0, wanted - QUESTIONS.length))];
}

const ASKED = questionTexts().map((text, place) => ({ name: `q${place + 1}`, ...kindOf(text) }));

// Several picks are kept in one column, one a line.
function picks(answer) {
  return answer ? answer.split("\n") : [];
}

// The first second at which the survey is closed; a day counts to its end (UTC).
function closesAt() {
  if (!DEADLINE) return Infinity;
  return DEADLINE.length > 10 ? Date.parse(`${DEADLINE}:00Z`) / 1000 : Date.parse(`${DEADLINE}T00:00:00Z`) / 1000 + 86400;
}
