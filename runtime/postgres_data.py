"""Apps' rows in PostgreSQL, for more than one machine: the same seam as files of SQLite, and the same rules.

Every app and stage has one row of `store`, and whoever writes holds it: so one app's writes come one after the other
and other apps' do not wait. It counts what the store has used, its rows by table, and the ids it gave away. Names of
tables, fields, apps and stages reach PostgreSQL as parameters alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from runtime import jsonb, statements
from runtime.appdata import Busy, Where
from runtime.postgres import Away, Connection, Pool
from runtime.postgres_box import PostgresBox, row_of, said
from runtime.postgres_snapshot import PostgresSnapshots
from runtime.rows import Measured, Row
from runtime.storefile import BUSY_MS

MAKER = 0x536C6971
"""The lock of whoever makes the tables: several may come first at the same moment."""
IDLE_MS = 5000
"""How long a transaction may stand still: of a worker that was stopped in the middle of one, nothing is kept then."""
DROP_MS = 5000
_OPTIONS = (
    f"-c lock_timeout={BUSY_MS} -c idle_in_transaction_session_timeout={IDLE_MS} -c statement_timeout=5000 "
    "-c search_path=slipway_data -c timezone=UTC"
)


class PostgresAppData(PostgresSnapshots):
    """The stores in one database. Its user may make the schema `slipway_data`, or finds it made."""

    def __init__(self, url: str) -> None:
        """`url` is `postgresql://...`; nothing is opened yet."""
        self._pool = Pool(url, _OPTIONS)
        self._made = False

    def open(self, app: str, stage: Where, store_mb: int) -> PostgresBox:
        """The store, made if there is none."""
        if not app.replace("_", "").isalnum():
            raise ValueError(f"{app!r} is no app id")
        with self._one() as connection:
            made = "INSERT INTO store (app, stage) VALUES (%s, %s) ON CONFLICT DO NOTHING"
            connection.execute(made, (app, stage))
        return PostgresBox(self._pool, app, stage, store_mb)

    def export(self, app: str, stage: Where) -> Mapping[str, Sequence[Row]]:
        """Every table with its rows, oldest first."""
        found: dict[str, list[Row]] = {}
        with self._one() as connection:
            asked = 'SELECT "table", id, at, by, fields::text FROM entry WHERE app = %s AND stage = %s ORDER BY id'
            for table, *row in connection.execute(asked, (app, stage)):
                found.setdefault(table, []).append(row_of(*row))
        return found

    def purge(self, app: str, stage: Where, older_than: int) -> int:
        """Remove old rows."""
        with self._holding(app, stage, BUSY_MS) as connection:
            given = {"app": app, "stage": stage, "before": older_than}
            gone = connection.execute(statements.PURGE, given).fetchone()
        return int(gone[0]) if gone else 0

    def rewrite(self, app: str, stage: Where, change: Callable[[Row], Row]) -> int:
        """Have each row be as `change` has it, in one transaction; how many were changed."""
        changed = 0
        with self._holding(app, stage, DROP_MS) as connection:
            asked = "SELECT id, by, fields::text FROM entry WHERE app = %s AND stage = %s"
            for id_, by, fields in connection.execute(asked, (app, stage)).fetchall():
                row = {**jsonb.loads(fields), "by": by}
                fresh = change(row)
                if fresh != row:
                    values = (fresh.pop("by"), jsonb.dumps(fresh), app, stage, id_)
                    connection.execute(statements.REWRITE, values)
                    changed += 1
            connection.execute(statements.RECKON, {"app": app, "stage": stage})
        return changed

    def drop(self, app: str, stage: Where) -> None:
        """Remove the store with its rows."""
        with self._holding(app, stage, DROP_MS) as connection:
            for table in ("entry", "store"):
                connection.execute(f"DELETE FROM {table} WHERE app = %s AND stage = %s", (app, stage))

    def stores(self) -> Sequence[tuple[str, Where]]:
        """By their names."""
        with self._one() as connection:
            found = connection.execute('SELECT app, stage FROM store ORDER BY app COLLATE "C", stage').fetchall()
        return [(app, "live" if stage == "live" else "preview") for app, stage in found]

    def measure(self, app: str, stage: Where) -> Measured:
        """What its rows take of the quota; zeros when there is none."""
        with self._one() as connection:
            asked = "SELECT used, tally FROM store WHERE app = %s AND stage = %s"
            found = connection.execute(asked, (app, stage)).fetchone()
        used, tally = found or (0, {})
        return Measured(used, used, max(tally.values(), default=0))

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.close()

    @contextmanager
    def _one(self) -> Iterator[Connection]:
        with self._pool.one() as connection, said():
            if not self._made:
                _make(connection)
                self._made = True
            yield connection

    @contextmanager
    def _holding(self, app: str, stage: Where, wait_ms: int) -> Iterator[Connection]:
        """A transaction that holds the store. A wait in vain is Busy for who waited as long as a visitor, else Away."""
        try:
            with self._one() as connection, connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = {wait_ms}")
                connection.execute(statements.HOLD, (app, stage))
                yield connection
        except Busy as error:
            if wait_ms == BUSY_MS:
                raise
            raise Away("the store was busy for too long") from error


def _make(connection: Connection) -> None:
    """Have the tables be there."""
    if connection.execute("SELECT to_regclass('slipway_data.entry_of_visitor')").fetchone() == (None,):
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = 5000")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MAKER,))
            connection.execute(statements.SCHEMA.encode())
