"""Filling in: which form a press opens, what is kept while it is filled in, and what is wrong with what was sent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot import clockwork
from bot.billing import TAG
from bot.building.asking import answered
from bot.chat import Drafted, Pressed, Submitted
from bot.database import transaction
from bot.deciding import find
from bot.ending import breaching
from bot.owning import handing_forms, openers, sharing, widening
from bot.rows import drafts, follow_ups
from bot.rows.requests import Request
from bot.threads import card_view, forms, sent, thread
from bot.verbs import decisions
from bot.versions import version_list
from bot.who import rights
from bot.wiring import Wiring
from bot.wording import limits, reckoning, shelving, words
from bot.wording.blocks import quoted
from generator.brief import Brief
from runtime import apps
from templates.answers import validate
from templates.template import Template

OWN_CHECKS: Mapping[str, Callable[[Wiring, Submitted], Mapping[str, str]]] = {
    forms.WHO: widening.wrong,
    forms.SHARE: sharing.wrong,
}
"""Forms that are looked through where they are decided."""


def form(wiring: Wiring, press: Pressed) -> Mapping[str, Any] | str:
    """The form that a press opens: the template's questions, what went wrong, or the reason for a no."""
    hint = decisions.read_hint(press)
    with transaction(wiring.engine) as session:
        request = find(session, hint)
    if request is None:
        return words.OLD_BUTTON
    if press.action in handing_forms.OPENS:
        return handing_forms.form(wiring, press, request)
    if press.action == "slipway.reject":
        return forms.reject_form(json.dumps({"proposal": hint.get("proposal", "")}))
    if press.action == "slipway.consent":
        return forms.approve_form(json.dumps({"proposal": hint.get("proposal", "")}))
    if press.action == "slipway.allow":
        return _give(wiring, request, hint)
    if press.action == sharing.SHARE:
        return sharing.form(wiring, request)
    act = openers.OPENS[press.action]
    if why := rights.why_not(wiring, press.user, act, request):
        return why
    if act == "look":
        seen = breaching.look(wiring, request)
        return seen if isinstance(seen, str) else forms.look_form(json.dumps({"request": request.id}), seen)
    if act == "sent":
        return _sent(wiring, request)
    if act == "roll":
        return version_list.form(wiring, request)
    if request.brief is None or request.state not in thread.WAITING:
        return words.OLD_BUTTON
    if act == "audience":
        return widening.form(wiring, request)
    return _answers(wiring, request, hint, press)


def _answers(wiring: Wiring, request: Request, hint: Mapping[str, str], press: Pressed) -> Mapping[str, Any] | str:
    """The form of the answers: as they are, or as a change would make them that it was opened from."""
    with transaction(wiring.engine) as session:
        begun = replace(request, brief=follow_ups.start_of(session, request, hint))
        # What was typed into the form as it is would undo the change that this one shows.
        draft = None if "change" in hint else drafts.of(session, request.id, press.user, wiring.now())
    assert begun.brief is not None
    about = json.dumps({name: one for name, one in hint.items() if name in ("request", "change")})
    template = wiring.catalog.known(begun.brief.template)
    if template is None:
        return shelving.GONE
    questions, known = wiring.billing.questions(template.questions), begun.brief.answers
    reckoned = reckoning.in_words(template, known)
    page = int(hint["page"]) if hint.get("page", "").isdecimal() else 0
    return forms.answers_form(
        about, questions, known, faulty(template, begun), reckoned, draft, press.action == openers.ANEW, page
    )


def drafted(wiring: Wiring, typed: Drafted) -> None:
    """Keep what stands in a form, for whoever typed it; whether they may send it is judged when they do."""
    with transaction(wiring.engine) as session:
        request = find(session, decisions.read_hint(typed))
        if request is not None and request.workspace == typed.workspace:
            drafts.keep(session, request.id, typed.workspace, typed.user, typed.values, wiring.now())


