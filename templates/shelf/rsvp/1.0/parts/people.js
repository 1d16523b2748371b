// Who comes: names for everybody, notes and CSV for the owner.

const MOST_SHOWN = 300;

function whoComes(call, { coming, waiting }, replies) {
  if (Object.values(replies).every((some) => some.length === 0)) {
    return html`<section class="card empty"><h2>${SAY.nobodyYet[0]}</h2><p>${SAY.nobodyYet[1]}</p></section>`;
  }
  return html`<section class="card"><div class="head"><h2>${SAY.whoComes}</h2>${call.visitor.owner && html`<a class="button quiet" href="/replies.csv">${SAY.download}</a>`}</div>
${people(call, SAY.listComing, coming)}${people(call, SAY.listWaiting, waiting, true)}${people(call, SAY.listMaybe, replies[MAYBE])}${people(call, SAY.listOut, replies[NO])}</section>`;
}

function people(call, title, replies, numbered = false) {
  if (replies.length === 0) return "";
  const items = replies.slice(0, MOST_SHOWN).map((one) => html`<li>${person(call, one)}</li>`);
  const rest = replies.length - MOST_SHOWN;
  const guests = replies.reduce((sum, one) => sum + one.guests, 0);
  return html`<div><h3>${title} <span class="by">${SAY.heads(replies.length + guests, guests)}</span></h3>${numbered ? html`<ol class="names">${items}</ol>` : html`<ul class="names">${items}</ul>`}
${rest > 0 && html`<p class="by">${SAY.andMore(rest)}</p>`}</div>`;
}

function person(call, reply) {
  const note = call.visitor.owner && reply.note && html`<div class="by">${paragraphs(reply.note)}</div>`;
  return html`${words(reply.name)}${reply.guests > 0 && html` <span class="by">${SAY.with(reply.guests)}</span>`}${note}`;
}

function exportReplies(call) {
  if (!call.visitor.owner) return notice(call, 403, ...SAY.refused);
  const { coming, waiting } = seated(repliesByAnswer()[YES]);
  const place = new Map([...coming.map((one) => [one.by, SAY.yes]), ...waiting.map((one, n) => [one.by, SAY.waitingAt(n + 1)])]);
  const said = { [MAYBE]: SAY.maybe, [NO]: SAY.no };
  const rows = every("replies", { orderBy: "answered" }).map((one) => [
    isoTime(one.answered),
    one.name,
    place.get(one.by) || said[one.answer],
    one.guests,
    one.note,
  ]);
  return csv(TITLE, SAY.headings, rows);
}
