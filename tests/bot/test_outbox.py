"""The outbox: the chat is made equal to rows, and what cannot be sent holds up nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot import outbox
from bot.chat import ChatError, Message, Place
from bot.database import transaction
from bot.outbox import Post
from bot.slack_chat import SlackChat
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
    chat.fails["root:1"] = ChatError("is_archived", permanent=True)
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
    assert "Type `/invite @Slipway` here, then try again." in chat.responded[0][1]


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
