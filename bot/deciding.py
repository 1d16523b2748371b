"""What every decision needs: who pressed, what it is about, and how its effect is recorded.

Slow questions to the chat come first, then one transaction. A press is judged by who pressed and by what is true now;
what stood in the button is only a hint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from bot import telemetry
from bot.chat import Pressed, Submitted
from bot.rows import follow_ups, presses, requests
from bot.rows.requests import Request, State
from bot.threads import thread
from bot.who.people import Person
from bot.wiring import Wiring
from guardrails import approvals, audit

CLI = "platformctl"
"""Begins the key of a decision that came from the command line; no key of the chat's does."""
OVERTAKEN = "That was done already, or this app has moved on. Nothing was changed; the card shows how it stands."
GONE = "I do not know this request any more. Please ask again with `/slipway`."


class Refused(Exception):
    """The press changes nothing; the message says why and what to do next."""


@dataclass(frozen=True)
class About:
    """What a press is about, looked up; never believed from the button."""

    press: Pressed | Submitted
    request: Request
    person: Person


Decide = Callable[[Wiring, About, Mapping[str, str]], None]
"""Decides one kind of press or form, in a transaction of its own; raises Refused to change nothing."""


def find(session: Session, hint: Mapping[str, str]) -> Request | None:
    """The Request that a button's hint points to, by its Proposal, by its app or directly."""
    if "proposal" in hint:
        standing = approvals.get(session, hint["proposal"])
        return requests.of_app(session, standing.proposal.app) if standing else None
    if "app" in hint:
        return requests.of_app(session, hint["app"])
    return requests.get(session, hint.get("request", ""))


def standing_in(about: About, *states: State) -> None:
    """Only while the Request stands there."""
    if about.request.state not in states:
        raise Refused(OVERTAKEN)


def record(session: Session, wiring: Wiring, about: About, action: str, why: str = "", **facts: str) -> None:
    """Append the one AuditEvent, settle the press and refresh the card: the end of every decision's transaction."""
    now = wiring.now()
    audit.append(
        session,
        workspace=about.request.workspace,
        actor=about.person.id,
        action=action,
        subject=about.request.app or about.request.id,
        why=why,
        facts={"request": about.request.id, **_way(about), **facts},
        trace=telemetry.trace_id(about.request.trace),
        now=now,
    )
    presses.settle(session, about.press.key, now)
    follow_ups.told_overheard(session, about.request.id, now)
    thread.refresh(session, wiring, about.request.id, now)


def _way(about: About) -> Mapping[str, str]:
    """How the word came, when by no press in the chat: from the command line, and whose account typed it."""
    way, _, rest = about.press.key.partition(":")
    return {"via": "platformctl", "operator": rest.partition(":")[0]} if way == CLI else {}


def advance(session: Session, wiring: Wiring, about: About, state: State, **changes: str | None) -> None:
    """Move the Request on; Refused when somebody was faster."""
    if not requests.advance(session, about.request, state, wiring.now(), **changes):
        raise Refused(OVERTAKEN)
