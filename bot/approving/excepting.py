"""Excepting: an app is spared a rule for a while. Given by an operator, told in its thread, over by itself."""

from sqlmodel import Session

from bot import clockwork, telemetry
from bot.database import transaction
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import thread
from bot.who import audiences
from bot.wiring import Stage, Wiring
from bot.wording import rulings, words
from bot.wording.blocks import quoted
from guardrails import aliases, audit, exceptions
from guardrails.exceptions import Exemption
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.bundle import digest_of
from templates.manifest import Manifest


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


def agree(session: Session, request: Request, one: Exemption, actor: str) -> None:
    """Spare a Request's app a rule until that time; its thread is told."""
    exceptions.agree(session, one)
    text = rulings.excepted(quoted(one.rule), words.when(one.until), quoted(one.owner, 80), quoted(one.reason, 300))
    _tell(session, request, f"excepted:{one.rule}:{one.since}", text, one.since)
    _record(session, request, "policy.excepted", actor, one, one.since)


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
            "owner": aliases.reference(session, request.workspace, one.owner),
            "reason": digest_of(one.reason.encode()),
        },
        trace=telemetry.trace_id(request.trace),
        now=now,
    )
