"""The door to Slack: signed bodies in, values out; nothing is lost and nobody is left without an answer."""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest

from bot.slack.payloads import plain_text
from bot.wording import words
from tests.bot.door import CURRENT, Door, Outsider
from tests.workspace.harbour import Running, config, until


@pytest.fixture(scope="module")
def harbor() -> Iterator[Running]:
    running = Running(config())
    yield running
    running.stop()


@pytest.fixture
def door(harbor: Running) -> Door:
    made = Door(harbor)
    for one in made.ana.whispers("#ops"):
        made.ana.dismiss(one["ts"])
    return made


def test_a_mention_is_heard_without_the_mention_and_without_secrets(door: Door) -> None:
    text = "<@U0BOT> a poll for <#C1|ops> &amp; <!subteam^S1|@finance>, my password is hunter2"
    assert door.event({"type": "app_mention", "text": text}) == ("200", "")
    [heard] = door.listener.heard
    assert heard.text == "a poll for #ops & @finance, my password is [password]"
    assert (heard.key, heard.via, heard.ts, heard.removed) == ("Ev1", "mention", "2.2", ("password",))


def test_an_event_is_kept_before_it_is_acknowledged(door: Door) -> None:
    door.listener.gate.clear()
    threading.Timer(0.1, door.listener.gate.set).start()
    door.event({"type": "app_mention", "text": "<@U0BOT> a poll"})
    assert len(door.listener.heard) == 1


def test_a_redelivered_event_is_heard_again_under_the_same_key(door: Door) -> None:
    for _ in range(2):
        door.event({"type": "app_mention", "text": "<@U0BOT> a poll"}, "Ev7")
    assert [one.key for one in door.listener.heard] == ["Ev7", "Ev7"]


@pytest.mark.parametrize(
    ("event", "via"),
    [
        ({"channel": "D1", "channel_type": "im"}, "dm"),
        ({"thread_ts": "1.1", "channel_type": "channel"}, "thread"),
        ({"thread_ts": "9.9", "channel_type": "channel"}, None),
        ({"channel_type": "channel"}, None),
        ({"thread_ts": "1.1", "channel_type": "channel", "text": "<@U0BOT> hello"}, None),
        ({"channel": "D1", "channel_type": "im", "bot_id": "B1"}, None),
        ({"channel": "D1", "channel_type": "im", "subtype": "message_changed"}, None),
    ],
)
def test_only_words_to_us_are_heard(door: Door, event: Mapping[str, Any], via: str | None) -> None:
    assert door.event({"type": "message", "text": "a poll", **event})[0] == "200"
    assert [one.via for one in door.listener.heard] == ([via] if via else [])


def test_a_command_is_acknowledged_silently_and_its_failure_is_said(door: Door) -> None:
    assert door.command("a poll &amp; more") == ("200", "")
    assert door.listener.heard[0].text == "a poll & more"
    door.listener.breaks = True
    assert door.command("a poll") == ("200", words.SAY_AGAIN)


def test_words_that_could_not_be_kept_are_asked_for_again(door: Door) -> None:
    door.listener.breaks = True
    assert door.event({"type": "app_mention", "text": "<@U0BOT> a poll", "ts": "2.2"})[0] == "200"
    until(lambda: door.whispered() == words.SAY_AGAIN)


def test_a_press_is_kept_before_it_is_acknowledged(door: Door) -> None:
    door.listener.gate.clear()
    threading.Timer(0.1, door.listener.gate.set).start()
    assert door.press("slipway.publish.2") == ("200", "")
    [press] = door.listener.pressed
    assert (press.action, press.value, press.place.thread) == ("slipway.publish", CURRENT, "1.1")
    assert press.key == f"{door.ana.id}:3.3:slipway.publish.2"


