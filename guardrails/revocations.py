"""Revocations: what was taken from an app, until somebody who would serve it says that it is gone (K5).

Whatever is not confirmed is an open exposure, and is asked about again without end.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, delete, select

LONGEST_WAIT = 60
"""Seconds between two questions about the same one."""
LATE = 900
"""Seconds after which an unconfirmed revocation is told to the operators."""


class RevocationRow(SQLModel, table=True):
    __tablename__ = "revocation"

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    app: str = Field(index=True)
    name: str
    since: int
    due_at: int = Field(index=True)
    tries: int = 0
    trouble: str = ""
    alerted_at: int | None = None
    confirmed_at: int | None = Field(default=None, index=True)


@dataclass(frozen=True, slots=True)
class Revocation:
    """One thing taken back: a Grant's name, or `secret:<name>`; `app` is empty for a secret of the platform."""

    id: int
    workspace: str
    app: str
    name: str
    since: int
    tries: int
    trouble: str
    alerted: bool


def expect(session: Session, *, workspace: str, app: str, names: Collection[str], now: int) -> None:
    """These were taken back just now; to be confirmed."""
    again(session, app, names)
    session.add_all(
        RevocationRow(workspace=workspace, app=app, name=one, since=now, due_at=now) for one in sorted(names)
    )


def again(session: Session, app: str, names: Collection[str]) -> None:
    """These are given again, or taken back anew: what was asked before is asked no more."""
    told = col(RevocationRow.confirmed_at).is_(None)
    session.execute(
        delete(RevocationRow).where(col(RevocationRow.app) == app, col(RevocationRow.name).in_(names), told)
    )


def due(session: Session, now: int, most: int) -> tuple[Revocation, ...]:
    """What is to be asked about now, the longest waiting first."""
    rows = select(RevocationRow).where(col(RevocationRow.confirmed_at).is_(None), RevocationRow.due_at <= now)
    return tuple(map(_view, session.exec(rows.order_by(col(RevocationRow.due_at), col(RevocationRow.id)).limit(most))))


def exposures(session: Session) -> tuple[Revocation, ...]:
    """Everything that nobody has confirmed yet, oldest first."""
    rows = select(RevocationRow).where(col(RevocationRow.confirmed_at).is_(None)).order_by(col(RevocationRow.id))
    return tuple(map(_view, session.exec(rows)))


def confirm(session: Session, one: Revocation, now: int) -> bool:
    """It is gone; False when it was given again meanwhile, or confirmed by somebody else."""
    row = session.get(RevocationRow, one.id, populate_existing=True)
    if row is None or row.confirmed_at is not None:
        return False
    row.confirmed_at, row.trouble = now, ""
    session.add(row)
    return True


def postpone(session: Session, one: Revocation, trouble: str, now: int) -> None:
    """It is not known to be gone, and why; to be asked again."""
    row = session.get(RevocationRow, one.id, populate_existing=True)
    if row is not None:
        row.tries, row.trouble = row.tries + 1, trouble
        row.due_at = now + min(2 ** min(row.tries, 10), LONGEST_WAIT)
        session.add(row)


def late(session: Session, now: int) -> tuple[Revocation, ...]:
    """What has not been confirmed for too long and was told to nobody yet; from now on it was."""
    rows = session.exec(
        select(RevocationRow).where(
            col(RevocationRow.confirmed_at).is_(None),
            col(RevocationRow.alerted_at).is_(None),
            RevocationRow.since <= now - LATE,
        )
    ).all()
    for row in rows:
        row.alerted_at = now
        session.add(row)
    return tuple(map(_view, rows))


def _view(row: RevocationRow) -> Revocation:
    assert row.id is not None
    alerted = row.alerted_at is not None
    return Revocation(row.id, row.workspace, row.app, row.name, row.since, row.tries, row.trouble, alerted)