def anew(wiring: Wiring, press: Pressed) -> Mapping[str, Any] | str:
    """The form without what this person typed, which is gone; or its next page, with all of that."""
    with transaction(wiring.engine) as session:
        if press.action == openers.ANEW and (request := find(session, decisions.read_hint(press))):
            drafts.drop(session, request.id, press.user)
    return form(wiring, press)


def _give(wiring: Wiring, request: Request, hint: Mapping[str, str]) -> Mapping[str, Any] | str:
    """Whoever it is: whether they may is judged when their word comes, by the groups of then."""
    name = hint.get("capability", "")
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
    if app is None or not name:
        return words.OLD_BUTTON
    what = limits.to_allow(quoted(app.title), quoted(name, 80))
    return forms.give_form(json.dumps({"app": app.id, "capability": name}), what)


def _sent(wiring: Wiring, request: Request) -> Mapping[str, Any] | str:
    """The receipt, for the asker alone: it holds what they wrote."""
    if request.understanding is None:
        return words.OLD_BUTTON
    names = card_view.labels_of(wiring, request)
    return forms.sent_form(json.dumps({"request": request.id}), sent.shown(request, names))


def faulty(template: Template, request: Request) -> frozenset[str]:
    """The answers that a rule or the template objects to, by name."""
    answers = {one.name: one.value for one in request.brief.answers} if request.brief else {}
    objected = [one.field for one in request.verdict.findings if one.decision != "allow"] if request.verdict else []
    # What another answer stands in for is wrong only as long as that one is missing.
    stood_in = {one.name for one in template.questions if one.default_from and not answers.get(one.name)}
    wrong = {one.field for one in validate(template, answers)} - stood_in
    return frozenset(field.rpartition(".")[2] for field in objected) | wrong


def wrong(wiring: Wiring, sent: Submitted) -> Mapping[str, str]:
    """What is wrong with a form that was sent, by field; empty when it can be taken."""
    with transaction(wiring.engine) as session:
        request = find(session, decisions.read_hint(sent))
    if request is None or request.brief is None:
        return {next(iter(sent.values), "reason"): words.OLD_FORM}
    if sent.form in handing_forms.OPENS:
        return handing_forms.wrong(sent)
    if sent.form in OWN_CHECKS:
        return OWN_CHECKS[sent.form](wiring, sent)
    if sent.form in (forms.APPROVE, forms.ROLL):
        return {}
    if sent.form == forms.GIVE:
        return {} if sent.values.get("reason") else {"reason": "Please say why; it stands in the thread."}
    if sent.form == forms.REJECT:
        return {} if sent.values.get("reason") else {"reason": "Please say why, so that the asker can change it."}
    return _bad_fields(wiring, request, sent)


def _bad_fields(wiring: Wiring, request: Request, sent: Submitted) -> Mapping[str, str]:
    """What the template says about the answers, at the fields that the form shows."""
    with transaction(wiring.engine) as session:
        start = follow_ups.start_of(session, request, decisions.read_hint(sent))
    assert start is not None
    template = wiring.catalog.known(start.template)
    if template is None:
        return {next(iter(sent.values), "title"): shelving.GONE}
    brief = answered(wiring, start, sent.values)
    bad = validate(template, {one.name: one.value for one in brief.answers})
    unpaid = wiring.billing.problem(brief.value(TAG)) if TAG in sent.values else ""
    wrong = {one.field: f"{one.why} {one.fix}".strip() for one in bad if one.field in sent.values}
    wrong |= {name: why for name, why in _passed(template, start, brief, wiring.now()).items() if name not in wrong}
    return {**wrong, TAG: unpaid} if unpaid else wrong


def _passed(template: Template, before: Brief, brief: Brief, now: int) -> Mapping[str, str]:
    """Days that somebody sets now though they are over; one that passed since it was set is nobody's mistake."""
    today = clockwork.day(now).isoformat()
    given = {one.name: one.value for one in brief.answers if one.value != before.value(one.name)}
    return {
        one.name: reckoning.PASSED.format(label=one.label, said=value, today=today)
        for one in template.questions
        if one.ahead and isinstance(value := given.get(one.name), str) and "" < value[:10] < today
    }
