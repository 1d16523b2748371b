"""The schema: what the migrations make is what the code expects."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from bot import database
from tests.engines import migrated


def test_the_migrations_make_exactly_the_tables_that_the_code_has(tmp_path: Path) -> None:
    (tmp_path / "control.db").write_bytes(migrated())
    engine = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "control.db").write_bytes(migrated())
    engine = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    with engine.connect() as connection:
        before = list(connection.connection.iterdump())
    database.migrate(engine)
    with engine.connect() as connection:
        assert list(connection.connection.iterdump()) == before
    engine.dispose()
