"""Linking: a sign-in with the organisation's own provider becomes a session of the account it is linked to.

Where it is linked to none, the browser gets a ticket, and whoever sits there proves an account of the chat with a code
that is sent to it. That code is typed into the page which names both accounts: whoever is talked into pressing
something in the chat links nothing, and whoever is led to a page links nothing but what that page says.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot.chat import ChatError, Message, Place
from bot.control import Ask, Refused
from bot.database import transaction
from bot.entrance import links, signin, tickets
from bot.entrance.links import Link
from bot.entrance.signin import Company
from bot.entrance.tickets import Ticket
from bot.posting import outbox
from bot.posting.outbox import Post
from bot.rows import app_record
from bot.who import doorstep
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import link_words
from bot.wording.blocks import quoted
from guardrails import audit, selves
from runtime import apps, identity
from runtime.apps import App


def asks(wiring: Wiring) -> Mapping[str, Ask]:
    """Every question that a worker may ask about it."""
    return {
        "company": lambda _: begin(wiring),
        "company-sign-in": lambda asked: sign_in(wiring, asked),
        "link": lambda asked: look(wiring, asked),
        "link-code": lambda asked: send(wiring, asked),
        "link-confirm": lambda asked: confirm(wiring, asked),
        "link-cancel": lambda asked: cancel(wiring, asked),
    }


def _company(wiring: Wiring) -> Company:
    if wiring.company is None:
        raise Refused("This organisation has no sign-in of its own here.")
    return wiring.company


def begin(wiring: Wiring) -> Mapping[str, str]:
    """Where a worker sends a browser, and as whom."""
    company = _company(wiring)
    try:
        return {"authorize_url": company.begin(), "client_id": company.client.ident}
    except signin.SignInRefused as refused:
        raise Refused(str(refused)) from None


def sign_in(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """A code becomes a session of this app and stage, or a ticket for a link, or a reason."""
    company = _company(wiring)
    if asked.get("issuer") not in (None, "", company.issuer):
        raise Refused("That answer came from another provider.")
    try:
        who = company.exchange(asked["code"], asked["redirect_uri"], asked["verifier"], asked["nonce"])
    except signin.SignInRefused as refused:
        raise Refused(str(refused)) from None
    app, stage, now = doorstep.app(wiring, asked["app"]), _stage(asked), wiring.now()
    with transaction(wiring.engine) as session:
        for one in links.doubt(session, who):
            app_record.note(session, app, one.person, "signin.doubted", now, link=one.id, why=one.invalid)
        link = links.of(session, who.issuer, who.subject)
    if link is None or link.invalid or link.workspace != app.workspace:
        why = link.invalid if link else ""
        with transaction(wiring.engine) as session:
            return {"ticket": tickets.issue(session, app.workspace, app.id, stage, who, why, now)}
    person = _person(wiring, app, link.user)
    with transaction(wiring.engine) as session:
        if links.of(session, who.issuer, who.subject) != link:
            raise Refused("That sign-in was linked to somebody else just now. Please sign in again.")
        app_record.note(session, app, person.id, "visitor.signed_in", now, stage=stage, way="company")
        return _entered(session, app, stage, person, now)


def _entered(session: Session, app: App, stage: str, person: Person, now: int) -> Mapping[str, Any]:
    token = identity.open_session(
        session,
        workspace=app.workspace,
        app=app.id,
        stage="live" if stage == "live" else "preview",
        person=selves.one_of(session, person.id),
        name=person.name,
        handle=person.handle,
        now=now,
    )
    return {"token": token, "expires": now + identity.SESSION_SECONDS}


def look(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the page shows of a ticket."""
    return _shown(wiring, _ticket(wiring, asked))


def _shown(wiring: Wiring, ticket: Ticket, note: str = "") -> Mapping[str, Any]:
    because = link_words.INVALID.get(ticket.why, "")
    return {
        "company": _company(wiring).name,
        "shown": ticket.shown,
        "handle": ticket.handle,
        "because": because,
        "note": note,
    }


