"""The SQLite file of one app's store: its schema, made at first use, and the number of rows of each table.

The rows are counted as they come and go. To count them for every new one, as a store's limit asks, took twenty times
as long as the row itself once there were 10,000.
"""

import sqlite3
from contextlib import suppress

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
ATTEMPTS = 4
"""How often whoever opens a file tries again to have it be one of ours."""
VERSION = 1
"""Files from before there was a tally have version 0, and get one when they are opened."""


def prepare(connection: sqlite3.Connection) -> None:
    """Have the file be one of ours, whoever opens it first; sqlite3.OperationalError when others hold it too long.

    Whoever wants to make the file a WAL file while another connection is at it is refused at once: SQLite asks no busy
    handler for that. It asks one for an exclusive transaction, so that is what is waited for before the next attempt.
    """
    for _ in range(ATTEMPTS):
        try:
            _prepare(connection)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
        with suppress(sqlite3.OperationalError):
            connection.executescript("ROLLBACK;")
        with suppress(sqlite3.OperationalError):
            connection.executescript("BEGIN EXCLUSIVE; ROLLBACK;")
    _prepare(connection)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < VERSION:
        connection.executescript(SCHEMA)


def tally(connection: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    found = connection.execute('SELECT rows FROM tally WHERE "table" = ?', (table,)).fetchone()
    return int(found[0]) if found else 0


def longest(connection: sqlite3.Connection) -> int:
    """How many rows the longest table has."""
    return int(connection.execute("SELECT max(rows) FROM tally").fetchone()[0] or 0)
