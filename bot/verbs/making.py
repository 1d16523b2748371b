"""The shelf in the chat: the list of what somebody may create, and beginning an app of it by a button.

Both wait as presses do, for who it is has to be asked of the chat, and a listener waits for nobody.
"""

import json
from collections.abc import Mapping

from sqlmodel import Session

from bot import telemetry
from bot.building.reading import HOUR, titled
from bot.chat import Heard, Place, Pressed
from bot.database import transaction
from bot.deciding import Refused
from bot.posting import outbox
from bot.rows import presses, requests
from bot.rows.requests import Request, State
from bot.shelf import creating, home, shelf_card
from bot.threads import thread
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import shelf_words, words
from bot.wording.blocks import VERSION
from bot.wording.shelf_words import Tongue
from generator.brief import Brief, Understanding
from generator.draft import draft
from guardrails import admission, audit
from runtime.routes import SHELF
from templates.template import Template

SHOW, MAKE = "slipway.templates", "slipway.make"
ASKED: Mapping[str, Tongue] = {"templates": "en", "template": "en", "vorlagen": "de", "vorlage": "de"}
"""The words that ask for the list, and the language that it is wanted in."""


def asked(heard: Heard) -> Pressed | None:
    """The word `templates` as a press; None when something else was said."""
    tongue = ASKED.get(heard.text.strip().lower()) if heard.via != "thread" else None
    if tongue is None:
        return None
    hint = json.dumps({"v": VERSION, "tongue": tongue})
    return Pressed(f"templates:{heard.key}", heard.place, heard.user, SHOW, hint, "", "", heard.response_url)


def show(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Tell this person alone what they may create here."""
    person, now = meet(wiring, press.place.workspace, press.user), wiring.now()
    german = "de" in (hint.get("tongue"), wiring.channels.of(press.place.channel).language)
    tongue: Tongue = "de" if german else "en"
    offered = creating.templates(wiring)
    with transaction(wiring.engine) as session:
        shelf = creating.shelf(session, wiring, offered, person, press.place.channel, tongue)
        message = shelf_card.message(shelf, wiring.url(SHELF, "live"), tongue)
        outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
        presses.settle(session, press.key, now)


def make(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Begin an app of a template: a Request without words, which waits for its form."""
    person, now = meet(wiring, press.place.workspace, press.user), wiring.now()
    at_home = not press.place.channel
    channel = wiring.chat.dm(press.user) if at_home else press.place.channel
    place = Place(press.place.workspace, channel, None, "dm" if channel.startswith("D") else "channel")
    template = next((one for one in creating.templates(wiring) if one.name == hint.get("template")), None)
    text = _text(template) if template else ""
    with transaction(wiring.engine) as session:
        _admitted(session, wiring, person, place, text)
        if template is None:
            raise Refused(shelf_words.NOT_OFFERED)
        if begun := requests.unfilled(session, place.workspace, press.user, text, now - HOUR):
            raise Refused(shelf_words.STARTED.format(where=_where(begun.place)))
    _begin(wiring, press, person, place, template, hint.get("tongue", ""))


def _admitted(session: Session, wiring: Wiring, person: Person, place: Place, text: str) -> None:
    """Only whose words would be heard here may begin one by a button. Raises Refused."""
    why = creating.barred(wiring, person, place.channel)
    recent = requests.recent(session, place.workspace, person.user, wiring.now() - HOUR) + 1
    admitted = admission.admit(outsider="", bot=False, text=text or "a template", recent=recent)
    if why or not admitted.allowed:
        raise Refused(why or admitted.why)


def _text(template: Template) -> str:
    """What stands for words in such a Request; said in its thread, more words are read as if they stood behind it."""
    return words.kind(template.kind) if template.kind else f"a {template.name}"


def _where(place: Place) -> str:
    return shelf_words.HERE_TOO if place.kind == "dm" else f"<#{place.channel}>"


def _begin(wiring: Wiring, press: Pressed, person: Person, place: Place, template: Template, tongue: str) -> None:
    """The Request, its thread and its card, in one transaction with the press; two facts, each with its AuditEvent."""
    now = wiring.now()
    understood = Understanding(
        action="build", kind=template.kind or None, confidence=1.0, language="Deutsch" if tongue == "de" else "English"
    )
    brief = titled(draft(understood, template.ref, template.questions))
    heard = Heard(f"make:{press.key}", place, press.user, _text(template), "button", response_url=press.response_url)
    with telemetry.span("heard", facts={"via": "button"}) as trace, transaction(wiring.engine) as session:
        request = requests.receive(session, heard, trace, now)
        if request is None:
            presses.settle(session, press.key, now)
            return
        thread.open_thread(session, request, press.response_url, now)
        _record(session, request, person, "request.received", now, via="button")
        _filled(session, request, person, understood, brief, now)
        facts: dict[str, str | int] = {"kind": template.kind, "template": template.ref, "open": len(brief.open)}
        _record(session, request, person, "request.chosen", now, **facts)
        thread.refresh(session, wiring, request.id, now)
        if not press.place.channel:
            home.want(session, place.workspace, press.user, now)
        presses.settle(session, press.key, now)


def _filled(
    session: Session, request: Request, person: Person, understood: Understanding, brief: Brief, now: int
) -> None:
    changes = {"person": person.id, "understanding": understood.model_dump_json(), "brief": brief.model_dump_json()}
    if not requests.advance(session, request, State.INCOMPLETE, now, **changes):
        raise RuntimeError(f"{request.id} was taken while it was made")


def _record(session: Session, request: Request, person: Person, action: str, now: int, **facts: str | int) -> None:
    audit.append(
        session,
        workspace=request.workspace,
        actor=person.id,
        action=action,
        subject=request.id,
        facts=facts,
        trace=telemetry.trace_id(request.trace),
        now=now,
    )
