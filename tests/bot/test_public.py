"""An app that anyone with the link may open: only where the organisation says so, and with nobody's name (D7)."""

import re

import httpx2
import pytest

from bot import clockwork
from bot.conversation import Thread
from bot.reviewing import reviewer
from bot.who.audiences import LINKED
from bot.workspace.person import Loopback
from runtime.entry import GUEST, Doors
from tests.bot.house import House

BISCUITS = "a survey about biscuits, three questions"


@pytest.fixture
def switched_on(house: House) -> House:
    house.wire(public=True, review=reviewer(house.judge, house.working.catalog, public=True))
    house.worker.doorman.doors = Doors(public=True)
    return house


def opened(house: House, words: str = BISCUITS) -> Thread:
    """Asked to be open to the public; not approved yet."""
    thread = house.ask(words)
    house.door.submit("slipway.audience", f'{{"v":"1","request":"{house.request().id}"}}', open_to="public", names="")
    house.settle()
    house.press(thread, "slipway.publish")
    return thread


def browser() -> httpx2.Client:
    """Somebody's, who is nobody here."""
    return httpx2.Client(transport=Loopback(), timeout=10)


def send(client: httpx2.Client, url: str) -> httpx2.Response:
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(url).text)
    assert token
    answers = {"_csrf": token[1], "q1": "1", "q2": "1", "q3": "crunchy"}
    return client.post(url, data=answers, follow_redirects=True)


def test_a_public_app_is_open_to_anyone_with_the_link_and_names_nobody(switched_on: House) -> None:  # D7
    house = switched_on
    thread = opened(house)
    assert LINKED in house.card(thread)
    assert "app.live" not in house.actions(), "it is wider than its channel: somebody has to say yes"
    house.press(thread, "slipway.approve", house.ben)
    url = house.live(thread)
    with browser() as one, browser() as other:
        page = one.get(url)
        assert page.status_code == 200
        assert page.headers["x-robots-tag"] == "noindex"
        assert "Anonymous" in send(one, url).text
        assert one.get(url).text != other.get(url).text, "each finds its own answer, and nobody else's"
        assert other.post(url, data={"_csrf": "made up"}).status_code == 403
        assert one.get(url + "results").status_code == 403
        assert "/_slipway/sign-in" in one.get(url + "_slipway/about").text, "the way in for its owner"
    results = house.ana.sign_in(f"{url}_slipway/sign-in?to=/results")
    assert results.status_code == 200, "its owner signs in and is known"
    assert "crunchy" in results.text


def test_switched_off_again_it_is_closed_at_once_to_whoever_is_not_signed_in(switched_on: House) -> None:  # D7
    house = switched_on
    thread = opened(house)
    house.press(thread, "slipway.approve", house.ben)
    url = house.live(thread)
    house.worker.doorman.doors = Doors()
    with browser() as one:
        assert "/_slipway/sign-in" in one.get(url).headers["location"]
    assert house.dora.sign_in(url).status_code == 200, "a member still is one of those it was approved for"
    assert house.gil.sign_in(url).status_code == 403


def test_the_public_has_a_rate_of_its_own(switched_on: House) -> None:  # D7
    house = switched_on
    thread = opened(house)
    house.press(thread, "slipway.approve", house.ben)
    url = house.live(thread)
    seat, name = house.worker.seat, f"{house.request().app}.live.{GUEST}"

    def used_up() -> bool:
        """Whether the public is turned away once this minute's share is taken; a minute may end meanwhile."""
        for _ in range(1000):
            seat.add(name, (clockwork.wall() + house.worker.later) // 60)
        with browser() as one:
            return one.get(url).status_code == 429

    assert any(used_up() for _ in range(5))
    signed_in = house.ana.sign_in(f"{url}_slipway/sign-in?to=/")
    assert signed_in.status_code == 200, "whoever signed in comes in all the same"


def test_an_app_with_entries_of_one_s_own_is_never_public(switched_on: House) -> None:  # D7
    thread = opened(switched_on, "a poll where to eat: pizza or salad")
    assert "nobody knows who visits" in switched_on.card(thread)
    assert "app.live" not in switched_on.actions()


def test_the_form_offers_the_public_only_where_the_organisation_does(house: House) -> None:  # D7
    thread = house.ask(BISCUITS)
    assert "anyone with the link" not in repr(house.form(thread, action="slipway.who"))
