"""`kill -9` of control at each step of the journey, at each decision, and between the chat and the outbox's row.

Whoever talks to it sees nothing but a pause: the same one App, the same one end, told once.
"""

from collections.abc import Sequence

import pytest

from bot.conversation import Thread, wait
from bot.rows.requests import State
from bot.steps import STEPS
from tests.faults.house import FOR_EVERYONE, UP_TO_LIVE, UP_TO_PREVIEW, Asked, House

pytestmark = pytest.mark.faults

BEFORE = [f"before:{state}" for state in STEPS]
TRANSACTIONS = [f"{when}:{action}" for action in UP_TO_LIVE for when in ("during", "after")]
SENT = ["sent:card", "sent:live"]
ALWAYS = {"before:bundled", "during:preview.opened", "after:publish.proposed", "before:approved", "sent:live"}
"""Tried each time (`make test-faults`); all of them are tried by `make chaos`."""


def places(names: Sequence[str]) -> list[object]:
    return [pytest.param(one, marks=[] if one in ALWAYS else pytest.mark.chaos) for one in names]


def test_every_step_of_the_journey_is_among_the_places_to_die() -> None:
    # U1
    steps = {State.RECEIVED, State.BRIEFED, State.BUNDLED, State.REVIEWED, State.APPROVED}
    assert set(STEPS) == steps
    assert len(TRANSACTIONS) == 2 * (1 + len(steps) + 1)  # heard, each step, and the decision to publish


@pytest.mark.parametrize("place", places(BEFORE + TRANSACTIONS + SENT))
def test_a_journey_on_which_control_is_killed_ends_as_if_it_had_not_been(house: House, place: str) -> None:
    # U1
    house.die_at(place)
    asked = house.ask()
    asked.publish()
    wait("control being killed", house.has_died)
    house.settle()
    assert house.rows("SELECT state FROM request WHERE thread = ?", asked.thread.root) == [("live",)]
    assert house.story(asked) == UP_TO_LIVE
    assert house.deployments(asked) == [("live", True), ("preview", True)]
    assert house.rows("SELECT state FROM proposal WHERE app = ?", house.app(asked)) == [("approved",)]
    assert house.posts(asked) == ["card", "live"]
    assert asked.who.sign_in(asked.live_url).status_code == 200


@pytest.mark.parametrize("place", ["during:approval.given", "after:approval.given", "sent:approval"])
def test_an_approval_during_which_control_is_killed_counts_once(house: House, place: str) -> None:
    # U1
    house.die_at(place)
    asked = _published_after_approval(house)
    wait("control being killed", house.has_died)
    house.settle()
    assert house.story(asked) == (*UP_TO_PREVIEW, "publish.proposed", "approval.given", "app.live")
    assert house.deployments(asked) == [("live", True), ("preview", True)]
    assert house.rows(
        "SELECT yes FROM approval WHERE proposal IN (SELECT digest FROM proposal WHERE app = ?)", house.app(asked)
    ) == [(1,)]
    assert house.posts(asked) == ["approval", "card", "live"]


def _published_after_approval(house: House) -> Asked:
    asked, ben = house.ask(FOR_EVERYONE), house.people["ben"]
    asked.press("slipway.publish")
    asked.press("slipway.approve", ben)
    asked.thread.saying(asked.who, "is live:")
    return asked


@pytest.mark.parametrize("when", ["during", "after"])
def test_a_keep_during_which_control_is_killed_extends_the_lease_once(house: House, when: str) -> None:
    # U1
    asked = house.ask()
    asked.publish()
    house.die_at(f"{when}:app.kept")
    asked.keep("we still need it")
    wait("the app being kept", lambda: house.story(asked)[-1:] == ("app.kept",))
    house.settle()
    assert house.has_died()
    assert house.story(asked) == (*UP_TO_LIVE, "app.kept")
    assert house.deployments(asked) == [("live", True), ("preview", True)]


