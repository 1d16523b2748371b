"""Archive and restore, by people: what is put away comes back byte for byte, or is gone with a receipt."""

from pathlib import Path

import pytest
from sqlmodel import Session

from bot import leftovers
from bot.conversation import Thread
from runtime import apps, archives
from runtime.appdata import SqliteAppData
from runtime.archive import unpacked
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live and was answered once."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.answer(house.cy, house.live(thread), q1="4", q2="5", q3="=more soup")
    return thread


def the_app(house: House) -> apps.App:
    with Session(house.engine) as session:
        found = apps.get(session, str(house.request().app))
    assert found is not None
    return found


def kept(house: House) -> archives.Kept:
    with Session(house.engine) as session:
        found = archives.newest(session, str(house.request().app))
    assert found is not None
    return found


def pack(house: House) -> Path:
    return house.home / "archives" / kept(house).name


def test_what_is_archived_comes_back_byte_for_byte_at_the_same_address(house: House, survey: Thread) -> None:
    # D9, N6
    url, app = house.live(survey), str(house.request().app)
    data = SqliteAppData(house.home / "data")
    before = data.snapshot(app, "live")
    house.press(survey, "slipway.archive")
    assert the_app(house).stage == "archived"
    assert not list((house.home / "data").glob(f"{app}*"))
    content = pack(house).read_bytes()
    archive = unpacked(content, kept(house).digest)
    assert archive.store == before
    with Session(house.engine) as session:
        assert leftovers.of_app(session, house.wiring, app) == ()  # D3
    assert house.cy.sign_in(url).status_code == 410
    assert house.press(survey, "slipway.restore") == ""
    assert the_app(house).stage == "live"
    assert (house.home / "data" / f"{app}.live.db").read_bytes() == before
    assert house.cy.sign_in(url).status_code == 200
    assert "more soup" in house.ana.sign_in(url + "results.csv").text
    assert not pack(house).exists(), "its entries are in the app again"
    assert "slipway.restore" not in house.offered(survey)
    for one in ("app.closed", "app.archived", "app.exported", "app.cleared", "app.restoring", "app.restored"):
        assert house.actions().count(one) == 1, one
    house.press(survey, "slipway.retire")
    with Session(house.engine) as session:
        assert leftovers.of_app(session, house.wiring, app) == ()
