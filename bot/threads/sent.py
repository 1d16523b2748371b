"""The receipt as its asker reads it: what a model was sent, what was taken out before, whose each answer is (N2)."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.chat import Block
from bot.rows.requests import Request
from bot.threads.card import ANSWERS, spoken
from bot.wording import labels, words
from bot.wording.blocks import SECTION, context, lines, quoted, section
from generator.receipt import Receipt

CHUNK = SECTION - 100
MOST = 90
"""Blocks; a modal holds a hundred."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def shown(request: Request, names: Mapping[str, str]) -> Sequence[Block]:
    """The whole receipt; `names` are the labels of the template's questions. What was removed is nowhere in it."""
    receipt = read(request.receipt)
    by = request.understanding.model if request.understanding else "offline"
    blocks = [
        section(f"{_asked(receipt, by)}\n{words.removed(counted(request.removed))}"),
        *_answers(request, names),
        *(_exchanges(receipt) if receipt else ()),
    ]
    if len(blocks) > MOST:
        blocks = [*blocks[:MOST], section(words.LEFT_OUT)]
    template = request.brief.template if request.brief else ""
    digest = f"receipt {receipt.digest}" if receipt else ""
    return [*blocks, context(f"template {quoted(template, 80)}" if template else "", digest)]


def read(kept: str) -> Receipt | None:
    """The receipt that was kept, None when nothing left the machine."""
    return Receipt.model_validate_json(kept) if kept else None


def counted(kinds: Sequence[str]) -> Sequence[str]:
    """What was taken out: `1 aws key`, `2 password`; never a value."""
    return [f"{count} {kind.replace('-', ' ')}" for kind, count in sorted(Counter(kinds).items())]


def _asked(receipt: Receipt | None, by: str) -> str:
    if receipt is None:
        return words.NO_MODEL
    fell_back = by == "offline"
    return words.model_asked(quoted(receipt.model, 80), len(receipt.exchanges), receipt.prompts, fell_back=fell_back)


def _answers(request: Request, names: Mapping[str, str]) -> Sequence[Block]:
    answers = request.brief.answers if request.brief else ()
    rows = [
        f"• {quoted(names.get(one.name, words.plain(one.name)))}: {quoted(spoken(one.value))}  "
        f"_({labels.PLAIN_ORIGIN[one.origin]})_"
        for one in answers
        if one.value not in (None, "", [])
    ]
    return [section(lines([words.WHOSE_ANSWERS, *rows], ANSWERS))] if rows else []


def _exchanges(receipt: Receipt) -> Sequence[Block]:
    """Every message of every call, to the letter; of a later call only what it sent beyond the one before."""
    blocks: list[Block] = []
    before: tuple[tuple[str, str], ...] = ()
    for number, one in enumerate(receipt.exchanges, start=1):
        again = before and one.messages[: len(before)] == before
        blocks.append(section(words.call(number, len(receipt.exchanges), one.tokens, again=bool(again))))
        for role, text in one.messages[len(before) if again else 0 :]:
            blocks.append(context(labels.ROLE.get(role, quoted(role, 20))))
            blocks += [_exact(chunk) for chunk in chunks(text)]
        before = one.messages
    return blocks


def chunks(text: str) -> Sequence[str]:
    """The text in pieces that fit; what nobody would see is spelled out."""
    spelled = _INVISIBLE.sub(lambda found: f"\\u{{{ord(found[0]):04x}}}", text)
    return [spelled[at : at + CHUNK] for at in range(0, len(spelled), CHUNK)] or [labels.NOTHING]


def _exact(text: str) -> Block:
    """Text to the letter: no mention, link or format of it comes alive, and lines stay lines."""
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
