"""Snapshots: a store as bytes that give the very same store again, and the same with some of its rows changed.

What the bytes are is the store's own affair; with SQLite they are the file.
"""

import json
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal, Protocol

from runtime import rows, storefile
from runtime.rows import Row

Where = Literal["preview", "live"]
Change = Callable[[Row], Row | None]
"""A row as it is to be, or None when it goes. Its id and table stay."""


class Snapshotting(Protocol):
    """What a store's seam offers to archives."""

    def snapshot(self, app: str, stage: Where) -> bytes:
        """The whole store at one moment; empty when nothing was ever kept. Equal stores give equal bytes."""

    def restore(self, app: str, stage: Where, snapshot: bytes) -> None:
        """Make the store what it was, in place of whatever is there; ValueError when these are no such bytes."""

    def rewritten(self, snapshot: bytes, change: Change) -> bytes:
        """A snapshot with its rows changed; nothing of what went is left in it."""


class Snapshots:
    """Of a folder of SQLite files."""

    def _path(self, app: str, stage: Where) -> Path:
        raise NotImplementedError

    def snapshot(self, app: str, stage: Where) -> bytes:
        """The file with all that its log holds."""
        path = self._path(app, stage)
        if not path.exists():
            return b""
        with closing(sqlite3.connect(path, isolation_level=None, timeout=storefile.BUSY_MS / 1000)) as connection:
            storefile.empty_log(connection)
            return connection.serialize()

    def restore(self, app: str, stage: Where, snapshot: bytes) -> None:
        """Made beside it, and given its name when it is whole."""
        path = self._path(app, stage)
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}{storefile.MAKING}")
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        if not snapshot:
            path.unlink(missing_ok=True)
            return
        try:
            _write(made, snapshot)
            if not _whole(made):
                raise ValueError("the bytes are no store")
            made.rename(path)
        finally:
            for one in (made, made.with_name(made.name + "-wal"), made.with_name(made.name + "-shm")):
                one.unlink(missing_ok=True)

    def rewritten(self, snapshot: bytes, change: Change) -> bytes:
        """In a folder that nobody else sees."""
        if not snapshot:
            return snapshot
        with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
            path = Path(folder) / "store.db"
            _write(path, snapshot)
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                if not _change(connection, change):
                    return snapshot
                connection.execute("VACUUM")
                storefile.empty_log(connection)
                return connection.serialize()


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _whole(path: Path) -> bool:
    """Whether this is a store of ours without a fault; looking at it changes nothing of it."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            connection.execute('SELECT id, "table", at, by, fields FROM entry LIMIT 1').fetchone()
            return bool(said == "ok")
    except sqlite3.Error:
        return False


def _change(connection: sqlite3.Connection, change: Change) -> int:
    """How many rows were changed or went."""
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("BEGIN IMMEDIATE")
    changed = 0
    for id_, at, by, fields in connection.execute("SELECT id, at, by, fields FROM entry").fetchall():
        row = rows.row(id_, at, by, fields)
        fresh = change(row)
        if fresh is None:
            connection.execute("DELETE FROM entry WHERE id = ?", (id_,))
        elif fresh != row:
            kept = {name: value for name, value in fresh.items() if name not in ("id", "at", "by")}
            connection.execute("UPDATE entry SET by = ?, fields = ? WHERE id = ?", (fresh["by"], json.dumps(kept), id_))
        changed += fresh != row
    connection.execute("COMMIT")
    return changed
