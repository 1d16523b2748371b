"""Drafts: what somebody typed into the form of answers and did not send, for them alone, for a day (A1).

The chat sends the whole form with each change of a field (`dispatch_action`), so that a closed window, a dead battery
or a refused field loses nothing. Nothing waits for `view_closed`: that it holds what was typed is documented nowhere.
No AuditEvent tells of a draft: nobody else can see it, and nothing is built or decided by it. Sending it has one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.wording.words import when

Typed = Mapping[str, str | Sequence[str] | None]
"""By field: text, picks, or None where something was taken out."""

KEPT_S = 24 * 3600
MOST = 20
"""Drafts of one person; the oldest makes room."""


class DraftRow(SQLModel, table=True):
    __tablename__ = "draft"

    request: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    workspace: str
    typed: str
    kept_at: int = Field(index=True)


@dataclass(frozen=True)
class Draft:
    """What was typed, scrubbed, and when."""

    typed: Typed
    at: int


def resumed(at: int) -> str:
    """Over a form that holds what was typed before."""
    return f"This is what you typed until {when(at)}. Nothing of it is sent yet."


def keep(session: Session, request: str, workspace: str, user: str, typed: Typed, now: int) -> None:
    """Keep what stands in the form now, in place of what stood there before."""
    row = session.get(DraftRow, (request, user)) or DraftRow(
        request=request, user=user, workspace=workspace, typed="", kept_at=now
    )
    row.typed, row.kept_at = json.dumps(typed, ensure_ascii=False), now
    session.add(row)
    session.flush()
    mine = select(DraftRow).where(DraftRow.workspace == workspace, DraftRow.user == user)
    for old in session.exec(mine.order_by(col(DraftRow.kept_at).desc()).offset(MOST)).all():
        session.delete(old)


def of(session: Session, request: str, user: str, now: int) -> Draft | None:
    """What this person typed and did not send; None when there is nothing, or it is a day old."""
    row = session.get(DraftRow, (request, user))
    return Draft(json.loads(row.typed), row.kept_at) if row and row.kept_at > now - KEPT_S else None


def drop(session: Session, request: str, user: str = "") -> None:
    """Sent, or not wanted any more; without `user` everybody's, for the Request is over."""
    theirs = [col(DraftRow.user) == user] if user else []
    session.execute(delete(DraftRow).where(col(DraftRow.request) == request, *theirs))


def forget(session: Session, now: int) -> None:
    """Let go of what is a day old."""
    session.execute(delete(DraftRow).where(col(DraftRow.kept_at) <= now - KEPT_S))
