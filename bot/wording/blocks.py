"""Block Kit, built within Slack's limits: what is too long is shortened visibly, what people wrote is escaped.

Numbers are Slack's documented limits (docs.slack.dev, Block Kit reference), in characters unless said otherwise.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Block
from bot.wording import labels, words

SECTION, HEADER, BUTTON, CONTEXT, VALUE = 3000, 150, 75, 2000, 2000
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30
OPTION_TEXT, OPTION_VALUE, MODAL_TITLE, INPUT, LABEL, METADATA = 75, 150, 24, 3000, 2000, 3000
MAX_BLOCKS, MAX_BUTTONS, MAX_CONTEXT = 50, 25, 10
VERSION = "1"
"""Stands in every button's value; a button of another version is answered as an old one."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Controls, marks that turn the reading direction, and halves of characters: nothing a person reads."""
_FORMAT = re.compile(r"(?<![^\W_])[*_~]+(?=\S)|(?<=\S)[*_~]+(?![^\W_])|`")
"""Marks that would begin or end bold, italics, strike or code. Those inside a word, as in snake_case, do nothing."""
_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]{1,20}):(?=//)|\b(mailto|javascript|data|tel):(?=\S)", re.I)
"""How an address begins that a chat would make a link of."""
_HALF = re.compile(r"&[a-z]{0,4}$|<[^<>]*$")
"""What a cut through an entity or a link leaves at the end."""


def escape(text: str) -> str:
    """What a person wrote, for mrkdwn: no mention, no link, no `<!channel>` comes alive."""
    return _UNSEEN.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str) -> str:
    """What a person or a model wrote, with a gap in each address: no surface makes a link of it."""
    return _ADDRESS.sub(lambda found: f"{found[0]} ", text)


def quoted(text: str, limit: int = 300) -> str:
    """What a person wrote, on one line of at most `limit` characters, without formatting or links of its own."""
    line = inert(" ".join(_UNSEEN.sub("", text).split()))
    return escape(shorten(_FORMAT.sub("", line), limit))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters; a cut is shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut(text: str, limit: int) -> str:
    """Mrkdwn of at most `limit` characters; a cut never goes through an entity or a link."""
    return text if len(text) <= limit else _HALF.sub("", text[: limit - 1]).rstrip() + "…"


def mrkdwn(text: str, limit: int) -> Mapping[str, Any]:
    """A mrkdwn object, in which bare addresses stay dead text."""
    return {"type": "mrkdwn", "text": cut(text, limit) if text.strip() else labels.NOTHING, "verbatim": True}


def lines(rows: Sequence[str], limit: int = SECTION) -> str:
    """As many rows as fit, whole; the last line says how many were left out."""
    kept: list[str] = []
    left = limit - len(words.more(len(rows))) - 1
    for row in rows:
        left -= len(row) + 1
        if left < 0:
            return "\n".join([*kept, words.more(len(rows) - len(kept))])
        kept.append(row)
    return "\n".join(kept)


def plain(text: str, limit: int) -> Mapping[str, Any]:
    """A plain_text object on one line; Slack refuses empty ones."""
    line = inert(" ".join(_UNSEEN.sub("", text).split()))
    return {"type": "plain_text", "text": shorten(line, limit) or labels.NOTHING, "emoji": True}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, limit: int = SECTION) -> Block:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text, limit)}


def context(*pieces: str) -> Block:
    """Small print: the first ten pieces that say something."""
    said = [one for one in pieces if one][:MAX_CONTEXT]
    return {"type": "context", "elements": [mrkdwn(one, CONTEXT) for one in said or [labels.NOTHING]]}


DIVIDER: Block = {"type": "divider"}


def button(
    text: str, action: str, value: Mapping[str, str], *, style: str = "", url: str = "", confirm: str = ""
) -> Block:
    """A button. `value` holds ids that say what it is about; it is judged again when it comes back.

    `style` is `primary` or `danger`; `confirm` is the mrkdwn of a question asked first. ValueError when the ids
    do not fit.
    """
    held = json.dumps({"v": VERSION, **value}, separators=(",", ":"))
    if len(held) > VALUE:
        raise ValueError(f"a button's value holds ids, not {len(held)} characters")
    built: dict[str, Any] = {"type": "button", "text": plain(text, BUTTON), "action_id": action, "value": held}
    if style:
        built["style"] = style
    if url:
        built["url"] = url
    if confirm:
        built["confirm"] = {
            "title": plain(labels.SURE, CONFIRM_TITLE),
            "text": mrkdwn(confirm, CONFIRM_TEXT),
            "confirm": plain(text, CONFIRM_BUTTON),
            "deny": plain(labels.NOT_NOW_BUTTON, CONFIRM_BUTTON),
            **({"style": style} if style else {}),
        }
    return built


def current(value: str) -> bool:
    """Whether a button's value is one that this version writes."""
    try:
        held = json.loads(value)
    except ValueError:
        return False
    return isinstance(held, dict) and held.get("v") == VERSION


def actions(*buttons: Block) -> Block:
    """A row of buttons. Of one verb only the first keeps the bare action id; the others get a number after it."""
    seen: dict[str, int] = {}
    named = []
    for one in buttons[:MAX_BUTTONS]:
        count = seen[one["action_id"]] = seen.get(one["action_id"], -1) + 1
        named.append({**one, "action_id": f"{one['action_id']}.{count}"} if count else one)
    return {"type": "actions", "elements": named}


def bounded(blocks: Sequence[Block]) -> Sequence[Block]:
    """At most fifty blocks; the last one says that something was left out."""
    return blocks if len(blocks) <= MAX_BLOCKS else [*blocks[: MAX_BLOCKS - 1], context(words.AND_MORE)]
