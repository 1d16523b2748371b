"""Replacing: the rows of one app's store give way to others, whole, in one transaction that waits for visitors."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from runtime import rows, storefile
from runtime.rows import Row, Tables

WAIT = 5.0
"""Seconds that the store is waited for; a visitor's write takes milliseconds."""
OWN = ("id", "at", "by")
_INSERT = 'INSERT INTO entry (id, "table", at, by, fields) VALUES (?, ?, ?, ?, ?)'


def replace(path: Path, tables: Tables, keep: Callable[[Tables], None]) -> None:
    """Have these rows in the file, in place of what is there, which `keep` gets first. Raises what `keep` raises.

    Rows keep their ids, so that what refers to them still does; ids that were given out once are not given out again.
    """
    if not path.exists():
        storefile.make(path)
    with closing(sqlite3.connect(path, timeout=WAIT, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("BEGIN IMMEDIATE")
        try:
            keep(_read(connection))
            connection.execute("DELETE FROM entry")
            connection.executemany(_INSERT, [_values(table, row) for table in tables for row in tables[table]])
            connection.execute("COMMIT")
        except BaseException:
            # Whatever it was, nothing of it happened.
            connection.execute("ROLLBACK")
            raise


def _read(connection: sqlite3.Connection) -> Tables:
    found: dict[str, list[Row]] = {}
    for table, *row in connection.execute('SELECT "table", id, at, by, fields FROM entry ORDER BY id'):
        found.setdefault(table, []).append(rows.row(*row))
    return found


def _values(table: str, row: Row) -> tuple[int, str, int, str, str]:
    fields = {name: value for name, value in row.items() if name not in OWN}
    return rows.place(row["id"]), table, int(str(row["at"])), str(row["by"]), json.dumps(fields)
