// Cards that are added and removed, and votes.

const MOST_CARDS = 500;

function addCard(call) {
  const place = first(call.form, "column");
  if (!Object.hasOwn(COLUMNS, place) || !/^\d$/.test(place)) return notFound(call, navigation(call));
  const text = first(call.form, "text");
  const fault = store.transaction(() => {
    const wrong = text === "" ? SAY.wanted : tooLong(text, LONGEST) || (store.count("cards") >= MOST_CARDS ? SAY.full : "");
    if (!wrong) store.insert("cards", ANONYMOUS ? { place, text } : { place, text, name: call.visitor.name });
    return wrong;
  });
  return fault ? boardPage(call, { [place]: text }, { [place]: fault }) : redirect("/");
}

function vote(call) {
  const id = first(call.form, "card");
  const wanted = first(call.form, "on") === "yes";
  const outcome = store.transaction(() => {
    if (!store.get("cards", id)) return SAY.gone;
    const known = store.list("votes", { where: { card: id, by: call.visitor.id }, limit: 1 })[0];
    if (wanted === Boolean(known)) return null;
    if (!wanted) store.remove("votes", known.id);
    else if (votesLeft(call) <= 0) return SAY.spent;
    else store.insert("votes", { card: id });
    return null;
  });
  if (outcome) return notice(call, 409, ...outcome, navigation(call));
  return redirect(first(call.form, "sort") === BY_VOTES ? "/?sort=votes" : "/");
}

function askRemove(call) {
  const card = store.get("cards", first(call.query, "card"));
  if (!card) return notFound(call, navigation(call));
  if (!mayRemove(call.visitor, card)) return notice(call, 403, ...SAY.notYours, navigation(call));
  const hidden = html`<input type="hidden" name="card" value="${card.id}">`;
  const main = html`<section class="card"><h1>${SAY.sure}</h1><p>${SAY.leaves(words(card.text))}</p>
${form(call, "/remove", hidden, { submit: SAY.yes, cancel: "/" })}</section>`;
  return page(call, { title: SAY.sure, main, nav: navigation(call) });
}

function removeCard(call) {
  const card = store.get("cards", first(call.form, "card"));
  if (!card) return redirect("/");
  if (!mayRemove(call.visitor, card)) return notice(call, 403, ...SAY.notYours, navigation(call));
  store.transaction(() => {
    for (const one of every("votes", { where: { card: card.id } })) store.remove("votes", one.id);
    store.remove("cards", card.id);
  });
  return redirect("/");
}
