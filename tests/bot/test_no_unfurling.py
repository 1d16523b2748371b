"""Whatever is posted on the way from words to the end: no preview of a link, and no link that is not ours (N15)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.conversation import words as said_in
from tests.bot.house import House, Line

EVIL = "https://evil.example.com/steal"


class Recorded(Line):
    """The way to Slack; keeps what went over it."""

    def __init__(self, token: str, url: str) -> None:
        super().__init__(token, url)
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def _call(self, method: str, **asked: Any) -> Mapping[str, Any]:
        self.calls.append((method, asked))
        return super()._call(method, **asked)


def texts(block: Any) -> Iterator[Mapping[str, Any]]:
    """Every mrkdwn object in a block."""
    if isinstance(block, list | tuple):
        for one in block:
            yield from texts(one)
    elif isinstance(block, Mapping):
        if block.get("type") == "mrkdwn":
            yield block
        for one in block.values():
            yield from texts(one)


def test_n15_nothing_that_we_post_is_unfurled_and_only_our_own_addresses_are_links(house: House) -> None:
    """N15: over everything that is posted from the words to the tombstone."""
    config = house.harbor.config
    chat = Recorded(config.bot_token, config.api_url)
    house.wire(chat=chat)
    thread = house.ask(f"a feedback survey about the new office for everyone in the company, see {EVIL}")
    house.say(f"rename it to Office {EVIL}, and add a question about {EVIL}", thread=thread.root)
    house.press(thread, "slipway.apply")
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    house.say("drop the lasagne", thread=thread.root)
    house.later(days=29)
    house.press(thread, "slipway.retire")
    posted = [asked for method, asked in chat.calls if method == "chat.postMessage"]
    shown = [
        asked for method, asked in chat.calls if method in ("chat.postMessage", "chat.update", "chat.postEphemeral")
    ]
    assert len(posted) >= 5 and all(one["unfurl_links"] is one["unfurl_media"] is False for one in posted)
    assert all(one["verbatim"] is True for asked in shown for one in texts(asked.get("blocks") or []))
    links = [one for asked in shown for one in re.findall(r"[a-z]+://[^\s<>|\"\\)]+", said_in(asked))]
    assert [one for one in links if ".localhost:" not in one] == [] and links
