"""Who leads, where several control processes share one database: all of them hear, and one ticks.

The leader's lease is a row that it renews; whoever finds it lapsed takes it under the next term. Times are the
database's own, so that no two clocks are compared. That the leader believes in its lease is measured on a clock of its
own from before it asked, and ends earlier; and `bot.fencing` lets no write pass under a term that is over, so that a
leader which was stopped and goes on without knowing changes nothing.
"""

import logging
import secrets
import threading
from collections.abc import Callable

from sqlalchemy import BigInteger, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field, Session, SQLModel

from bot.database import ReadOnly, transaction

LASTS = 5.0
"""Seconds that a lease lasts unless it is renewed; with the pause between two looks, the longest that nobody leads."""
EVERY = 1.0
"""Seconds between two renewals, and between two looks at somebody else's."""
EARLIER = 1.0
"""Seconds before its end at which the leader stops to believe in it."""
EVERYWHERE = frozenset({"connection"})
"""Ticks of every control process: each listens by itself."""
_NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")

log = logging.getLogger("slipway.leading")

Tick = Callable[[], object]


class LeaderRow(SQLModel, table=True):
    """At most one row."""

    __tablename__ = "leader"

    id: int = Field(default=1, primary_key=True)
    holder: str
    term: int
    until: int = Field(sa_type=BigInteger)
    """UNIX milliseconds on the database's clock."""


class Lease:
    """This process's share in leading. With SQLite there is no other process, and it always leads."""

    def __init__(self, engine: Engine, stopwatch: Callable[[], float], name: str = "") -> None:
        """`stopwatch` gives seconds that only measure distances; `name` says to people who we are."""
        # Names come again: another machine's, or that of a process which ended.
        self.holder = f"{name} {secrets.token_hex(8)}"
        self.term = 0
        """The term of the lease that we hold or held last; 0 for none."""
        self.shared = engine.dialect.name == "postgresql"
        self._engine = engine
        self._stopwatch = stopwatch
        self._until = 0.0
        self._under_way, self._count = 0, threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="leading", daemon=True)

    def held(self) -> bool:
        """Whether we may act as the leader in this moment, as far as anybody can know without asking."""
        return not self.shared or self._stopwatch() < self._until

    def renew(self) -> bool:
        """Renew the lease, or take one that has lapsed; whether we hold it then."""
        began = self._stopwatch()
        with transaction(self._engine) as session:
            (now,) = session.execute(_NOW).one()
            row = session.get(LeaderRow, 1) or LeaderRow(holder="", term=0, until=0)
            ours = row.holder == self.holder and row.term == self.term
            # What a tick of an older term still does must not pass under a new one of ours.
            if not ours and (row.until > now or self._under_way):
                self._until = 0.0
                return False
            if not ours:
                row.holder, row.term = self.holder, row.term + 1
                log.info("this control process leads from now on, in term %d", row.term)
            row.until = now + int(LASTS * 1000)
            session.add(row)
            term = row.term
        # Only what was committed counts.
        self.term, self._until = term, began + LASTS - EARLIER
        return True

    def start(self) -> None:
        """Look once, and again and again from now on."""
        if self.shared:
            self._look()
            self._thread.start()

    def stop(self) -> None:
        """Let another lead at once."""
        self._stopping.set()
        if not self.shared or not self._thread.is_alive():
            return
        self._thread.join(timeout=2 * EVERY)
        self._until = 0.0
        try:
            with transaction(self._engine) as session:
                self._give_up(session)
        except (DBAPIError, ReadOnly) as error:
            log.warning("the lease could not be given up, and lapses by itself: %s", type(error).__name__)

    def only(self, name: str, tick: Tick) -> Tick:
        """The tick, as it is called in every process: only the leader's does anything."""
        if not self.shared or name in EVERYWHERE:
            return tick

        def led() -> object:
            with self._count:
                if not self.held():
                    return None
                self._under_way += 1
            try:
                return tick()
            except Fenced:
                log.warning("%s was stopped: another control process leads", name)
                return None
            finally:
                with self._count:
                    self._under_way -= 1

        return led

    def _give_up(self, session: Session) -> None:
        row = session.get(LeaderRow, 1)
        if row is not None and (row.holder, row.term) == (self.holder, self.term):
            row.until = 0
            session.add(row)

    def _keep(self) -> None:
        while not self._stopping.wait(EVERY):
            self._look()

    def _look(self) -> None:
        try:
            self.renew()
        except (DBAPIError, ReadOnly) as error:
            # What we hold lapses unless a later look succeeds: nobody leads without the database.
            log.warning("the lease could not be renewed: %s", type(error).__name__)


class Fenced(Exception):
    """Another control process leads: nothing of this transaction is kept."""
