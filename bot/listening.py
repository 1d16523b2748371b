"""The ears: what is heard becomes a row before it is acked. Quick, and nothing else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from bot import (
    breaching,
    decisions,
    follow_ups,
    following,
    forms,
    limits,
    outbox,
    presses,
    requests,
    rights,
    sent,
    telemetry,
    thread,
    words,
)
from bot.asking import answered
from bot.billing import TAG
from bot.blocks import quoted
from bot.chat import Heard, Message, Pressed, Submitted
from bot.commands import Commands
from bot.database import transaction
from bot.deciding import find
from bot.outbox import Post
from bot.requests import Request, State
from bot.roles import Act
from bot.slack import Ears
from bot.wiring import Wiring
from guardrails import audit
from runtime import apps
from templates.answers import validate
from templates.template import Template

OPENS: Mapping[str, Act] = {"slipway.answer": "answer", "slipway.look": "look", "slipway.sent": "sent"}
"""Buttons that open something which only some may see."""
MOST_WORDS = 20_000
"""Characters that are kept of a request with all that was added; `generator.utterance` reads the first 2,000."""
EXTENDED, EVENT = "request.extended", "event"
"""The AuditEvent of words added to a Request, and its fact that names the utterance."""


def ears(wiring: Wiring, commands: Commands, scrub: Callable[[str], tuple[str, tuple[str, ...]]]) -> Ears:
    """The ears of this control process."""
    return Ears(
        heard=lambda heard: hear(wiring, commands, heard),
        pressed=lambda press: keep(wiring, press),
        submitted=lambda form: submitted(wiring, form),
        form=lambda press: form(wiring, press),
        scrub=scrub,
        ours=lambda channel, root: ours(wiring, channel, root),
        overheard=lambda key, channel, root, user: following.overheard(wiring, key, channel, root, user),
    )


def hear(wiring: Wiring, commands: Commands, heard: Heard) -> None:
    """A command we know is answered; everything else is a Request, with its card in the same transaction."""
    if commands.take(heard):
        return
    if heard.place.thread and (extended(wiring, heard) or followed(wiring, heard) or heard.via == "thread"):
        return
    now = wiring.now()
    with telemetry.span("heard", facts={"via": heard.via}) as trace, transaction(wiring.engine) as session:
        request = requests.receive(session, heard, trace, now)
        if request is None:
            return
        thread.open_thread(session, request, heard.response_url, now)
        audit.append(
            session,
            workspace=request.workspace,
            actor=request.user,
            action="request.received",
            subject=request.id,
            facts={"via": request.via, "removed": len(request.removed)},
            trace=telemetry.trace_id(trace),
            now=now,
        )
        thread.refresh(session, wiring, request.id, now)
        _warn(session, request, heard, now)


def extended(wiring: Wiring, heard: Heard) -> bool:
    """Whether this adds to the words of a Request: what its asker says under an open question of ours does.

    Other talk in a thread is people's own.
    """
    now = wiring.now()
    with transaction(wiring.engine) as session:
        asked = thread.request_in(session, heard.place.channel, heard.place.thread or "", heard.user)
        if asked is None or asked.user != heard.user:
            return False
        if _taken(session, asked, heard.key):
            return True  # delivered once more
        if asked.state not in thread.OPEN or following.changeable(asked):
            return False
        text = f"{asked.text}\n{heard.text}"[:MOST_WORDS]
        removed = json.dumps([*asked.removed, *heard.removed])
        if not requests.advance(session, asked, State.RECEIVED, now, text=text, trouble="", removed=removed):
            return False
        audit.append(
            session,
            workspace=asked.workspace,
            actor=asked.user,
            action=EXTENDED,
            subject=asked.id,
            facts={"via": heard.via, "removed": len(heard.removed), EVENT: heard.key},
            trace=telemetry.trace_id(asked.trace),
            now=now,
        )
        thread.refresh(session, wiring, asked.id, now)
        _warn(session, asked, heard, now)
    return True


def followed(wiring: Wiring, heard: Heard) -> bool:
    """Whether this is kept to be read as a change of an app, by its asker in its own thread."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        asked = thread.request_in(session, heard.place.channel, heard.place.thread or "", heard.user)
        if not following.heard(session, asked, heard, now):
            return False
        assert asked is not None
        _warn(session, asked, heard, now)
    return True


def _taken(session: Session, asked: Request, key: str) -> bool:
    """Whether this utterance began a Request, or was added to this one, before: the audit chain remembers which."""
    return requests.known(session, key) or any(
        one.facts.get(EVENT) == key for one in audit.story(session, asked.id) if one.action == EXTENDED
    )


