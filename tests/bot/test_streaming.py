"""Progress in a direct message is streamed into the card's own message, and edited wherever that does not work."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.building import journey
from bot.chat import ChatError, Message, Place
from bot.conversation import Thread, words
from bot.posting import outbox
from bot.posting.streaming import OLDEST, STEPS, StreamRow, Streams, plan
from bot.rows.requests import State
from bot.workspace.person import Person
from tests.bot.house import House
from tests.workspace.harbour import until

SURVEY = "a lunch survey for ops, three questions"


def test_each_step_is_begun_once_and_done_once() -> None:
    heard = [chunk for now in range(1, len(STEPS) + 1) for chunk in plan(now - 1, now)]
    heard += plan(len(STEPS), len(STEPS), begin=False)
    tasks = [(one["id"], one["status"]) for one in heard if one["type"] == "task_update"]
    assert [name for name, status in tasks if status == "in_progress"] == list(STEPS)
    assert [name for name, status in tasks if status == "complete"] == list(STEPS)
    assert [one["type"] for one in heard].count("plan_update") == 1


class Desk:
    """A request in a direct message, step by step."""

    def __init__(self, house: House, chat: Any = None) -> None:
        self.house, self.chat = house, chat or house.chat
        self.streams = Streams(house.engine, self.chat, house.now)
        self.channel = house.ana.open(house.harbor.config.bot_user)
        before = house.heard()
        self.thread = Thread(self.channel, house.ana.say(SURVEY, self.channel))
        until(lambda: house.heard() != before)

    def deliver(self) -> None:
        outbox.deliver(self.house.engine, self.streams, self.house.now())

    def step(self) -> None:
        """One step of the journey, and what the chat hears of it."""
        with Session(self.house.engine) as session:
            request = journey.requests.due(session, self.house.now())
        assert request is not None
        journey.advance(self.house.wiring, self.house.steps[request.state], request)
        self.deliver()

    def message(self, who: Person | None = None) -> dict[str, Any]:
        """The one message in the thread."""
        [one] = self.thread.messages(who or self.house.ana)
        return one

    def statuses(self) -> Sequence[str]:
        """How the steps of the plan stand."""
        [block] = [one for one in self.message()["blocks"] if one["type"] == "plan"]
        return [one["status"] for one in block["tasks"]]

    def finish(self) -> None:
        while self.house.request().state in STEPS:
            self.step()
        assert self.house.request().state == State.PREVIEWED
        self.done()

    def done(self) -> None:
        """The card stands there, once, as it would without any stream."""
        message = self.message()
        assert [one for one in message["blocks"] if one["type"] == "plan"] == [] and "Open preview" in words(message)
        assert all(one.sent_version == one.version and not one.failed for one in self.house.outbox())


def row(house: House) -> StreamRow | None:
    with Session(house.engine) as session:
        return session.exec(select(StreamRow)).first()


@pytest.mark.scenario
def test_progress_is_streamed_and_ends_as_the_card_in_the_same_message(house: House) -> None:
    desk = Desk(house)
    desk.deliver()
    assert desk.statuses() == ["in_progress"]
    ts = desk.message()["ts"]
    desk.step()
    assert desk.statuses() == ["complete", "in_progress"]
    desk.step()
    desk.step()
    assert desk.statuses() == ["complete"] * 3 + ["in_progress"]
    desk.finish()
    assert desk.message()["ts"] == ts and row(house).over


@pytest.mark.scenario
def test_in_a_channel_the_card_is_edited_as_ever(house: House) -> None:
    house.ana.command(f"/slipway {SURVEY}", "#ops")
    outbox.deliver(house.engine, Streams(house.engine, house.chat, house.now), house.now())
    house.settle()
    assert row(house) is None


class Refusing:
    """A chat whose streams fail at one place."""

    def __init__(self, house: House, at: str, code: str) -> None:
        self._house, self._at, self._code = house, at, code
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        if name == self._at:
            return self._refuse
        return getattr(self._house.chat, name)

    def _refuse(self, *_: object) -> None:
        self.asked += 1
        raise ChatError(self._code, permanent=self._code != "ratelimited")


@pytest.mark.scenario
@pytest.mark.parametrize("code", ["unknown_method", "not_allowed_token_type", "invalid_auth", "ratelimited"])
def test_a_chat_without_streams_has_its_card_edited(house: House, code: str, caplog: pytest.LogCaptureFixture) -> None:
    chat = Refusing(house, "start_stream", code)
    desk = Desk(house, chat)
    desk.deliver()
    assert "▰" in words(desk.message())
    desk.finish()
    assert chat.asked == 1
    assert len([one for one in caplog.records if "streamed progress" in one.message]) <= 1


@pytest.mark.scenario
def test_a_stream_that_takes_no_more_is_ended_and_edited(house: House) -> None:
    desk = Desk(house, Refusing(house, "append_stream", "message_not_in_streaming_state"))
    desk.deliver()
    desk.step()
    assert "▰" in words(desk.message())
    desk.finish()


@pytest.mark.scenario
def test_an_old_stream_is_left_for_the_card(house: House) -> None:
    desk = Desk(house)
    desk.deliver()
    house.clock._ahead += OLDEST
    desk.step()
    assert "▰" in words(desk.message()) and row(house).over
    desk.finish()


@pytest.mark.scenario
def test_a_stream_that_ended_by_itself_leaves_the_card_right(house: House) -> None:
    desk = Desk(house)
    desk.deliver()
    kept = house.harbor._server.config.app.state.harbor.keep
    kept.drop("stream", f"{desk.channel}:{desk.message()['ts']}")
    desk.finish()


class Killed(BaseException):
    """In place of `kill -9`: nothing of ours sees it."""


@pytest.mark.scenario
@pytest.mark.parametrize("where", ["start_stream", "append_stream", "stop_stream"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_in_the_middle_leaves_one_card_and_it_is_right(house: House, where: str, when: str) -> None:  # U1
    class Dying:
        armed = True

        def __getattr__(self, name: str) -> Any:
            asked = getattr(house.chat, name)

            def call(*given: Any) -> Any:
                if name != where or not Dying.armed:
                    return asked(*given)
                Dying.armed = False
                if when == "after":
                    asked(*given)
                raise Killed

            return call if callable(asked) else asked

    desk = Desk(house, Dying())
    for _ in range(len(STEPS) + 2):
        try:
            desk.deliver()
            if house.request().state in STEPS:
                desk.step()
        except Killed:
            desk.streams = Streams(house.engine, house.chat, house.now)  # control starts again
    assert not Dying.armed
    house.settle()
    desk.done()


@pytest.mark.scenario
def test_what_is_said_elsewhere_goes_by_untouched(house: House) -> None:
    streams = Streams(house.engine, house.chat, house.now)
    place = Place(house.harbor.config.team_id, house.harbor.channel("ops"))
    ts = streams.post(place, Message("hello"), "note:1")
    streams.update(place.channel, ts, Message("hello again"))
    assert streams.find(place, "note:1", 0) == ts
    assert house.ana.messages("#ops")[-1]["text"] == "hello again"
