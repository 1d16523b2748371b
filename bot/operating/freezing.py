"""Freezing and thawing from the chat: a word, what it would stop, a press; and a second person's press to go on (N14).

Who is an operator is asked of the chat when the blast radius is shown, and holds for the ten minutes in which that
person may press. The press itself asks nothing of anybody: it is one transaction, whatever else is away (U10).
"""

import json
import re
from collections.abc import Callable, Mapping

from sqlmodel import Session

from bot.chat import Block, Heard, Message, Pressed
from bot.database import transaction
from bot.deciding import Refused
from bot.operating import blast
from bot.operating.blast import Blast, Unknown
from bot.posting import outbox
from bot.rows import presses
from bot.threads import still
from bot.who import people, rights, roles
from bot.who.meeting import meet
from bot.who.people import Person
from bot.who.roles import Act, Subject
from bot.wiring import Wiring
from bot.wording import freeze_words
from bot.wording.blocks import VERSION, actions, button, context, section
from guardrails import audit, freezes
from guardrails.freezes import KINDS, Freeze, Kind, Target
from runtime import apps, schedules

LOOK, FREEZE, LEAVE, LIST, THAW = (
    "slipway.blast",
    "slipway.freeze",
    "slipway.unfrozen",
    "slipway.frozen",
    "slipway.thaw",
)
URGENT = frozenset({FREEZE})
"""Presses that are decided in a tick of their own: those before them may wait for the chat."""
NOBODY = Subject(asker=None, user="")
MOST_LISTED = 40
"""Freezes with a button each, in one message."""
_WORDS = re.compile(rf"(freeze|thaw)(?:\s+({'|'.join(KINDS)})\s+(\S{{1,300}})(?:\s+(.{{1,2000}}))?)?", re.I | re.S)
_BARE = re.compile(r"(freeze|thaw)(?:\s+\S{1,300})?", re.I)


def asked(heard: Heard) -> Pressed | None:
    """The words `freeze app lunch` or `thaw` as a press, to be judged as one; None when something else was said."""
    if heard.via == "thread":
        return None
    text = heard.text.strip()
    found = _WORDS.fullmatch(text)
    if found is None and not _BARE.fullmatch(text):
        return None
    verb = text.split()[0].lower()
    about = {"kind": found[2].lower(), "name": found[3], "reason": found[4] or ""} if found and found[2] else {}
    hint = json.dumps({"v": VERSION, **about})
    action = LOOK if verb == "freeze" else LIST
    return Pressed(f"{verb}:{heard.key}", heard.place, heard.user, action, hint, "", "", heard.response_url)


