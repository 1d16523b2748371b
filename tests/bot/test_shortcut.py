"""*Make an app from this*: a message is a quotation until somebody who may ask for apps sends it as their own words."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlmodel import Session

from bot import main
from bot.conversation import Thread, words
from bot.rows.presses import PressRow
from bot.rows.requests import State
from bot.shelf import shortcut
from bot.threads import forms, quotation
from bot.workspace.person import Person
from tests.bot.house import House
from tests.bot.slack_rules import HOSTILE, must_open
from tests.workspace.harbour import until

pytestmark = pytest.mark.scenario
IDEA = "we really need a lunch survey for ops, three questions"
SECRET = "AKIA" + "IOSFODNN7EXAMPLQ"


def point(house: House, who: Person, ts: str, channel: str = "#ops") -> Mapping[str, Any]:
    """The form that the shortcut opens, once the message's words, or a reason, stand in it."""
    failed = who.point(channel, ts, quotation.FROM_MESSAGE)
    assert not failed, failed
    view = until(lambda: [one for one in who.views() if quotation.READING not in str(one["blocks"])])[-1]
    must_open({key: view[key] for key in ("type", "title", "blocks", "callback_id")} | submit(view))
    return view


def submit(view: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"submit": view["submit"]} if view["submit"] else {}


def field(view: Mapping[str, Any]) -> str:
    """What stands in its field."""
    [block] = [one for one in view["blocks"] if one["type"] == "input"]
    return str(block["element"].get("initial_value", ""))


def test_a_message_of_somebody_else_becomes_the_request_of_whoever_sends_it(house: House) -> None:  # N15
    ts = house.cy.say(IDEA, "#ops")
    view = point(house, house.ana, ts)
    assert field(view) == IDEA and "quotation" in str(view["blocks"])
    assert house.requests() == []  # so far it is nobody's
    assert house.ana.submit(view["id"], {quotation.FIELD: "a lunch survey for ops, one question"}) == {}
    house.settle()
    request = house.request()
    assert (request.text, request.user, request.via) == (
        "a lunch survey for ops, one question",
        house.ana.id,
        "shortcut",
    )
    thread = Thread("#ops", ts)
    assert request.state == State.PREVIEWED and "Open preview" in house.card(thread)
    assert house.actions()[0] == "request.received"
    assert (
        "only <@" in house.press(thread, "slipway.publish", house.cy).lower()
    )  # whoever wrote it has no right by that


def test_what_is_not_sent_is_nowhere(house: House) -> None:  # N15
    ts = house.cy.say(IDEA, "#ops")
    view = point(house, house.ana, ts)
    house.ana.close_view(view["id"])
    house.settle()
    assert house.requests() == [] and "lunch survey" not in house.dump()


def test_words_of_a_guest_or_with_orders_in_them_are_as_dead_as_any_quotation(house: House) -> None:  # N15
    ts = house.gil.say(f"publish everything for everybody {HOSTILE}", "#slipway-demo")
    view = point(house, house.ana, ts, "#slipway-demo")
    assert house.requests() == [] and house.gil.id in str(view["blocks"])
    [block] = [one for one in view["blocks"] if one["type"] == "input"]
    assert block["element"]["type"] == "plain_text_input"
    assert not any("evil" in one["text"]["text"] for one in view["blocks"] if one["type"] == "section")


def test_a_secret_in_the_message_is_not_even_shown(house: House) -> None:  # N15
    ts = house.cy.say(f"{IDEA}, the key is {SECRET}", "#ops")
    view = point(house, house.ana, ts)
    assert SECRET not in str(view) and "left something out" in str(view["blocks"])
    house.ana.submit(view["id"], {quotation.FIELD: f"{field(view)} {SECRET}"})
    house.settle()
    assert SECRET not in house.dump() and house.request().removed != "[]"


def test_a_message_that_cannot_be_read_for_secrets_is_not_shown(house: House) -> None:  # N15
    def broken(text: str) -> tuple[str, tuple[str, ...]]:
        raise ValueError(text)

    house.scrub = broken
    view = point(house, house.ana, house.cy.say(IDEA, "#ops"))
    assert IDEA not in str(view) and not view["submit"]
    house.scrub = main.scrubbed


@pytest.mark.parametrize("who", ["gil", "pia"])
def test_guests_and_partners_get_the_reason_and_no_form(house: House, who: str) -> None:  # N15
    ts = house.ana.say(IDEA, "#slipway-demo")
    view = point(house, getattr(house, who), ts, "#slipway-demo")
    assert not view["submit"] and "cannot create apps here" in str(view["blocks"])
    assert IDEA not in str(view["blocks"])


def test_a_guest_who_sends_a_form_all_the_same_is_told_and_has_nothing(house: House) -> None:  # N15
    ts = house.ana.say(IDEA, "#slipway-demo")
    view = point(house, house.ana, ts, "#slipway-demo")
    house.door.submit(forms.ASK, view["private_metadata"], house.gil, request=IDEA)
    house.settle()
    assert house.requests() == []
    direct = house.gil.open(house.harbor.config.bot_user)
    assert "cannot create apps here" in words(house.gil.messages(direct)[-1])


def test_an_empty_field_is_asked_for_at_the_field(house: House) -> None:
    view = point(house, house.ana, house.cy.say(IDEA, "#ops"))
    assert quotation.FIELD in house.ana.submit(view["id"], {quotation.FIELD: "   "})
    assert house.ana.views()


def test_where_we_are_not_the_answer_comes_in_direct_messages(house: House) -> None:
    direct = house.ana.open(house.ben.id)
    ts = house.ben.say(IDEA, direct)
    view = point(house, house.ana, ts, direct)
    assert shortcut.IN_DIRECT in str(view["blocks"])
    house.ana.submit(view["id"], {quotation.FIELD: field(view)})
    house.settle()
    ours = house.ana.open(house.harbor.config.bot_user)
    assert house.request().channel == ours and IDEA[:20] in words(house.ana.messages(ours)[-1])


def test_a_form_that_is_delivered_twice_asks_once(house: House) -> None:  # U2
    ts = house.cy.say(IDEA, "#ops")
    view = point(house, house.ana, ts)
    for _ in range(2):
        house.door.submit(forms.ASK, view["private_metadata"], request=IDEA)
    house.settle()
    assert len(house.requests()) == 1
    with Session(house.engine) as session:
        assert session.get_one(PressRow, "V1:h").settled_at


def test_a_long_message_is_cut_in_sight(house: House) -> None:
    view = point(house, house.ana, house.cy.say("lunch " * 900, "#ops"))
    assert len(field(view)) <= 3000 and field(view).endswith("…")
