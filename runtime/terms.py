"""Terms: which reminder of its end an app is due, and the one time that the end is put off for want of one (D8).

A term is known by its end: whoever keeps or publishes an app gives it another one.
"""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from runtime import apps, lease
from runtime.deployments import DeploymentRow, LeaseRow
from runtime.lease import HOUR, Lease

EXTENSION = 72 * HOUR
"""By how much an end is put off, once a term, when a reminder of it could not be delivered."""


class TermRow(SQLModel, table=True):
    __tablename__ = "term"

    app: str = Field(primary_key=True)
    workspace: str
    extended_to: int
    """The end of the term that was put off; of any other it was not yet."""
    extended_at: int


@dataclass(frozen=True, slots=True)
class Due:
    """An app whose next reminder is due, so many seconds before the end of this Lease."""

    app: str
    before: int
    lease: Lease


def due(session: Session, now: int) -> tuple[Due, ...]:
    """Live apps whose next reminder is due; each is, until it is marked."""
    found = []
    for row in session.exec(select(LeaseRow).where(LeaseRow.stage == "live", LeaseRow.ends_at > now)):
        app, standing = apps.get(session, row.app), Lease(row.started_at, row.ends_at, row.reminded)
        before = lease.reminder_due(standing, now)
        if before and app is not None and app.stage not in apps.ENDED:
            found.append(Due(row.app, before, standing))
    return tuple(found)


def mark(session: Session, one: Due) -> bool:
    """Note that this reminder is given out; False when somebody did so before, or the Lease is another by now."""
    result = session.execute(
        update(LeaseRow)
        .where(col(LeaseRow.app) == one.app, col(LeaseRow.stage) == "live")
        .where(col(LeaseRow.ends_at) == one.lease.ends_at, col(LeaseRow.reminded) == one.lease.reminded)
        .values(reminded=one.before)
    )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def over(session: Session, now: int) -> tuple[tuple[str, int], ...]:
    """Apps whose live Deployment stands though its Lease is over, each with that end."""
    there = DeploymentRow.app == LeaseRow.app, DeploymentRow.stage == LeaseRow.stage
    rows = session.exec(
        select(LeaseRow.app, LeaseRow.ends_at)
        .where(*there, LeaseRow.stage == "live", LeaseRow.ends_at <= now, col(DeploymentRow.ended_at).is_(None))
        .order_by(col(LeaseRow.ends_at))
    ).all()
    return tuple((app, ends_at) for app, ends_at in rows)


def extended(session: Session, app: str, ends_at: int) -> bool:
    """Whether the term that ends then was put off already."""
    row = session.get(TermRow, app, populate_existing=True)
    return row is not None and row.extended_to == ends_at


def prolong(session: Session, app: str, ends_at: int, now: int) -> Lease | None:
    """Put the term that ends then off, once; None when that was done, or the app has another end by now."""
    if extended(session, app, ends_at):
        return None
    longer = _move(session, app, ends_at, max(ends_at, now) + EXTENSION, now)
    if longer is not None:
        found = apps.get(session, app)
        row = session.get(TermRow, app) or TermRow(app=app, workspace="", extended_to=0, extended_at=0)
        row.workspace, row.extended_to, row.extended_at = found.workspace if found else "", longer.ends_at, now
        session.add(row)
    return longer


def put_off(session: Session, app: str, until: int, now: int) -> Lease | None:
    """Let the live app's term end at least then, with the reminders that come before; None when it has no Lease."""
    row = session.get(LeaseRow, (app, "live"), populate_existing=True)
    if row is None or row.ends_at >= until:
        return Lease(row.started_at, row.ends_at, row.reminded) if row else None
    return _move(session, app, row.ends_at, until, now)


def _move(session: Session, app: str, ends_at: int, until: int, now: int) -> Lease | None:
    row = session.get(LeaseRow, (app, "live"), populate_existing=True)
    if row is None or row.ends_at != ends_at:
        return None
    longer = lease.prolonged(Lease(row.started_at, row.ends_at, row.reminded), until, now)
    row.ends_at, row.reminded = longer.ends_at, longer.reminded
    session.add(row)
    session.flush()
    apps.touch_routes(session)
    return longer
