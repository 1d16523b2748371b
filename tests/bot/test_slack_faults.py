"""Slack at its worst, over real sockets: nothing is lost, nothing is said twice, and who waits is told (N1)."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.conversation import Thread, buttons
from bot.conversation import words as said_in
from bot.database import transaction
from bot.posting import outbox
from bot.posting.post_words import ABOVE, BELOW
from tests.bot.house import House, Line
from tests.workspace.harbour import until

SURVEY = "a lunch survey, three questions, keep it two weeks"
FOR_ALL = "a feedback survey about the new office for everyone in the company"
SECOND, HOUR = 1 / 86_400, 1 / 24


@pytest.fixture(autouse=True)
def calm(house: House) -> Iterator[None]:
    yield
    house.ana.trouble(clear=True, unarchive="#ops")
    house.ana.command("/invite @slipway", "#ops")


def fault(house: House, method: str, **more: Any) -> None:
    house.ana.trouble(fault={"method": method, **more})


def keys(house: House, thread: Thread) -> list[str]:
    """What stands in the thread, by its outbox key."""
    return [one["metadata"]["event_payload"]["key"] for one in thread.messages(house.ana) if one.get("metadata")]


def kinds(house: House, thread: Thread) -> list[str]:
    return [one.partition(":")[0] for one in keys(house, thread)]


def test_ten_minutes_of_429_in_one_channel_are_told_and_made_up_for(house: House) -> None:
    fault(house, "chat.postMessage", channel="#ops", error="ratelimited", retry_after=30)
    house.ana.command(f"/slipway {SURVEY}", "#ops")
    house.settle()
    assert house.told().startswith("Slack takes no more messages here now. What you asked for is kept; it comes after")
    elsewhere = house.ask("a poll about pizza or pasta", channel="#finance", who=house.dora)
    assert "card" in [one.partition(":")[0] for one in keys(house, elsewhere)] if elsewhere.root else False
    for _ in range(20):
        house.later(30 * SECOND)
    before = len(house.ana.messages("#ops"))
    house.ana.trouble(clear=True)
    house.later(60 * SECOND)
    [root] = house.ana.messages("#ops")[before:]
    thread = Thread("#ops", root["ts"])
    assert kinds(house, thread) == ["card"] and "slipway.open" in house.offered(thread)
    assert len(house.whispers(house.ana)) == 1


@pytest.mark.parametrize("how", [{"status": 500}, {"seconds": 2.5}])
def test_what_was_posted_without_our_hearing_of_it_is_not_posted_again(house: House, how: dict[str, Any]) -> None:
    workspace = house.harbor.config
    house.wire(chat=Line(workspace.bot_token, workspace.api_url, timeout=2))
    for _ in range(2):
        fault(house, "chat.postMessage", late=True, times=1, **how)
    house.ana.command(f"/slipway {SURVEY}", "#ops")
    house.settle()
    for _ in range(4):
        house.later(10 * SECOND)
    thread = Thread("#ops", max(house.roots().values()))
    assert kinds(house, thread) == ["card"]
    assert sum(one["ts"] == thread.root for one in house.ana.messages("#ops")) == 1


def test_a_deleted_card_and_a_deleted_root_come_back_from_the_state(house: House) -> None:  # N1
    thread = house.ask(SURVEY)
    [card] = thread.messages(house.ana)
    house.ana.trouble(remove={"channel": "#ops", "ts": card["ts"]})
    house.ana.command("/slipway show lunch", "#ops")
    house.settle()
    [again] = thread.messages(house.ana)
    assert again["ts"] != card["ts"] and "slipway.publish" in buttons(again)
    house.ana.trouble(remove={"channel": "#ops", "ts": again["ts"]})
    house.ana.trouble(remove={"channel": "#ops", "ts": thread.root})
    house.ana.command("/slipway show lunch", "#ops")
    house.settle()
    until(lambda: house.settle() or max(house.roots().values()) > thread.root)
    house.settle()
    anew = Thread("#ops", max(house.roots().values()))
    assert anew.root != thread.root and kinds(house, anew) == ["card"]
    house.press(anew, "slipway.publish")
    assert kinds(house, anew) == ["card", "live"]


def test_show_tells_a_stranger_nothing_and_the_owner_where_the_card_is(house: House) -> None:  # N1
    thread = house.ask(SURVEY)
    house.ana.command("/slipway show lunch", "#ops")
    house.settle()
    assert "*Lunch*: <" in house.told() and "|its card> in <#" in house.told()
    house.dora.command("/slipway show lunch", "#finance")
    house.settle()
    told = house.told(house.dora, "#finance")
    assert told.startswith("That app is not open to you.") and thread.root not in told


def test_what_waits_for_a_decision_waits_until_the_archived_channel_is_open_again(house: House) -> None:  # N1
    thread = house.ask(FOR_ALL)
    house.ana.trouble(archive="#ops")
    house.press(thread, "slipway.publish")
    for _ in range(3):
        house.later(6 * HOUR)
    assert "approval" not in kinds(house, thread)
    with transaction(house.engine) as session:
        parked = outbox.parked(session)
    assert {one.key.partition(":")[0] for one in parked} == {"approval"}
    assert {one.why for one in parked} == {"is_archived"}
    seen = said_in(house.home_of(house.ana))
    assert "1 message waits to be said in" in seen and "open it again" in seen
    house.ana.trouble(unarchive="#ops")
    until(lambda: house.settle() or "approval" in kinds(house, thread))
    house.press(thread, "slipway.approve", house.ben)
    assert kinds(house, thread).count("approval") == kinds(house, thread).count("live") == 1


def test_an_invitation_brings_what_was_asked_for_where_we_were_no_member(house: House) -> None:  # N1
    house.ana.trouble(leave="#ops")
    house.ana.command(f"/slipway {SURVEY}", "#ops")
    house.settle()
    assert house.told().startswith("I am not in this conversation yet.")
    before = len(house.ana.messages("#ops"))
    house.ana.command("/invite @slipway", "#ops")
    until(lambda: house.settle() or len(house.ana.messages("#ops")) > before)
    house.settle()
    assert kinds(house, Thread("#ops", max(house.roots().values()))) == ["card"]


def test_installed_anew_the_thread_goes_on_with_a_card_of_the_new_bot(house: House) -> None:  # N1
    thread = house.ask(SURVEY)
    house.ana.trouble(reinstall=True)
    house.press(thread, "slipway.publish")
    bot = house.harbor.config.bot_user
    own = [one for one in thread.messages(house.ana) if one["user"] == bot]
    assert [one["metadata"]["event_payload"]["key"].partition(":")[0] for one in own] == ["card", "live"]
    assert "slipway.keep" in buttons(own[0])


@pytest.mark.parametrize("code", ["msg_too_long", "msg_blocks_too_long"])
def test_what_slack_finds_too_long_is_shortened_where_everybody_sees_it(house: House, code: str) -> None:  # N1
    thread = house.ask(SURVEY)
    fault(house, "chat.update", error=code, times=1)
    house.ana.command("/slipway show lunch", "#ops")
    house.settle()
    assert sorted(kinds(house, thread)) == ["card", "card"]
    assert "slipway.publish" in house.offered(thread) and BELOW in house.card(thread)
    house.ana.command("/slipway show lunch", "#ops")
    house.settle()
    assert BELOW not in house.card(thread) and ABOVE in house.card(thread), "with the next edit it is whole again"


def test_a_form_and_a_home_that_slack_has_no_time_for_are_told_and_made_up_for(house: House) -> None:
    thread = house.ask(SURVEY)
    fault(house, "views.open", error="ratelimited", retry_after=30)
    assert "I could not do that just now." in house.press(thread, "slipway.answer")
    fault(house, "views.publish", error="ratelimited", retry_after=60)
    house.cy.home()
    for _ in range(12):
        house.later(60 * SECOND)
    assert house.cy.home() is None
    house.ana.trouble(clear=True)
    house.later(61 * SECOND)
    assert until(lambda: house.settle() or house.cy.home())
