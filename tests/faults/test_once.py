"""One utterance is one Request and one decision is taken once, however often and in whatever order Slack delivers."""

import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from bot import clockwork, demo
from bot.conversation import Thread, wait
from bot.workspace.config import Config
from bot.workspace.delivery import signature
from bot.workspace.person import Person
from tests.faults import house as houses
from tests.faults.house import FOR_EVERYONE, UP_TO_LIVE, UP_TO_PREVIEW, Asked, House
from tests.workspace.harbour import free_port

pytestmark = pytest.mark.faults

TIMES = 5


class Hook:
    """Slack, delivering signed requests to a control process that listens on HTTP."""

    def __init__(self, house: House) -> None:
        self._house, port = house, free_port()
        self._secret = house.running.stage.environ["SLACK_SIGNING_SECRET"]
        unset = dict.fromkeys(("bot_token", "app_token", "client_id", "client_secret"), "")
        self._config = Config(**unset, signing_secret=self._secret)
        self._url = f"http://127.0.0.1:{port}/slack/events"
        environ = {name: value for name, value in house.running.stage.environ.items() if name != "SLACK_APP_TOKEN"}
        stage = replace(house.running.stage, environ={**environ, "SLIPWAY_HTTP_PORT": str(port)})
        self._control = demo.Running(stage)

    def start(self) -> None:
        """Start control, on HTTP."""
        self._control.start(demo.CONTROL)
        wait("control on HTTP", lambda: self._post(b'{"type": "url_verification", "challenge": "c"}') == 200)

    def kill(self) -> None:
        """`kill -9` of control."""
        self._control.kill(demo.CONTROL)

    def event(self, ident: str, text: str, *, ts: str, user: Person, thread: str = "") -> dict[str, Any]:
        """A mention, or words in a thread, as the Events API delivers them."""
        channel = next(one.id for one in self._config.channels if one.name == "ops")
        event = {"user": user.id, "channel": channel, "ts": ts, "text": text, "type": "app_mention"}
        if thread:
            event |= {"thread_ts": thread, "type": "message", "channel_type": "channel"}
        return {"type": "event_callback", "team_id": self._config.team_id, "event_id": ident, "event": event}

    def deliver(self, *events: dict[str, Any], seed: int) -> None:
        """Deliver each event five times, all of them at once and in any order."""
        bodies = [json.dumps(one).encode() for one in events for _ in range(TIMES)]
        random.Random(seed).shuffle(bodies)
        with ThreadPoolExecutor(8) as senders:
            assert set(senders.map(self._post, bodies)) == {200}

    def _post(self, body: bytes) -> int:
        stamp = clockwork.wall()
        signed = signature(self._secret, stamp, body)
        headers = {
            "content-type": "application/json",
            "x-slack-request-timestamp": str(stamp),
            "x-slack-signature": signed,
        }
        try:
            return httpx2.post(self._url, content=body, headers=headers, timeout=10).status_code
        except httpx2.HTTPError:
            return 0


@pytest.fixture
def hook(house: House) -> Iterator[Hook]:
    """Control on signed HTTP in place of Socket Mode, for one test."""
    house.running.kill(demo.CONTROL)
    one = Hook(house)
    try:
        one.start()
        yield one
    finally:
        one.kill()
        house.running.start(houses.CONTROL)
        house.running.wait()


def test_an_event_delivered_five_times_out_of_order_and_after_a_restart_has_one_effect(
    house: House, hook: Hook
) -> None:
    # U2
    who = [house.people["ana"], house.people["cy"], house.people["ben"]]
    asked = [Asked(one, Thread("#ops", one.say("please", "#ops"))) for one in who]
    events = [
        hook.event(f"EvOnce{number}", "<@U1> a lunch survey, three questions", ts=one.thread.root, user=one.who)
        for number, one in enumerate(asked)
    ]
    hook.deliver(*events, seed=1)
    for one in asked:
        one.thread.with_button(one.who, "slipway.publish")
    hook.kill()
    hook.start()
    hook.deliver(*events, seed=2)
    house.settle()
    for one in asked:
        assert house.story(one) == UP_TO_PREVIEW
        assert house.deployments(one) == [("preview", True)]
        assert house.posts(one) == ["card"]


