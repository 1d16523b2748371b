"""The outbox: the chat is made equal to rows, and what cannot be sent holds up nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.chat import ChatError, Message, Place
from bot.database import transaction
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.slack.web_api import SlackChat
from tests import engines

HERE = Place("T1", "C1")
NOW = 1_800_000_000


class Recorder(SlackChat):
    """A chat that keeps what it is told, and fails for what a test has put into `fails`."""

    def __init__(self) -> None:
        super().__init__("xoxb-test", "http://localhost/")
        self.posted: list[tuple[str, str]] = []
        self.responded: list[tuple[str, str]] = []
        self.fails: dict[str, Exception] = {}

    def post(self, place: Place, message: Message, key: str) -> str:
        if key in self.fails:
            raise self.fails[key]
        self.posted.append((key, message.text))
        return f"{len(self.posted)}.0"

    def find(self, place: Place, key: str, since: int) -> str | None:
        return None

    def update(self, channel: str, ts: str, message: Message) -> None:
        self.posted.append((ts, message.text))

    def respond(self, response_url: str, text: str) -> None:
        self.responded.append((response_url, text))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = engines.fresh(tmp_path)
    yield made
    made.dispose()


def put(engine: Engine, key: str, text: str = "hello", **more: str) -> None:
    with transaction(engine) as session:
        outbox.put(session, Post(key, HERE, Message(text), **more), NOW)


def test_a_post_is_said_once_and_a_change_is_made_in_place(engine: Engine) -> None:
    chat = Recorder()
    put(engine, "card:1", "one")
    put(engine, "card:1", "one")
    outbox.deliver(engine, chat, NOW)
    put(engine, "card:1", "two")
    outbox.deliver(engine, chat, NOW)
    outbox.deliver(engine, chat, NOW)
    assert chat.posted == [("card:1", "one"), ("1.0", "two")]


def test_of_the_same_second_what_stands_is_brought_up_to_date_before_something_new(engine: Engine) -> None:  # N1
    chat = Recorder()
    put(engine, "card:1", "draft")
    outbox.deliver(engine, chat, NOW)
    put(engine, "approval:1", "yes or no?")
    put(engine, "card:1", "waits")
    outbox.deliver(engine, chat, NOW)
    assert chat.posted[1:] == [("1.0", "waits"), ("approval:1", "yes or no?")]


def test_one_message_that_breaks_the_chat_holds_up_no_other(engine: Engine) -> None:
    chat = Recorder()
    chat.fails["a"] = RuntimeError("nonsense came back")
    put(engine, "a")
    put(engine, "b")
    assert outbox.deliver(engine, chat, NOW) == 1
    assert chat.posted == [("b", "hello")]
    chat.fails.clear()
    assert outbox.deliver(engine, chat, NOW + outbox.MAX_WAIT) == 1


def test_replies_whose_root_never_comes_hold_up_nobody(engine: Engine) -> None:
    chat = Recorder()
    chat.fails["root:1"] = ChatError("invalid_blocks", permanent=True)
    put(engine, "root:1")
    for number in range(60):
        put(engine, f"card:{number}", after="root:1")
    put(engine, "zebra")
    outbox.deliver(engine, chat, NOW)
    outbox.deliver(engine, chat, NOW + 1)
    assert chat.posted == [("zebra", "hello")]


def test_replies_wait_for_their_root_and_follow_it(engine: Engine) -> None:
    chat = Recorder()
    put(engine, "card:1", after="root:1")
    put(engine, "root:1")
    outbox.deliver(engine, chat, NOW)
    outbox.deliver(engine, chat, NOW)
    assert [key for key, _ in chat.posted] == ["root:1", "card:1"]


def test_where_we_are_no_member_the_command_is_answered_by_its_address(engine: Engine) -> None:
    chat = Recorder()
    chat.fails["root:1"] = ChatError("not_in_channel", permanent=True)
    put(engine, "root:1", respond="http://localhost/r1")
    outbox.deliver(engine, chat, NOW)
    outbox.deliver(engine, chat, NOW + 3600)
    assert [url for url, _ in chat.responded] == ["http://localhost/r1"]
    assert "Type `/invite @Slipway` here: what you asked for is kept" in chat.responded[0][1]


def test_a_deleted_message_is_posted_anew(engine: Engine) -> None:
    class Deleted(Recorder):
        def update(self, channel: str, ts: str, message: Message) -> None:
            raise ChatError("message_not_found", permanent=True)

    chat = Deleted()
    put(engine, "card:1", "one")
    outbox.deliver(engine, chat, NOW)
    put(engine, "card:1", "two")
    outbox.deliver(engine, chat, NOW)
    outbox.deliver(engine, chat, NOW)
    assert chat.posted == [("card:1", "one"), ("card:1", "two")]


def later(engine: Engine, key: str, now: int, text: str = "hello", **more: str) -> None:
    with transaction(engine) as session:
        outbox.put(session, Post(key, Place("T1", "C1", "1.1"), Message(text), **more), now)


def test_a_channel_that_takes_nothing_for_ten_minutes_loses_nothing_and_keeps_its_order(engine: Engine) -> None:
    chat, limited, tries = Recorder(), ChatError("ratelimited", permanent=False, retry_after=30), 0

    def post(place: Place, message: Message, key: str) -> str:
        nonlocal tries
        tries += place.channel == "C1"
        if place.channel == "C1" and now < NOW + 600:
            raise limited
        return Recorder.post(chat, place, message, key)

    chat.post = post  # type: ignore[method-assign]  # a chat that has enough of one channel
    for number, key in enumerate(("root:1", "card:1", "live:1", "gate:1")):
        later(engine, key, NOW + number, respond="http://localhost/r1" if number == 0 else "")
    with transaction(engine) as session:
        outbox.put(session, Post("other", Place("T1", "C2"), Message("hello")), NOW)
    for now in range(NOW + 5, NOW + 700, 5):
        outbox.deliver(engine, chat, now)
    assert [key for key, _ in chat.posted] == ["other", "root:1", "card:1", "live:1", "gate:1"]
    assert tries <= 20 + 4 + 1, "one attempt a wait, whatever waits in the channel"
    assert [url for url, _ in chat.responded] == ["http://localhost/r1"], "who asked is told once"
    assert chat.responded[0][1].startswith("Slack takes no more messages here now. What you asked for is kept")


def test_a_post_that_fails_holds_its_thread_back_and_no_other(engine: Engine) -> None:
    chat = Recorder()
    chat.fails["card:1"] = ChatError("internal_error", permanent=False)
    later(engine, "card:1", NOW)
    later(engine, "live:1", NOW + 1)
    put(engine, "elsewhere:1")
    for number in range(60):
        later(engine, f"more:{number}", NOW + 2)
    outbox.deliver(engine, chat, NOW + 3)
    assert [key for key, _ in chat.posted] == ["elsewhere:1"]
    del chat.fails["card:1"]
    for now in (NOW + 10, NOW + 11):
        outbox.deliver(engine, chat, now)
    assert [key for key, _ in chat.posted][:4] == ["elsewhere:1", "card:1", "live:1", "more:0"]
    assert len(chat.posted) == 63


@pytest.mark.parametrize("code", ["is_archived", "channel_is_archived", "not_in_channel", "channel_not_found"])
def test_a_closed_channel_is_tried_once_an_hour_for_a_week_and_never_forgotten(engine: Engine, code: str) -> None:
    chat, closed = Recorder(), ChatError(code, permanent=True)
    tries: list[int] = []

    def post(place: Place, message: Message, key: str) -> str:
        tries.append(now)
        raise closed

    chat.post = post  # type: ignore[method-assign]  # a chat with a closed channel
    for key in ("approval:1", "card:1", "reminder:1"):
        put(engine, key)
    for now in range(NOW, NOW + 3 * 3600, 600):
        outbox.deliver(engine, chat, now)
    assert tries == [NOW, NOW + 3600, NOW + 7200]
    with transaction(engine) as session:
        assert [(one.key, one.why) for one in outbox.parked(session)] == [
            ("approval:1", code), ("card:1", code), ("reminder:1", code)
        ]  # fmt: skip  # a table
    for now in range(NOW + 4 * 3600, NOW + 9 * 86_400, 43_200):
        outbox.deliver(engine, chat, now)
    assert NOW + 6 * 86_400 < max(tries) < NOW + 8 * 86_400, "given up after a week"
    del chat.post
    with transaction(engine) as session:
        assert outbox.parked(session) == ()
        outbox.revive(session, now, workspace="T1", channel="C1")
    outbox.deliver(engine, chat, now)
    assert [key for key, _ in chat.posted] == ["approval:1", "card:1", "reminder:1"]


def test_what_was_given_up_comes_back_with_the_next_change(engine: Engine) -> None:  # N1
    chat = Recorder()
    chat.fails["card:1"] = ChatError("invalid_blocks", permanent=True)
    put(engine, "card:1", "one")
    for now in range(NOW, NOW + 9 * 86_400, 43_200):
        outbox.deliver(engine, chat, now)
    chat.fails.clear()
    outbox.deliver(engine, chat, now + 3600)
    assert chat.posted == []
    put(engine, "card:1", "two")
    outbox.deliver(engine, chat, now + 3600)
    assert chat.posted == [("card:1", "two")]


def test_what_is_whispered_is_given_up_at_once(engine: Engine) -> None:
    class Deaf(Recorder):
        def whisper(self, place: Place, user: str, message: Message) -> None:
            self.posted.append((user, message.text))
            raise ChatError("user_not_in_channel", permanent=True)

    chat = Deaf()
    put(engine, "refused:1", user="U1")
    for now in (NOW, NOW + 7200):
        outbox.deliver(engine, chat, now)
    assert chat.posted == [("U1", "hello")]


def test_installed_anew_we_post_what_we_cannot_change_any_more(engine: Engine) -> None:  # N1
    class Stranger(Recorder):
        def update(self, channel: str, ts: str, message: Message) -> None:
            raise ChatError("cant_update_message", permanent=True)

    chat = Stranger()
    put(engine, "card:1", "one")
    outbox.deliver(engine, chat, NOW)
    put(engine, "card:1", "two")
    for now in (NOW, NOW + 1):
        outbox.deliver(engine, chat, now)
    assert chat.posted == [("card:1", "one"), ("card:1", "two")]


def test_a_removed_app_posts_everything_once_it_is_installed_again(engine: Engine) -> None:  # N1
    chat = Recorder()
    chat.fails["card:1"] = ChatError("token_revoked", permanent=True)
    put(engine, "card:1")
    outbox.deliver(engine, chat, NOW)
    chat.fails.clear()
    with transaction(engine) as session:  # as at the start of control, with its new token
        assert outbox.revive(session, NOW + 60) == 1
    outbox.deliver(engine, chat, NOW + 60)
    assert chat.posted == [("card:1", "hello")]
