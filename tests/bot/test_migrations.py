"""The schema: what the migrations make is what the code expects."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from bot import database
from tests.engines import migrated


def test_the_migrations_make_exactly_the_tables_that_the_code_has(tmp_path: Path) -> None:
    (tmp_path / "control.db").write_bytes(migrated())
    engine = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_whose_name_says_so() -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [database.newest()]


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "control.db").write_bytes(migrated())
    engine = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    with engine.connect() as connection:
        before = list(connection.connection.iterdump())
    database.migrate(engine)
    with engine.connect() as connection:
        assert list(connection.connection.iterdump()) == before
    engine.dispose()
