"""Probing: what was taken back is asked about until it is known to be gone; the operators hear of what is not (K5)."""

import logging

from sqlmodel import Session

from bot import telemetry
from bot.chat import Message, Place
from bot.database import transaction
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import requests
from bot.threads import thread
from bot.wiring import Unavailable, Wiring
from bot.wording import limits
from bot.wording.blocks import quoted
from guardrails import audit, revocations
from guardrails.revocations import Revocation
from runtime import apps

MOST_A_TICK = 20
STILL = "It is still held."

log = logging.getLogger("slipway.probing")


def tick(wiring: Wiring) -> int:
    """Ask about what is due, and alert of what stays open for too long; how many were asked about."""
    with transaction(wiring.engine) as session:
        found = revocations.due(session, wiring.now(), MOST_A_TICK)
    for one in found:
        try:
            _probe(wiring, one)
        except Exception:
            # The rim of this worker: one question's fault must not stop the others'. The row is looked at again.
            log.exception("whether %s of %s is gone could not be asked", one.name, one.app)
    with transaction(wiring.engine) as session:
        for one in revocations.late(session, wiring.now()):
            _alert(session, wiring, one)
    return len(found)


def _probe(wiring: Wiring, one: Revocation) -> None:
    with transaction(wiring.engine) as session:
        app = apps.get(session, one.app) if one.app else None
        request = requests.of_app(session, one.app) if app and not one.tries else None
        if request is not None:
            # Whoever took it back may have done so beside us, in the database: the card says it now (S11).
            thread.refresh(session, wiring, request.id, wiring.now())
    try:
        trouble = STILL if wiring.holds(app, one) else ""
    except Unavailable as error:
        trouble = str(error)
    with transaction(wiring.engine) as session:
        if trouble:
            revocations.postpone(session, one, trouble, wiring.now())
        elif revocations.confirm(session, one, wiring.now()):
            _record(session, one, "revocation.confirmed", wiring.now())
            if one.alerted:
                _tell(session, wiring, one, limits.closed(*_called(session, one)), wiring.now())


def _alert(session: Session, wiring: Wiring, one: Revocation) -> None:
    log.error("%s of %s was taken back and is not known to be gone: %s", one.name, one.app, one.trouble)
    _record(session, one, "revocation.exposed", wiring.now())
    title, name = _called(session, one)
    _tell(session, wiring, one, limits.exposed(title, name, one.since, quoted(one.trouble)), wiring.now())


def _called(session: Session, one: Revocation) -> tuple[str, str]:
    app = apps.get(session, one.app) if one.app else None
    return quoted(app.title if app else "The platform"), quoted(one.name, 80)


def _tell(session: Session, wiring: Wiring, one: Revocation, text: str, now: int) -> None:
    """In the operators' channel: first that it is open, and in its place that it is closed."""
    if wiring.operators:
        place = Place(one.workspace, wiring.operators)
        outbox.put(session, Post(f"exposure:{one.id}:{one.since}", place, Message(text)), now)


def _record(session: Session, one: Revocation, action: str, now: int) -> None:
    app = apps.get(session, one.app) if one.app else None
    audit.append(
        session,
        workspace=one.workspace,
        actor="slipway",
        action=action,
        subject=one.app or one.name,
        why=one.trouble if action == "revocation.exposed" else "",
        facts={"grant": one.name, "since": one.since, "tries": one.tries},
        trace=(telemetry.trace_id(app.trace) or app.trace) if app else "",
        now=now,
    )
