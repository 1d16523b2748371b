"""Where apps keep their rows: the seam, and SQLite behind it. One file an app and stage, its quota the file's size.

Rows are JSON documents in one table, so that no app's schema ever becomes SQL. Names of fields that reach a query
come from the Manifest; values are always parameters.

A row that nobody signed (`by` is "") keeps no order: its id is random, and so is its place in the table. Other ids
count up in the order in which rows came, and would tell whose answer stands beside whose participation.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from pydantic import JsonValue

from runtime import replacing, rows, storefile
from runtime.rows import Measured, Row, Tables
from runtime.snapshot import Snapshots, Snapshotting

Where = Literal["preview", "live"]
PAGE = 4096
MOST_ROWS = 1000
"""Rows one question gives at most."""
MOST_BYTES = 3 << 20
"""Bytes of rows that one question gives at most."""


class Full(Exception):
    """The app's store has no room for this."""


class Busy(Exception):
    """Another write of the same app took too long."""


class TooMuch(Exception):
    """The rows of one answer are too large together."""


class Box(Protocol):
    """The store of one app and stage. A row has `id`, `at` (UNIX seconds), `by` (a visitor's id, or "") and fields."""

    def insert(self, table: str, row: Mapping[str, JsonValue], *, at: int, by: str, most: int) -> str:
        """Add a row, unless the table has `most` already (Full); return its id. A row without `by` keeps no order."""

    def get(self, table: str, row: str) -> Row | None:
        """The row with this id."""

    def list(
        self, table: str, where: Mapping[str, JsonValue], *, order: str, descending: bool, limit: int, offset: int
    ) -> Sequence[Row]:
        """Rows whose fields equal `where`, in order; TooMuch when they are too large together."""

    def count(self, table: str, where: Mapping[str, JsonValue]) -> int:
        """How many rows `list` would give without a limit."""

    def update(self, table: str, row: str, changes: Mapping[str, JsonValue]) -> bool:
        """Change fields of a row; False when there is none."""

    def remove(self, table: str, row: str) -> bool:
        """Remove a row; False when there is none."""

    def begin(self) -> None:
        """Start a transaction, waiting for another write a bounded time (Busy)."""

    def commit(self) -> None:
        """Make everything since `begin` true."""

    def rollback(self) -> None:
        """Undo everything since `begin`; nothing happens outside a transaction."""

    def close(self) -> None:
        """Let go of it."""


class AppData(Snapshotting, Protocol):
    """Every app's store. PostgreSQL can stand behind it as well as files."""

    def open(self, app: str, stage: Where, store_mb: int) -> Box:
        """The store of one app and stage, made at first use; `store_mb` is its quota."""

    def export(self, app: str, stage: Where) -> Mapping[str, Sequence[Row]]:
        """Every table with its rows; empty when nothing was ever kept."""

    def purge(self, app: str, stage: Where, older_than: int) -> int:
        """Remove rows from before this UNIX second; return how many."""

    def drop(self, app: str, stage: Where) -> None:
        """Remove the store; nothing happens when there is none."""

    def replace(self, app: str, stage: Where, tables: Tables, keep: Callable[[Tables], None]) -> None:
        """Have these rows in place of all that are there, which `keep` gets first; nobody writes meanwhile."""

    def stores(self) -> Sequence[tuple[str, Where]]:
        """The apps and stages that keep anything."""

    def measure(self, app: str, stage: Where) -> Measured:
        """How large the store is."""


