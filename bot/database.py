"""The control database: one writer at a time, every change in a short transaction.

SQLite, one file with one writing process, unless its address says PostgreSQL: `bot.postgres`.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, event, inspect, text
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlmodel import Session, create_engine

from bot import postgres
from bot.settings import CannotStart
from runtime.stores import in_postgres

SQLITE = "sqlite:///"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
BUSY_MS = 5000
"""How long a writer waits for the other threads of control; they hold the lock for milliseconds."""


def connect(url: str) -> Engine:
    """Open the control database; SQLite runs in WAL mode, and each transaction takes the write lock at its start."""
    if in_postgres(url):
        return postgres.connect(url)
    engine = create_engine(url, connect_args={"check_same_thread": False} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection, _record) -> None:  # type: ignore[no-untyped-def]  # the DBAPI has no types
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection) -> None:  # type: ignore[no-untyped-def]  # SQLAlchemy passes its own connection
    # IMMEDIATE: a transaction that reads first and writes later can then not fail half-way with "locked".
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def migrate(engine: Engine) -> None:
    """Bring the schema to its newest version; a new file gets the whole schema. CannotStart when it cannot be used."""
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                postgres.examine(connection)
            if _version(connection) == newest():
                return
            # Loaded where it is needed alone: a gateway that is started again must be back at once (S1).
            from bot import schema

            schema.upgrade(connection, MIGRATIONS)
            connection.commit()
    except postgres.Unfit as error:
        raise CannotStart(str(error)) from error
    except DatabaseError as error:
        mend = "Make room and the folder writable, or put a backup in its place."
        if engine.dialect.name == "postgresql":
            mend = "Look whether the server runs, and whether our user may make tables there: docs/postgres.md."
        raise CannotStart(
            f"The control database {engine.url.database} cannot be used: {error.orig}. "
            f"Nothing was changed in it. {mend}"
        ) from error


def current(engine: Engine) -> bool:
    """Whether the schema is the newest, which only `migrate` brings about."""
    with engine.connect() as connection:
        return _version(connection) == newest()


def newest() -> str:
    """The number of the newest migration, with which its file's name begins: `tests/bot/test_migrations.py`."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _version(connection: Connection) -> str:
    """The migration that this database stands at; empty for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


class Changes:
    """Whether anything was written since somebody looked last, by whichever connection: in microseconds, without a
    transaction. On PostgreSQL it cannot be told so, and each look is a new one."""

    def __init__(self, engine: Engine) -> None:
        """Look at this engine's database from now on."""
        self._file = engine.url.database if engine.dialect.name == "sqlite" else None
        self._connection: sqlite3.Connection | None = None
        self._looks = count()
        self._one_at_a_time = threading.Lock()

    def version(self) -> int:
        """A number that is another one once something was written."""
        with self._one_at_a_time:
            if self._file is None:
                return next(self._looks)
            try:
                if self._connection is None:
                    self._connection = sqlite3.connect(self._file, check_same_thread=False)
                return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error:
                # Whoever looks closer finds out what is wrong, and says it.
                return -1 - next(self._looks)

    def close(self) -> None:
        """Let go of the file."""
        with self._one_at_a_time:
            if self._connection is not None:
                self._connection.close()


class ReadOnly(Exception):
    """There is no room, or no right, to write: nothing of this transaction is kept, and what was asked for must not
    happen. What is there can be read all the while, and with room all goes on."""


_NO_ROOM = ("disk is full", "disk I/O error", "readonly database")
"""SQLite's words for it."""


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One change and its AuditEvent: committed together when the block ends, or not at all. Raises ReadOnly."""
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    except DBAPIError as error:
        if postgres.read_only(error) or any(one in str(error.orig) for one in _NO_ROOM):
            raise ReadOnly(f"{engine.url.database} cannot be written: {error.orig}") from error
        raise


@contextmanager
def reading(database: Path | str) -> Iterator[Session]:
    """One look at the database, which waits for nobody and keeps nobody waiting, however long it takes.

    `database` is a file, or an address.
    """
    if isinstance(database, str) and in_postgres(database):
        engine = postgres.reading(database)
    else:
        path = str(database).removeprefix(SQLITE)
        address = f"file:{quote(path)}?mode=ro"
        engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
    try:
        with Session(engine) as session:
            if engine.dialect.name == "sqlite":
                session.execute(text("BEGIN"))
            yield session
    finally:
        engine.dispose()
