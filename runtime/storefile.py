"""The SQLite file of one app's store: its schema, made at first use, and the number of rows of each table.

The rows are counted as they come and go. To count them for every new one, as a store's limit asks, took twenty times
as long as the row itself once there were 10,000.
"""

import os
import secrets
import sqlite3
import time
from pathlib import Path

SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "table" TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, fields TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_of_table ON entry ("table", at);
CREATE INDEX IF NOT EXISTS entry_of_visitor ON entry ("table", by);
CREATE TABLE IF NOT EXISTS tally ("table" TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO tally SELECT "table", count(*) FROM entry GROUP BY "table";
CREATE TRIGGER IF NOT EXISTS entry_came AFTER INSERT ON entry BEGIN
  INSERT INTO tally VALUES (new."table", 1) ON CONFLICT DO UPDATE SET rows = rows + 1;
END;
CREATE TRIGGER IF NOT EXISTS entry_went AFTER DELETE ON entry BEGIN
  UPDATE tally SET rows = rows - 1 WHERE "table" = old."table";
END;
PRAGMA user_version = 1;
COMMIT;
"""
BUSY_MS = 250
"""How long a write of one app waits for another write of the same app."""
TRY_MS = 2
"""How long SQLite waits by itself. It looks ever less often, and among many who write at the same moment somebody would
never meet the gap between two others."""
VERSION = 1
"""Files from before there was a tally have version 0, and get one when they are opened."""
MAKING = ".making"
"""Ends the name of a file that is being made; one that a kill left lying is nobody's."""


def make(path: Path) -> None:
    """Make the file, whole from its first moment, unless it is there.

    Of several who open a store for the first time at once, those who find it half-made would be told that it is locked:
    SQLite waits for nobody while a file's way of journaling is changed.
    """
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}{MAKING}")
    connection = sqlite3.connect(made, isolation_level=None)
    try:
        prepare(connection)
    finally:
        connection.close()
    try:
        os.link(made, path)
    except FileExistsError:
        pass  # somebody else was faster, with the same file
    finally:
        made.unlink()


def prepare(connection: sqlite3.Connection) -> None:
    """Have the file be one of ours, also when it is from before there was a tally."""
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < VERSION:
        connection.executescript(SCHEMA)
    connection.execute(f"PRAGMA busy_timeout={TRY_MS}")


def write(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
    """Run a statement, waiting BUSY_MS for another's write, and looking often. Raises sqlite3.OperationalError."""
    for _ in range(BUSY_MS // TRY_MS):
        try:
            return connection.execute(statement, values)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
    return connection.execute(statement, values)


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether somebody else was writing for too long."""
    return "locked" in str(error) or "busy" in str(error)


def empty_log(connection: sqlite3.Connection, seconds: float = BUSY_MS / 1000) -> bool:
    """Bring all that the log of any SQLite file holds into the file, and leave the log empty: nothing that was deleted
    stays in it. False when others were at it for that long.

    SQLite waits for readers by itself, but never while another connection brings the log in: it says busy at once
    (sqlite.org, sqlite3_wal_checkpoint_v2).
    """
    end = time.monotonic() + seconds
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > end:
            return False
        time.sleep(TRY_MS / 1000)  # noqa: TID251  # as SQLite waits for a lock; it does not do so for this one
    return True


def tally(connection: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    found = connection.execute('SELECT rows FROM tally WHERE "table" = ?', (table,)).fetchone()
    return int(found[0]) if found else 0


def longest(connection: sqlite3.Connection) -> int:
    """How many rows the longest table has."""
    return int(connection.execute("SELECT max(rows) FROM tally").fetchone()[0] or 0)
