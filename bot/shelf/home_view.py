"""The Home tab as Slack's view: one next step, what waits for somebody, their apps, and what they may create."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat import Block
from bot.shelf import shelf_card
from bot.shelf.creating import Shelf
from bot.wording import shelf_words, words
from bot.wording.blocks import DIVIDER, button, context, cut, header, lines, quoted, section

MAX_BLOCKS = 100
"""Of a Home tab; a message has 50."""
ROOM = 20_000
"""Characters of all templates' lines. Slack names no limit for a whole view; this is what people still scroll."""
SPARE = 40
"""Blocks that are not templates: at most so many."""
MINE, WAITING = 10, 5
"""Apps and decisions that are shown."""
SAY = "Say what you need, here in *Messages* or in a channel: `/slipway {example}`"
NO_APPS = "You have no apps yet. Make one below, or say in a sentence what you need."
NEXT, APPS, TO_DECIDE, SHELF = "Next", "Your apps", "Waiting for you", "What you can make"


@dataclass(frozen=True, slots=True)
class Mine:
    """One of their apps, or one that is being made. `link` leads to it, `thread` to its card; either may be empty."""

    title: str
    stage: str
    link: str = ""
    thread: str = ""
    ends_at: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What waits for their yes or no."""

    title: str
    asker: str
    thread: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything the Home tab shows; newest first. `left_out` is how many more apps there are."""

    step: str
    """The one next step, as mrkdwn."""
    mine: Sequence[Mine] = ()
    left_out: int = 0
    troubles: Sequence[str] = ()
    """What cannot be said in their threads, a line for each channel, as mrkdwn."""
    decisions: Sequence[Decision] = ()
    more_decisions: int = 0
    shelf: Shelf = field(default_factory=Shelf)
    may: tuple[str, Sequence[str]] = ("", ())
    """What they may do: its heading, and a line for each thing."""
    gallery: str = ""
    pictured: bool = False


def view(seen: HomeView) -> Mapping[str, Any]:
    """The view for `views.publish`."""
    blocks = [*_next(seen), *_decisions(seen), *_apps(seen), *_may(seen), *_shelf(seen)]
    return {"type": "home", "callback_id": "slipway.home", "blocks": blocks[:MAX_BLOCKS]}


def _next(seen: HomeView) -> Iterator[Block]:
    yield header(NEXT)
    yield section(seen.step)
    for one in seen.troubles[:MINE]:
        yield section(one)


def _decisions(seen: HomeView) -> Iterator[Block]:
    if not seen.decisions:
        return
    yield header(TO_DECIDE)
    for one in seen.decisions:
        asked = f"*{quoted(one.title, 120)}*, asked for by {quoted(one.asker, 80)}"
        yield section(f"{asked}: <{one.thread}|decide in its thread>" if one.thread else asked)
    if seen.more_decisions:
        yield context(words.more(seen.more_decisions))


def _apps(seen: HomeView) -> Iterator[Block]:
    yield header(APPS)
    if not seen.mine:
        yield section(NO_APPS)
    for one in seen.mine:
        yield _app(one)
    if seen.left_out:
        yield context(words.more(seen.left_out))


def _app(one: Mine) -> Block:
    facts = [one.stage, *([f"ends {words.when(one.ends_at)}"] if one.ends_at else [])]
    thread = f"\n<{one.thread}|its card>" if one.thread else ""
    said = section(f"*{quoted(one.title, 120)}*\n{' · '.join(facts)}{thread}")
    if not one.link:
        return said
    return {**said, "accessory": button("Open", "slipway.open", {}, url=one.link)}


def _may(seen: HomeView) -> Iterator[Block]:
    head, said = seen.may
    if said:
        yield header(head)
        yield section(lines(said))


def _shelf(seen: HomeView) -> Iterator[Block]:
    yield DIVIDER
    yield header(SHELF)
    if seen.shelf.barred:
        yield section(seen.shelf.barred)
        return
    if not seen.shelf.offers:
        yield section(shelf_words.NOTHING["en"])
        return
    yield section(f"{shelf_words.OR_SAY['en']} <{seen.gallery}|{shelf_words.GALLERY['en']}>.")
    yield from shelf_card.lines(seen.shelf.offers, "en", MAX_BLOCKS - SPARE, ROOM, pictured=seen.pictured)


def step(seen: Sequence[tuple[str, str]]) -> str:
    """The first of these that there is: a sentence, and a link to where it is done (or empty)."""
    said, link = seen[0]
    return cut(f"{said} <{link}|Go there>." if link else said, 2900)