def _warn(session: Session, request: Request, heard: Heard, now: int) -> None:
    """Tell the asker privately which secrets were taken out."""
    if heard.removed:
        warning = thread.note(request, words.secret_warning(heard.removed))
        outbox.put(session, thread.post(request, f"secret:{heard.key}", warning, request.user), now)


def keep(wiring: Wiring, press: Pressed | Submitted) -> None:
    """A press waits for its decision as a row; the same one twice is one, and whoever repeats it is told."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        kept = presses.keep(session, press, now)
        if isinstance(press, Submitted):
            _warn_of_form(session, press, now)
        elif not kept:
            outbox.put(
                session, Post(f"again:{press.key}", press.place, Message(words.PRESSED_ALREADY), press.user), now
            )


def _warn_of_form(session: Session, sent: Submitted, now: int) -> None:
    """Tell whoever typed a secret into a form that it was taken out."""
    request = find(session, decisions.read_hint(sent))
    if sent.removed and request is not None:
        warning = thread.note(request, words.secret_warning(sent.removed, form=True))
        outbox.put(session, thread.post(request, f"secret:{sent.key}", warning, sent.user), now)


def ours(wiring: Wiring, channel: str, root: str) -> bool:
    """Whether a thread began with a Request of ours."""
    with transaction(wiring.engine) as session:
        return thread.request_in(session, channel, root) is not None


def form(wiring: Wiring, press: Pressed) -> Mapping[str, Any] | str:
    """The form that a press opens: the template's questions, what went wrong, or the reason for a no."""
    hint = decisions.read_hint(press)
    with transaction(wiring.engine) as session:
        request = find(session, hint)
    if request is None:
        return words.OLD_BUTTON
    if press.action == "slipway.reject":
        return forms.reject_form(json.dumps({"proposal": hint.get("proposal", "")}))
    if press.action == "slipway.consent":
        return forms.approve_form(json.dumps({"proposal": hint.get("proposal", "")}))
    if press.action == "slipway.allow":
        return _give(wiring, request, hint)
    act = OPENS[press.action]
    if why := rights.why_not(wiring, press.user, act, request):
        return why
    if act == "look":
        seen = breaching.look(wiring, request)
        return seen if isinstance(seen, str) else forms.look_form(json.dumps({"request": request.id}), seen)
    if act == "sent":
        return _sent(wiring, request)
    if request.brief is None or request.state not in thread.WAITING:
        return words.OLD_BUTTON
    return _answers(wiring, request, hint)


def _answers(wiring: Wiring, request: Request, hint: Mapping[str, str]) -> Mapping[str, Any]:
    """The form of the answers: as they are, or as a change would make them that it was opened from."""
    with transaction(wiring.engine) as session:
        begun = replace(request, brief=follow_ups.start_of(session, request, hint))
    assert begun.brief is not None
    about = json.dumps({name: one for name, one in hint.items() if name in ("request", "change")})
    template = wiring.catalog.get(begun.brief.template)
    questions = wiring.billing.questions(template.questions)
    return forms.answers_form(about, questions, begun.brief.answers, faulty(template, begun))


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
    names = (
        {one.name: one.label for one in wiring.catalog.get(request.brief.template).questions} if request.brief else {}
    )
    return forms.sent_form(json.dumps({"request": request.id}), sent.shown(request, names))


def faulty(template: Template, request: Request) -> frozenset[str]:
    """The answers that a rule or the template objects to, by name."""
    answers = {one.name: one.value for one in request.brief.answers} if request.brief else {}
    objected = [one.field for one in request.verdict.findings if one.decision != "allow"] if request.verdict else []
    return frozenset(field.rpartition(".")[2] for field in objected) | {
        one.field for one in validate(template, answers)
    }


def submitted(wiring: Wiring, sent: Submitted) -> Mapping[str, str]:
    """Keep a form, unless a field is wrong: then it stays open and says so at the field."""
    wrong = _wrong(wiring, sent)
    if not wrong:
        keep(wiring, sent)
    return wrong


def _wrong(wiring: Wiring, sent: Submitted) -> Mapping[str, str]:
    with transaction(wiring.engine) as session:
        request = find(session, decisions.read_hint(sent))
    if request is None or request.brief is None:
        return {next(iter(sent.values), "reason"): words.OLD_FORM}
    if sent.form == forms.APPROVE:
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
    brief = answered(wiring, start, sent.values)
    bad = validate(wiring.catalog.get(brief.template), {one.name: one.value for one in brief.answers})
    unpaid = wiring.billing.problem(brief.value(TAG)) if TAG in sent.values else ""
    wrong = {one.field: f"{one.why} {one.fix}".strip() for one in bad if one.field in sent.values}
    return {**wrong, TAG: unpaid} if unpaid else wrong
