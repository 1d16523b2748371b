"""Fitting: a message that the chat finds too long, shortened where everybody sees it, and the rest of it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Block, Message
from bot.posting.post_words import BELOW
from bot.wording.blocks import context, cut, section

ROOM = 3000
"""Characters of the shortened message, or half of it if that is less; the rest comes in pieces of as many."""
LONGEST_TEXT = 2900


def fit(message: Message) -> tuple[Message, Sequence[Message]]:
    """The message as far as there is room, its buttons in any case, and what follows it, in pieces."""
    blocks = message.blocks or (section(message.text),)
    kept: list[Block] = []
    left: list[str] = []
    room = min(ROOM, sum(len(_said(one)) for one in blocks) // 2)
    for one in blocks:
        if one["type"] == "actions":
            kept.append(one)
            continue
        said = _said(one)
        if len(said) <= room and not left:
            kept.append(one)
            room -= len(said)
        else:
            left.append(said)
    if not kept or all(one["type"] == "actions" for one in kept):
        # Not even its first paragraph has room: that one is cut.
        first, *others = _pieces(left[0])
        kept.insert(0, section(first))
        left[:1] = others
    short = Message(cut(message.text, LONGEST_TEXT), (*kept, context(BELOW)))
    return short, tuple(Message(cut(one, LONGEST_TEXT), (section(one),)) for one in _pieces("\n".join(left)))


def _said(part: Any) -> str:
    """All that a block says."""
    if isinstance(part, Mapping):
        text = part.get("text")
        if isinstance(text, str):
            return text
        return "\n".join(filter(None, (_said(one) for one in part.values())))
    return "\n".join(filter(None, map(_said, part))) if isinstance(part, list | tuple) else ""


def _pieces(text: str) -> list[str]:
    """The text in pieces that fit, cut between lines, else between words, never through a link."""
    pieces: list[str] = []
    while text.strip():
        piece = text[:ROOM]
        if len(text) > ROOM:
            opened = piece.rfind("<") if piece.rfind("<") > piece.rfind(">") else 0
            ends = (piece.rfind("\n"), opened, piece.rfind(" "))
            piece = piece[: next((one for one in ends if one > 0), ROOM)]
        pieces.append(piece)
        text = text[len(piece) :].lstrip("\n ")
    return pieces
