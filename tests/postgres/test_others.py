"""The broker and `platformctl doctor` on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from bot.platformctl import doctor
from runtime.broker.refusal import Refusal
from runtime.broker.rights import Book, TeamLimits
from runtime.broker.secret import SecretRow
from runtime.bundles import BundleStore
from runtime.postgres_routes import Reader
from tests import engines
from tests.runtime import scene
from tests.runtime.scene import DAY, NOW

pytestmark = pytest.mark.postgres


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    one = engines.fresh(tmp_path)
    with Session(one) as session, session.begin():
        scene.app(session)
        scene.publish(session, days=1)
    yield one
    one.dispose()


def test_the_broker_asks_what_an_app_may_and_refuses_when_nobody_answers(engine: Engine, tmp_path: Path) -> None:
    reader = Reader(engines.plain(engine))
    book = Book(reader.rows, BundleStore(tmp_path / "bundles"), TeamLimits())
    assert book.holds("T1", "app_1", "secret:key", NOW) is False
    with Session(engine) as session, session.begin():
        texts = {"hosts": "[]", "key": "k", "wrapped": "w", "value": "v"}
        session.add(SecretRow(id="s", workspace="T1", app="app_1", name="key", **texts, created_at=NOW, rotated_at=NOW))
    assert book.holds("T1", "app_1", "secret:key", NOW) is True
    lapsed = book.rights("app_1", "live", NOW + 2 * DAY)
    assert isinstance(lapsed, Refusal)
    assert lapsed.why == "this app does not run (any more)"
    reader.close()
    refused = book.rights("app_1", "live", NOW)
    assert isinstance(refused, Refusal)
    assert refused.why.startswith("what this app is granted cannot be read right now")


def test_doctor_names_the_server_and_nothing_else_of_its_address(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_DATABASE", engines.plain(engine).replace("slipway@", "slipway:s3cr3t-pa55@"))
    lines = [str(one) for one in doctor._database(tmp_path)]
    assert lines[0].startswith(f"ok       database: PostgreSQL database {engine.url.database} (")
    assert any(line.startswith("ok       audit: the chain is whole") for line in lines)
    monkeypatch.setenv("SLIPWAY_DATABASE", "postgresql://slipway:s3cr3t-pa55@127.0.0.1:1/slipway")
    lines += [str(one) for one in doctor._database(tmp_path)]
    assert lines[-1].startswith("MISSING  database: PostgreSQL database slipway (127.0.0.1) does not answer")
    monkeypatch.setenv("SLIPWAY_DATABASE", "postgresql://slipway:s3cr3t-pa55@[::1/slipway")
    lines += [str(one) for one in doctor._database(tmp_path)]
    assert lines[-1].startswith("MISSING  database: SLIPWAY_DATABASE is no address of a PostgreSQL database")
    assert "s3cr3t-pa55" not in "\n".join(lines)
