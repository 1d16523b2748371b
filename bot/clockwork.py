"""The clock, the pauses and the ticks: the only module that reads the time, and the door to apscheduler."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Field, Session, SQLModel

DAY = 86_400


class ClockRow(SQLModel, table=True):
    """How far the demo's clock has been moved; one row, absent or 0 outside the demo."""

    __tablename__ = "clock"

    id: int = Field(default=1, primary_key=True)
    offset: int = 0


def wall() -> int:
    """UNIX seconds now."""
    return int(time.time())


def stopwatch() -> float:
    """Seconds on a clock that only measures distances."""
    return time.perf_counter()


def pause(seconds: float) -> None:
    """Wait in a foreground command (the demo, the tour); ticks and listeners never do."""
    time.sleep(seconds)


def offset(session: Session) -> int:
    """Seconds by which the demo's clock runs ahead."""
    row = session.get(ClockRow, 1)
    return row.offset if row else 0


def move(session: Session, seconds: int) -> int:
    """Move the demo's clock forward; return the new offset. The clock never goes back."""
    if seconds < 0:
        raise ValueError("the clock only moves forward")
    row = session.get(ClockRow, 1) or ClockRow()
    row.offset += seconds
    session.add(row)
    return row.offset


def day(now: int) -> date:
    """The calendar day (UTC) of a moment."""
    return datetime.fromtimestamp(now, UTC).date()


class Ticks:
    """Calls each tick again and again. Holds no state: what is due stands in the database."""

    def __init__(self, ticks: Mapping[str, tuple[Callable[[], object], float]]) -> None:
        """`ticks` maps a name to the function and the seconds between two calls of it."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
        for name, (tick, seconds) in ticks.items():
            self._scheduler.add_job(
                tick, "interval", seconds=seconds, id=name, max_instances=1, coalesce=True, misfire_grace_time=None
            )

    def start(self) -> None:
        """Begin to tick in background threads."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let the ticks under way end, then stop."""
        self._scheduler.shutdown(wait=True)
