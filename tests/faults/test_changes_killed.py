"""`kill -9` of control while a live app is put away, fetched back, taken back to its last version or opened to more.

Each ends as if nothing had happened to control: whole, once, and with its entries.
"""

import pytest

from bot.conversation import send_form, wait
from bot.workspace.person import Person
from tests.faults.house import UP_TO_LIVE, Asked, House

pytestmark = pytest.mark.faults

ARCHIVED = ("app.closed", "app.archived", "app.exported", "app.cleared", "revocation.confirmed")


def places(*actions: str) -> list[object]:
    """Where to die: within the first action's transaction each time, elsewhere by `make chaos`."""
    found = [f"{when}:{action}" for action in actions for when in ("during", "after")]
    return [found[0], *(pytest.param(one, marks=pytest.mark.chaos) for one in found[1:])]


def entered(house: House, asked: Asked) -> str:
    """The address of an app in which somebody has written something."""
    url = asked.live_url
    send_form(asked.who, url, asked.who.sign_in(url), q1="4", q2="5", q3="more soup")
    return url


def kept(house: House, asked: Asked, url: str) -> bool:
    return "more soup" in asked.who.sign_in(url + "results.csv").text


def story(house: House, asked: Asked) -> tuple[str, ...]:
    """Without visits, of which there may be any number."""
    return tuple(one for one in house.story(asked) if not one.startswith(("visitor.", "export.")))


@pytest.mark.parametrize("place", places("app.archived", "app.closed", "app.cleared"))
def test_an_archive_during_which_control_is_killed_is_whole_and_one(house: House, place: str) -> None:
    # U1 D9
    asked = house.ask()
    asked.publish()
    url, app = entered(house, asked), house.app(asked)
    house.die_at(place)
    asked.press("slipway.archive")
    wait("what it was granted being gone", lambda: story(house, asked)[-1:] == ("revocation.confirmed",))
    house.settle()
    assert house.has_died()
    assert story(house, asked) == (*UP_TO_LIVE, *ARCHIVED)
    assert asked.who.sign_in(url).status_code == 410
    assert list((house.home / "data").glob(f"{app}.*")) == []
    assert len(house.rows("SELECT digest FROM archive WHERE app = ?", app)) == 1
    asked.press("slipway.restore")
    wait("the app being back", lambda: asked.who.sign_in(url).status_code == 200)
    assert kept(house, asked, url), "what was archived is whole"


@pytest.mark.parametrize("place", places("app.restored", "app.restoring"))
def test_a_restore_during_which_control_is_killed_is_whole_and_one(house: House, place: str) -> None:
    # U1 D9 N6
    asked = house.ask()
    asked.publish()
    url = entered(house, asked)
    asked.press("slipway.archive")
    wait("what it was granted being gone", lambda: story(house, asked)[-1:] == ("revocation.confirmed",))
    house.die_at(place)
    asked.press("slipway.restore")
    wait("control being killed", house.has_died)
    wait("the archive being gone", lambda: story(house, asked)[-1:] == ("archive.deleted",))
    house.settle()
    assert story(house, asked) == (*UP_TO_LIVE, *ARCHIVED, "app.restoring", "app.restored", "archive.deleted")
    assert kept(house, asked, url)
    assert house.deployments(asked).count(("live", True)) == 1


@pytest.mark.chaos
@pytest.mark.parametrize("place", ["during:app.rolled_back", "after:app.rolled_back"])
def test_a_step_back_during_which_control_is_killed_is_made_once(house: House, place: str) -> None:
    # U1 D12
    asked = house.ask()
    asked.publish()
    url = entered(house, asked)
    asked.press("slipway.answer")
    view = wait("the form", asked.who.views)[-1]
    assert asked.who.submit(view["id"], {"title": "Supper"}) == {}
    wait("the change in its preview", lambda: house.story(asked)[-1:] == ("preview.opened",))
    asked.press("slipway.publish")
    wait("the change being live", lambda: house.story(asked).count("app.live") == 2)
    house.settle()
    house.die_at(place)
    asked.press("slipway.revert")
    wait("control being killed", house.has_died)
    wait("the version before being live", lambda: "Lunch" in asked.who.sign_in(url).text)
    house.settle()
    assert house.story(asked).count("app.rolled_back") == 1
    assert house.deployments(asked).count(("live", True)) == 1
    assert kept(house, asked, url)


@pytest.mark.chaos
@pytest.mark.parametrize("place", ["during:approval.given", "after:approval.given", "during:app.live"])
def test_a_widening_during_which_control_is_killed_lets_in_whom_it_should_and_once(house: House, place: str) -> None:
    # U1 D7
    asked = house.ask(name="ana", channel="#ops")
    asked.publish()
    url, dora = asked.live_url, house.people["dora"]
    asked.press("slipway.who")
    view = wait("the form", asked.who.views)[-1]
    house.die_at(place)
    assert _taken(asked.who, view["id"])
    asked.press("slipway.approve", house.people["ben"])
    wait("control being killed", house.has_died)
    wait("her being let in", lambda: dora.sign_in(url).status_code == 200)
    house.settle()
    assert story(house, asked) == (*UP_TO_LIVE, "publish.proposed", "approval.given", "app.live")
    assert house.deployments(asked).count(("live", True)) == 1


def _taken(who: Person, view: str) -> bool:
    return who.submit(view, {"open_to": "this channel", "names": "#finance"}) == {}
