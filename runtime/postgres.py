"""The door to psycopg: a few connections that those of one process take turns with, and what its errors mean here.

An address may hold a password, and so may what libpq says of it: nothing of either is repeated in a message.
"""

import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo

Connection = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")
Failure = psycopg.Error
"""Anything that the server or the way to it says no with."""
MOST = 8
"""Connections of one process, as long as nobody needs more at the same moment."""
_WAIT = 5.0
_DEFAULTS = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "application_name": "slipway",
}
Trouble = Literal["away", "busy", "full", "other"]
_FULL = frozenset({"53100", "53200", "58030"})
_BUSY = frozenset({"55P03", "40P01", "40001"})


class Away(OSError):
    """The server cannot be reached, or ended our connection. Trying again later may help."""


def trouble(error: psycopg.Error) -> Trouble:
    """What an error means for whoever asked."""
    if error.sqlstate in _FULL:
        return "full"
    if error.sqlstate in _BUSY:
        return "busy"
    gone = error.sqlstate is None or error.sqlstate[:2] in ("08", "57") or error.sqlstate == "25P03"
    return "away" if gone and isinstance(error, psycopg.OperationalError | psycopg.InternalError) else "other"


class _Timed(psycopg.Connection[tuple[Any, ...]]):
    """Gives up a question whose answer does not come in time; the connection is of no use then."""

    patience: float | None = None

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Run one question. psycopg's own, with our time where it has none."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("no answer in time") from None


def connect(
    url: str, options: str, prepare: Callable[[Connection], None] | None = None, patience: float | None = None
) -> Connection:
    """One connection, in which each statement is its own transaction unless one is begun. Raises Away.

    With `patience`, in seconds, a question that takes longer fails, whatever the server does.
    """
    try:
        given = conninfo_to_dict(url)
        made = _Timed.connect(make_conninfo("", **{**_DEFAULTS, **given, "options": options}), autocommit=True)
        made.patience = patience
        if prepare is not None:
            prepare(made)
        return made
    except psycopg.Error as error:
        # libpq quotes the address, or parts of it.
        raise Away(f"PostgreSQL cannot be reached ({type(error).__name__})") from None


def _ended(one: Connection) -> bool:
    """Whether an idle connection was ended by the server: nobody asked, and yet there is something to read."""
    if one.closed:
        return True
    look = select.poll()
    look.register(one.fileno(), select.POLLIN)
    return bool(look.poll(0))


class Pool:
    """Connections to one database, each with one user at a time. More than MOST are made only while all are busy."""

    def __init__(self, url: str, options: str, most: int = MOST) -> None:
        """Connects when first asked; `options` are settings of each connection, as libpq has them."""
        self._url, self._options, self._most = url, options, most
        self._idle: list[Connection] = []
        self._used = 0
        self._lock = threading.Condition()

    def take(self) -> Connection:
        """A connection, to be given back. Raises Away, also when all are in use for too long."""
        with self._lock:
            while self._idle:
                one = self._idle.pop()
                if not _ended(one):
                    self._used += 1
                    return one
                one.close()
            if self._used >= self._most and not self._lock.wait_for(lambda: bool(self._idle), _WAIT):
                raise Away("every connection to PostgreSQL is in use")
            self._used += 1
            if self._idle:
                return self._idle.pop()
        try:
            return connect(self._url, self._options)
        except Away:
            self._less()
            raise

    def give(self, one: Connection) -> None:
        """Give it back; what it had begun is undone, and if it is broken it goes."""
        try:
            if not one.closed and one.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                one.execute("ROLLBACK")
        except psycopg.Error:
            one.close()
        with self._lock:
            self._used -= 1
            if not one.closed and not one.broken:
                self._idle.append(one)
            self._lock.notify()

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection for a moment."""
        taken = self.take()
        try:
            yield taken
        finally:
            self.give(taken)

    def close(self) -> None:
        """Let go of those that nobody uses."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def _less(self) -> None:
        with self._lock:
            self._used -= 1
            self._lock.notify()
