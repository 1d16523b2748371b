"""Buttons and forms that nobody offered: forged, stale, replayed or malformed. Each gets a reason, nothing changes."""

import json
from collections.abc import Mapping

import pytest

from bot.conversation import buttons
from bot.verbs.decisions import VERBS
from bot.wording import words
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


NOBODYS: tuple[Mapping[str, str], ...] = ({"request": "req_nobody"}, {"proposal": "sha256:00"}, {"app": "app_none"}, {})
NOT_OURS = ("", "null", "[]", "7", "{", '{"v":"0"}', '{"v":1}', "x" * 2000, '{"v":"1","request":{"a":1}}', "\x00")


@pytest.mark.parametrize("action", sorted(set(VERBS) - {"slipway.choose"}))
def test_a_button_about_nothing_we_know_is_refused(house: House, action: str) -> None:  # U3
    for number, about in enumerate(NOBODYS):
        house.door.press(action, json.dumps({"v": "1", **about}), at=f"3.{number}")
        house.settle()
        assert len(house.whispers(house.ana)) == number + 1
        assert house.told() in (
            "I do not know this request any more. Please ask again with `/slipway`.",
            "That button is from an older message and does nothing any more. Please use the newest card in the thread.",
        )


def test_a_value_that_we_did_not_write_is_refused(house: House) -> None:  # U3
    house.ask(SURVEY)
    for number, value in enumerate(NOT_OURS):
        house.door.press("slipway.publish", value, at=f"3.{number}")
        house.settle()
        assert len(house.whispers(house.ana)) == number + 1
    assert "publish.proposed" not in house.actions()


def test_a_forged_press_of_a_form_stops_nobody(house: House) -> None:  # U3
    thread = house.ask(SURVEY)
    value = buttons(thread.with_button(house.ana, "slipway.publish"))["slipway.publish"]["value"]
    house.door.press("slipway.answers", value)
    house.settle()
    assert house.told() == words.OLD_BUTTON
    house.press(thread, "slipway.publish")
    assert "app.live" in house.actions()


def test_what_slack_did_not_sign_presses_nothing(house: House) -> None:  # U3
    thread = house.ask(SURVEY)
    value = buttons(thread.with_button(house.ana, "slipway.publish"))["slipway.publish"]["value"]
    assert house.door.press("slipway.publish", value, secret="guessed")[0] == "401"
    assert house.door.press("slipway.publish", value, stamp="1000000000")[0] == "401"
    house.settle()
    assert "publish.proposed" not in house.actions()


def test_a_replayed_press_has_no_second_effect_and_says_so(house: House) -> None:  # U3
    thread = house.ask(SURVEY)
    value = buttons(thread.with_button(house.ana, "slipway.publish"))["slipway.publish"]["value"]
    for _ in range(3):
        house.door.press("slipway.publish", value)
        house.settle()
    assert house.actions().count("publish.proposed") == house.actions().count("app.live") == 1
    assert house.told() == "I have that press already; once is enough. The card shows how it stands."


@pytest.mark.parametrize("action", ["slipway.publish", "slipway.discard", "slipway.retry", "slipway.keep"])
def test_a_stale_button_says_that_the_app_has_moved_on(house: House, action: str) -> None:  # U3
    thread = house.ask(SURVEY)
    value = buttons(thread.with_button(house.ana, "slipway.publish"))["slipway.publish"]["value"]
    house.press(thread, "slipway.discard")
    house.door.press(action, value)
    house.settle()
    assert house.told().startswith("That was done already, or this app has moved on. Nothing was changed;")
    assert "app.live" not in house.actions()


def test_somebody_elses_workspace_presses_nothing(house: House) -> None:  # U3
    thread = house.ask(SURVEY)
    value = buttons(thread.with_button(house.ana, "slipway.publish"))["slipway.publish"]["value"]
    house.door.press("slipway.publish", value, team="T0OTHER")
    house.settle()
    assert "publish.proposed" not in house.actions()


def test_a_form_about_nothing_we_know_stays_open_and_says_why(house: House) -> None:  # U3
    status, answer = house.door.submit("slipway.answers", '{"v":"1","request":"req_nobody"}', title="Lunch")
    assert (status, list(answer["errors"])) == ("200", ["title"])
    assert "cannot be sent any more" in answer["errors"]["title"]
    status, answer = house.door.submit("slipway.reject", '{"v":"1","proposal":"sha256:00"}', reason="no")
    assert list(answer["errors"]) == ["reason"]


def test_a_form_of_somebody_else_changes_nothing(house: House) -> None:  # U3
    thread = house.ask(SURVEY)
    about = json.dumps({"v": "1", "request": house.request().id})
    assert house.door.submit("slipway.answers", about, who=house.cy, title="Mine now") == ("200", "")
    house.settle()
    told = house.told(house.cy)
    assert told == f"Only <@{house.ana.id}>, who asked for this, and the collaborators can do that."
    assert "Mine now" not in house.card(thread)


def test_an_old_forms_fields_are_not_believed(house: House) -> None:
    house.ask(SURVEY)
    about = json.dumps({"v": "1", "request": house.request().id})
    forged = {"title": "Lunch", "audience": "everyone", "nonsense": "1", "capabilities": "egress", "labels": "yes"}
    house.door.submit("slipway.answers", about, **forged)
    house.settle()
    brief = json.loads(str(house.request().brief))
    assert {one["name"] for one in brief["answers"]}.isdisjoint({"nonsense", "capabilities", "labels"})
