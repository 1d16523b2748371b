"""Retention: rows that an app no longer keeps are removed from its stores and its export (T15).

Each store's last purge is a row; what is due is found from it, on start-up first and then all day. A purge that a
crash cut off is simply done again.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlmodel import Field, Session, SQLModel, select

from runtime import apps, deployments, reaper
from runtime.appdata import Busy, Full
from runtime.apps import App
from runtime.deployments import DeploymentRow
from runtime.errors import RuntimeFault
from runtime.reaper import Data, Transaction
from templates.manifest import Digest

DAY = 86_400
EVERY = 12 * 3600
"""Seconds between two purges of a store; a row is gone within a day of its last (T15), one missed purge included."""
LATE = DAY
"""Seconds after which a purge that did not happen is said."""

Where = Literal["preview", "live"]
Record = Callable[[Session, App, int], object]
"""Writes the AuditEvent of rows that were forgotten, in the transaction that notes the purge."""


class PurgeRow(SQLModel, table=True):
    __tablename__ = "purge"

    app: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    workspace: str
    removed: int
    """Rows of the last purge."""
    purged_at: int
    over: bool = False
    """The app has ended, and everything that it could still hold was older than it keeps: nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Due:
    """A store whose old rows are to be removed. `since` is its last purge, or when it could first hold rows."""

    app: App
    stage: Where
    bundle: Digest
    since: int

    def late(self, now: int) -> bool:
        """Whether rows may stand there that should be gone."""
        return now - self.since > LATE


@dataclass(frozen=True, slots=True)
class Purged:
    """What one purge removed, or why it could not: `stuck` says it."""

    app: str
    stage: Where
    removed: int = 0
    stuck: str = ""


def due(session: Session, now: int) -> tuple[Due, ...]:
    """The stores whose last purge is too long ago, those of ended apps too as long as anything of them is kept."""
    rows = session.exec(select(PurgeRow)).all()
    done = {(row.app, row.stage): row.purged_at for row in rows}
    over = {(row.app, row.stage) for row in rows if row.over}
    stages = session.exec(select(DeploymentRow.app, DeploymentRow.stage).distinct()).all()
    found: list[Due] = []
    for name, stage in sorted(stages):
        if (name, stage) in over:
            continue
        at = done.get((name, stage))
        if at is not None and now - at < EVERY:
            continue
        where: Where = "live" if stage == "live" else "preview"
        app, newest = apps.get(session, name), deployments.newest(session, name, where)
        if app is None or newest is None or (app.ended_at and where == "preview"):
            continue
        found.append(Due(app, where, newest.bundle, newest.created_at if at is None else at))
    return tuple(found)


def purge(
    transaction: Transaction,
    data: Data,
    exports: Path,
    retention_days: Callable[[Digest], int],
    record: Record,
    now: int,
) -> tuple[Purged, ...]:
    """Purge every store that is due. What cannot be done for one app stops no other, and is tried again."""
    with transaction() as session:
        left = due(session, now)
    return tuple(_purge_one(transaction, data, exports, retention_days, record, one, now) for one in left)


def _purge_one(
    transaction: Transaction,
    data: Data,
    exports: Path,
    retention_days: Callable[[Digest], int],
    record: Record,
    one: Due,
    now: int,
) -> Purged:
    app = one.app
    try:
        before = now - retention_days(one.bundle) * DAY
        removed = data.purge(app.id, one.stage, before)
        if one.stage == "live" and app.export:
            # An archived app has its rows in both.
            removed = max(removed, reaper.forget_exported(exports / app.export, app, before))
    except (OSError, sqlite3.Error, Busy, Full, RuntimeFault, ValueError) as error:
        return Purged(app.id, one.stage, stuck=f"{type(error).__name__}: {error}")
    with transaction() as session:
        row = session.get(PurgeRow, (app.id, one.stage)) or PurgeRow(
            app=app.id, stage=one.stage, workspace=app.workspace, removed=0, purged_at=now
        )
        row.removed, row.purged_at = removed, now
        row.over = app.ended_at is not None and app.ended_at < before
        session.add(row)
        if removed:
            record(session, app, removed)
    return Purged(app.id, one.stage, removed)


def resume(session: Session, app: str) -> None:
    """An app is back, with all that it keeps: it is purged again."""
    for row in session.exec(select(PurgeRow).where(PurgeRow.app == app)):
        row.over = False
        session.add(row)


def overdue(session: Session, now: int) -> tuple[str, ...]:
    """Apps with a store in which rows may stand that should be gone; empty is what is promised."""
    return tuple(dict.fromkeys(one.app.id for one in due(session, now) if one.late(now)))
