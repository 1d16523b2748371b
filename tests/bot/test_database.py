"""The schema grows without losing what stands in it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from bot import database
from tests.engines import upgrade

FIRST = (
    "INSERT INTO app VALUES "
    "('app_1','T1','lunch','Lunch','survey@1.0','ana','[]','[]','{}','C1','live',1,NULL,'',NULL,'')",
    "INSERT INTO deployment VALUES ('dep_1','T1','app_1','live','sha256:a','p_1',1,NULL)",
    "INSERT INTO deployment VALUES ('dep_2','T1','app_1','preview','sha256:b',NULL,1,NULL)",
    "INSERT INTO lease VALUES ('app_1','live','T1',1,2,0)",
)


@pytest.fixture
def old(tmp_path: Path) -> Engine:
    """A database of the first version, with an app that is live."""
    engine = database.connect(f"sqlite:///{tmp_path / 'control.db'}")
    upgrade(engine, "0001")
    with engine.begin() as connection:
        for statement in FIRST:
            connection.execute(text(statement))
    return engine


def test_what_was_live_before_stays_live_and_is_charged_to_nobody_known(old: Engine) -> None:
    database.migrate(old)
    with old.begin() as connection:
        rows = connection.execute(
            text("SELECT id, stage, proposal, ended_at, audit, limits, budget_tag FROM deployment ORDER BY id")
        ).all()
        assert [tuple(row) for row in rows] == [
            ("dep_1", "live", "p_1", None, "before 0003", "{}", "unassigned"),
            ("dep_2", "preview", None, None, "", "", ""),
        ]
        assert connection.execute(text("SELECT team, budget_tag FROM app")).all() == [("", "unassigned")]
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    old.dispose()


def test_from_now_on_nothing_is_live_without_who_pays(old: Engine) -> None:  # D11
    database.migrate(old)
    with old.begin() as connection, pytest.raises(IntegrityError, match="live_is_backed"):
        connection.execute(text("UPDATE deployment SET budget_tag = '' WHERE id = 'dep_1'"))
    with old.begin() as connection, pytest.raises(IntegrityError, match="UNIQUE"):
        connection.execute(
            text(
                "INSERT INTO deployment (id, workspace, app, stage, bundle, created_at) "
                "VALUES ('dep_3', 'T1', 'app_1', 'preview', 'x', 1)"
            )
        )
    old.dispose()