def test_a_press_that_cannot_be_kept_for_a_while_is_not_acknowledged_meanwhile(door: Door) -> None:
    """So whoever is killed in between leaves Slack's own sign beside the button, and the click is made again."""
    door.listener.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        press = pool.submit(door.press, "slipway.publish")
        assert not wait([press], 0.3).done
        door.listener.gate.set()
        assert press.result(5) == ("200", "")


def test_what_is_typed_is_kept_before_it_is_acknowledged(door: Door) -> None:
    door.listener.gate.clear()
    threading.Timer(0.1, door.listener.gate.set).start()
    assert door.typed("slipway.answers", title="Lunch hunter2") == ("200", "")
    [draft] = door.listener.drafted
    assert draft.values == {"title": "Lunch [password]"}


@pytest.mark.parametrize("action", ["slipway.publish", "slipway.answer"])
@pytest.mark.parametrize("value", ["garbage", "", '{"v":"0","request":"r1"}', "[1]"])
def test_a_press_of_an_older_button_says_so(door: Door, action: str, value: str) -> None:
    assert door.press(action, value)[0] == "200"
    until(lambda: door.whispered() == words.OLD_BUTTON)
    assert door.listener.pressed == []


def test_a_button_that_nobody_knows_any_more_is_answered(door: Door) -> None:
    assert door.press("launchpad.start")[0] == "200"
    until(lambda: door.whispered() == words.OLD_BUTTON)


def test_where_we_are_no_member_the_reason_goes_to_the_press_itself(harbor: Running) -> None:
    chat = Outsider()
    Door(harbor, chat).press("slipway.publish", "garbage")
    until(lambda: chat.responded)
    assert chat.responded == [("http://localhost/r", f"{words.OLD_BUTTON} {words.NOT_IN_CHANNEL}")]


def test_a_press_that_could_not_be_kept_says_so(door: Door) -> None:
    door.listener.breaks = True
    door.press("slipway.publish")
    until(lambda: door.whispered() == words.NOT_NOW)


def test_a_form_that_may_not_be_opened_gives_the_reason(door: Door) -> None:
    door.press("slipway.answer")
    until(lambda: door.whispered() == "Only ana can change it.")


def test_a_form_is_read_scrubbed_and_taken(door: Door) -> None:
    assert door.submit("slipway.answers", title="Lunch hunter2", note="") == ("200", "")
    [form] = door.listener.submitted
    assert form.values == {"title": "Lunch [password]", "note": ""} and form.removed == ("password",)
    assert (form.key, form.about) == ("V1:h", CURRENT)


def test_a_wrong_field_keeps_the_form_open(door: Door) -> None:
    door.listener.wrong = {"title": "is too long"}
    assert door.submit("slipway.answers", title="x")[1] == {
        "response_action": "errors",
        "errors": {"title": "is too long"},
    }


def test_a_form_that_could_not_be_kept_keeps_what_was_typed(door: Door) -> None:
    door.listener.breaks = True
    assert door.submit("slipway.answers", title="x")[1]["errors"] == {"title": words.FORM_LATER}


@pytest.mark.parametrize(
    ("callback", "about"), [("slipway.answers", "{}"), ("slipway.gone", CURRENT), ("slipway.reject", "garbage")]
)
def test_a_form_of_another_version_is_refused_at_its_first_field(door: Door, callback: str, about: str) -> None:
    assert door.submit(callback, about, title="x")[1]["errors"] == {"title": words.OLD_FORM}
    assert door.listener.submitted == []


def test_what_slack_did_not_sign_is_refused(door: Door) -> None:
    poll = {"type": "app_mention", "text": "a poll"}
    assert door.event(poll, secret="another")[0] == "401"
    assert door.event(poll, stamp=str(int(time.time()) - 600))[0] == "401"
    assert door.event(poll, stamp="yesterday")[0] == "400"
    assert door.post(b"{", "application/json")[0] == "400"
    assert door.listener.heard == []


def test_slacks_encoding_is_undone_once() -> None:
    assert plain_text("<https://a.b|a.b> &amp;lt; <@U1>") == "a.b &lt; <@U1>"
