"""Block Kit, built within Slack's limits: what is too long is shortened visibly, what people wrote is escaped."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]

SECTION, HEADER, BUTTON, CONTEXT, VALUE, OPTION, MODAL_TITLE = 3000, 150, 75, 2000, 2000, 75, 24
MAX_BLOCKS = 50
_SPECIAL = re.compile(r"[`*_~]")


def escape(text: str) -> str:
    """What a person wrote, as plain text in mrkdwn: no mention, no link, no `<!channel>` comes alive."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text: str, limit: int = 300) -> str:
    """What a person wrote, on one line, without formatting of its own."""
    return escape(shorten(_SPECIAL.sub("", " ".join(text.split())), limit))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters; a cut is shown by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def plain(text: str, limit: int) -> Mapping[str, Any]:
    """A plain_text object; Slack refuses empty ones."""
    return {"type": "plain_text", "text": shorten(text, limit) or " ", "emoji": True}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(mrkdwn: str) -> Block:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": shorten(mrkdwn, SECTION) or " "}}


def context(*mrkdwn: str) -> Block:
    """Small print, at most ten pieces."""
    pieces = [{"type": "mrkdwn", "text": shorten(one, CONTEXT)} for one in mrkdwn if one][:10]
    return {"type": "context", "elements": pieces or [{"type": "mrkdwn", "text": " "}]}


DIVIDER: Block = {"type": "divider"}


def button(
    text: str, action: str, value: Mapping[str, str], *, style: str = "", url: str = "", confirm: str = ""
) -> Block:
    """A button. `value` names what it is about; it is judged again when it comes back."""
    built: dict[str, Any] = {
        "type": "button",
        "text": plain(text, BUTTON),
        "action_id": action,
        "value": json.dumps(value, separators=(",", ":"))[:VALUE],
    }
    if style:
        built["style"] = style
    if url:
        built["url"] = url
    if confirm:
        built["confirm"] = {
            "title": plain("Are you sure?", 100),
            "text": {"type": "mrkdwn", "text": shorten(confirm, 300)},
            "confirm": plain(text, 30),
            "deny": plain("Not now", 30),
        }
    return built


def actions(*buttons: Block) -> Block:
    """A row of buttons; ids are made unique within it."""
    named = [
        {**one, "action_id": one["action_id"] + (f".{number}" if number else "")}
        if one["action_id"] in {other["action_id"] for other in buttons[:number]}
        else one
        for number, one in enumerate(buttons)
    ]
    return {"type": "actions", "elements": named[:25]}


def bounded(blocks: Sequence[Block]) -> Sequence[Block]:
    """At most fifty blocks; the last one says that something was left out."""
    return blocks if len(blocks) <= MAX_BLOCKS else [*blocks[: MAX_BLOCKS - 1], context("… and more.")]
