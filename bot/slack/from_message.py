"""A shortcut on a message: a form at once, and the message's words in it as soon as they are read for secrets."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.chat import Chat, Pointed
from bot.hearing.ears import Ears
from bot.shelf import shortcut
from bot.slack import payloads
from bot.wording import words

Scrub = Callable[[str], tuple[str, tuple[str, ...]]]


def opened(body: Mapping[str, Any], chat: Chat, ears: Ears, scrub: Scrub) -> None:
    """Open the form within the three seconds that a trigger lives, then fill it. Raises ChatError."""
    view = chat.open_form(body["trigger_id"], shortcut.loading())
    chat.update_form(view, _form(body, ears, scrub))


def _form(body: Mapping[str, Any], ears: Ears, scrub: Scrub) -> Mapping[str, Any]:
    message = body["message"]
    try:
        text, removed = scrub(payloads.text_of(message))
    except Exception:
        # Fail closed: nothing of a message is shown that could not be read for secrets.
        return shortcut.saying(words.SAY_AGAIN)
    place = payloads.place(body["team"]["id"], body["channel"]["id"], message.get("thread_ts") or message["ts"])
    author = str(message.get("user") or "")
    return ears.pointed(Pointed(place, body["user"]["id"], author, payloads.plain_text(text), removed))
