// The ballot: shown, and taken.

function showStart(call) {
  return isClosed(call) || hasVoted(call) ? redirect("/tally") : showBallot(call);
}

function showBallot(call) {
  if (isClosed(call)) return standing(call, 200, SAY.closed(dateWords(DEADLINE)), SAY.seeResult);
  if (ANONYMOUS && hasVoted(call)) return standing(call, 200, SAY.already, SAY.seeTally);
  const before = voteOf(call);
  return ballot(call, before ? before.picks : [], {}, before);
}

function ballot(call, picked, errors, before) {
  const failed = Object.keys(errors).length > 0;
  const choices = OPTIONS.map((one) => ({ value: one, label: one }));
  const lead = [ANONYMOUS ? SAY.anonymous : SAY.named, DEADLINE && SAY.until(dateWords(DEADLINE))].filter(Boolean).join(" ");
  const asked = group(
    { name: "pick", label: SEVERAL ? SAY.several : SAY.one, error: errors.pick },
    options(SEVERAL ? "checkbox" : "radio", "pick", choices, picked),
  );
  const main = html`${errorSummary(errors)}
<div><h1 dir="auto">${QUESTION}</h1><p class="lead">${lead}</p></div>
${before && html`<p class="note">${SAY.before(moment(before.at))}</p>`}
<section class="card">${form(call, "/vote", asked, { submit: before ? SAY.saveChange : SAY.send, cancel: before ? "/tally" : "" })}</section>`;
  return page(call, { title: TITLE, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function takeVote(call) {
  if (isClosed(call)) return standing(call, 409, SAY.closed(dateWords(DEADLINE)), SAY.seeResult);
  const picked = [...new Set(all(call.form, "pick").filter(Boolean).map(optionSent))];
  const wrong = fault(picked);
  if (wrong) return ballot(call, picked, { pick: wrong }, voteOf(call));
  return together(() => keep(call, picked)) ? redirect("/tally?done=in") : standing(call, 409, SAY.already, SAY.seeTally);
}

// What was sent has no space around it, of any kind; the option itself may have.
function optionSent(text) {
  return OPTIONS.find((one) => one.trim() === text) ?? text;
}

function fault(picked) {
  if (picked.length === 0) return SAY.nothing;
  if (picked.some((one) => !OPTIONS.includes(one))) return SAY.strange;
  return !SEVERAL && picked.length > 1 ? SAY.onlyOne : "";
}

// False when an anonymous vote was given already. Runs inside a transaction, so that two windows of one visitor
// are one after the other, and the second finds the first's vote.
function keep(call, picks) {
  const voted = hasVoted(call);
  if (ANONYMOUS && voted) return false;
  if (!voted) store.insert("voters", {});
  const before = voteOf(call);
  if (before) store.update("votes", before.id, { picks, name: call.visitor.name });
  else store.insert("votes", ANONYMOUS ? { picks } : { picks, name: call.visitor.name });
  return true;
}

function standing(call, status, [title, text], more) {
  const main = html`<section class="card empty"><h1>${title}</h1><p>${text}</p><p><a class="button" href="/tally">${more}</a></p></section>`;
  return page(call, { title, main, nav: navigation(call), status });
}
