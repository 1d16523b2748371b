"""Suggested prompts: who opens the conversation with us is offered a few sentences of the shelf's, once a day at most.

Where the chat draws prompts itself they are its own; elsewhere they are buttons in a message. Either way a prompt is
what somebody says, in their own name, once they press it.
"""

import logging
from collections.abc import Mapping, Sequence

from sqlmodel import Field, Session, SQLModel, col, select

from bot import clockwork, telemetry
from bot.chat import ChatError, Heard, Message, Place, Pressed
from bot.database import transaction
from bot.deciding import Refused
from bot.posting import outbox
from bot.posting.once import once
from bot.rows import presses
from bot.shelf import creating
from bot.shelf.beginning import begin
from bot.shelf.creating import Offer
from bot.who import tongues
from bot.who.meeting import meet
from bot.wiring import Wiring
from bot.wording.blocks import actions, button, section
from bot.wording.shelf_words import NOT_OFFERED, Tongue

SAY = "slipway.say"
MOST = 4
"""Slack draws no more."""
MAX_A_TICK, MAX_ATTEMPTS, MAX_WAIT = 20, 6, 300
TITLE: Mapping[Tongue, str] = {"en": "What shall I make?", "de": "Was soll ich bauen?"}
GREETING: Mapping[Tongue, str] = {
    "en": "Press one of these, or say in your own words what you need.",
    "de": "Drück auf eins davon, oder sag in deinen Worten, was du brauchst.",
}
GREETINGS: Mapping[str, str] = {
    **dict.fromkeys(("hi", "hello", "hey", "good morning"), ""),
    **dict.fromkeys(("hallo", "moin", "guten morgen", "guten tag", "servus", "grüezi"), "de"),
}
"""Words that greet and ask for nothing, and the language that they are in; empty where one cannot tell."""

log = logging.getLogger("slipway.prompts")


class PromptRow(SQLModel, table=True):
    """When somebody was offered prompts last, and whether they are to be."""

    __tablename__ = "prompt"

    workspace: str = Field(primary_key=True)
    user: str = Field(primary_key=True)
    shown_on: str = ""
    """The calendar day (UTC)."""
    attempts: int = 0
    due_at: int | None = Field(default=None, index=True)


def want(session: Session, workspace: str, user: str, now: int) -> None:
    """Somebody opened the conversation, or greets: offer them prompts, unless that was done today."""
    row = session.get(PromptRow, (workspace, user)) or PromptRow(workspace=workspace, user=user)
    if row.shown_on != _day(now) and row.due_at is None:
        row.due_at, row.attempts = now, 0
    session.add(row)


def greets(heard: Heard) -> str | None:
    """The language in which a direct message only greets, empty where one cannot tell; None for anything else."""
    return GREETINGS.get(heard.text.strip().lower().rstrip("!. ")) if heard.via == "dm" else None


def tick(wiring: Wiring) -> int:
    """Offer prompts to whoever is due; return to how many."""
    for count in range(MAX_A_TICK):
        with transaction(wiring.engine) as session:
            row = session.exec(
                select(PromptRow).where(col(PromptRow.due_at) <= wiring.now()).order_by(col(PromptRow.due_at))
            ).first()
            due = (row.workspace, row.user) if row else None
        if due is None:
            return count
        try:
            _offer(wiring, *due)
        except ChatError as error:
            _put_off(wiring, *due, given_up=error.permanent)
        except Exception:
            # The rim of this worker: one person's fault must not stop the others'.
            log.exception("prompts for %s could not be offered", due[1])
            _put_off(wiring, *due, given_up=False)
    return MAX_A_TICK


def _offer(wiring: Wiring, workspace: str, user: str) -> None:
    person, offered = meet(wiring, workspace, user), creating.templates(wiring)
    tongue = tongues.of(wiring, user)
    with transaction(wiring.engine) as session:
        offers = creating.shelf(session, wiring, offered, person, tongue=tongue).offers[:MOST]
    message: Message | None = None
    channel = ""
    if offers:  # guests may ask for nothing: nothing is suggested
        channel = wiring.chat.dm(user)
        try:
            wiring.chat.suggest(channel, TITLE[tongue], [(one.title, one.example) for one in offers])
        except ChatError as error:
            once(log, "suggested prompts", error.code)
            message = _buttons(offers, tongue)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        if message:
            key = f"prompts:{workspace}:{user}:{_day(now)}"
            outbox.put(session, outbox.Post(key, Place(workspace, channel, None, "dm"), message), now)
        row = session.get_one(PromptRow, (workspace, user))
        row.shown_on, row.due_at = _day(now), None
        session.add(row)


def _buttons(offers: Sequence[Offer], tongue: Tongue) -> Message:
    rows = [button(one.title, SAY, {"template": one.name, "tongue": tongue}) for one in offers]
    return Message(GREETING[tongue], (section(GREETING[tongue]), actions(*rows)))


def _put_off(wiring: Wiring, workspace: str, user: str, *, given_up: bool) -> None:
    now = wiring.now()
    with transaction(wiring.engine) as session:
        row = session.get_one(PromptRow, (workspace, user))
        row.attempts += 1
        over = given_up or row.attempts >= MAX_ATTEMPTS
        row.due_at = None if over else now + min(2**row.attempts, MAX_WAIT)
        session.add(row)


def say(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Somebody presses a prompt: they say its sentence. The sentence is the shelf's, never the button's."""
    person, now = meet(wiring, press.place.workspace, press.user), wiring.now()
    tongue: Tongue = "de" if hint.get("tongue") == "de" else "en"
    template = next((one for one in creating.templates(wiring) if one.name == hint.get("template")), None)
    if why := creating.barred(wiring, person, press.place.channel):
        raise Refused(why)
    if template is None:
        raise Refused(NOT_OFFERED)
    place = Place(press.place.workspace, press.place.channel, None, press.place.kind)
    text = creating.example(template, tongue)
    heard = Heard(f"prompt:{press.key}", place, press.user, text, "button", response_url=press.response_url)
    with telemetry.span("heard", facts={"via": heard.via}) as trace, transaction(wiring.engine) as session:
        begin(session, wiring, heard, trace, now)
        presses.settle(session, press.key, now)


def _day(now: int) -> str:
    return clockwork.day(now).isoformat()
