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


def wall_exactly() -> float:
    """UNIX seconds now, fractions included."""
    return time.time()


def stopwatch() -> float:
    """Seconds on a clock that only measures distances."""
    return time.perf_counter()


def pause(seconds: float) -> None:
    """Wait in a foreground command (the demo, the tour); ticks and listeners never do."""
    time.sleep(seconds)


class Clock:
    """UNIX seconds: the wall's, and in the demo so much ahead of it as somebody moved it."""

    def __init__(self, session: Session) -> None:
        """Go on from where the clock stood before a restart."""
        row = session.get(ClockRow, 1)
        self._ahead = row.offset if row else 0

    def now(self) -> int:
        """The time on this clock."""
        return wall() + self._ahead

    def move(self, session: Session, seconds: int) -> None:
        """Move forward; gateway workers read the row. The clock never goes back."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        row = session.get(ClockRow, 1) or ClockRow()
        row.offset += seconds
        session.add(row)
        session.flush()
        self._ahead = row.offset


def day(now: int) -> date:
    """The calendar day (UTC) of a moment."""
    return datetime.fromtimestamp(now, UTC).date()


def month_start(now: int) -> int:
    """UNIX seconds at which the calendar month (UTC) of a moment began."""
    return int(datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0).timestamp())


class Ticks:
    """Calls each tick again and again. Holds no state: what is due stands in the database."""

    def __init__(
        self,
        ticks: Mapping[str, tuple[Callable[[], object], float]],
        around: Callable[[str, Callable[[], object]], Callable[[], object]] = lambda _, tick: tick,
    ) -> None:
        """`ticks` maps a name to the function and the seconds between two calls; what is called is `around` it."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
        for name, (tick, seconds) in ticks.items():
            # The first at once: what fell due while nobody ticked waits no longer.
            self._scheduler.add_job(
                around(name, tick),
                "interval",
                seconds=seconds,
                id=name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                next_run_time=datetime.fromtimestamp(wall(), UTC),
            )

    def start(self) -> None:
        """Begin to tick in background threads."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let the ticks under way end, then stop."""
        self._scheduler.shutdown(wait=True)
