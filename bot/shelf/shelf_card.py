"""The shelf as blocks: a line for each template that somebody may create, with a button that begins one."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.chat import Block, Message
from bot.shelf.creating import Offer, Shelf
from bot.wording import shelf_words
from bot.wording.blocks import button, context, header, quoted, section
from bot.wording.shelf_words import Tongue
from bot.wording.words import more

MOST, ROOM = 44, 11_000
"""Templates, and characters of all their lines, in one message: Slack takes 50 blocks and 12,000 characters."""
PLAIN = 2800


def message(shelf: Shelf, gallery: str, tongue: Tongue) -> Message:
    """The whole list, and its plain text for where no blocks can be shown. `gallery` is the page with pictures."""
    if shelf.barred:
        return Message(shelf.barred, (section(shelf.barred),))
    head = f"{shelf_words.HEAD[tongue]}"
    if not shelf.offers:
        return Message(shelf_words.NOTHING[tongue], (section(shelf_words.NOTHING[tongue]),))
    link = f"<{gallery}|{shelf_words.GALLERY[tongue]}>"
    blocks = (
        header(head),
        section(f"{shelf_words.OR_SAY[tongue]} {link}."),
        *lines(shelf.offers, tongue, MOST, ROOM),
    )
    return Message(_plain(head, shelf.offers), blocks)


def lines(offers: Sequence[Offer], tongue: Tongue, most: int, room: int, *, pictured: bool = False) -> Sequence[Block]:
    """A block for each template, as many as fit; the last says how many were left out."""
    return list(_lines(offers, tongue, most, room, pictured))


def _lines(offers: Sequence[Offer], tongue: Tongue, most: int, room: int, pictured: bool) -> Iterator[Block]:
    for at, one in enumerate(offers):
        blocks = _pictured(one, tongue) if pictured and one.picture else [_line(one, tongue)]
        room -= len(said(one, tongue)) + 20
        most -= len(blocks)
        if room < 0 or most < 1:
            yield context(more(len(offers) - at))
            return
        yield from blocks


def _line(one: Offer, tongue: Tongue) -> Block:
    return {**section(said(one, tongue)), "accessory": _make(one, tongue)}


def _pictured(one: Offer, tongue: Tongue) -> Sequence[Block]:
    """With its picture beside it, and the button below."""
    shown: dict[str, Any] = {"type": "image", "image_url": one.picture, "alt_text": one.title}
    below: Block = {"type": "actions", "elements": [_make(one, tongue)]}
    return [{**section(said(one, tongue)), "accessory": shown}, below]


def _make(one: Offer, tongue: Tongue) -> Block:
    return button(shelf_words.MAKE[tongue], "slipway.make", {"template": one.name, "tongue": tongue})


def said(one: Offer, tongue: Tongue) -> str:
    """Everything about one template, as mrkdwn of at most a few lines."""
    facts = " · ".join(
        (
            f"{shelf_words.OWNER[tongue]} {quoted(one.owner, 60)}",
            quoted(one.version, 20),
            shelf_words.used(one.fares.made, one.fares.live, tongue),
            shelf_words.lives(one.fares.median_days, tongue),
        )
    )
    sentence = quoted(one.example, 200).replace("`", "'")
    return (
        f"*{quoted(one.title, 60)}*\n{quoted(one.about, 200)}\n"
        f"{shelf_words.TRY[tongue]} `/slipway {sentence}`\n_{facts}_"
    )


def _plain(head: str, offers: Sequence[Offer]) -> str:
    """The list without blocks: names, and what to say."""
    rows, left = [f"{head}:"], PLAIN
    for at, one in enumerate(offers):
        row = f"• {quoted(one.title, 60)}: `/slipway {quoted(one.example, 200)}`"
        left -= len(row) + 1
        if left < 0:
            return "\n".join([*rows, more(len(offers) - at)])
        rows.append(row)
    return "\n".join(rows)
