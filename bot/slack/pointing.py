"""A shortcut on a message: a form at once, and the message's words in it as soon as they are read for secrets."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.chat import Chat, ChatError, Pointed
from bot.hearing.ears import Ears, Scrub
from bot.slack import payloads
from bot.threads import quotation
from bot.wording import words

log = logging.getLogger("slipway.slack")


def listen(app: Any, chat: Chat, ears: Ears, scrub: Scrub) -> None:
    """Hear on a bolt app of each entry that we have in a message's menu."""

    def pointed(ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
        ack()
        try:
            _opened(body, chat, ears, scrub)
        except ChatError as error:
            # The form did not open, or was closed meanwhile; there is nowhere else to say so.
            log.warning("a form could not be opened from a message: %s", error)

    app.shortcut("slipway.from_message")(pointed)
    app.shortcut("slipway.from_comment")(pointed)


def _opened(body: Mapping[str, Any], chat: Chat, ears: Ears, scrub: Scrub) -> None:
    """Open the form within the three seconds that a trigger lives, then fill it. Raises ChatError."""
    shortcut = body["callback_id"]
    view = chat.open_form(body["trigger_id"], quotation.loading(shortcut))
    try:
        form = _form(body, ears, scrub)
    except Exception:
        # The rim: the form stands open already, and says that nothing came of it.
        log.exception("a form could not be filled from a message")
        form = quotation.saying(shortcut, words.NOT_NOW)
    chat.update_form(view, form)


def _form(body: Mapping[str, Any], ears: Ears, scrub: Scrub) -> Mapping[str, Any]:
    message, shortcut = body["message"], body["callback_id"]
    try:
        said = payloads.text_of if shortcut == quotation.FROM_MESSAGE else payloads.words_of
        text, removed = scrub(said(message))
    except Exception:
        # Fail closed: nothing of a message is shown that could not be read for secrets.
        return quotation.saying(shortcut, words.SAY_AGAIN)
    place = payloads.place(body["team"]["id"], body["channel"]["id"], message.get("thread_ts") or message["ts"])
    author = "" if message.get("bot_id") else str(message.get("user") or "")
    return ears.pointed(Pointed(place, body["user"]["id"], author, payloads.plain_text(text), shortcut, removed))
