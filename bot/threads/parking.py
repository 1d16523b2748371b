"""Parked posts: what the chat does not take is shown to whom it concerns, and told elsewhere where that is set."""

from collections.abc import Mapping, Sequence

from bot.chat import Message, Place
from bot.database import transaction
from bot.posting import outbox, post_words, quiet, undelivered
from bot.posting.outbox import Parked, Post
from bot.rows.requests import Request
from bot.threads import thread
from bot.wiring import Wiring

PATIENCE = 3600
"""Seconds that a post is parked before another channel is told of it."""


def of(request: Request, parked: Sequence[Parked]) -> tuple[Parked, ...]:
    """What of these belongs to a Request's thread."""
    where, root = thread.place(request)
    begin = root or where.thread or ""
    mine = (one for one in parked if (one.workspace, one.channel) == (where.workspace, where.channel))
    return tuple(one for one in mine if begin in (one.root, one.key))


def told(parked: Sequence[Parked]) -> Sequence[str]:
    """For Home: a line for each channel that takes nothing, with what helps."""
    channels: Mapping[str, list[Parked]] = {one.channel: [] for one in parked}
    for one in parked:
        channels[one.channel].append(one)
    return [
        post_words.parked(len(those), channel, those[0].why, min(one.since for one in those) + undelivered.PARKED_FOR)
        for channel, those in channels.items()
    ]


def tick(wiring: Wiring) -> None:
    """Tell a channel's fallback, once for each post, what waits for somebody there and cannot be said."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        for one in outbox.parked(session):
            fallback = wiring.channels.of(one.channel).fallback
            waits = quiet.kind(one.key) not in quiet.MAY_WAIT | quiet.UNCOUNTED and now - one.since >= PATIENCE
            if fallback and fallback != one.channel and waits:
                text = post_words.elsewhere(one.channel, one.why, one.text)
                place = Place(one.workspace, fallback)
                outbox.put(session, Post(f"elsewhere:{one.key}", place, Message(text)), now)
