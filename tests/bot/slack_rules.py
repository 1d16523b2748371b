"""What Slack would say of a message or a form, and whether anything in it came alive."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from bot.chat import Message
from bot.workspace.blocks import TEXT_IN_ALL, block_problems, text_in_all
from bot.workspace.forms import view_problems

HOSTILE = "<!channel> <@U1> <https://evil.example|free> *loud* _slanted_ ~gone~ `code` & &lt;!here&gt;\u202e\x00"
"""Every way to bring one's own words alive, in one line."""

OURS = re.compile(r"<https?://[a-z.]+localhost/(?:[a-z]*|_slipway/sbom\|this signed list)>|<@UANA>")
"""The links and mentions that tests let us make ourselves."""

anything = st.one_of(st.text(max_size=400), st.text("<>&!@#*_~`|[]() \nab\u202e…", max_size=400), st.just("&" * 4000))
"""Text as people, models and templates write it at their worst."""


def mrkdwn_texts(value: object) -> Iterator[str]:
    """Every mrkdwn text in blocks, wherever it stands."""
    if isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from mrkdwn_texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from mrkdwn_texts(inner)


def alive(text: str) -> bool:
    """Whether mrkdwn holds a mention, a link or a mark that we did not make."""
    return bool(re.search("[<>]", OURS.sub("", text)))


def must_be_fine(message: Message) -> None:
    """AssertionError when Slack would refuse the message, or when people's words in it are alive."""
    assert block_problems([dict(one) for one in message.blocks]) == []
    assert text_in_all(message.blocks) <= TEXT_IN_ALL
    assert 0 < len(message.text) <= 3000
    assert [one for one in (message.text, *mrkdwn_texts(message.blocks)) if alive(one)] == []


def must_open(view: Mapping[str, Any]) -> None:
    """AssertionError when Slack would refuse the form."""
    assert view_problems(dict(view)) == []


def buttons(message: Message) -> list[str]:
    """The action ids of a message's buttons, in order."""
    return [one["action_id"] for block in message.blocks if block["type"] == "actions" for one in block["elements"]]


def words_of(message: Message) -> str:
    """Everything that the blocks of a message say."""
    return "\n".join(
        one["text"]
        for block in message.blocks
        for one in [block.get("text"), *block.get("elements", [])]
        if isinstance(one, Mapping) and isinstance(one.get("text"), str)
    )
