"""The form that a shortcut on a message opens: its words are a quotation, what is sent is the sender's wish."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Block, Submitted
from bot.threads.forms import ASK, COMMENT
from bot.wording.blocks import INPUT, METADATA, MODAL_TITLE, VERSION, plain, section, shorten

FROM_MESSAGE, FROM_COMMENT = "slipway.from_message", "slipway.from_comment"
"""The shortcuts, as the app's manifest names them."""
TITLES: Mapping[str, str] = {FROM_MESSAGE: "Make an app from this", FROM_COMMENT: "Change the app like this"}
"""What each is called; Slack takes 24 characters."""
_FORMS: Mapping[str, str] = {FROM_MESSAGE: ASK, FROM_COMMENT: COMMENT}
FIELD = "request"
CLOSE = "Close"
READING = "Reading the message …"
LEFT_OUT = (
    ":lock: I left something out of what I show here: *{kinds}*. It still stands in the message: "
    "tell whoever wrote it to *replace that secret*."
)
NOT_NOW = "I cannot look that up right now. Nothing was kept; please try again in a minute."


def loading(shortcut: str) -> Mapping[str, Any]:
    """What stands there at once: the right to open a form lives three seconds, and asking the chat may take longer."""
    return saying(shortcut, READING)


def saying(shortcut: str, *why: str) -> Mapping[str, Any]:
    """Nothing to send: only a reason, a paragraph a string."""
    return _modal(shortcut, [section(one) for one in why], {})


def form(shortcut: str, send: str, blocks: Sequence[Block], about: Mapping[str, str]) -> Mapping[str, Any]:
    """The form with a button `send`; `about` holds ids."""
    return {**_modal(shortcut, blocks, about), "submit": plain(send, MODAL_TITLE)}


def _modal(shortcut: str, blocks: Sequence[Block], about: Mapping[str, str]) -> Mapping[str, Any]:
    held = json.dumps({"v": VERSION, **about}, separators=(",", ":"))
    assert len(held) <= METADATA  # ids
    return {
        "type": "modal",
        "callback_id": _FORMS[shortcut],
        "private_metadata": held,
        "title": plain(TITLES[shortcut], MODAL_TITLE),
        "close": plain(CLOSE, MODAL_TITLE),
        "blocks": list(blocks),
    }


def field(label: str, hint: str, words: str) -> Block:
    """Where the message's words stand, cut in sight, to be changed by whoever sends them."""
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": FIELD,
        "multiline": True,
        "max_length": INPUT,
        **({"initial_value": shorten(words, INPUT)} if words else {}),
    }
    return {
        "type": "input", "block_id": FIELD, "label": plain(label, 75), "hint": plain(hint, 150), "element": element,
    }  # fmt: skip  # one field, read as one


def left_out(removed: Sequence[str]) -> Sequence[Block]:
    """That secrets of these kinds are not shown; nothing where there were none."""
    kinds = ", ".join(sorted({one.replace("-", " ") for one in removed}))
    return [section(LEFT_OUT.format(kinds=kinds))] if kinds else []


def sent(form: Submitted) -> str:
    """What stands in the field of a form that was sent."""
    said = form.values.get(FIELD)
    return said.strip() if isinstance(said, str) else ""


def wrong(form: Submitted, empty: str) -> Mapping[str, str]:
    """By field: `empty` where nothing stands in it. Who sent it is asked in a tick."""
    return {} if sent(form) else {FIELD: empty}
