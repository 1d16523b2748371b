"""What is too long for the chat: shortened where everybody sees it, and nothing of it lost."""

from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Message
from bot.posting.fitting import ROOM, fit
from bot.posting.post_words import BELOW
from bot.wording.blocks import actions, button, escape, section
from tests.bot.slack_rules import buttons, must_be_fine


def said(message: Message) -> str:
    return "\n".join(one["text"]["text"] for one in message.blocks if one["type"] == "section")


def test_the_buttons_stay_and_the_rest_stands_below() -> None:
    blocks = [section(letter * 2000) for letter in "abcd"]
    short, rest = fit(Message("long", (*blocks, actions(button("Go", "slipway.open", {})))))
    assert buttons(short) == ["slipway.open"] and BELOW in str(short.blocks[-1])
    assert said(short) == "a" * 2000 and "".join(map(said, rest)) == "b" * 2000 + "c" * 2000 + "d" * 2000


LONG = st.text(st.characters(codec="utf-8"), min_size=1, max_size=9000)


@given(st.lists(LONG, min_size=1, max_size=4))
def test_no_word_is_lost_however_long_it_is(texts: list[str]) -> None:
    blocks = tuple({"type": "section", "text": {"type": "mrkdwn", "text": escape(one) or "-"}} for one in texts)
    short, rest = fit(Message("long", blocks))
    must_be_fine(short)
    for one in rest:
        must_be_fine(one)
        assert len(said(one)) <= ROOM
    told = "".join(said(one) for one in (short, *rest))
    assert "".join(told.split()) == "".join("".join(one["text"]["text"] for one in blocks).split())
