"""Presence: whether the owners of an app are here, and who could see to it instead; asked of the chat now."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.chat import ChatError
from bot.database import transaction
from bot.who import people
from bot.who.people import Person
from bot.wiring import Wiring
from runtime import members
from runtime.apps import App

Presence = Literal["here", "deactivated", "left", "unknown"]

log = logging.getLogger("slipway.presence")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is said of an app's owner: `stand_in` is another owner who is here, `inside` whether in the channel."""

    presence: Presence
    inside: bool = False
    stand_in: Person | None = None


def seen(wiring: Wiring, app: App, present: bool) -> Seen:
    """What the chat says now of the owner, and of others who own it as well when the owner is gone."""
    with transaction(wiring.engine) as session:
        first = people.accounts(session, app.owner)
        others = [people.accounts(session, one) for one, role in members.of(session, app.id).items() if role == "owner"]
    try:
        inside = _members(wiring, app)
        presence = _presence(wiring, first, inside, present)
        if presence == "here":
            return Seen("here", inside is not None and any(one.user in inside for one in first))
        for accounts in others:
            if _presence(wiring, accounts, inside, present=False) == "here":
                return Seen(presence, False, accounts[0])
    except ChatError as error:
        log.warning("the chat does not say whether the owner of %s is here: %s", app.id, error.code)
        return Seen("unknown", False)
    return Seen(presence, False)


def _members(wiring: Wiring, app: App) -> frozenset[str] | None:
    """Who is in the app's channel; None when it has none of its own, or the chat will not say."""
    if not app.channel.startswith(("C", "G")):
        return None
    try:
        return wiring.chat.members(app.channel)
    except ChatError as error:
        if not error.permanent:
            raise
        return None


def _presence(wiring: Wiring, accounts: Sequence[Person], inside: frozenset[str] | None, present: bool) -> Presence:
    """Of several accounts of one human, one that is here is enough."""
    here = [one for one in accounts if not wiring.chat.profile(one.user).deleted]
    if not here:
        return "deactivated" if accounts else "unknown"
    left = inside is not None and present and not any(one.user in inside for one in here)
    return "left" if left else "here"


def manager(wiring: Wiring, app: App) -> str:
    """The chat's id of the owner's manager, by their profile; empty when nobody can be asked.

    Known from then on: of a stranger the record could tell no name, and nobody could have them forgotten.
    """
    with transaction(wiring.engine) as session:
        owner = people.by_id(session, app.owner)
    try:
        found = wiring.manager(owner.user) if owner else ""
        about = wiring.chat.profile(found) if found else None
    except ChatError as error:
        log.warning("the chat does not name the manager of %s: %s", app.owner, error.code)
        return ""
    if about is None or about.deleted or about.outsider or about.bot:
        return ""
    with transaction(wiring.engine) as session:
        people.meet(session, app.workspace, about, wiring.now())
    return found


def direct(wiring: Wiring, user: str) -> str:
    """The direct conversation with somebody; empty when there is nobody to ask, or no way to."""
    try:
        return wiring.chat.dm(user) if user else ""
    except ChatError as error:
        log.warning("%s cannot be asked directly: %s", user, error.code)
        return ""


def leads(wiring: Wiring) -> Sequence[str]:
    """What calls the groups of team leads; nothing when the chat does not say."""
    try:
        return [wiring.chat.mention(one) for one in wiring.roles.get("lead", ())]
    except ChatError as error:
        log.warning("the team leads cannot be called: %s", error.code)
        return ()
