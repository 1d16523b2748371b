"""What gateway workers and the broker read of a control database in PostgreSQL: a few questions, by a role that may ask
nothing else.

A worker's loop must never wait for a server that does not answer: each question has its time, and a connection that
was lost is made anew beside the loop. What changed is told by the server (LISTEN), so that a visit asks nothing; and
twice a second the worker asks by itself, in case it was not told.
"""

import contextlib
import select
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from runtime import postgres
from runtime.postgres import Away, Connection, Failure

FRESH = 0.5
"""Seconds after which what is known is confirmed by a question: so old is a route at most while the server answers."""
GRACE = 10.0
"""Seconds for which routes that are known are served without the server; then nothing is, until it is back."""
PATIENCE = 1.0
"""Seconds that one question may take: fewer than a supervisor waits for a worker's sign of life."""
AGAIN = 0.5
"""Seconds between two attempts to connect."""
CHANNEL = "slipway_changed"
_OPTIONS = "-c default_transaction_read_only=on -c statement_timeout=1000 -c timezone=UTC"


class Reader:
    """Asks one database, by a connection that is made when it is first needed, and anew when it was lost."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that only measure distances."""
        self._url = url
        self._clock = clock
        self._connection: Connection | None = None
        self._began = False
        self._tried = -AGAIN
        self._making: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    def rows(self, statement: str, values: Sequence[object] = ()) -> Sequence[tuple[Any, ...]]:
        """The rows of a question, with `?` for its values. Raises Away."""
        connection = self._open()
        try:
            return connection.execute(statement.replace("?", "%s").encode(), tuple(values)).fetchall()
        except Failure as error:
            self._lose(connection)
            raise Away(f"PostgreSQL did not answer ({type(error).__name__})") from None

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> Connection:
        if not self._began:
            # The first one is waited for: whoever starts has nothing else to do.
            self._began = True
            self._connect()
        connection = self._connection
        if connection is None:
            self._reconnect()
            raise Away("PostgreSQL cannot be reached")
        return connection

    def _lose(self, connection: Connection) -> None:
        with self._lock:
            if self._connection is connection:
                self._connection = None
        # It is lost already: that it cannot be closed, too, is no news.
        with contextlib.suppress(Failure):
            connection.close()

    def _reconnect(self) -> None:
        busy = self._making is not None and self._making.is_alive()
        if not busy and self._clock() - self._tried >= AGAIN:
            self._tried = self._clock()
            self._making = threading.Thread(target=self._connect, name="postgres", daemon=True)
            self._making.start()

    def _connect(self) -> None:
        try:
            made = postgres.connect(self._url, _OPTIONS, self._prepare, PATIENCE)
        except Away:
            return
        with self._lock:
            if self._closed:
                made.close()
            else:
                self._connection = made

    def _prepare(self, connection: Connection) -> None:
        """Whatever a new connection is told first."""


class PostgresSource(Reader):
    """The control database as `runtime.routes` reads it."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic, fresh: float = FRESH) -> None:
        """Connects; Away when the server is not there."""
        super().__init__(url, clock)
        self._fresh = fresh
        self._changes = 0
        self._seen: Connection | None = None
        self._confirmed = clock()
        self._look = select.poll()
        self._open()

    def version(self) -> int:
        """Another number than before whenever something was committed that routes depend on.

        Without the server it stays as it is for GRACE seconds; then Away is raised.
        """
        now = self._clock()
        connection = self._connection
        if connection is None:
            self._reconnect()
            return self._known(now)
        if connection is not self._seen:
            # What was committed while nobody listened is not known.
            self._look = select.poll()
            self._look.register(connection.fileno(), select.POLLIN)
            self._seen, self._changes, self._confirmed = connection, self._changes + 1, now
        elif self._look.poll(0) or now - self._confirmed >= self._fresh:
            try:
                self._confirm(connection)
                self._confirmed = now
            except Failure:
                self._lose(connection)
                return self._known(now)
        return self._changes

    def _known(self, now: float) -> int:
        if now - self._confirmed > GRACE:
            raise Away("PostgreSQL is away for too long: nothing is served by what was known")
        return self._changes

    def _confirm(self, connection: Connection) -> None:
        """Hear all that was told until now: the server tells it before it answers."""
        connection.execute("SELECT 1")

    def _prepare(self, connection: Connection) -> None:
        connection.add_notify_handler(self._told)
        connection.execute(f"LISTEN {CHANNEL}")

    def _told(self, _: object) -> None:
        self._changes += 1
