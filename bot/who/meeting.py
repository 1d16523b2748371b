"""Meeting people: who stands behind a chat user, and behind a mention in somebody's words."""

import re

from bot.chat import ChatError
from bot.database import transaction
from bot.who import people
from bot.who.people import Person
from bot.wiring import Wiring

_MENTION = re.compile(r"<@([A-Z0-9]{2,})(?:\|[^>\n]*)?>")
MOST = 20
"""Mentions looked up in one request; the rest keep Slack's own id."""


def meet(wiring: Wiring, workspace: str, user: str) -> Person:
    """The Person behind a chat user, from a profile at most five minutes old. Raises ChatError."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        person = people.fresh(session, workspace, user, now)
    if person is None:
        profile = wiring.chat.profile(user)
        with transaction(wiring.engine) as session:
            person = people.meet(session, workspace, profile, now)
    return person


def named(wiring: Wiring, workspace: str, text: str) -> str:
    """`text` with a handle in place of each mention, as people write it: `<@U123>` becomes `@ben`. Raises ChatError.

    A bot is nobody to share an app with: its mention, most often our own, goes.
    """
    users = list(dict.fromkeys(_MENTION.findall(text)))[:MOST]
    names = {user: _called(wiring, workspace, user) for user in users}
    return _MENTION.sub(lambda seen: names.get(seen[1], seen[0]), text)


def _called(wiring: Wiring, workspace: str, user: str) -> str:
    try:
        person = meet(wiring, workspace, user)
    except ChatError as error:
        if error.permanent:
            return f"@{user}"  # somebody of another workspace, or nobody
        raise
    return "" if person.bot else f"@{person.handle}"
