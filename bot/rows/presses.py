"""Presses and submitted forms, as rows: kept by the listener before it acks, decided by a tick."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import Place, Pressed, Submitted

MAX_WAIT = 60
"""Seconds; a press waits as long as the chat is away."""


class PressRow(SQLModel, table=True):
    __tablename__ = "press"

    key: str = Field(primary_key=True)
    workspace: str
    kind: str
    payload: str
    attempts: int = 0
    due_at: int = Field(index=True)
    settled_at: int | None = Field(default=None, index=True)


def keep(session: Session, press: Pressed | Submitted, now: int) -> bool:
    """Keep a press or a form; False when this very one is kept already."""
    if session.get(PressRow, press.key):
        return False
    workspace = press.place.workspace if isinstance(press, Pressed) else press.workspace
    # The trigger and the view were used by the listener within their 3 seconds; a row outlives them.
    session.add(
        PressRow(
            key=press.key,
            workspace=workspace,
            kind=type(press).__name__,
            payload=json.dumps(asdict(press)),
            due_at=now,
        )
    )
    return True


def _read(row: PressRow) -> Pressed | Submitted:
    fields: dict[str, Any] = json.loads(row.payload)
    if row.kind == "Pressed":
        return Pressed(**{**fields, "place": Place(**fields["place"])})
    return Submitted(**{**fields, "removed": tuple(fields["removed"])})


def due(session: Session, now: int, wanted: Callable[[Pressed | Submitted], bool]) -> Pressed | Submitted | None:
    """The oldest one of those `wanted` that nobody has decided yet."""
    rows = session.exec(
        select(PressRow)
        .where(col(PressRow.settled_at).is_(None), PressRow.due_at <= now)
        .order_by(col(PressRow.due_at), col(PressRow.key))
    )
    return next(filter(wanted, map(_read, rows)), None)


def settle(session: Session, key: str, now: int) -> None:
    """Mark it decided; in the same transaction as what was decided. What was typed into a form is forgotten."""
    row = session.get_one(PressRow, key)
    row.settled_at = now
    if row.kind == Submitted.__name__:
        row.payload = json.dumps({**json.loads(row.payload), "values": {}})
    session.add(row)


def settled(session: Session, key: str) -> bool:
    """Whether it was decided."""
    row = session.get(PressRow, key, populate_existing=True)
    return row is not None and row.settled_at is not None


def postpone(session: Session, key: str, now: int) -> int:
    """Try again later: something that the decision needs is away. How often that was so."""
    row = session.get_one(PressRow, key)
    row.attempts += 1
    row.due_at = now + min(2**row.attempts, MAX_WAIT)
    session.add(row)
    return row.attempts
