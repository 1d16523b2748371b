// Filing a request, and taking it back.

function showNew(call) {
  return newPage(call, { subject: "", reason: "", amount: "", flags: [] }, {});
}

function newPage(call, typed, errors) {
  const money = THRESHOLD !== null || RULE_ASKS_AMOUNT;
  const main = html`${errorSummary(errors)}
<div><h1>${SAY.newRequest}</h1><p class="lead">${policy()}</p></div>
<section class="card">${form(
    call,
    "/new",
    [
      field({ name: "subject", label: SAY.what, error: errors.subject, required: true }, input("text", typed.subject, { dir: "auto" })),
      field(
        { name: "amount", label: SAY.amountIn(CURRENCY), error: errors.amount, required: money, optional: !money },
        input("text", typed.amount, { inputmode: "decimal", class: "short", autocomplete: "off" }),
      ),
      FLAGS.length > 0 && group({ name: "flags", label: SAY.flagsAsked }, options("checkbox", "flags", FLAGS.map(({ name, place }) => ({ value: String(place), label: name })), typed.flags)),
      field({ name: "reason", label: SAY.reason, error: errors.reason, help: SAY.reasonHelp, required: true }, textarea(typed.reason)),
    ],
    { submit: SAY.send, cancel: "/" },
  )}</section>`;
  const failed = Object.keys(errors).length > 0;
  return page(call, { title: SAY.newRequest, main, nav: navigation(call), status: failed ? 422 : 200 });
}

function fileRequest(call) {
  const typed = Object.fromEntries(["subject", "reason", "amount"].map((name) => [name, first(call.form, name)]));
  typed.flags = all(call.form, "flags");
  const amount = typed.amount === "" ? null : parseNumber(typed.amount);
  const automatic = !needsApproval(amount);
  const errors = requestFaults(call, typed, amount, automatic);
  if (Object.keys(errors).length > 0) return newPage(call, typed, errors);
  const { name, handle } = call.visitor;
  const status = automatic ? APPROVED : WAITING;
  const picked = FLAGS.filter(({ place }) => typed.flags.includes(String(place)));
  const strict = isStrict(amount, picked.map(({ place }) => place));
  const flags = picked.map((one) => one.name).join("; ");
  const { subject, reason } = typed;
  const id = store.insert("requests", { subject, reason, amount, name, handle, status, automatic, flags, strict });
  const what = `${SAY.quoted(typed.subject)}${amount === null ? "" : ` (${money(amount)})`}`;
  tell(automatic ? SAY.toldAutomatic(name, what, money(THRESHOLD)) : SAY.toldAsked(name, what, rule({ handle, strict })));
  return redirect(`/request?id=${id}`);
}

function requestFaults(call, typed, amount, automatic) {
  const faults = {
    subject: typed.subject === "" ? SAY.noSubject : tooLong(typed.subject, LONGEST),
    amount: amountFault(typed.amount, amount),
    reason: typed.reason === "" ? SAY.noReason : tooLong(typed.reason, LONGEST_TEXT),
  };
  if (!automatic && approversOf(call.visitor).length === 0) {
    faults.subject = SAY.soleApprover;
  }
  return Object.fromEntries(Object.entries(faults).filter(([, why]) => why));
}

function amountFault(text, amount) {
  if (text === "") return THRESHOLD === null && !RULE_ASKS_AMOUNT ? "" : SAY.noAmount;
  if (amount === null) return SAY.badAmount;
  return amount < 0 ? SAY.belowZero : "";
}

function withdraw(call) {
  const gone = store.transaction(() => {
    const request = store.get("requests", first(call.form, "id"));
    if (!request || request.by !== call.visitor.id || request.status !== WAITING) return null;
    const { name, handle } = call.visitor;
    store.insert("decisions", { request: request.id, verdict: WITHDRAWN, comment: "", name, handle });
    store.update("requests", request.id, { status: WITHDRAWN });
    return request;
  });
  return gone ? redirect(`/request?id=${gone.id}`) : notice(call, 409, ...SAY.cannotWithdraw, navigation(call));
}
