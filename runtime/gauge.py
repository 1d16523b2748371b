"""How full each app's store is: measured after it was used and once a day, warned of before it is full."""

from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, select

from runtime import apps
from runtime.rows import Measured
from templates.manifest import Limits

DAY = 86_400
WARN = 80
"""Per cent of a store's quota from which its owner is warned (T3)."""


class GaugeRow(SQLModel, table=True):
    __tablename__ = "store_gauge"

    app: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    workspace: str
    percent: int
    measured_at: int
    surveyed_at: int = 0
    """When it was last measured because a day was over, not because the app was used."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a store held when it was last measured: per cent of the nearer of its quotas, bytes or rows."""

    percent: int
    measured_at: int

    @property
    def nearly_full(self) -> bool:
        """Whether the owner should know."""
        return self.percent >= WARN


EMPTY = Gauge(0, 0)


def percent(measured: Measured, limits: Limits) -> int:
    """How full: by bytes or by the rows of one table, whichever is nearer to its end; rounded down."""
    return max(100 * measured.used // (limits.store_mb << 20), 100 * measured.rows // limits.store_rows)


def note(session: Session, app: str, stage: str, seen: int, now: int, *, daily: bool = False) -> bool:
    """Keep what was measured; whether a warning begins or ends with it."""
    found = apps.get(session, app)
    if found is None:
        return False
    before = read(session, app, stage)
    row = session.get(GaugeRow, (app, stage)) or GaugeRow(
        app=app, stage=stage, workspace=found.workspace, percent=0, measured_at=now
    )
    row.percent, row.measured_at = seen, now
    row.surveyed_at = now if daily else row.surveyed_at
    session.add(row)
    session.flush()
    return before.nearly_full != read(session, app, stage).nearly_full


def read(session: Session, app: str, stage: str) -> Gauge:
    """The last measure, EMPTY while there is none."""
    row = session.get(GaugeRow, (app, stage))
    return Gauge(row.percent, row.measured_at) if row else EMPTY


def forget(session: Session, app: str) -> None:
    """Of an app that has ended nothing is measured any more."""
    for row in session.exec(select(GaugeRow).where(GaugeRow.app == app)):
        session.delete(row)


def surveyed_on(session: Session, day: int) -> frozenset[tuple[str, str]]:
    """The stores whose turn on this day was already."""
    rows = session.exec(select(GaugeRow).where(GaugeRow.surveyed_at >= day * DAY)).all()
    return frozenset((row.app, row.stage) for row in rows)
