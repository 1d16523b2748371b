"""Anchoring: how far the audit chain has come, daily in a file that lies elsewhere, weekly in a channel."""

import logging
from pathlib import Path

from sqlmodel import Session

from bot.chat import Message, Place
from bot.clockwork import DAY
from bot.database import transaction
from bot.operating import weekly
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.wiring import Wiring
from guardrails import anchors, audit
from guardrails.chain import Anchor

log = logging.getLogger("slipway.anchoring")


def tick(wiring: Wiring) -> None:
    """Anchor each chain that was not anchored today; tell the operators of its head once a week."""
    now = wiring.now()
    known = anchors.read(wiring.anchors)
    advised = weekly.advisories_line(wiring.osv, now) if _due(wiring, now) else ""
    with transaction(wiring.engine) as session:
        due = [one for one in audit.workspaces(session) if now - anchors.newest(known, one) >= DAY]
        heads = [head(session, one, now) for one in due]
        # A chain that lost what was anchored gets no new anchor, which would make it look whole.
        lost = [one for one in known if one.workspace in due and not audit.agrees(session, one)]
        for one in heads:
            _post(session, wiring, one, advised, now)
    for one in lost:
        log.error("the audit chain of %s is not what was %s: see platformctl audit verify", one.workspace, one.place)
    for one in heads:
        if one.workspace not in {other.workspace for other in lost}:
            anchors.add(wiring.anchors, one)


def head(session: Session, workspace: str, now: int) -> Anchor:
    """How far a chain has come."""
    seq, digest = audit.head(session, workspace)
    return Anchor(workspace=workspace, seq=seq, digest=digest, at=now)


def file(home: Path, given: Path | None) -> Path:
    """Where anchors are kept: as set, or beside the database until somebody sets it."""
    return given or home / "anchors" / "audit.jsonl"


def _due(wiring: Wiring, now: int) -> bool:
    """Whether a workspace may be due for its post, so that the advisories are worth reading."""
    with transaction(wiring.engine) as session:
        names = audit.workspaces(session) if wiring.operators else ()
        return any(not outbox.known(session, _key(one, now)) for one in names)


def _key(workspace: str, now: int) -> str:
    return f"anchor:{workspace}:{now // (7 * DAY)}"


def _post(session: Session, wiring: Wiring, anchor: Anchor, advised: str, now: int) -> None:
    key = _key(anchor.workspace, now)
    if advised and not outbox.known(session, key):
        text = weekly.text(session, anchor, advised, now)
        outbox.put(session, Post(key, Place(anchor.workspace, wiring.operators), Message(text)), now)
