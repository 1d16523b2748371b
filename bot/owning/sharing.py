"""Sharing: the address of a live app, passed on to a person or a channel by one press.

Whom the audience lets in gets it; whoever it does not is offered as a widening, through the same gate as any other.
Nothing is posted where the sharer could not post themselves, nor where we are no member.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot import telemetry
from bot.chat import Block, ChatError, Message, Place, Submitted
from bot.clockwork import DAY
from bot.database import transaction
from bot.deciding import About, Refused, record
from bot.owning.widening import WIDEN
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows.requests import Request
from bot.threads import audience_forms, thread
from bot.who import audiences, rights, roles
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import audience_words, labels, words
from bot.wording.blocks import actions, button, context, quoted, section
from runtime import apps, deployments
from runtime.apps import App

SHARE = "slipway.share"
"""The button that opens the form."""
PEOPLE, CHANNELS = "people", "channels"
"""The fields of the form."""
A_DAY = 20
"""Messages that one person may have us send in a day."""


def form(_: Wiring, request: Request) -> Mapping[str, Any]:
    """With whom to share it. Whoever opens it is judged when it is sent."""
    return audience_forms.share_form(json.dumps({"request": request.id}))


def wrong(_: Wiring, sent: Submitted) -> Mapping[str, str]:
    """What is wrong with the form, by field."""
    picked = _picked(sent, PEOPLE) or _picked(sent, CHANNELS)
    return {} if picked else {PEOPLE: audience_words.NOBODY_PICKED}


def _picked(sent: Submitted, name: str) -> Sequence[str]:
    value = sent.values.get(name)
    return list(dict.fromkeys(value))[: audience_forms.MOST_SHARED] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class _Target:
    """With whom: where it is posted, or why not and, where it can be asked for, what to open it for."""

    name: str
    """In mrkdwn."""
    place: Place | None = None
    why: str = ""
    add: str = ""


def share(wiring: Wiring, about: About, _: Mapping[str, str]) -> None:
    """Post it to everybody who may open it; say of the others why not."""
    sent = about.press
    assert isinstance(sent, Submitted)
    app = _live(wiring, about.request)
    if not admitted(wiring, about.request, app, about.person):
        raise Refused(roles.REFUSED["share"])
    opens = rights.judge(wiring, about.person, "audience", about.request).allowed
    targets = [
        *(_with_person(wiring, about, app, user) for user in _picked(sent, PEOPLE)),
        *(_with_channel(wiring, about, app, channel) for channel in _picked(sent, CHANNELS)),
    ]
    going, now = [one for one in targets if one.place], wiring.now()
    with transaction(wiring.engine) as session:
        prefix = f"share:{about.person.id}:"
        if outbox.count_since(session, prefix, now - DAY) + len(going) > A_DAY:
            raise Refused(audience_words.ENOUGH)
        message = _message(session, wiring, about, app)
        for one in going:
            assert one.place is not None
            key = f"{prefix}{sent.key}:{one.place.channel}"
            outbox.put(session, Post(key, one.place, message), now)
        for number, whisper in enumerate(_told(about, targets, opens=opens)):
            key = f"shared:{sent.key}:{number}"
            outbox.put(session, thread.post(about.request, key, whisper, sent.user), now)
        record(session, wiring, about, "app.shared", sent=str(len(going)), withheld=str(len(targets) - len(going)))


def _live(wiring: Wiring, request: Request) -> App:
    with transaction(wiring.engine) as session:
        app = apps.get(session, request.app) if request.app else None
        live = deployments.active(session, app.id, "live") if app else None
    if app is None or live is None or app.stage in apps.ENDED:
        raise Refused(audience_words.NOT_LIVE)
    return app


def admitted(wiring: Wiring, request: Request, app: App, person: Person) -> bool:
    """Whether they may open what is live, by who they are to it and what the chat says now. Raises ChatError."""
    with transaction(wiring.engine) as session:
        about = rights.subject(session, wiring, request)
    if roles.may(person, "open", about).allowed:
        return True
    named = not person.partner and person.handle.lower() in app.audience.also
    viewer = named or audiences.includes(wiring.chat, app.audience, person)
    return viewer and roles.may(person, "open", about, frozenset({"viewer"})).allowed


def _with_person(wiring: Wiring, about: About, app: App, user: str) -> _Target:
    name = f"<@{user}>"
    try:
        person = meet(wiring, about.request.workspace, user)
    except ChatError as error:
        if not error.permanent:
            raise
        return _Target(name, why=audience_words.no_account(name))
    if person.bot or person.deleted:
        return _Target(name, why=audience_words.no_account(name))
    if not admitted(wiring, about.request, app, person):
        return _Target(name, add="" if person.partner else f"@{person.handle}")
    return _Target(name, Place(about.request.workspace, wiring.chat.dm(user), None, "dm"))


def _with_channel(wiring: Wiring, about: About, app: App, channel: str) -> _Target:
    name = f"<#{channel}>"
    try:
        seen, inside = wiring.chat.channel(channel), wiring.chat.members(channel)
    except ChatError as error:
        if not error.permanent:
            raise
        # A channel that we cannot see; whether they can is not ours to say.
        return _Target(name, why=audience_words.not_in(name))
    if about.person.user not in inside:
        return _Target(name, why=audience_words.not_yours(name))
    if not seen.joined:
        return _Target(name, why=audience_words.not_in(name))
    open_to = app.audience.parts
    if ("channel", channel) in open_to or any(kind in ("org", "public") for kind, _ in open_to):
        return _Target(name, Place(about.request.workspace, channel, None, "channel"))
    return _Target(name, add=f"#{seen.name}")


def _message(session: Session, wiring: Wiring, about: About, app: App) -> Message:
    """The card's short form, and who shared it."""
    text = audience_words.shared(about.press.user, quoted(app.title, 120), wiring.url(app.slug, "live"))
    lease = deployments.leased(session, app.id, "live")
    small = [words.open_to(quoted(app.audience.label, 100)), words.ends(lease.ends_at) if lease else ""]
    trace = words.trace(telemetry.trace_id(about.request.trace))
    return Message(text, (section(text), context(*[one for one in small if one], trace)))


def _told(about: About, targets: Sequence[_Target], *, opens: bool) -> Sequence[Message]:
    """For the sharer alone: who got it, and of everybody else why not, with what can be done."""
    sent = [one.name for one in targets if one.place]
    said = [thread.note(about.request, audience_words.sent_to(sent))] if sent else []
    return [*said, *(_withheld(about, one, opens=opens) for one in targets if not one.place)]


def _withheld(about: About, one: _Target, *, opens: bool) -> Message:
    if one.why:
        return thread.note(about.request, one.why)
    if not (opens and one.add):
        return thread.note(about.request, audience_words.not_open_to(one.name, about.request.user))
    text = audience_words.may_be_opened(one.name)
    ask: Block = button(labels.BUTTONS[WIDEN], WIDEN, {"request": about.request.id, "add": one.add})
    trace = words.trace(telemetry.trace_id(about.request.trace))
    return Message(text, (section(text), actions(ask), context(trace)))
