"""The control database on PostgreSQL: one writer at a time, and closed when it cannot write."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from bot import database, postgres
from bot.database import ReadOnly, transaction
from bot.posting.outbox import PostRow
from bot.settings import CannotStart
from guardrails import audit
from runtime import apps
from templates.audience import Audience
from tests import engines

pytestmark = pytest.mark.postgres
NOW = 5_000_000_000
"""In 2128: a moment that no INTEGER of PostgreSQL holds."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    one = engines.fresh(tmp_path)
    assert one.dialect.name == "postgresql"
    yield one
    one.dispose()


def make(session: Session, name: str, title: str = "Lunch") -> str:
    return apps.create(
        session,
        app=name,
        workspace="T1",
        title=title,
        template="survey@1.0.0",
        owner="ana",
        collaborators=(),
        named=(),
        audience=Audience(kind="channel", id="C1", label="#ops"),
        channel="C1",
        trace="",
        now=NOW,
    ).slug


def test_who_reads_first_and_writes_later_is_alone_until_it_commits(engine: Engine) -> None:  # D6
    """Eight who each look for a free host name and then take it: without the lock, two find the same one free."""
    ready = threading.Barrier(8)

    def one(number: int) -> str:
        ready.wait()
        with transaction(engine) as session:
            slug = make(session, f"app_{number}")
            time.sleep(0.01)
            audit.append(session, workspace="T1", actor="ana", action="made", subject=f"app_{number}", now=NOW)
            return slug

    with ThreadPoolExecutor(8) as pool:
        slugs = list(pool.map(one, range(8)))
    assert len(set(slugs)) == 8
    with Session(engine) as session:
        assert audit.verify(session, "T1") == ()
        assert audit.head(session, "T1")[0] == 8


def test_one_who_only_looks_waits_for_nobody(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with transaction(engine) as session:
        make(session, "app_1")
        with database.reading(url) as other:
            assert apps.get(other, "app_1") is None
            with pytest.raises(DBAPIError, match="read-only"):
                other.execute(text("DELETE FROM app"))


def test_a_standby_and_a_full_disk_are_read_only(engine: Engine) -> None:
    with pytest.raises(ReadOnly, match="cannot be written"), transaction(engine) as session:
        session.execute(text("SET TRANSACTION READ ONLY"))
        make(session, "app_1")
    full = "DO $$BEGIN RAISE disk_full; END$$"
    with pytest.raises(ReadOnly), transaction(engine) as session:
        make(session, "app_2")
        session.execute(text(full))
    with transaction(engine) as session:
        assert (apps.get(session, "app_1"), apps.get(session, "app_2")) == (None, None)
        make(session, "app_3")


def test_a_transaction_that_stands_still_gives_the_others_their_turn(engine: Engine) -> None:
    """As of a process that was stopped in the middle of one: nothing of it is kept."""
    with pytest.raises(DBAPIError), transaction(engine) as stopped:
        make(stopped, "app_1")
        with transaction(engine) as session:  # waits for the lock, until the one before stood still for too long
            make(session, "app_2")
        stopped.execute(text("SELECT 1"))
    with transaction(engine) as session:
        assert apps.get(session, "app_1") is None
        assert apps.get(session, "app_2") is not None


def test_texts_and_moments_are_kept_as_they_are(engine: Engine) -> None:
    with transaction(engine) as session:
        make(session, "app_1", title="a\0b \N{GRINNING FACE}")
    with transaction(engine) as session:
        app = apps.get(session, "app_1")
        assert app is not None
        assert (app.title, app.created_at) == ("a\N{REPLACEMENT CHARACTER}b \N{GRINNING FACE}", NOW)


def test_a_database_that_orders_texts_otherwise_is_not_used() -> None:
    url = engines.made("template0", "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    other = database.connect(url)
    with pytest.raises(CannotStart, match="orders texts by C in SQL_ASCII"):
        database.migrate(other)
    other.dispose()


def test_two_that_start_at_once_make_the_schema_once() -> None:
    url = engines.made()
    ready = threading.Barrier(3)

    def start(_: int) -> bool:
        one = database.connect(url)
        ready.wait()
        database.migrate(one)
        current = database.current(one)
        one.dispose()
        return current

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(start, range(3))) == [True] * 3


def test_the_audit_cannot_be_emptied_either(engine: Engine) -> None:  # S12
    with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("TRUNCATE audit_event"))


def test_no_row_of_a_model_is_too_narrow(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(
            PostRow(
                key="k",
                workspace="T1",
                channel="C1",
                channel_kind="channel",
                text="",
                blocks="[]",
                due_at=NOW,
                created_at=NOW,
            )
        )
    with transaction(engine) as session:
        assert session.exec(select(PostRow.due_at).where(PostRow.due_at > NOW - 1)).one() == NOW
    assert postgres.shown(engine.url.render_as_string(hide_password=False)).startswith("PostgreSQL database t_")
