"""Budgets: whose budget an app is counted against when it passes from one person to another."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.who.people import Person
from bot.wiring import Wiring
from runtime import owners

MOST = 10
"""Billing tags whose groups are looked at: each costs the chat two calls."""


def of(wiring: Wiring, session: Session, person: Person) -> str:
    """What somebody's own newest app is charged to; empty when they have none."""
    tag = owners.newest_tag(session, person.workspace, sorted({person.id, *person.also}))
    return wiring.billing.tag(tag, "") if tag else ""


def of_team(wiring: Wiring, person: Person) -> str:
    """The billing tag that is called as a group of theirs; empty when none is. Raises ChatError."""
    return next((one for one in tuple(wiring.billing.tags)[:MOST] if person.user in wiring.chat.group(one)), "")


def moved(tag: str, moves: Sequence[tuple[str, str]]) -> str:
    """A tag after an app changed hands, each time from the first of two tags to the second."""
    for before, after in moves:
        tag = after if after and tag == before else tag
    return tag
