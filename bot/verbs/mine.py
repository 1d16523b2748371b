"""What may I do here? The buttons that are one reader's own, shown to them alone; and an app's card, shown again.

Everybody sees the same card, and its buttons only hint: a press is judged by who pressed. Who wants to know before
pressing asks here, and is judged by the same table.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from bot import telemetry
from bot.chat import Block, ChatError, Heard, Message, Place, Pressed
from bot.database import transaction
from bot.deciding import GONE, Refused, find
from bot.owning import handing_forms, openers, sharing
from bot.posting import outbox, post_words
from bot.rows import presses
from bot.rows.requests import Request
from bot.threads import card, card_view, thread
from bot.who import rights
from bot.who.meeting import meet
from bot.who.people import Person
from bot.who.readers import all_admitted
from bot.who.roles import Act
from bot.wiring import Stage, Wiring
from bot.wording import labels, words
from bot.wording.blocks import VERSION, actions, button, context, quoted, section
from guardrails import approvals
from guardrails.standing import Standing
from runtime import apps
from runtime.apps import App

MINE, SHOW = "slipway.mine", "slipway.show"
_ASKED = re.compile(r"show\s+([a-z0-9-]{1,80})", re.IGNORECASE)


def asked(session: Session, heard: Heard) -> Pressed | None:
    """The words `show lunch` as a press; None when no app is called so."""
    found = _ASKED.fullmatch(heard.text.strip()) if heard.via != "thread" else None
    app = apps.by_slug(session, found[1].lower()) if found else None
    if app is None or app.workspace != heard.place.workspace:
        return None
    hint = json.dumps({"v": VERSION, "app": app.id})
    return Pressed(f"show:{heard.key}", heard.place, heard.user, SHOW, hint, "", "", heard.response_url)


def _found(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> tuple[Request, App | None, Person]:
    person = meet(wiring, press.place.workspace, press.user)
    with transaction(wiring.engine) as session:
        request = find(session, hint)
        app = apps.get(session, request.app) if request and request.app else None
    if request is None or request.workspace != press.place.workspace:
        raise Refused(GONE)
    return request, app, person


def may(wiring: Wiring, press: Pressed, hint: Mapping[str, str], acts: Mapping[str, Act]) -> None:
    """Tell this person alone which of the card's buttons are theirs; `acts` says whose right each is."""
    request, app, person = _found(wiring, press, hint)
    with transaction(wiring.engine) as session:
        shown = card.card(card_view.view(session, wiring, request))
        standing = approvals.get(session, request.proposal) if request.proposal else None
    known = {**acts, **openers.OPENS, **openers.JUDGED_WHEN_SENT, **handing_forms.OPENS}
    buttons = [
        one for one in _buttons(shown.blocks) if _allowed(wiring, person, request, app, one, known.get(_verb(one)))
    ]
    if standing is not None and _decides(wiring, person, request, standing):
        buttons += decisions_of(standing.proposal.digest)
    _tell(wiring, press, request, buttons)


def _tell(wiring: Wiring, press: Pressed, request: Request, buttons: Sequence[Block]) -> None:
    text = post_words.MAY if buttons else post_words.may_nothing(request.user)
    small = context(words.trace(telemetry.trace_id(request.trace)))
    message = Message(text, (section(text), *([actions(*buttons)] if buttons else []), small))
    now = wiring.now()
    with transaction(wiring.engine) as session:
        outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
        presses.settle(session, press.key, now)


def _buttons(blocks: Sequence[Block]) -> Iterator[Block]:
    rows = (one["elements"] for one in blocks if one["type"] == "actions")
    return (one for row in rows for one in row if _verb(one) != MINE)


def _verb(one: Block) -> str:
    return ".".join(str(one["action_id"]).split(".")[:2])


def _allowed(wiring: Wiring, person: Person, request: Request, app: App | None, one: Block, act: Act | None) -> bool:
    """Whether this button is theirs. One that nobody's right is known of is nobody's."""
    if _verb(one) == "slipway.open":
        stage: Stage = "preview" if ".preview." in str(one.get("url")) else "live"
        if app is not None and all_admitted(wiring, app, request, stage, {person.user}):
            return not (person.bot or person.deleted)
        act = "open"
    if act == "share":
        # As the form is judged when it is sent: whoever may open what is live may pass it on.
        return app is not None and sharing.admitted(wiring, request, app, person)
    return act is not None and rights.judge(wiring, person, act, request).allowed


def _decides(wiring: Wiring, person: Person, request: Request, standing: Standing) -> bool:
    """Whether their word would be heard on what is asked now: in a group that is asked, and nothing of it their own."""
    if standing.state != "open" or person.outsider or person.bot or person.deleted:
        return False
    authors = (request.person, standing.asker, *request.hands)
    return not any(person.owns(one) for one in authors) and any(
        person.user in wiring.chat.group(group) for group in standing.groups
    )


def decisions_of(proposal: str) -> Sequence[Block]:
    """Yes, yes with a reason, no: as on the request for approval."""
    about = {"proposal": proposal}
    styles = {"slipway.approve": "primary", "slipway.reject": "danger"}
    asked_for = ("slipway.approve", "slipway.consent", "slipway.reject")
    return [button(labels.BUTTONS[one], one, about, style=styles.get(one, "")) for one in asked_for]


def show(wiring: Wiring, press: Pressed, hint: Mapping[str, str]) -> None:
    """Say where an app's card is, and have it said again there: deleted or lost, it comes back."""
    request, app, person = _found(wiring, press, hint)
    assert app is not None
    stage: Stage = "live" if app.stage in (apps.Stage.LIVE, apps.Stage.SUSPENDED) else "preview"
    theirs = all_admitted(wiring, app, request, stage, {person.user})
    if not theirs and not rights.judge(wiring, person, "open", request).allowed:
        raise Refused(post_words.NOT_YOURS)
    with transaction(wiring.engine) as session:
        ts = outbox.sent(session, request.card)
    link = _link(wiring, request.place, ts) if ts else ""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        where, root = thread.place(request)
        outbox.revive(session, now, workspace=where.workspace, channel=where.channel, root=root or where.thread or "")
        outbox.again(session, request.card, now)
        thread.refresh(session, wiring, request.id, now)
        message = Message(post_words.shown(quoted(app.title, 120), request.place.channel, link))
        outbox.put(session, outbox.Post(press.key, press.place, message, press.user, respond=press.response_url), now)
        presses.settle(session, press.key, now)


def _link(wiring: Wiring, place: Place, ts: str) -> str:
    try:
        return wiring.chat.permalink(place.channel, ts)
    except ChatError as error:
        if not error.permanent:
            raise
        return ""  # deleted, or in a channel that is closed to us
