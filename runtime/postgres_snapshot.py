"""Snapshots of stores in PostgreSQL: lines of JSON, the ids that were given away first and then every row."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

from runtime import jsonb, rows, statements
from runtime.postgres import Connection
from runtime.rows import Row, Tables
from runtime.snapshot import Change

Where = Literal["preview", "live"]
FORMAT = "slipway store 1"
OWN = ("id", "at", "by")
WAIT_MS = 5000
_ROWS = 'SELECT "table", id, at, by, fields::text FROM entry WHERE app = %s AND stage = %s ORDER BY id'
_KEEP = """
INSERT INTO entry (app, stage, "table", id, at, by, fields, bytes)
SELECT %s, %s, %s, %s, %s, %s, one, octet_length(one::text) + %s FROM (SELECT %s::jsonb AS one) _
"""
_COUNTED = """
UPDATE store SET last = %(last)s, tally = coalesce((
  SELECT jsonb_object_agg("table", rows) FROM (
    SELECT "table", count(*) AS rows FROM entry WHERE app = %(app)s AND stage = %(stage)s GROUP BY "table"
  ) _), '{}')
WHERE app = %(app)s AND stage = %(stage)s
"""


class PostgresSnapshots(ABC):
    """Of the stores in one database."""

    @abstractmethod
    def _holding(self, app: str, stage: Where, wait_ms: int) -> AbstractContextManager[Connection]:
        """A transaction in which nobody else writes to this store."""

    def snapshot(self, app: str, stage: Where) -> bytes:
        """Every row, in the order of their ids; empty when there is no store."""
        with self._holding(app, stage, WAIT_MS) as connection:
            asked = "SELECT last FROM store WHERE app = %s AND stage = %s"
            found = connection.execute(asked, (app, stage)).fetchone()
            kept = connection.execute(_ROWS, (app, stage)).fetchall()
        return _written(found[0], kept) if found else b""

    def restore(self, app: str, stage: Where, snapshot: bytes) -> None:
        """In one transaction: the store is what it is, or what it was."""
        last, kept = _read(snapshot)
        with self._holding(app, stage, WAIT_MS) as connection:
            _filled(connection, (app, stage), last, kept)
            if not snapshot:
                connection.execute("DELETE FROM store WHERE app = %s AND stage = %s", (app, stage))

    def replace(self, app: str, stage: Where, tables: Tables, keep: Callable[[Tables], None]) -> None:
        """Have these rows in place of all that are there, which `keep` gets first, in one transaction."""
        with self._holding(app, stage, WAIT_MS) as connection:
            keep(_by_table(connection.execute(_ROWS, (app, stage)).fetchall()))
            asked = "SELECT last FROM store WHERE app = %s AND stage = %s"
            (last,) = connection.execute(asked, (app, stage)).fetchone() or (0,)
            _filled(connection, (app, stage), last, [_entry(name, row) for name in tables for row in tables[name]])

    def rewritten(self, snapshot: bytes, change: Change) -> bytes:
        """Without asking the database."""
        if not snapshot:
            return snapshot
        last, kept = _read(snapshot)
        return _written(last, list(_changed(kept, change)))


def _filled(connection: Connection, store: tuple[str, Where], last: int, kept: Sequence[Any]) -> None:
    """Have these rows be all that the store holds, and count them."""
    connection.execute("INSERT INTO store (app, stage) VALUES (%s, %s) ON CONFLICT DO NOTHING", store)
    connection.execute(statements.HOLD, store)
    connection.execute("DELETE FROM entry WHERE app = %s AND stage = %s", store)
    for table, id_, at, by, fields in kept:
        connection.execute(_KEEP, (*store, table, id_, at, by, statements.ROW_BYTES, fields))
    given = {"app": store[0], "stage": store[1], "last": last}
    connection.execute(_COUNTED, given)
    connection.execute(statements.RECKON, given)


def _entry(table: str, row: Row) -> tuple[Any, ...]:
    fields = {name: value for name, value in row.items() if name not in OWN}
    return table, rows.place(row["id"]), row["at"], row["by"], jsonb.dumps(fields)


def _changed(kept: Sequence[Any], change: Change) -> Iterator[tuple[Any, ...]]:
    for table, id_, at, by, fields in kept:
        row = {**jsonb.loads(fields), "id": rows.named(id_), "at": at, "by": by}
        fresh = change(row)
        if fresh is not None:
            yield (table, id_, at, by, fields) if fresh == row else _entry(table, fresh)


def _by_table(kept: Sequence[Any]) -> Tables:
    found: dict[str, list[Row]] = {}
    for table, id_, at, by, fields in kept:
        row = {**jsonb.loads(fields), "id": rows.named(id_), "at": at, "by": by}
        found.setdefault(table, []).append(row)
    return found


def _written(last: int, kept: Sequence[Any]) -> bytes:
    lines = [json.dumps([FORMAT, last]), *(json.dumps(list(one)) for one in kept)]
    return "".join(f"{one}\n" for one in lines).encode()


def _read(snapshot: bytes) -> tuple[int, Sequence[Any]]:
    if not snapshot:
        return 0, ()
    try:
        head, *kept = map(json.loads, snapshot.decode().splitlines())
        format_, last = head
        if format_ != FORMAT or any(len(one) != 5 for one in kept):
            raise ValueError("the bytes are no store")
    except (ValueError, TypeError) as error:
        raise ValueError("the bytes are no store") from error
    return int(last), kept