class SqliteAppData(Snapshots):
    """A folder of SQLite files, `<app>.<stage>.db`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def open(self, app: str, stage: Where, store_mb: int) -> "SqliteBox":
        """Open or make the file."""
        return SqliteBox(self._path(app, stage), store_mb)

    def export(self, app: str, stage: Where) -> Mapping[str, Sequence[Row]]:
        """Every table with its rows, oldest first."""
        if not self._path(app, stage).exists():
            return {}
        box = self.open(app, stage, 0)
        try:
            return box.everything()
        finally:
            box.close()

    def purge(self, app: str, stage: Where, older_than: int) -> int:
        """Remove old rows, and give their room back."""
        if not self._path(app, stage).exists():
            return 0
        box = self.open(app, stage, 0)
        try:
            return box.purge(older_than)
        finally:
            box.close()

    def drop(self, app: str, stage: Where) -> None:
        """Remove the file and what SQLite keeps beside it."""
        path = self._path(app, stage)
        for name in (path.name, path.name + "-wal", path.name + "-shm"):
            (self._folder / name).unlink(missing_ok=True)
        for left in self._folder.glob(f"{path.name}.*{storefile.MAKING}"):
            left.unlink(missing_ok=True)

    def replace(self, app: str, stage: Where, tables: Tables, keep: Callable[[Tables], None]) -> None:
        """All in one transaction; Busy when another write takes too long."""
        replacing.replace(self._path(app, stage), tables, keep)

    def stores(self) -> Sequence[tuple[str, Where]]:
        """By the names of the files."""
        parts = (path.name.split(".") for path in sorted(self._folder.glob("*.db")))
        return [(app, "live" if stage == "live" else "preview") for app, stage, _ in parts]

    def measure(self, app: str, stage: Where) -> Measured:
        """The file and its log; zeros when there is none."""
        path = self._path(app, stage)
        if not path.exists():
            return Measured(0, 0, 0)
        files = (path, path.with_name(path.name + "-wal"))
        disk = sum(one.stat().st_size for one in files if one.exists())
        box = self.open(app, stage, 0)
        try:
            return Measured(disk, *box.measure())
        finally:
            box.close()

    def _path(self, app: str, stage: Where) -> Path:
        if not app.replace("_", "").isalnum():
            raise ValueError(f"{app!r} is no app id")
        return self._folder / f"{app}.{stage}.db"


class SqliteBox:
    """One file. Outside of `begin`, each write is its own transaction."""

    def __init__(self, path: Path, store_mb: int) -> None:
        """`store_mb` of 0 leaves the quota as it is: for reading and clearing."""
        if not path.exists():
            storefile.make(path)
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=storefile.BUSY_MS / 1000)
        self._began = False
        storefile.prepare(self._connection)
        if store_mb:
            self._connection.execute(f"PRAGMA max_page_count={store_mb * 1024 * 1024 // PAGE}")

    def insert(self, table: str, row: Mapping[str, JsonValue], *, at: int, by: str, most: int) -> str:
        """Add a row."""
        if self.count(table, {}) >= most:
            raise Full(f"{table} has {most} rows, which is all it may have")
        # Below zero: SQLite goes on counting from the largest id, and these must not move it.
        place = None if by else -1 - secrets.randbits(62)
        done = self._write(
            'INSERT INTO entry (id, "table", at, by, fields) VALUES (?, ?, ?, ?, ?)',
            (place, table, at, by, json.dumps(row)),
        )
        return rows.named(done.lastrowid or 0)

    def get(self, table: str, row: str) -> Row | None:
        """The row with this id."""
        found = self._connection.execute(
            'SELECT id, at, by, fields FROM entry WHERE "table" = ? AND id = ?', (table, rows.place(row))
        ).fetchone()
        return rows.row(*found) if found else None

    def list(
        self, table: str, where: Mapping[str, JsonValue], *, order: str, descending: bool, limit: int, offset: int
    ) -> Sequence[Row]:
        """Rows whose fields equal `where`; equal places keep the order of their coming."""
        condition, values = rows.condition(table, where)
        direction = "DESC" if descending else "ASC"
        found = self._connection.execute(
            f"SELECT id, at, by, fields FROM entry WHERE {condition} "
            f"ORDER BY {rows.column(order)} {direction}, id {direction} LIMIT ? OFFSET ?",
            (*values, min(limit, MOST_ROWS), offset),
        )
        given: list[Row] = []
        size = 0
        for id_, at, by, fields in found:
            size += len(fields)
            if size > MOST_BYTES:
                raise TooMuch("these rows are too large together; ask for fewer at a time (limit)")
            given.append(rows.row(id_, at, by, fields))
        return given

    def count(self, table: str, where: Mapping[str, JsonValue]) -> int:
        """How many rows there are."""
        if not where:
            return storefile.tally(self._connection, table)
        condition, values = rows.condition(table, where)
        (number,) = self._connection.execute(f"SELECT count(*) FROM entry WHERE {condition}", values).fetchone()
        return int(number)

    def update(self, table: str, row: str, changes: Mapping[str, JsonValue]) -> bool:
        """Change fields; the others stay."""
        done = self._write(
            'UPDATE entry SET fields = json_patch(fields, ?) WHERE "table" = ? AND id = ?',
            (json.dumps(changes), table, rows.place(row)),
        )
        return done.rowcount == 1

    def remove(self, table: str, row: str) -> bool:
        """Remove a row."""
        return self._write('DELETE FROM entry WHERE "table" = ? AND id = ?', (table, rows.place(row))).rowcount == 1

    def begin(self) -> None:
        """IMMEDIATE: two visitors who both read and then write wait for each other instead of failing half-way."""
        self._write("BEGIN IMMEDIATE", ())
        self._began = True

    def commit(self) -> None:
        """Commit."""
        self._write("COMMIT", ())
        self._began = False

    def rollback(self) -> None:
        """Roll back, if there is a transaction."""
        self._began = False
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def everything(self) -> Mapping[str, Sequence[Row]]:
        """Every table with its rows."""
        found: dict[str, list[Row]] = {}
        for table, *row in self._connection.execute('SELECT "table", id, at, by, fields FROM entry ORDER BY id'):
            found.setdefault(table, []).append(rows.row(*row))
        return found

    def purge(self, older_than: int) -> int:
        """Remove old rows, so that no byte of them stays in the file or its log."""
        self._connection.execute("PRAGMA secure_delete=ON")
        gone = self._write("DELETE FROM entry WHERE at < ?", (older_than,)).rowcount
        # Each time: who reads for long lets the log stand, and then the next purge empties it, whatever it removes.
        storefile.empty_log(self._connection)
        return gone

    def measure(self) -> tuple[int, int]:
        """Bytes in use, and the rows of the longest table."""
        pages, free = (
            self._connection.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "freelist_count")
        )
        return (pages - free) * PAGE, storefile.longest(self._connection)

    def _write(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        if self._began and not self._connection.in_transaction:
            # All of it was undone when the file was full: what follows must not be kept by itself.
            raise Full("the store was full, and nothing of this transaction is kept")
        try:
            return storefile.write(self._connection, statement, values)
        except sqlite3.OperationalError as error:
            if "full" in str(error):
                # SQLite may have undone all of the transaction, or the one statement.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise Full("the store is full") from error
            if storefile.is_busy(error):
                raise Busy("the store is busy") from error
            raise
