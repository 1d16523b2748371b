"""Readers: whether everybody who reads a conversation may open an app, asked of the chat now. Fails closed."""

from collections.abc import Collection

from bot.chat import Profile
from bot.database import transaction
from bot.rows.requests import Request
from bot.who import audiences, people
from bot.who.people import Person
from bot.who.remembered import remembered
from bot.wiring import Stage, Wiring
from runtime.apps import App

MOST = 4000
"""So many people of a conversation the chat tells of; where there are as many, there may be more."""


def all_admitted(wiring: Wiring, app: App, request: Request, stage: Stage, users: Collection[str]) -> bool:
    """Whether each of these users may open this app at this stage; bots and people who are gone read nothing.

    Of a preview the audience is the place where it was asked for. Raises ChatError.
    """
    if len(users) >= MOST:
        return False
    chat = remembered(wiring.chat, users)
    audience = app.audience if stage == "live" else audiences.asked_in(request.place, request.person or "")
    for user in sorted(users):
        profile = chat.profile(user)
        if profile.bot or profile.deleted:
            continue
        if profile.partner and app.channel not in wiring.guest_channels:
            return False  # they sign in elsewhere
        person = _person(wiring, app.workspace, profile)
        named = stage == "live" and not person.partner and person.handle.lower() in audience.also
        if not (named or person.owns(app.owner) or audiences.includes(chat, audience, person)):
            return False
    return True


def _person(wiring: Wiring, workspace: str, profile: Profile) -> Person:
    """Who this is, without making anybody's acquaintance only because they read."""
    with transaction(wiring.engine) as session:
        met = people.known(session, workspace, profile.user)
    return Person(
        id=met.id if met else "",
        workspace=workspace,
        user=profile.user,
        name=profile.name,
        handle=profile.handle,
        guest=profile.guest,
        bot=profile.bot,
        deleted=profile.deleted,
        partner=profile.partner,
        also=met.also if met else frozenset(),
    )
