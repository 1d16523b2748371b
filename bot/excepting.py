"""Excepting: an app is spared a rule for a while. Given by an operator, told in its thread, over by itself."""

import os
import pwd
from datetime import date
from pathlib import Path

from sqlmodel import Session

from bot import audiences, clockwork, database, outbox, requests, rulings, telemetry, thread, words
from bot.blocks import quoted
from bot.clockwork import DAY, Clock
from bot.database import transaction
from bot.requests import Request
from bot.wiring import Stage, Wiring
from guardrails import audit, exceptions
from guardrails.exceptions import Exemption
from guardrails.policy import Policies
from guardrails.scrub import scrub
from guardrails.verdict import Verdict
from runtime import apps
from templates.audience import Audience
from templates.bundle import digest_of
from templates.manifest import Manifest

LONGEST_DAYS = 365


class Undone(Exception):
    """Nothing was changed; the message says why."""


def judged(wiring: Wiring, request: Request, manifest: Manifest, wanted: Audience, stage: Stage) -> Verdict:
    """What the policies say of a Request's app now, with the exceptions that hold now."""
    here = audiences.asked_in(request.place, request.person or "")
    verdict = wiring.review(manifest, wanted, here, stage)
    with transaction(wiring.engine) as session:
        return exceptions.excuse(verdict, exceptions.held(session, wiring.now(), request.app, request.id))


def close(session: Session, now: int) -> None:
    """End what is over, and tell each thread once."""
    for one in exceptions.lapse(session, now):
        request = requests.of_app(session, one.subject) or requests.get(session, one.subject)
        if request is not None:
            _tell(session, request, f"over:{one.rule}:{one.until}", rulings.exception_over(quoted(one.rule)), now)
            _record(session, request, "policy.exception_ended", "slipway", one, now)


def run(home: Path, name: str, rule: str, until: date, reason: str, owner: str) -> str:
    """Do what `platformctl policy except` was asked for; what to print. Works while control is away."""
    _may_be_excepted(rule)
    said, answers = scrub(reason).text.strip(), scrub(owner).text.strip() or _operator()
    if not said:
        raise Undone("an exception needs a reason, in words that somebody will read in a year")
    path = home / "control.db"
    if not path.exists():
        raise Undone(f"there is no {path}")
    engine = database.connect(f"sqlite:///{path}")
    try:
        with transaction(engine) as session:
            request, now = _request(session, name), Clock(session).now()
            end = (until - date(1970, 1, 1)).days * DAY
            if not now < end <= now + LONGEST_DAYS * DAY:
                raise Undone(f"{until} must be after today, and at most {LONGEST_DAYS} days away")
            _agree(
                session,
                request,
                Exemption(
                    workspace=request.workspace,
                    subject=request.app or request.id,
                    rule=rule,
                    owner=answers,
                    reason=said,
                    since=now,
                    until=end,
                ),
            )
    finally:
        engine.dispose()
    return f"{name} is excepted from {rule} until {words.when(end)}; {answers} answers for it."


def _operator() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _agree(session: Session, request: Request, one: Exemption) -> None:
    exceptions.agree(session, one)
    text = rulings.excepted(quoted(one.rule), words.when(one.until), quoted(one.owner, 80), quoted(one.reason, 300))
    _tell(session, request, f"excepted:{one.rule}:{one.since}", text, one.since)
    _record(session, request, "policy.excepted", f"operator {_operator()}", one, one.since)


def _may_be_excepted(rule: str) -> None:
    known = Policies().rules
    if rule not in known or rule == "findings":
        raise Undone(f"there is no rule {rule}; there are {', '.join(sorted(set(known) - {'findings'}))}")
    if not known[rule].custom.exceptions:
        raise Undone(f"nothing is excepted from {rule}: its file says so")


def _request(session: Session, name: str) -> Request:
    app = apps.by_slug(session, name) or apps.get(session, name)
    found = requests.of_app(session, app.id) if app else requests.get(session, name)
    if found is None:
        raise Undone(f"there is no app and no request {name}")
    return found


def _tell(session: Session, request: Request, key: str, text: str, now: int) -> None:
    outbox.put(session, thread.post(request, f"exception:{request.id}:{key}", thread.note(request, text)), now)


def _record(session: Session, request: Request, action: str, actor: str, one: Exemption, now: int) -> None:
    audit.append(
        session,
        workspace=request.workspace,
        actor=actor,
        action=action,
        subject=request.app or request.id,
        why="with a reason",
        facts={
            "request": request.id,
            "rule": one.rule,
            "until": clockwork.day(one.until).isoformat(),
            "owner": one.owner,
            "reason": digest_of(one.reason.encode()),
        },
        trace=telemetry.trace_id(request.trace),
        now=now,
    )
