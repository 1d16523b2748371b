"""What control answers to gateway workers: sign-ins, who may enter, notices, what must be recorded, limits hit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot import telemetry
from bot.answering import browsing
from bot.chat import ChatError, Message
from bot.control import Ask, Refused
from bot.database import transaction
from bot.ending import breaching
from bot.entrance import signin
from bot.operating import blocked
from bot.posting import outbox
from bot.rows import app_record, requests
from bot.rows.requests import Request, State
from bot.threads import card_view, rehearsing, thread
from bot.who import audiences, doorstep, linking, memberships, people, rights, roles
from bot.who.meeting import meet
from bot.who.memberships import Seen
from bot.who.people import Person
from bot.who.roles import Act, Role, Subject
from bot.wiring import Wiring
from bot.wording.blocks import context, escape, section
from guardrails import approvals, delegation, selves
from runtime import apps, identity, members, viewing
from runtime.apps import App
from runtime.routes import SHELF
from templates.bundle import digest_of

NOTICES_A_DAY = 50
"""Messages that one app may post into its thread in a day, whatever its Manifest says."""
DAY = 86_400
VISITING: Sequence[Act] = ("open", "results")
"""What a visitor may do: enter, and see what others entered."""
RECORDED = frozenset({"export.downloaded", "preview.emptied"})

Exchange = Callable[[str, str, str, str], signin.Claims]
"""Trades (code, redirect_uri, verifier, nonce) for claims."""


def asks(wiring: Wiring, exchange: Exchange, scrub: Callable[[str], str]) -> Mapping[str, Ask]:
    """Every question a worker may ask, by its name on the socket."""
    return {
        "sign-in": lambda asked: (browsing.sign_in if _of_shelf(asked) else sign_in)(wiring, exchange, asked),
        "sign-out": lambda asked: (browsing.sign_out if _of_shelf(asked) else sign_out)(wiring, asked),
        "admits": lambda asked: (browsing.admits if _of_shelf(asked) else admits)(wiring, asked),
        "shelf": lambda asked: browsing.shelf(wiring, asked),
        "notify": lambda asked: notify(wiring, scrub, asked),
        "record": lambda asked: record(wiring, asked),
        "view": lambda asked: view(wiring, asked),
        "blocked": lambda asked: blocked.blocked(wiring, asked),
        "rehearsal": lambda asked: rehearsed(wiring, asked),
        "breached": lambda asked: breaching.breached(wiring, scrub, asked),
        "killed": lambda asked: breaching.killed(wiring, asked),
        **linking.asks(wiring),
    }


def _of_shelf(asked: Mapping[str, Any]) -> bool:
    return bool(asked["app"] == SHELF)


def sign_in(wiring: Wiring, exchange: Exchange, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """A code becomes a session of this app and stage, or a reason."""
    try:
        claims = exchange(asked["code"], asked["redirect_uri"], asked["verifier"], asked["nonce"])
    except signin.SignInRefused as refused:
        raise Refused(str(refused)) from None
    app = doorstep.app(wiring, asked["app"])
    if claims.workspace != app.workspace and app.channel not in wiring.guest_channels:
        raise Refused("You are signed in to another workspace than this app's.")
    person = _met(wiring, app.workspace, claims.user)
    if claims.workspace != app.workspace and not person.partner:
        raise Refused("You are signed in to another workspace than this app's.")
    now = wiring.now()
    with transaction(wiring.engine) as session:
        people.claim(session, app.workspace, claims.user, rights.claims(claims.groups), now)
        token = identity.open_session(
            session,
            workspace=app.workspace,
            app=app.id,
            stage="live" if asked["stage"] == "live" else "preview",
            # Of several accounts of one human an app sees one visitor.
            person=selves.one_of(session, person.id),
            name=person.name,
            handle=person.handle,
            now=now,
        )
        app_record.note(session, app, person.id, "visitor.signed_in", now, stage=str(asked["stage"]))
    return {"token": token, "expires": now + identity.SESSION_SECONDS}


def _met(wiring: Wiring, workspace: str, user: str) -> Person:
    try:
        return meet(wiring, workspace, user)
    except ChatError as error:
        raise Refused("Slack cannot say who you are right now. Please try again in a minute.") from error


def sign_out(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """End one session, given by the digest of its token."""
    app = doorstep.app(wiring, asked["app"])
    with transaction(wiring.engine) as session:
        identity.close_session(session, asked["session"])
        app_record.note(session, app, "visitor", "visitor.signed_out", wiring.now())
    return {}


def admits(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whether a person may enter an app now, asked of the chat live; a preview is never wider than its thread."""
    app, live = doorstep.app(wiring, asked["app"]), asked["stage"] == "live"
    with transaction(wiring.engine) as session:
        known, request = people.accounts(session, asked["person"]), requests.of_app(session, app.id)
        about = rights.subject(session, wiring, request) if request else None
    if about is None or request is None:
        return {"admitted": False, "owner": False}
    found, ages = set[Act](), [0]
    try:
        for one in known:
            if one.workspace == app.workspace:
                current, age = memberships.met(wiring, one.workspace, one.user)
                found |= _may(current, about, frozenset())
                ages.append(age)
                if not found.issuperset(VISITING):  # whose app it is need not wait for the chat
                    held, age = _held(wiring, app, request, current, live=live)
                    found |= _may(current, about, held)
                    ages.append(age)
    except ChatError as error:
        raise Refused("Slack cannot say who belongs here right now.") from error
    # While the chat is away, the worker counts from when it was heard last, not from now (D7).
    return {"admitted": "open" in found, "owner": "results" in found, "age": max(ages)}


