"""The control database as gateway workers read it: a file, or PostgreSQL by its address."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from runtime.changes import Changes
from runtime.stores import in_postgres


class Source(Protocol):
    """The control database, as routes read it."""

    def version(self) -> int:
        """Another number than before whenever something was committed."""

    def rows(self, statement: str, values: Sequence[object] = ()) -> Sequence[tuple[Any, ...]]:
        """The rows of a question, with `?` for its values."""

    def close(self) -> None:
        """Let go of it."""


class SqliteSource:
    """A file, read beside control."""

    def __init__(self, database: Path) -> None:
        """sqlite3.OperationalError when it is not there yet."""
        self._connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)
        # A database has a user only from its first read on. Its last one, when it closes, takes the log away, and a
        # worker behind its walls cannot make it anew: with control away, any `platformctl` would be the last.
        self._connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        self._changes = Changes(self._connection, database)
        self.version = self._changes.version

    def rows(self, statement: str, values: Sequence[object] = ()) -> Sequence[tuple[Any, ...]]:
        """The rows of a question."""
        return self._connection.execute(statement, tuple(values)).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self._changes.close()
        self._connection.close()


def opened(database: Path | str | Source) -> Source:
    """The control database by its file or address, for reading; the driver is loaded where it is needed."""
    if isinstance(database, str) and in_postgres(database):
        from runtime.postgres_routes import PostgresSource

        return PostgresSource(database)
    return SqliteSource(Path(database)) if isinstance(database, Path | str) else database
