"""What waits for somebody's yes or no, and where its message stands. Asks the chat: never within a transaction."""

from bot.chat import ChatError
from bot.database import transaction
from bot.posting import outbox
from bot.rows.requests import Request
from bot.shelf.home_view import WAITING, Decision
from bot.who import people
from bot.who.people import Person
from bot.wiring import Wiring
from guardrails import approvals


def card_link(wiring: Wiring, request: Request, key: str) -> str:
    """Where a message of a Request stands, empty while it does not or the chat cannot say."""
    with transaction(wiring.engine) as session:
        ts = outbox.sent(session, key)
    if not ts:
        return ""
    try:
        return wiring.chat.permalink(request.place.channel, ts)
    except ChatError as error:
        if not error.permanent:
            raise
        return ""


def decisions(wiring: Wiring, person: Person, open_ones: tuple[Request, ...]) -> list[Decision]:
    """What this person is asked to decide on: never their own, and groups are asked of the chat now."""
    found: list[Decision] = []
    groups: dict[str, frozenset[str]] = {}
    for request in open_ones:
        with transaction(wiring.engine) as session:
            standing = approvals.get(session, request.proposal or "")
            asker = people.by_id(session, request.person or "")
        if standing is None or standing.state != "open" or person.owns(request.person):
            continue
        for group in standing.groups:
            if group not in groups:
                groups[group] = wiring.chat.group(group)
        if any(person.user in groups[group] for group in standing.groups):
            link = card_link(wiring, request, f"approval:{standing.proposal.digest}") if len(found) < WAITING else ""
            found.append(Decision(standing.proposal.title, asker.name if asker else "somebody", link))
    return found
