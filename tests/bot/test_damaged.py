"""An app whose files are damaged on disk: its visitors get a page, its thread one line with what to do."""

import pytest
from sqlmodel import Session

from bot.conversation import Thread
from runtime import deployments
from tests.bot.house import House
from tests.runtime.damage import WAYS, Damage
from tests.runtime.door import request_id

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
LINE = (
    ":warning: *Lunch* (live) could not be opened, because its files on disk are missing or damaged, 3 times today. "
    "Nothing of it was run, and its entries are safe. Press Change answers and send them as they are: that writes its "
    "files anew. Or have bundles/ restored from a copy."
)


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live, with an entry."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.answer(house.cy, house.live(thread), q1="1", q2="1", q3="soup")
    return thread


def damage_it(house: House, damage: Damage) -> None:
    with Session(house.engine) as session:
        standing = deployments.active(session, str(house.request().app), "live")
    assert standing is not None
    blobs = house.home / "bundles" / "blobs" / "sha256"
    other = next(one for one in blobs.iterdir() if one.name not in standing.bundle)
    damage(blobs / standing.bundle.removeprefix("sha256:"), other)
    house.worker.loader.forget()


def lines(house: House, thread: Thread) -> list[str]:
    return [one["text"] for one in thread.messages(house.ana) if one["text"].startswith(":warning:")]


def visit_often(house: House, thread: Thread) -> None:
    for _ in range(4):
        page = house.cy.web.get(house.live(thread))
        assert (page.status_code, page.headers["retry-after"]) == (503, "60")
        assert "Lunch cannot be opened" in page.text and request_id(page) in page.text
        house.worker.rest()
        house.settle()


@pytest.mark.parametrize("way", ["a byte", "a link to another app's", "a pipe", "gone"])
def test_its_thread_says_once_what_to_do_and_doing_it_mends_the_app(house: House, survey: Thread, way: str) -> None:
    url = house.live(survey)
    damage_it(house, WAYS[way])
    visit_often(house, survey)
    assert [one.replace("`", "") for one in lines(house, survey)] == [LINE]
    assert house.actions().count("limit.hit") == 1
    assert "suspended" not in house.card(survey)
    house.fill(survey)
    assert "soup" in house.ana.sign_in(url + "results.csv").text


def test_one_apps_damage_is_no_other_apps(house: House, survey: Thread) -> None:
    damage_it(house, WAYS["cut short"])
    visit_often(house, survey)
    other = house.ask("a snack survey, keep it two weeks", house.ben)
    house.press(other, "slipway.publish", house.ben)
    assert house.cy.sign_in(house.live(other)).status_code == 200
