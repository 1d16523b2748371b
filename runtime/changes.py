"""How often a SQLite database was committed to: a question of every visit, so a cheap one.

In WAL mode each commit changes the header of the WAL index, 48 bytes at the start of the `-shm` file, which every
connection maps (https://www.sqlite.org/walformat.html). We look at those bytes and ask SQLite only when they are other
ones; without such a file we always ask it.
"""

import mmap
import sqlite3
from pathlib import Path

HEADER = 48


class Changes:
    """What one connection sees of others' commits."""

    def __init__(self, connection: sqlite3.Connection, database: Path) -> None:
        """The database is opened here, so that its WAL index stays where it is until the connection is closed."""
        self._connection = connection
        self._seen = b""
        self._version = self._ask()
        self._index = _mapped(database.with_name(database.name + "-shm"))

    def version(self) -> int:
        """Another number than before whenever another connection committed."""
        if self._index is None:
            return self._ask()
        # Read before SQLite is asked: what is committed meanwhile is then seen the next time.
        header = self._index[:HEADER]
        if header != self._seen:
            self._version, self._seen = self._ask(), header
        return self._version

    def _ask(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index.close()
            self._index = None


def _mapped(index: Path) -> mmap.mmap | None:
    try:
        with index.open("rb") as file:
            return mmap.mmap(file.fileno(), HEADER, prot=mmap.PROT_READ)
    except (OSError, ValueError):
        return None