def test_words_added_in_a_thread_are_added_once_however_late_they_come_again(house: House, hook: Hook) -> None:
    # U2
    ana = house.people["ana"]
    asked = Asked(ana, Thread("#ops", ana.say("please", "#ops")))
    first = hook.event("EvVague", "<@U1> I need a tool for the invoices, please", ts=asked.thread.root, user=ana)
    more = [
        hook.event(f"EvMore{number}", text, ts=f"{number}.1", user=ana, thread=asked.thread.root)
        for number, text in enumerate(["It should be simple.", "Something handy for all of us."])
    ]
    hook.deliver(first, seed=1)
    for events in ([more[0]], [more[1]], [*more, first]):
        wait("the question", lambda: _state(house, asked) == "asked")
        hook.deliver(*events, seed=2)
    house.settle()
    assert house.rows("SELECT text FROM request WHERE thread = ?", asked.thread.root) == [
        ("I need a tool for the invoices, please\nIt should be simple.\nSomething handy for all of us.",)
    ]
    assert house.story(asked).count("request.extended") == 2
    assert house.posts(asked) == ["card"]


def _state(house: House, asked: Asked) -> str:
    ((state,),) = house.rows("SELECT state FROM request WHERE thread = ?", asked.thread.root)
    return str(state)


def _together(*presses: tuple[Person, Asked, str]) -> Sequence[str]:
    """Several people, or one in several windows, press buttons at the same moment."""
    ready = [(who, asked.thread, asked.thread.with_button(asked.who, action), action) for who, asked, action in presses]
    with ThreadPoolExecutor(len(ready)) as hands:
        return list(hands.map(lambda one: one[0].press(one[1].channel, one[2]["ts"], one[3]), ready))


def test_a_double_click_on_publish_publishes_once_and_says_so_to_the_second(house: House) -> None:
    # U2 U3
    asked = house.ask()
    before = len(asked.who.whispers(asked.thread.channel))
    other_window = Person(house.running.stage.url, asked.who.handle)
    _together(*[(one, asked, "slipway.publish") for one in (asked.who, other_window, asked.who)])
    other_window.close()
    asked.thread.saying(asked.who, "is live:")
    house.settle()
    assert house.story(asked) == UP_TO_LIVE
    assert house.deployments(asked) == [("live", True), ("preview", True)]
    assert house.posts(asked) == ["card", "live"]
    told = [one["text"] for one in asked.who.whispers(asked.thread.channel)[before:]]
    assert len(told) == 2
    assert all(one.startswith("That was done already, or this app has moved on. Nothing was changed") for one in told)


def test_of_two_approvers_who_press_at_once_one_decides_and_the_other_hears_who_was_first(house: House) -> None:
    # U2 U3
    asked = house.ask(FOR_EVERYONE, "ana", "#slipway-demo")  # where both approvers are
    channel, approvers = asked.thread.channel, [house.people["ben"], house.people["dora"]]
    asked.press("slipway.publish")
    before = [len(one.whispers(channel)) for one in approvers]
    _together(*[(one, asked, "slipway.approve") for one in approvers])
    asked.thread.saying(asked.who, "is live:")
    house.settle()
    assert house.story(asked).count("approval.given") == 1
    assert house.deployments(asked) == [("live", True), ("preview", True)]
    assert house.posts(asked) == ["approval", "card", "live"]
    heard = zip(approvers, before, strict=True)
    told = [one["text"] for who, count in heard for one in who.whispers(channel)[count:]]
    assert told == ["This was already approved; your click changed nothing."]
