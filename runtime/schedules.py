"""Schedules: when each live app is to run by itself next, and how far that has come. Rows that a tick looks at.

A time that is due is claimed: its next one is set in the same transaction. What is claimed is tried until it is settled
or given up; whoever claims it anew after a crash asks for the very same Call, which the gateway makes once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import CursorResult, delete, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from runtime import due
from templates.manifest import Time

CLAIMED = 30
"""Seconds after which a claimed time that nobody settled may be claimed anew: longer than asking for a Call takes."""
LONGEST_WAIT = 600
MOST_ATTEMPTS = 12
"""With doubling waits, about 40 minutes of a gateway that does not answer."""
FAR = 8 * due.DAY
"""Seconds: no time is further away, unless the clock was wrong when it was set."""
MOST_AT_ONCE = 100


class ScheduleRow(SQLModel, table=True):
    __tablename__ = "schedule"

    app: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    workspace: str
    every: str
    at: str
    next_at: int
    """The next time by the calendar."""
    running: int = 0
    """The time that is claimed and not settled yet; 0 for none."""
    attempts: int = 0
    due_at: int = Field(index=True)
    """When a tick has to look at this row."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One time of one app. `running` is the time that is being brought about, `next_at` the one after it."""

    app: str
    name: str
    workspace: str
    time: Time
    next_at: int
    running: int
    attempts: int
    due_at: int

    @property
    def request(self) -> str:
        """The request id of the Call that is being brought about."""
        return due.request_id(self.app, self.name, self.running)


def keep(session: Session, *, workspace: str, app: str, times: Mapping[str, Time], now: int) -> None:
    """Let an app run by itself at exactly these times; one that stays as it was is not moved."""
    rows = {row.name: row for row in session.exec(select(ScheduleRow).where(ScheduleRow.app == app))}
    for name in rows.keys() - times.keys():
        session.delete(rows[name])
    for name, time in times.items():
        row = rows.get(name)
        if row is not None and (row.every, row.at) == (time.every, time.at):
            continue
        first = due.following(time, now)
        row = row or ScheduleRow(
            app=app, name=name, workspace=workspace, every=time.every, at=time.at, next_at=first, due_at=first
        )
        row.every, row.at, row.next_at, row.due_at = time.every, time.at, first, first
        row.running = row.attempts = 0
        session.add(row)


def forget(session: Session, app: str) -> None:
    """Nothing of the app runs by itself any more, and nothing tells that it did."""
    session.exec(delete(ScheduleRow).where(col(ScheduleRow.app) == app))


def of(session: Session, app: str) -> tuple[Schedule, ...]:
    """All times of an app."""
    rows = session.exec(select(ScheduleRow).where(ScheduleRow.app == app).order_by(col(ScheduleRow.name)))
    return tuple(map(_view, rows))


def waiting(session: Session, now: int) -> tuple[Schedule, ...]:
    """What a tick has to look at, the longest due first; also what was set while the clock was wrong."""
    rows = session.exec(
        select(ScheduleRow)
        .where(or_(col(ScheduleRow.due_at) <= now, col(ScheduleRow.due_at) > now + FAR))
        .order_by(col(ScheduleRow.due_at), col(ScheduleRow.app), col(ScheduleRow.name))
        .limit(MOST_AT_ONCE)
    )
    return tuple(map(_view, rows))


def claim(session: Session, seen: Schedule, now: int) -> Schedule | None:
    """Take what is due for oneself, or None: somebody else has it, or there was nothing but a wrong clock.

    However many times were missed, the last of them alone is due, and once.
    """
    if not seen.running and seen.next_at > now:
        _change(session, seen, next_at=due.following(seen.time, now), due_at=due.following(seen.time, now))
        return None
    values = {"due_at": now + CLAIMED, "attempts": seen.attempts + 1}
    if not seen.running:
        values |= {"running": due.latest(seen.time, now), "next_at": due.following(seen.time, now)}
    if not _change(session, seen, **values):
        return None
    row = session.get_one(ScheduleRow, (seen.app, seen.name), populate_existing=True)
    return _view(row)


def pass_over(session: Session, seen: Schedule, now: int) -> bool:
    """What is due does not happen: the app may not run now. False when somebody else was first."""
    after = due.following(seen.time, now)
    return _change(session, seen, running=0, attempts=0, next_at=after, due_at=after)


def settle(session: Session, claimed: Schedule) -> bool:
    """What was claimed is over; False when somebody else said so first, or the app has ended."""
    return _change(session, claimed, running=0, attempts=0, due_at=claimed.next_at)


def postpone(session: Session, claimed: Schedule, now: int) -> None:
    """Try what was claimed again, later each time."""
    _change(session, claimed, due_at=now + min(2**claimed.attempts, LONGEST_WAIT))


def _change(session: Session, seen: Schedule, **values: int) -> bool:
    """By compare-and-set: two who look at the same row do not both change it."""
    result = session.execute(
        update(ScheduleRow)
        .where(
            col(ScheduleRow.app) == seen.app,
            col(ScheduleRow.name) == seen.name,
            col(ScheduleRow.due_at) == seen.due_at,
            col(ScheduleRow.running) == seen.running,
        )
        .values(**values)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _view(row: ScheduleRow) -> Schedule:
    time = Time.model_validate({"every": row.every, "at": row.at})
    return Schedule(row.app, row.name, row.workspace, time, row.next_at, row.running, row.attempts, row.due_at)
