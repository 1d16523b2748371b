"""The two engines that apps' rows may stand in, for suites that must hold for both."""

import atexit
from functools import cache
from pathlib import Path

import psycopg
import pytest

from runtime.appdata import AppData, SqliteAppData
from runtime.postgres_data import PostgresAppData
from tests import engines

SQLITE = "sqlite"
POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)


def stores(engine: str, folder: Path) -> AppData:
    """Every app's store, with nothing in it."""
    if engine == SQLITE:
        return SqliteAppData(folder)
    with psycopg.connect(_database(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS slipway_data CASCADE")
    data = PostgresAppData(_database())
    atexit.register(data.close)
    return data


@cache
def _database() -> str:
    return engines.made()
