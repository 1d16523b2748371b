"""The engine that a run of the tests keeps its control database in: SQLite, or PostgreSQL by SLIPWAY_TEST_DATABASE.

The variable names a server by the address of any database in which databases may be made; each test gets its own.
"""

import atexit
import os
import secrets
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import LiteralString

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from bot import database

SERVER = os.environ.get("SLIPWAY_TEST_DATABASE", "")
NAME = "PostgreSQL" if SERVER else "SQLite"
sqlite_only = pytest.mark.skipif(bool(SERVER), reason="it is about a file of SQLite")
_MADE: list[str] = []


def fresh(folder: Path, name: str = "control") -> Engine:
    """A control database as the migrations make it, with nothing in it."""
    return database.connect(address(folder, name))


def address(folder: Path, name: str = "control") -> str:
    """The address of a new one; with SQLite a file in the folder."""
    if SERVER:
        return made(_template())
    path = folder / f"{name}.db"
    path.write_bytes(migrated())
    return f"sqlite:///{path}"


def empty(folder: Path, name: str = "control") -> str:
    """The address of a database without tables."""
    return made() if SERVER else f"sqlite:///{folder / f'{name}.db'}"


def plain(engine: Engine) -> str:
    """The address of an engine, as settings have it."""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@cache
def migrated() -> bytes:
    """A file as the migrations make it; made once, for it takes longer than most tests."""
    with TemporaryDirectory() as folder:
        engine = database.connect(f"sqlite:///{folder}/control.db")
        database.migrate(engine)
        engine.dispose()
        return (Path(folder) / "control.db").read_bytes()


def made(template: str = "template1", options: LiteralString = "") -> str:
    """A new database of the server; it goes when the run ends."""
    if not SERVER:
        pytest.fail("SLIPWAY_TEST_DATABASE names no server: run `make test-postgres`")
    name = f"t_{secrets.token_hex(6)}"
    _server(sql.SQL("CREATE DATABASE {} TEMPLATE {} " + options).format(sql.Identifier(name), sql.Identifier(template)))
    if not _MADE:
        atexit.register(_drop)
    _MADE.append(name)
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


@cache
def _template() -> str:
    url = made()
    engine = database.connect(url)
    database.migrate(engine)
    engine.dispose()
    return str(make_url(url).database)


def _server(statement: sql.Composed) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


def _drop() -> None:
    for name in _MADE:
        _server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def upgrade(engine: Engine, revision: str) -> None:
    """Bring a database so far, as an older version of ours left it."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
