"""The chat goes away while posts are due: nothing is lost, and nothing stands there twice when it is back."""

import threading

import pytest

from bot import demo
from bot.conversation import wait
from tests.faults.house import UP_TO_LIVE, House

pytestmark = pytest.mark.faults

AWAY = 2.5
"""Seconds; long enough for the outbox to fail, and to fail again."""


def _away(house: House) -> None:
    house.running.kill(demo.WORKSPACE)
    threading.Event().wait(AWAY)
    house.running.start(demo.WORKSPACE)
    house.running.wait()


def test_a_journey_during_which_the_chat_is_away_is_told_once_when_it_is_back(house: House) -> None:
    # U1
    asked = house.ask()
    wait("the Request", lambda: house.rows("SELECT 1 FROM request WHERE thread = ?", asked.thread.root))
    _away(house)
    asked.publish()
    house.settle()
    assert house.story(asked) == UP_TO_LIVE
    assert house.posts(asked) == ["card", "live"]


def test_what_became_due_while_the_chat_was_away_is_posted_once(house: House) -> None:
    # U1
    asked = house.ask()
    message = asked.thread.with_button(asked.who, "slipway.publish")
    asked.who.press(asked.thread.channel, message["ts"], "slipway.publish")
    wait("the press", lambda: house.rows("SELECT 1 FROM press WHERE payload LIKE ?", f"%{message['ts']}%"))
    _away(house)
    asked.thread.saying(asked.who, "is live:")
    house.settle()
    assert house.story(asked) == UP_TO_LIVE
    assert house.posts(asked) == ["card", "live"]


def test_control_that_is_killed_while_the_chat_is_away_posts_when_both_are_back(house: House) -> None:
    # U1
    asked = house.ask()
    asked.thread.with_button(asked.who, "slipway.publish")
    house.die_at("after:publish.proposed")
    asked.press("slipway.publish")
    _away(house)
    asked.thread.saying(asked.who, "is live:")
    house.settle()
    assert house.has_died()
    assert house.story(asked) == UP_TO_LIVE
    assert house.posts(asked) == ["card", "live"]
