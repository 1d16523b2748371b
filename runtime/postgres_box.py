"""One app's store in PostgreSQL: whoever writes holds its row of `store` until the transaction ends."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from pydantic import JsonValue

from runtime import jsonb, postgres, rows, statements
from runtime.appdata import MOST_BYTES, MOST_ROWS, Busy, Full, TooMuch, Where
from runtime.postgres import Away, Connection, Failure, Pool
from runtime.rows import Row


class PostgresBox:
    """One store. Outside of `begin`, each write is its own transaction."""

    def __init__(self, pool: Pool, app: str, stage: Where, store_mb: int) -> None:
        self._pool = pool
        self._key = {"app": app, "stage": stage}
        self._quota = store_mb << 20
        self._held: Connection | None = None
        self._spoiled = ""
        """Why nothing of this transaction can be kept any more."""

    def insert(self, table: str, row: Mapping[str, JsonValue], *, at: int, by: str, most: int) -> str:
        """Add a row."""
        place = None if by else -1 - secrets.randbits(62)
        given = {**self._key, "table": table, "at": at, "by": by, "most": most, "quota": self._quota}
        with self._connection() as connection:
            done = connection.execute(
                statements.INSERT, {**given, "rows": 1, "place": place, "fields": jsonb.dumps(row)}
            ).fetchone()
        if done is None:
            if self.count(table, {}) >= most:
                raise Full(f"{table} has {most} rows, which is all it may have")
            raise self._full()
        return rows.named(done[0])

    def get(self, table: str, row: str) -> Row | None:
        """The row with this id."""
        asked = 'SELECT id, at, by, fields::text FROM entry WHERE app = %s AND stage = %s AND "table" = %s AND id = %s'
        with self._connection() as connection:
            found = connection.execute(asked, (*self._key.values(), table, rows.place(row))).fetchone()
        return row_of(*found) if found else None

    def list(
        self, table: str, where: Mapping[str, JsonValue], *, order: str, descending: bool, limit: int, offset: int
    ) -> Sequence[Row]:
        """Rows whose fields equal `where`; equal places keep the order of their coming."""
        condition, values = jsonb.condition(where)
        asked = statements.LIST.format(
            where=f'app = %s AND stage = %s AND "table" = %s AND {condition}', order=jsonb.order(order, descending)
        )
        # A row counts for what it takes beside its fields, too; that is little.
        most = MOST_BYTES + statements.ROW_BYTES * MOST_ROWS
        given = (most, order, *self._key.values(), table, *values, min(limit, MOST_ROWS), offset)
        with self._connection() as connection:
            found = connection.execute(asked, given).fetchall()
        if any(fields is None for *_, fields in found):
            raise TooMuch("these rows are too large together; ask for fewer at a time (limit)")
        return [row_of(*one) for one in found]

    def count(self, table: str, where: Mapping[str, JsonValue]) -> int:
        """How many rows there are."""
        condition, values = jsonb.condition(where)
        asked = f'SELECT count(*) FROM entry WHERE app = %s AND stage = %s AND "table" = %s AND {condition}'
        given: tuple[object, ...] = (*self._key.values(), table, *values)
        if not where:
            asked = "SELECT coalesce((tally ->> %s)::bigint, 0) FROM store WHERE app = %s AND stage = %s"
            given = (table, *self._key.values())
        with self._connection() as connection:
            found = connection.execute(asked, given).fetchone()
        return int(found[0]) if found else 0

    def update(self, table: str, row: str, changes: Mapping[str, JsonValue]) -> bool:
        """Change fields; the others stay, and one that becomes nothing goes."""
        gone = [name for name, value in changes.items() if value is None]
        kept = jsonb.dumps({name: value for name, value in changes.items() if value is not None})
        given = {**self._key, "table": table, "id": rows.place(row), "changes": kept, "gone": gone}
        with self._alone() as connection:
            done = connection.execute(statements.UPDATE, given).fetchone()
            if done and done[1] and self._quota and done[0] > self._quota:
                raise self._full()
        return done is not None

    def remove(self, table: str, row: str) -> bool:
        """Remove a row."""
        given = {**self._key, "table": table, "id": rows.place(row), "rows": -1}
        with self._alone() as connection:
            return connection.execute(statements.REMOVE, given).fetchone() is not None

    def begin(self) -> None:
        """Two visitors who both read and then write wait for each other, in the order of their coming."""
        connection = self._pool.take()
        try:
            with said():
                self._hold(connection)
        except (Away, Busy, Full):
            self._pool.give(connection)
            raise
        self._held, self._spoiled = connection, ""

    def commit(self) -> None:
        """Commit."""
        with self._connection() as connection:
            connection.execute("COMMIT")
        self._let_go()

    def rollback(self) -> None:
        """Roll back, if there is a transaction."""
        self._let_go()

    def close(self) -> None:
        """Let go of it."""
        self._let_go()

    def _hold(self, connection: Connection) -> None:
        connection.execute("BEGIN")
        if connection.execute(statements.HOLD, tuple(self._key.values())).fetchone() is None:
            raise Away("the store is gone")

    def _full(self) -> Full:
        """The store has no room; of a transaction, nothing is kept then."""
        if self._held is not None:
            self._spoil("the store was full, and nothing of this transaction is kept")
        return Full("the store is full")

    def _spoil(self, why: str) -> None:
        self._spoiled = why
        if self._held is not None:
            self._pool.give(self._held)
            self._held = None

    def _let_go(self) -> None:
        self._spoil("")

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """The transaction's own; outside of one, any for a moment."""
        if self._spoiled:
            raise Full(self._spoiled)
        if self._held is None:
            with self._pool.one() as connection, said():
                yield connection
            return
        try:
            with said():
                yield self._held
        except (Away, Busy, Full) as error:
            self._spoil(f"{error}, and nothing of this transaction is kept")
            raise

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """The transaction's own, or one for this write."""
        if self._held is not None or self._spoiled:
            with self._connection() as connection:
                yield connection
            return
        with self._pool.one() as connection, said():
            self._hold(connection)
            yield connection
            connection.execute("COMMIT")


def row_of(id_: int, at: int, by: str, fields: str) -> Row:
    """A row as an app sees it."""
    return {**jsonb.loads(fields), "id": rows.named(id_), "at": at, "by": by}


@contextmanager
def said() -> Iterator[None]:
    """PostgreSQL's errors in the words of the seam: Busy, Full, and Away for all others."""
    try:
        yield
    except Failure as error:
        trouble = postgres.trouble(error)
        if trouble == "full":
            raise Full("the store is full") from error
        if trouble == "busy":
            raise Busy("the store is busy") from error
        raise Away(f"the store cannot be used ({type(error).__name__})") from error
