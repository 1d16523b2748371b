"""Breaches: which limits an app hit on a day, how often, in which visits, and what it logged then."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, select

DAY = 86_400
VISITS, LINES, LINE = 5, 20, 200
"""Visits that are remembered of each kind and day, lines of the app's log, and characters of a line."""
IN_A_ROW = 3
"""Breaches in a row that suspend an app (S6)."""
KILLS, KILLS_WITHIN = 3, 600
"""Workers that had to be killed within so many seconds; then the app is quarantined (S1)."""
TOO_MANY, KILLED, DAMAGED, UNPROVED = "TooManyRequests", "Killed", "Damaged", "Unproved"
"""Kinds beside those of `runtime.call.Breach`: refused before the Call; brought its worker down; never ran; may not."""
MILD = frozenset({"StoreFull", TOO_MANY, DAMAGED, UNPROVED})
"""Kinds that say nothing against the app's code, and never suspend it."""


class BreachRow(SQLModel, table=True):
    __tablename__ = "breach"

    app: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    day: int = Field(primary_key=True, index=True)
    workspace: str
    count: int = 0
    last_at: int
    detail: str = ""
    visits: str = "[]"
    logs: str = "[]"


@dataclass(frozen=True, slots=True)
class Breaches:
    """One kind on one day. `visits` are the last few, newest first, each with its UNIX second and request id."""

    stage: str
    kind: str
    count: int
    last_at: int
    detail: str
    visits: Sequence[tuple[int, str]]
    logs: Sequence[str]


def _view(row: BreachRow) -> Breaches:
    visits = tuple((at, request) for at, request in json.loads(row.visits))
    return Breaches(row.stage, row.kind, row.count, row.last_at, row.detail, visits, tuple(json.loads(row.logs)))


def note(
    session: Session,
    *,
    workspace: str,
    app: str,
    stage: str,
    kind: str,
    request: str,
    now: int,
    detail: str = "",
    logs: Sequence[str] = (),
) -> Breaches:
    """Count one more; what is said of it is scrubbed already. The same visit again is counted once."""
    row = session.get(BreachRow, (app, stage, kind, now // DAY)) or BreachRow(
        app=app, stage=stage, kind=kind, day=now // DAY, workspace=workspace, last_at=now
    )
    visits = json.loads(row.visits)
    if request not in (one for _, one in visits):
        row.count, row.last_at, row.detail = row.count + 1, now, detail
        row.visits = json.dumps([[now, request], *visits][:VISITS])
        row.logs = json.dumps([line[:LINE] for line in logs[-LINES:]])
        session.add(row)
        session.flush()
    return _view(row)


def kills_since(session: Session, app: str, since: int) -> int:
    """How many workers this app has brought down since then, at either stage."""
    rows = session.exec(select(BreachRow).where(BreachRow.app == app, BreachRow.kind == KILLED))
    return sum(at > since for row in rows for at, _ in _view(row).visits)


def latest(session: Session, app: str, most: int) -> tuple[Breaches, ...]:
    """The newest of each kind and day, newest first."""
    rows = session.exec(
        select(BreachRow).where(BreachRow.app == app).order_by(col(BreachRow.last_at).desc()).limit(most)
    )
    return tuple(_view(row) for row in rows)


def failed(session: Session, app: str, since: int) -> tuple[tuple[int, str, str], ...]:
    """The last failed live visits after this UNIX second, oldest first: when, what kind, and which visit."""
    rows = session.exec(select(BreachRow).where(BreachRow.app == app, BreachRow.stage == "live"))
    found = ((at, row.kind, visit) for row in rows for at, visit in _view(row).visits if at > since)
    return tuple(sorted(found))


def failing(session: Session, since: int) -> tuple[str, ...]:
    """Apps of which a live visit failed after this UNIX second."""
    rows = select(BreachRow.app).where(BreachRow.stage == "live", BreachRow.last_at > since).distinct()
    return tuple(sorted(session.exec(rows)))


def forget(session: Session, before: int, app: str | None = None) -> None:
    """Remove what is older than this UNIX second, or all of one app."""
    for row in session.exec(
        select(BreachRow).where(BreachRow.app == app if app else col(BreachRow.day) < before // DAY)
    ):
        session.delete(row)
