"""Which engine the apps' stores stand in, by their address."""

from pathlib import Path

from runtime.appdata import AppData, SqliteAppData

SCHEMES = ("postgresql://", "postgres://")


def in_postgres(url: str) -> bool:
    """Whether an address is one of PostgreSQL."""
    return url.startswith(SCHEMES)


def stores(folder: Path, url: str = "") -> AppData:
    """Files in a folder, unless an address says PostgreSQL; its driver is loaded only then."""
    if not in_postgres(url):
        return SqliteAppData(folder)
    from runtime.postgres_data import PostgresAppData

    return PostgresAppData(url)
