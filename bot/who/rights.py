"""Rights: what the chat and the rows say of somebody now, put before `roles`. Groups are asked live, each time."""

import json

from sqlmodel import Session

from bot.database import transaction
from bot.rows.requests import Request
from bot.who import audiences, people, roles
from bot.who.meeting import meet
from bot.who.people import Person
from bot.who.roles import Act, Role, Ruling, Subject
from bot.wiring import Wiring
from runtime import apps, deployments, members


def subject(session: Session, wiring: Wiring, request: Request) -> Subject:
    """Who asked, who owns it, and who may change it as it was approved: before that nobody was let in."""
    app = apps.get(session, request.app) if request.app else None
    owner = people.by_id(session, app.owner) if app else None
    published = app is not None and deployments.active(session, app.id, "live") is not None
    return Subject(
        asker=request.person,
        user=request.user,
        owner=app.owner if app else None,
        editors=frozenset(app.collaborators) if app and published else frozenset(),
        given=members.of(session, app.id) if app else {},
        keeper=owner.user if owner else "",
        published=published,
        welcoming=request.place.channel in wiring.guest_channels,
    )


def heeded(session: Session, request: Request, user: str) -> bool:
    """Whether what this chat user says in the thread is heard: the asker, and whom the app was handed to or who adopted
    it."""
    app = apps.get(session, request.app) if request.app else None
    owner = people.by_id(session, app.owner) if app and app.owner != request.person else None
    return user == request.user or (owner is not None and user == owner.user)


def of_rows(session: Session, wiring: Wiring, user: str, act: Act, request: Request) -> bool:
    """Whether this chat user may, by what the rows say alone: for those who wait for no chat."""
    person = people.known(session, request.workspace, user)
    return person is not None and roles.may(person, act, subject(session, wiring, request), frozenset()).allowed


def judge(wiring: Wiring, person: Person, act: Act, request: Request, held: frozenset[Role] = frozenset()) -> Ruling:
    """Whether this person may do this to a Request's app. Raises ChatError when a group cannot be asked."""
    with transaction(wiring.engine) as session:
        about = subject(session, wiring, request)
    ruling = roles.may(person, act, about, held)
    if ruling.allowed:
        return ruling
    if "editor" in roles.MAY[act] and not about.published and helps(wiring, person, request):
        held |= {"editor"}
    if roles.MAY[act] & roles.PLATFORM and not person.outsider:
        held |= platform(wiring, person)
    return roles.may(person, act, about, held)


def helps(wiring: Wiring, person: Person, request: Request) -> bool:
    """Whether the answers name them as a collaborator and they belong to the place where it was asked.

    Nobody has approved those answers: they let in nobody from elsewhere.
    """
    named = person.handle.lower() in audiences.handles(request, "collaborators") and not person.partner
    here = audiences.asked_in(request.place, request.person or "")
    return named and audiences.includes(wiring.chat, here, person)


def why_not(wiring: Wiring, user: str, act: Act, request: Request) -> str:
    """Why this chat user may not do this; empty when they may. Raises ChatError."""
    ruling = judge(wiring, meet(wiring, request.workspace, user), act, request)
    return "" if ruling.allowed else ruling.why


def platform(wiring: Wiring, person: Person) -> frozenset[Role]:
    """Which roles of the platform they have now: by a group of the chat, or by their last sign-in."""
    with transaction(wiring.engine) as session:
        claimed = people.claimed(session, person, wiring.now())
    return frozenset(
        role
        for role in roles.PLATFORM
        if any(group in claimed or person.user in wiring.chat.group(group) for group in wiring.roles.get(role, ()))
    )


def claims(values: object) -> str:
    """What a sign-in claims, to be kept: a list of names, or one name."""
    found = values if isinstance(values, list) else [values]
    return json.dumps(sorted({one for one in found if isinstance(one, str) and one}))