def look(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Show this operator alone what the freeze would stop, with a button for each way on."""
    person, now = _operator(wiring, press, "freeze"), wiring.now()
    with transaction(wiring.engine) as session:
        message = _usage() if "kind" not in hint else _shown(session, wiring, press, person, hint, now)
        _whisper(session, press, message, now)


def _shown(
    session: Session, wiring: Wiring, press: Pressed, person: Person, hint: Mapping[str, str], now: int
) -> Message:
    kind = next(one for one in KINDS if one == hint["kind"])
    try:
        target = blast.find(session, wiring.catalog, wiring.models, press.place.workspace, kind, hint["name"])
    except Unknown as unknown:
        raise Refused(str(unknown)) from None
    seen = blast.gather(session, wiring.bundles, target, now)
    if standing := freezes.of(session, target):
        raise Refused(freeze_words.already(seen.what, standing.at, still.by(session, standing)))
    reason = " ".join(hint.get("reason", "").split())[:300]
    offer = freezes.offer(session, target, press.user, person.id, reason, now)
    return radius(seen, offer.id)


def radius(seen: Blast, offer: str) -> Message:
    """The blast radius as a message."""
    text = blast.told(seen)
    about = {"offer": offer}
    buttons = actions(
        button(freeze_words.FREEZE, FREEZE, about, style="danger"), button(freeze_words.LEAVE, LEAVE, about)
    )
    return Message(text, (section(text), buttons, context(freeze_words.TWO)))


def freeze(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """What was shown to whoever pressed stands still from now on: one transaction, and nobody is asked."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        offer = _offer(session, press, hint, now)
        who = people.by_id(session, offer.person)
        if who is None or who.outsider or who.bot or who.deleted:
            raise Refused(freeze_words.FORBIDDEN)
        freezes.settle(session, offer.id, now)
        done = stop(session, offer.target, reason=offer.reason, person=offer.person, account="", now=now)
        if done is None:
            raise Refused(freeze_words.PRESSED)
        _whisper(session, press, Message(freeze_words.frozen(called(session, done.target), now)), now)


def stop(session: Session, target: Target, *, reason: str, person: str, account: str, now: int) -> Freeze | None:
    """Freeze it, with its one AuditEvent; workers see it with the next visit. None when it stands frozen already.

    Without a `person` it is the word of whoever has this `account` on the machine.
    """
    done = freezes.freeze(session, target, reason=reason, person=person, account=account, now=now)
    if done is not None:
        apps.touch_routes(session)
        facts = {"freeze": done.id, "kind": target.kind, "name": target.name}
        via = {"via": "platformctl", "operator": account} if account else {}
        _record(session, done, "freeze.begun", person or f"operator {account}", now, reason, **facts, **via)
    return done


def leave(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Nothing is frozen."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        freezes.settle(session, _offer(session, press, hint, now).id, now)
        _whisper(session, press, Message(freeze_words.LEFT), now)


def _offer(session: Session, press: Pressed, hint: Mapping[str, str], now: int) -> freezes.Offer:
    """What a button was made for, if it was made for whoever pressed it, lately, and was not pressed before."""
    offer = freezes.offered(session, hint.get("offer", ""))
    if offer is None or (offer.user, offer.target.workspace) != (press.user, press.place.workspace):
        raise Refused(freeze_words.NOT_YOURS)
    if offer.settled:
        raise Refused(freeze_words.PRESSED)
    if now >= offer.until:
        raise Refused(freeze_words.LATE)
    return offer


def listed(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """What stands frozen, for this operator alone, each with its button."""
    _operator(wiring, press, "thaw")
    now, workspace = wiring.now(), press.place.workspace
    with transaction(wiring.engine) as session:
        standing = freezes.standing(session, workspace)
        if "kind" in hint:
            kind = next(one for one in KINDS if one == hint["kind"])
            standing = tuple(one for one in standing if _named(session, one, kind, hint["name"]))
        if not standing:
            raise Refused(freeze_words.GONE if "kind" in hint else freeze_words.NOTHING_FROZEN)
        _whisper(session, press, _list(session, standing), now)


def _named(session: Session, one: Freeze, kind: Kind, name: str) -> bool:
    app = apps.get(session, one.target.name) if kind == "app" else None
    said = freeze_words.EVERYTHING_SAID if one.target.name == freezes.EVERYTHING else one.target.name
    return one.target.kind == kind and name.lower() in (said.lower(), app.slug if app else said.lower())


def _list(session: Session, standing: tuple[Freeze, ...]) -> Message:
    rows = [freeze_words.row(one, called(session, one.target), still.by(session, one)) for one in standing]
    blocks: list[Block] = [
        {**section(row), "accessory": thawing(one)} for one, row in zip(standing[:MOST_LISTED], rows, strict=False)
    ]
    return Message("\n".join(rows)[:2900], tuple(blocks))


def thawing(one: Freeze) -> Block:
    """The button that thaws it."""
    return button(freeze_words.THAW, THAW, {"freeze": one.id})


def thaw(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """It goes on, if an operator says so who did not freeze it; what was due meanwhile is passed over."""
    person, now = _operator(wiring, press, "thaw"), wiring.now()
    with transaction(wiring.engine) as session:
        found = freezes.get(session, hint.get("freeze", ""))
        if found is None or found.target.workspace != press.place.workspace:
            raise Refused(freeze_words.GONE)
        _pass_over(session, wiring, now)
        match freezes.thaw(session, found.id, person.id, now):
            case "gone":
                raise Refused(freeze_words.GONE)
            case "own":
                raise Refused(freeze_words.SAID_ALREADY if found.agreed_by else freeze_words.OWN)
            case "agreed":
                _record(session, found, "freeze.agreed", person.id, now, freeze=found.id)
                _whisper(session, press, Message(freeze_words.AGREED), now)
            case "thawed":
                apps.touch_routes(session)
                _record(session, found, "freeze.thawed", person.id, now, freeze=found.id)
                _whisper(session, press, Message(freeze_words.thawed(called(session, found.target), now)), now)


def _pass_over(session: Session, wiring: Wiring, now: int) -> None:
    """What fell due while it stood still and no tick has come by yet: it is told as skipped, so it is."""
    for one in schedules.waiting(session, now):
        app = apps.get(session, one.app)
        if app is not None and still.of_schedule(session, wiring.bundles, app, one.name):
            schedules.pass_over(session, one, now)


def called(session: Session, target: Target) -> str:
    """What is frozen, in a few words."""
    app = apps.get(session, target.name) if target.kind == "app" else None
    return freeze_words.called(target, app.title if app else "")


def _operator(wiring: Wiring, press: Pressed, act: Act) -> Person:
    """Whoever pressed, if they are an operator now. Raises Refused, and ChatError when the chat cannot say."""
    person = meet(wiring, press.place.workspace, press.user)
    held = frozenset() if person.outsider else rights.platform(wiring, person)
    ruling = roles.may(person, act, NOBODY, held)
    if not ruling.allowed:
        raise Refused(freeze_words.FORBIDDEN)
    return person


def _usage() -> Message:
    return Message(freeze_words.USAGE)


def _whisper(session: Session, press: Pressed, message: Message, now: int) -> None:
    outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
    presses.settle(session, press.key, now)


def _record(session: Session, one: Freeze, action: str, actor: str, now: int, why: str = "", **facts: str) -> None:
    audit.append(
        session,
        workspace=one.target.workspace,
        actor=actor,
        action=action,
        subject=one.target.subject,
        why=why,
        facts=facts,
        now=now,
    )


PRESSES: Mapping[str, Callable[[Wiring, Pressed, Mapping[str, str]], None]] = {
    LOOK: look,
    FREEZE: freeze,
    LEAVE: leave,
    LIST: listed,
    THAW: thaw,
}
"""Buttons and words of this module, each with who decides it."""
