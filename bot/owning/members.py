"""Members: who has which role in an app; its owner gives and takes them, which counts from the next visit on (A9)."""

import json
import re
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from bot.chat import Heard, Message, Pressed, Submitted
from bot.database import transaction
from bot.deciding import About, Refused, record
from bot.owning import handing, keeping
from bot.posting import outbox
from bot.rows.requests import Request
from bot.threads import thread
from bot.threads.handing_card import PEOPLE
from bot.who import audiences, people, rights, roles
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import handing_words
from bot.wording.blocks import VERSION, actions, button, quoted, section
from bot.wording.labels import BUTTONS
from runtime import apps, members, owners
from runtime.apps import App
from runtime.members import GIVEN, Given

SHOW = "slipway.members"
_ASKED = re.compile(r"people(?:\s+of)?\s+([a-z0-9-]{1,80})", re.IGNORECASE)
SHOWN = 30
"""People who are listed one by one."""


def asked(session: Session, heard: Heard) -> Pressed | None:
    """The words `people lunch` as a press, to be judged as one; None when no app is called so."""
    found = _ASKED.fullmatch(heard.text.strip()) if heard.via != "thread" else None
    app = apps.by_slug(session, found[1].lower()) if found else None
    if app is None or app.workspace != heard.place.workspace:
        return None
    hint = json.dumps({"v": VERSION, "app": app.id})
    return Pressed(f"people:{heard.key}", heard.place, heard.user, SHOW, hint, "", "", heard.response_url)


def show(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Tell the owner alone who has which role."""
    press, app, now = about.press, keeping.live(wiring, about), wiring.now()
    assert isinstance(press, Pressed)
    with transaction(wiring.engine) as session:
        text = handing_words.people(quoted(app.title), listed(session, app))
        change = actions(button(BUTTONS[PEOPLE], PEOPLE, {"app": app.id}))
        message = Message(text, (section(text), change))
        outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
        record(session, wiring, about, "people.read")


def listed(session: Session, app: App) -> Sequence[str]:
    """Everybody with a role, a line each: the owner, those who were given one, and those whom the answers name."""
    given = members.of(session, app.id)
    owner = people.by_id(session, app.owner)
    rows = [handing_words.person(owner.user, "owner", "answers for it")] if owner else []
    for one, role in given.items():
        who = people.by_id(session, one)
        if who is not None and role != "none" and one != app.owner:
            rows.append(handing_words.person(who.user, role, "given"))
    named = people.by_handles(session, app.workspace, tuple(one.lower() for one in app.collaborators))
    rows += [handing_words.person(one.user, "editor", "by its answers") for one in named if one.id not in given]
    return rows[:SHOWN]


def change(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """The owner gives somebody a role, or takes it away."""
    app, now = keeping.live(wiring, about), wiring.now()
    assert isinstance(about.press, Submitted)
    role = GIVEN.get(str(about.press.values.get("role")), "none")
    who = handing.receiving(wiring, about, anybody=role == "none")
    if role != "none" and not _admitted(wiring, about, app, who):
        raise Refused(handing_words.NOT_ADMITTED)
    with transaction(wiring.engine) as session:
        _set(session, wiring, about.request, app, who, role, about.person.id, now)
        said = handing_words.given(about.person.user, who.user, role)
        key = f"people:{app.id}:{about.press.key}"
        outbox.put(session, thread.post(about.request, key, thread.note(about.request, said)), now)
        record(session, wiring, about, "people.changed", person=who.id, role=role)


def _admitted(wiring: Wiring, about: About, app: App, who: Person) -> bool:
    """Whether the app is open to them already, as it was approved or because of a role that they have."""
    with transaction(wiring.engine) as session:
        subject = rights.subject(session, wiring, about.request)
    if roles.roles(who, subject, frozenset()):
        return True
    return who.handle.lower() in app.audience.also or audiences.includes(wiring.chat, app.audience, who)


def _set(
    session: Session, wiring: Wiring, request: Request, app: App, who: Person, role: Given, by: str, now: int
) -> None:
    """What they were given before gives way; an app is never without an owner. Raises Refused."""
    if who.owns(app.owner) and role != "owner":
        given = members.of(session, app.id)
        heir = next((one for one, held in given.items() if held == "owner" and not who.owns(one)), "")
        if not heir or not owners.move(session, app.id, app.owner, heir):
            raise Refused(handing_words.LAST_OWNER)
        members.take(session, app.id, heir)
        owners.pass_secrets(session, app.id, app.owner, heir)
    elif who.owns(app.owner):
        raise Refused(handing_words.THEIRS_ALREADY)
    for one in sorted({who.id, *who.also}):
        members.take(session, app.id, one)
    subject = rights.subject(session, wiring, request)
    if role != "none" or roles.roles(who, subject, frozenset()):
        members.give(session, app.id, who.id, role, by, now)
