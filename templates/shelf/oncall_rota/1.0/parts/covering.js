// Covering: somebody takes another's turn, or gives it back.

// The turn with the number that was asked for, from the current one on; null for what is no such number.
function wantedTurn(call, text) {
  if (!/^\d{1,5}$/.test(text)) return null;
  const first = firstDay(call.now);
  return turn(first, Number(text));
}

function showTurn(call) {
  const one = wantedTurn(call, first(call.query, "n"));
  if (!one) return notFound(call, navigation(call));
  if (one.until <= call.now) return notice(call, 409, ...SAY.over, navigation(call));
  return turnPage(call, one, "");
}

function turnPage(call, one, error) {
  const main = html`${errorSummary(error ? { who: error } : {})}
<div><h1>${SAY.turn}</h1><p class="lead">${SAY.span(moment(one.from), moment(one.until))} ${SAY.regular(words(one.regular))}</p></div>
<section class="card">${choices(call, one, error)}</section>`;
  return page(call, { title: SAY.turn, main, nav: navigation(call), status: error ? 422 : 200 });
}

function choices(call, one, error) {
  const hidden = html`<input type="hidden" name="n" value="${one.n}">`;
  if (call.visitor.owner) {
    const control = field({ name: "who", label: SAY.by, error }, select(onDuty(one), MEMBERS));
    return form(call, "/cover", [hidden, control], { submit: SAY.save, cancel: "/" });
  }
  const mine = one.cover && same(one.cover.handle, call.visitor.handle);
  const who = mine ? one.regular : call.visitor.handle;
  if (!isMember(call.visitor) || same(onDuty(one), who) || (one.cover && !mine)) return html`<p>${SAY.lookOn}</p>`;
  const said = html`<input type="hidden" name="who" value="${who}">`;
  return form(call, "/cover", [hidden, said], { submit: mine ? SAY.giveBack(words(one.regular)) : SAY.take, cancel: "/" });
}

function cover(call) {
  const one = wantedTurn(call, first(call.form, "n"));
  if (!one) return notFound(call, navigation(call));
  if (one.until <= call.now) return notice(call, 409, ...SAY.over, navigation(call));
  const who = MEMBERS.find((member) => same(member, first(call.form, "who")));
  if (!who) return turnPage(call, one, SAY.pick);
  const outcome = store.transaction(() => settle(call.visitor, one.n, who));
  if (outcome === "refused") return notice(call, 403, ...SAY.notYours, navigation(call));
  if (outcome === "late") return notice(call, 409, ...SAY.faster, navigation(call));
  const day = dateWords(isoTime(one.from).slice(0, 10));
  if (outcome === "taken") tell(SAY.toldSwap(TITLE, who, one.regular, day));
  if (outcome === "back") tell(SAY.toldBack(TITLE, one.regular, day));
  return redirect("/");
}

// Runs inside a transaction: of two who want the same turn, the second finds it taken.
function settle(visitor, n, who) {
  const known = coverOf(n);
  const mine = known && same(known.handle, visitor.handle);
  const back = same(who, regular(n));
  if (!visitor.owner) {
    if (!isMember(visitor) || !(same(who, visitor.handle) || (back && mine))) return "refused";
    if (known && !mine) return "late";
  }
  if (back ? !known : known && same(known.handle, who)) return "same";
  if (known) store.remove("covers", known.id);
  if (back) return "back";
  store.insert("covers", { turn: n, handle: who, name: visitor.name });
  return "taken";
}
