"""PostgreSQL as the control database, for more than one control process.

One writer at a time, as SQLite has it: each transaction begins by taking one lock of the whole database, which its end
gives back. What a transaction has read is then still true when it writes, whoever else is at work, and no code has
to be written twice. The lock is taken before anything is read, and each statement sees what was committed before it.
"""

import select
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError

from runtime.stores import in_postgres

WRITER = 0x536C6970
"""The lock of whoever writes. Its number is ours alone in a database of ours."""
IDLE_MS = 5000
"""How long a transaction may stand still. Of a process that was stopped in the middle of one, nothing is kept then."""
WAIT_MS = 8000
"""How long a writer waits for the others: longer than one that stands still."""
FENCE = "slipway_fence"
"""The execution option that names what an engine looks at behind the lock, before anything else; it may raise."""
READ_ONLY = frozenset({"53100", "53200", "25006", "58030"})
"""PostgreSQL's codes for it: the disk is full, no memory, a standby or a read-only transaction, the disk failed."""
_KEPT_ALIVE = {
    "client_encoding": "utf8",
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A server that does not answer, on a network that does not say so, is given up after ten seconds."""
_OPTIONS = f"-c lock_timeout={WAIT_MS} -c idle_in_transaction_session_timeout={IDLE_MS} -c timezone=UTC"


class BadUrl(ValueError):
    """It is no address of a database; the message never repeats it, for it may hold a password."""


def parsed(url: str) -> URL:
    """The address, for the driver that is installed. Raises BadUrl."""
    try:
        made = make_url(url)
        if not made.database:
            raise BadUrl("it names no database")
        return made.set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        why = str(error) if isinstance(error, BadUrl) else "it cannot be read"
        # Nothing of the cause is kept: it quotes parts of the address.
        raise BadUrl(why) from None


def local(url: str) -> bool:
    """Whether it leads to a unix socket, without a password: the kernel says there who we are."""
    made = parsed(url)
    hosts = made.query.get("host", "")
    there = [made.host, *([hosts] if isinstance(hosts, str) else hosts)]
    secret = made.password or {"password", "passfile", "sslpassword", "service"} & set(made.query)
    return not secret and "hostaddr" not in made.query and all(not one or one.startswith("/") for one in there)


class Unfit(Exception):
    """This database would not keep what it is given as it is; the message says why, and what to do."""


def checked(url: str) -> str:
    """The same address, when it can be one. Raises BadUrl."""
    if not in_postgres(url):
        raise BadUrl("it does not begin with postgresql://")
    parsed(url)
    return url


def shown(url: str) -> str:
    """The address as it may be shown: which database of which server, and nothing else."""
    made = parsed(url)
    host = made.host or made.query.get("host") or "local socket"
    return f"PostgreSQL database {made.database} ({host if isinstance(host, str) else host[0]})"


def connect(url: str) -> Engine:
    """Open it for writing: each transaction takes the lock at its start."""
    engine = _engine(url)
    event.listen(engine, "connect", _begins_itself)
    event.listen(engine, "checkout", _still_there)
    event.listen(engine, "begin", _lock)
    return engine


def reading(url: str) -> Engine:
    """Open it for looking: each transaction is one look at one moment, and waits for nobody."""
    return _engine(
        url, poolclass=NullPool, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True}
    )


def examine(connection: Connection) -> None:
    """Raises Unfit when the database would keep or order texts otherwise than they are written."""
    asked = "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
    collate, encoding = connection.exec_driver_sql(asked).one()
    if collate.partition(".")[0] not in ("C", "POSIX") or encoding != "UTF8":
        raise Unfit(
            f"The database orders texts by {collate} in {encoding}. Make it anew: CREATE DATABASE slipway "
            "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'; see docs/postgres.md."
        )


def read_only(error: DBAPIError) -> bool:
    """Whether there is no room, or no right, to write."""
    return getattr(error.orig, "sqlstate", None) in READ_ONLY


def _engine(url: str, **more: Any) -> Engine:
    made = create_engine(parsed(url), connect_args={**_KEPT_ALIVE, "options": _OPTIONS}, hide_parameters=True, **more)
    made.dialect.type_compiler_instance = _Wide(made.dialect)
    event.listen(made, "connect", _on_connect)
    return made


def _begins_itself(connection, _record) -> None:  # type: ignore[no-untyped-def]  # the DBAPI has no types
    # The driver would send BEGIN by itself, and wait for it.
    connection.autocommit = True


def _lock(connection) -> None:  # type: ignore[no-untyped-def]  # SQLAlchemy passes its own connection
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    connection.exec_driver_sql(f"BEGIN; SELECT pg_advisory_xact_lock({WRITER})")
    if FENCE in options:
        try:
            options[FENCE](connection)
        except BaseException:
            # Nobody rolls back a transaction that did not come to its beginning.
            connection.exec_driver_sql("ROLLBACK")
            raise


def _still_there(connection, _record, _proxy) -> None:  # type: ignore[no-untyped-def]  # the DBAPI has no types
    """A connection at rest to which the server has said something was ended by it: another is made instead."""
    try:
        look = select.poll()
        look.register(connection.fileno(), select.POLLIN)
        said = bool(look.poll(0))
    except Exception:
        # Whatever it is: a connection that has no socket any more is of no use.
        said = True
    if said:
        raise DisconnectionError


def _on_connect(connection, _record) -> None:  # type: ignore[no-untyped-def]  # the DBAPI has no types
    from psycopg.types.string import StrDumper

    class Text(StrDumper):
        """PostgreSQL keeps no NUL in a text, and somebody may send us one."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in obj else obj)

    connection.adapters.register_dumper(str, Text)


class _Wide(PGTypeCompiler):
    """UNIX seconds beyond 2038, which SQLite's INTEGER holds, need PostgreSQL's BIGINT."""

    def visit_INTEGER(self, type_: object, **_: object) -> str:  # noqa: N802  # SQLAlchemy's name
        return "BIGINT"
