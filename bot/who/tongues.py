"""Tongues: which of our two languages somebody reads, by what the chat says of them."""

from bot.chat import ChatError
from bot.wiring import Wiring
from bot.wording.shelf_words import Tongue


def of(wiring: Wiring, user: str) -> Tongue:
    """German for whoever uses the chat in German, English for everybody else, and when it does not say."""
    try:
        locale = wiring.chat.profile(user).locale
    except ChatError as error:
        if not error.permanent:
            raise
        return "en"
    return "de" if locale.lower().startswith("de") else "en"
