"""The gallery's visitors: signed in as an app's are, let in as members, and told what they may create."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session

from bot.chat import ChatError
from bot.control import Refused
from bot.database import transaction
from bot.entrance import signin
from bot.shelf import creating
from bot.who import people, rights
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import shelf_words
from bot.wording.shelf_words import Tongue
from guardrails import audit, selves
from runtime import identity
from runtime.routes import SHELF

ELSEWHERE = "You are signed in to another workspace than Slipway's."
AWAY = "Slack cannot say who you are right now. Please try again in a minute."
Exchange = Callable[[str, str, str, str], signin.Claims]


def sign_in(wiring: Wiring, exchange: Exchange, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """A code becomes a session of the gallery, or a reason."""
    try:
        claims = exchange(asked["code"], asked["redirect_uri"], asked["verifier"], asked["nonce"])
    except signin.SignInRefused as refused:
        raise Refused(str(refused)) from None
    try:
        if claims.workspace != wiring.home():
            raise Refused(ELSEWHERE)
        person = meet(wiring, claims.workspace, claims.user)
    except ChatError as error:
        raise Refused(AWAY) from error
    if not _welcome(person):
        raise Refused(ELSEWHERE)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        people.claim(session, person.workspace, person.user, rights.claims(claims.groups), now)
        token = identity.open_session(
            session,
            workspace=person.workspace,
            app=SHELF,
            stage="live",
            person=selves.one_of(session, person.id),
            name=person.name,
            handle=person.handle,
            now=now,
        )
        _note(session, person.workspace, person.id, "visitor.signed_in", now)
    return {"token": token, "expires": now + identity.SESSION_SECONDS}


def sign_out(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """End one session, given by the digest of its token."""
    try:
        workspace = wiring.home()
    except ChatError as error:
        raise Refused(AWAY) from error
    with transaction(wiring.engine) as session:
        identity.close_session(session, asked["session"])
        _note(session, workspace, "visitor", "visitor.signed_out", wiring.now())
    return {}


def admits(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whether a person may look at the shelf now: whoever is of the workspace, a guest too. Nobody owns it."""
    return {"admitted": any(map(_welcome, _current(wiring, asked["person"]))), "owner": False}


def shelf(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a visitor may create, in words of their language; `barred` says why nothing."""
    current = _current(wiring, asked["person"])
    tongue: Tongue = "de" if asked.get("tongue") == "de" else "en"
    offered = creating.templates(wiring)
    with transaction(wiring.engine) as session:
        seen = [creating.shelf(session, wiring, offered, one, tongue=tongue) for one in current]
    found = next((one for one in seen if not one.barred), seen[0] if seen else creating.Shelf(barred=ELSEWHERE))
    offers = [
        {
            "title": one.title,
            "about": one.about,
            "owner": one.owner,
            "version": one.version,
            "ref": one.ref,
            "used": shelf_words.used(one.fares.made, one.fares.live, tongue),
            "lives": shelf_words.lives(one.fares.median_days, tongue),
            "example": one.example,
        }
        for one in found.offers
    ]
    return {"name": current[0].name if current else "", "offers": offers, "barred": found.barred}


def _current(wiring: Wiring, person: str) -> list[Person]:
    """Every account of the human, as the chat knows it now."""
    with transaction(wiring.engine) as session:
        known = people.accounts(session, person)
    try:
        return [meet(wiring, one.workspace, one.user) for one in known]
    except ChatError as error:
        raise Refused(AWAY) from error


def _welcome(person: Person) -> bool:
    return not (person.bot or person.deleted or person.partner)


def _note(session: Session, workspace: str, actor: str, action: str, now: int) -> None:
    audit.append(session, workspace=workspace, actor=actor, action=action, subject=SHELF, now=now)