def send(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send a code to the account that was named. What is answered does not tell whether there is one."""
    ticket, company = _ticket(wiring, asked), _company(wiring)
    handle = str(asked.get("handle", "")).strip().lstrip("@").lower()
    user = _account(wiring, handle)
    now, code = wiring.now(), tickets.new_code()
    with transaction(wiring.engine) as session:
        goes = bool(user) and tickets.may_send(session, ticket, user, now)
        # Counted before it is sent: a code that nobody got is worth less than one too many.
        tickets.name(session, ticket, handle, user if goes else "", code if goes else "")
    if goes:
        text = link_words.code(quoted(company.name, 80), quoted(ticket.shown, 200), code)
        try:
            place = Place(ticket.workspace, wiring.chat.dm(user), None, "dm")
            # Not by the outbox: what stands there is kept, and this is a secret.
            wiring.chat.post(place, Message(text), f"code:{ticket.digest[:16]}:{ticket.sent}")
        except ChatError as error:
            raise Refused("Slack cannot be reached right now. Please try again in a minute.") from error
    return _shown(wiring, _ticket(wiring, asked), "sent" if handle else "")


def _account(wiring: Wiring, handle: str) -> str:
    """The chat's id of a member or guest with this handle; nobody who is a bot, gone, or of elsewhere."""
    try:
        found = wiring.chat.known((handle,)).get(handle) if handle else None
    except ChatError as error:
        raise Refused("Slack cannot be reached right now. Please try again in a minute.") from error
    return "" if found is None or found.bot or found.deleted or found.partner else found.user


def confirm(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """The code was typed in below both names: from now on they are one. One AuditEvent."""
    ticket, now = _ticket(wiring, asked), wiring.now()
    with transaction(wiring.engine) as session:
        right = tickets.prove(session, ticket, str(asked.get("code", "")))
    if not right:
        return _shown(wiring, _ticket(wiring, asked), "wrong")
    app = doorstep.app(wiring, ticket.app)
    person, direct = _person(wiring, app, ticket.user), _direct(wiring, ticket.user)
    with transaction(wiring.engine) as session:
        known = links.of(session, ticket.issuer, ticket.subject)
        if not tickets.use(session, ticket, now) or (known and not known.invalid and known.workspace == app.workspace):
            raise Refused("That was linked already. Please sign in again.")
        link = links.confirm(
            session,
            issuer=ticket.issuer,
            subject=ticket.subject,
            email=ticket.email,
            shown=ticket.shown,
            workspace=app.workspace,
            person=person.id,
            user=person.user,
            now=now,
        )
        told = link_words.linked(quoted(_company(wiring).name, 80), quoted(link.shown, 200), now)
        place = Place(app.workspace, direct, None, "dm")
        outbox.put(session, Post(f"linked:{link.id}:{now}", place, Message(told)), now)
        app_record.note(session, app, person.id, "signin.linked", now, link=link.id)
        return _entered(session, app, ticket.stage, person, now)


def cancel(wiring: Wiring, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Nothing is linked, and the ticket is good for nothing."""
    ticket = _ticket(wiring, asked)
    with transaction(wiring.engine) as session:
        tickets.use(session, ticket, wiring.now())
    return {}


def unlink(session: Session, link: Link, actor: str, now: int, **facts: str) -> None:
    """Take a link away, and sign its person out of every app. One AuditEvent."""
    links.remove(session, link.id)
    identity.close_person(session, selves.all_of(session, link.person))
    apps.touch_routes(session)
    audit.append(
        session,
        workspace=link.workspace,
        actor=actor,
        action="signin.unlinked",
        subject=link.person,
        facts={"link": link.id, **facts},
        now=now,
    )


def _ticket(wiring: Wiring, asked: Mapping[str, Any]) -> Ticket:
    with transaction(wiring.engine) as session:
        found = tickets.read(session, str(asked.get("ticket", "")), str(asked["app"]), _stage(asked), wiring.now())
    if found is None or found.issuer != _company(wiring).issuer:
        raise Refused("That took too long, or was used already.")
    return found


def _stage(asked: Mapping[str, Any]) -> str:
    return "live" if asked["stage"] == "live" else "preview"


def _person(wiring: Wiring, app: App, user: str) -> Person:
    """Who that is now: an account that is gone signs in nowhere."""
    try:
        person = meet(wiring, app.workspace, user)
    except ChatError as error:
        raise Refused("Slack cannot say who you are right now. Please try again in a minute.") from error
    if person.bot or person.deleted:
        raise Refused("That account is deactivated in Slack.")
    return person


def _direct(wiring: Wiring, user: str) -> str:
    try:
        return wiring.chat.dm(user)
    except ChatError as error:
        raise Refused("Slack cannot be reached right now. Please try again in a minute.") from error
