"""Stuck: a step of an app's ending that did not work. It is tried again, ever later, for as long as it takes (L15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, select

FIRST_WAIT, LONGEST_WAIT = 10, 3600
"""Seconds until a step is tried again: ten, then twice as long each time, at last once an hour."""


class StuckRow(SQLModel, table=True):
    __tablename__ = "stuck"

    app: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    workspace: str
    trouble: str
    attempts: int
    since: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """Which step, why in a sentence, since when, how often it was tried and when it is tried next."""

    app: str
    step: str
    workspace: str
    trouble: str
    attempts: int
    since: int
    due_at: int


def note(session: Session, *, workspace: str, app: str, step: str, trouble: str, now: int) -> bool:
    """It did not work, once more; whether this is news: the first time, or for another reason."""
    row = session.get(StuckRow, (app, step))
    news = row is None or row.trouble != trouble
    if row is None:
        row = StuckRow(app=app, step=step, workspace=workspace, trouble="", attempts=0, since=now, due_at=now)
    row.trouble, row.attempts = trouble, row.attempts + 1
    row.due_at = now + min(FIRST_WAIT << min(row.attempts - 1, 20), LONGEST_WAIT)
    session.add(row)
    session.flush()
    return news


def ready(session: Session, app: str, step: str, now: int) -> bool:
    """Whether a step may be tried now."""
    row = session.get(StuckRow, (app, step))
    return row is None or row.due_at <= now


def over(session: Session, app: str, step: str) -> bool:
    """The step is done, or is not wanted any more; whether it had been stuck."""
    row = session.get(StuckRow, (app, step))
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def of_app(session: Session, app: str) -> Sequence[Stuck]:
    """What of one app is stuck, oldest first."""
    rows = session.exec(select(StuckRow).where(StuckRow.app == app).order_by(col(StuckRow.since)))
    return tuple(_view(row) for row in rows)


def every(session: Session, workspace: str) -> Sequence[Stuck]:
    """What is stuck, oldest first."""
    rows = session.exec(select(StuckRow).where(StuckRow.workspace == workspace).order_by(col(StuckRow.since)))
    return tuple(_view(row) for row in rows)


def _view(row: StuckRow) -> Stuck:
    return Stuck(row.app, row.step, row.workspace, row.trouble, row.attempts, row.since, row.due_at)