def _may(person: Person, about: Subject, held: frozenset[Role]) -> set[Act]:
    return {act for act in VISITING if roles.may(person, act, about, held).allowed}


def _held(wiring: Wiring, app: App, request: Request, person: Person, *, live: bool) -> tuple[frozenset[Role], int]:
    """What the chat makes of this person: a viewer; of a preview, one to be its editor or to decide on it.

    And how many seconds ago it said so.
    """
    audience = app.audience if live else audiences.asked_in(request.place, request.person or "")
    given = _given(wiring, app, person) if live else ""
    named = live and not person.partner and person.handle.lower() in audience.also and given != "none"
    named |= given == "viewer" and not person.outsider
    seen = Seen(True) if named else memberships.belongs(wiring, app.workspace, audience, person)
    if seen.member:
        helping = not live and rights.helps(wiring, person, request)
        return frozenset({"viewer", "editor"} if helping else {"viewer"}), seen.age
    deciding = not live and _decides(wiring, request, person)
    return frozenset({"approver"} if deciding else set[Role]()), seen.age


def _given(wiring: Wiring, app: App, person: Person) -> str:
    """The role that an owner gave this person; empty when none did."""
    with transaction(wiring.engine) as session:
        return next((role for one, role in members.of(session, app.id).items() if person.owns(one)), "")


def _decides(wiring: Wiring, request: Request, person: Person) -> bool:
    """Whether this person is asked to decide on what the preview shows, and so may look at it."""
    if request.proposal is None or request.state is not State.PROPOSED:
        return False
    with transaction(wiring.engine) as session:
        standing = approvals.get(session, request.proposal)
        stand_ins = delegation.active(session, request.workspace, wiring.now())
        speaks_for = stand_ins.get(selves.one_of(session, person.id), ())
        accounts = [one for approver in speaks_for for one in people.accounts(session, approver)]
    users = {person.user, *(one.user for one in accounts)}
    return standing is not None and any(users & wiring.chat.group(group) for group in standing.groups)


def notify(wiring: Wiring, scrub: Callable[[str], str], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Post what an app says into its own thread: scrubbed, escaped, within its budget."""
    app = doorstep.app(wiring, asked["app"])
    text = scrub(str(asked["text"]))[:1000]
    now = wiring.now()
    with transaction(wiring.engine) as session:
        request = requests.of_app(session, app.id)
        if request is None:
            raise Refused("This app has no thread.")
        prefix = f"notice:{app.id}:"
        manifest = card_view.manifest_of(wiring, request)
        declared = manifest.capability("notify") if manifest else None
        most = min(getattr(declared, "per_day", 0), NOTICES_A_DAY)
        if outbox.count_since(session, prefix, now - DAY) >= most:
            raise Refused(f"This app may post {most} messages a day, and has done so.")
        label = "preview" if asked["stage"] == "preview" else "live"
        small = context(f"{escape(app.title)} · {label} · trace {telemetry.trace_id(request.trace)}")
        shown = escape(text)
        message = Message(shown, (section(f":bell: {shown}"), small))
        outbox.put(session, thread.post(request, f"{prefix}{asked['request_id']}:{audit_key(text)}", message), now)
    return {}


def audit_key(text: str) -> str:
    """Tells two notices of one visit apart; the same one again is the same post."""
    return digest_of(text.encode())[7:19]


def rehearsed(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """How a preview was rehearsed, and by which plan; whether they may look, the worker has asked already."""
    with transaction(wiring.engine) as session:
        request = requests.of_app(session, asked["app"])
    found = rehearsing.told(wiring, request) if request else None
    if found is None:
        raise Refused("This app has no preview.")
    return found


def view(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Use up one look at a preview, given by the digest of its token; the bundle that it is for."""
    with transaction(wiring.engine) as session:
        bundle = viewing.redeem(session, str(asked["token"]), str(asked["app"]), wiring.now())
        app = apps.get(session, asked["app"])
        if bundle and app:
            app_record.note(session, app, "slipway", "preview.viewed", wiring.now(), bundle=bundle)
    if not bundle:
        raise Refused("There is nothing to see by this any more.")
    return {"bundle": bundle}


def record(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Record a protected read before it happens."""
    if asked["action"] not in RECORDED:
        raise Refused("That is nothing to record.")
    app = doorstep.app(wiring, asked["app"])
    with transaction(wiring.engine) as session:
        app_record.note(session, app, asked["person"], asked["action"], wiring.now())
    return {}