@pytest.mark.parametrize("when", ["during", "after"])
def test_a_hand_over_during_which_control_is_killed_moves_everything_once(house: House, when: str) -> None:
    # U1 A10
    asked, ben = house.ask(), house.people["ben"]
    asked.publish()
    asked.press("slipway.hand")
    view = wait("the form that asks to whom", asked.who.views)[-1]
    assert asked.who.submit(view["id"], {"person": ben.id, "stay": "none"}) == {}
    asked.thread.with_button(asked.who, "slipway.accept")
    house.die_at(f"{when}:handover.accepted")
    asked.press("slipway.accept", ben)
    wait("control being killed", house.has_died)
    wait("the app being taken over", lambda: house.story(asked)[-1:] == ("handover.accepted",))
    house.settle()
    assert house.story(asked) == (*UP_TO_LIVE, "handover.offered", "handover.accepted")
    app = house.app(asked)
    owners = house.rows("SELECT owner FROM app WHERE id = ?", app)
    assert owners == house.rows("SELECT receiver FROM hand_over WHERE state = 'accepted' AND app = ?", app)
    members = house.rows("SELECT person, role FROM app_member WHERE app = ?", app)
    assert members == house.rows("SELECT giver, 'none' FROM hand_over WHERE app = ?", app)


@pytest.mark.parametrize("action", ["app.retired", "app.exported", "app.cleared"])
@pytest.mark.parametrize("when", ["during", pytest.param("after", marks=pytest.mark.chaos)])
def test_an_ending_during_which_control_is_killed_leaves_a_tombstone_and_nothing_else(
    house: House, when: str, action: str
) -> None:
    # U1 D3
    asked = house.ask()
    asked.publish()
    url = asked.live_url
    assert asked.who.sign_in(url).status_code == 200
    app = house.app(asked)
    house.die_at(f"{when}:{action}")
    asked.press("slipway.retire")
    asked.thread.saying(asked.who, "Its entries were exported first")
    wait("what it was granted being gone", lambda: house.story(asked)[-1:] == ("revocation.confirmed",))
    house.settle()
    assert house.has_died()
    assert house.story(asked) == (
        *UP_TO_LIVE,
        "visitor.signed_in",
        "app.retired",
        "app.exported",
        "app.cleared",
        "revocation.confirmed",
    )
    assert house.deployments(asked) == [("live", False), ("preview", False)]
    assert house.rows("SELECT digest FROM visit_session WHERE app = ?", app) == []
    assert list((house.home / "data").glob(f"{app}.*")) == []
    assert [one.name for one in (house.home / "exports").iterdir() if app in one.name] == [f"{app}.zip"]
    assert house.posts(asked) == ["card", "ended", "live"]
    assert asked.who.sign_in(url).status_code == 410


def test_a_command_that_was_not_kept_fails_in_sight_and_can_be_said_again(house: House) -> None:  # U1
    # Slack never delivers a command twice: it tells the person that nothing happened.
    cy, asked = house.people["cy"], "a survey about the stairs, three questions"
    house.die_at("during:request.received")
    assert cy.command(f"/slipway {asked}", "#ops") == "operation_timeout"
    house.settle()
    assert house.has_died()
    assert house.rows("SELECT id FROM request WHERE text = ?", asked) == []
    assert wait("the second try", lambda: cy.command(f"/slipway {asked}", "#ops") == "")
    house.settle()
    assert len(house.rows("SELECT id FROM request WHERE text = ?", asked)) == 1


def test_a_command_answered_as_control_is_killed_has_one_thread(house: House) -> None:  # U1 U2
    cy, asked = house.people["cy"], "a survey about the root, three questions"
    before = {one["ts"] for one in cy.messages("#ops")}
    house.die_at("sent:root")
    cy.command(f"/slipway {asked}", "#ops")
    new = wait("an answer", lambda: [one for one in cy.messages("#ops") if one["ts"] not in before])
    thread = Thread("#ops", new[-1]["ts"])
    thread.with_button(cy, "slipway.publish")
    house.settle()
    assert house.has_died()
    assert [one["ts"] for one in cy.messages("#ops") if one["ts"] not in before] == [thread.root]
    assert len(thread.messages(cy)) == 1
    assert len(house.rows("SELECT id FROM request WHERE text = ?", asked)) == 1
