"""Reminding: before an app ends its people are told, in time and once; if nobody can be, its end is put off, once (D8).

No app lapses unannounced: a reminder of its very end got out, or the one extension was used up.
"""

import logging

from sqlmodel import Session

from bot import telemetry
from bot.chat import ChatError, Message, Place
from bot.database import transaction
from bot.owning import orphans
from bot.posting import outbox
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import handing_card, happening, thread
from bot.who import elsewhere, people
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from bot.wording import handing_words, words
from bot.wording.blocks import quoted
from runtime import apps, deployments, terms
from runtime.apps import App
from runtime.lease import HOUR
from runtime.terms import Due

PREFIX, NOT_SENT = "reminder:", "not_sent"

log = logging.getLogger("slipway.reminding")


def tick(wiring: Wiring) -> None:
    """Send the reminders that are due, and see to those that did not arrive or never came."""
    now = wiring.now()
    with transaction(wiring.engine) as session:
        due, over = terms.due(session, now), terms.over(session, now)
        lost = [(*_read(key), code) for key, code in outbox.failed(session, PREFIX)]
        lost += [(app, ends_at, NOT_SENT) for app, ends_at in over if unannounced(session, app, now)]
        lost = [one for one in lost if _stands(session, one[0], one[1])]
    for one in due:
        _remind(wiring, one, now)
    for app, ends_at, code in lost:
        _put_off(wiring, app, ends_at, code, now)


def unannounced(session: Session, app: str, now: int) -> bool:
    """Whether nobody was told that it ends, and its end can still be put off: then it does not lapse yet."""
    lease = deployments.leased(session, app, "live")
    if lease is None or not lease.lapsed(now) or orphans.is_orphan(session, app):
        return False
    told = outbox.any_sent(session, f"{PREFIX}{app}:{lease.ends_at}:")
    return not told and not terms.extended(session, app, lease.ends_at)


def _stands(session: Session, app: str, ends_at: int) -> bool:
    """Whether an app still has this end, for which nothing was done yet."""
    found, lease = apps.get(session, app), deployments.leased(session, app, "live")
    alive = found is not None and found.stage not in apps.ENDED
    right = lease is not None and lease.ends_at == ends_at and not terms.extended(session, app, ends_at)
    return alive and right and not orphans.is_orphan(session, app)


def _read(key: str) -> tuple[str, int]:
    _, app, ends_at, *_ = key.split(":")
    return app, int(ends_at)


def _remind(wiring: Wiring, one: Due, now: int) -> None:
    """In its thread; once the term was put off, where others are asked."""
    with transaction(wiring.engine) as session:
        app, request = apps.get(session, one.app), requests.of_app(session, one.app)
        moved = terms.extended(session, one.app, one.lease.ends_at)
        orphaned = orphans.is_orphan(session, one.app)
    if app is None or request is None:
        return
    owner, gone = _owner(wiring, app)
    if gone and not moved and not orphaned:
        _put_off(wiring, app.id, one.lease.ends_at, "owner_gone", now)
        return
    place = elsewhere.fallback(wiring, app, "" if gone else owner) if moved else None
    key = f"{PREFIX}{app.id}:{one.lease.ends_at}:{one.before}"
    with transaction(wiring.engine) as session:
        if not terms.mark(session, one) or orphaned:
            return
        title, used = quoted(app.title), _used(wiring, app)
        if moved:
            text = handing_words.reminder_elsewhere(owner, app.channel, title, one.lease.ends_at, used)
            _ask(session, app, request, key, text, place, now)
        else:
            text = handing_words.reminder(owner, title, one.lease.ends_at, used)
            outbox.put(session, thread.post(request, key, _message(app, request, text)), now)
        happening.note(session, request, "app.reminded", now, before=one.before)


def _put_off(wiring: Wiring, name: str, ends_at: int, code: str, now: int) -> None:
    """Put its end off, once, and ask where somebody may hear it; the audit says why and whom."""
    with transaction(wiring.engine) as session:
        app, request = apps.get(session, name), requests.of_app(session, name)
    if app is None or request is None:
        return
    owner, gone = _owner(wiring, app)
    # Of one that never came it is not known that its own people would not hear it.
    unsent = code == NOT_SENT
    place = elsewhere.channel(wiring, app) if unsent else elsewhere.fallback(wiring, app, "" if gone else owner)
    with transaction(wiring.engine) as session:
        longer = terms.prolong(session, app.id, ends_at, now)
        if longer is None:
            return
        why, used = handing_words.undelivered(code), _used(wiring, app)
        text = handing_words.put_off(owner, app.channel, quoted(app.title), why, longer.ends_at, used)
        key = f"{PREFIX}{app.id}:{longer.ends_at}:0"
        _ask(session, app, request, key, text, place, now)
        if unsent and place is not None:
            _ask(session, app, request, key, text, None, now)
        # What may still get out, once its channel is open again, names the right end then.
        for late, _ in outbox.failed(session, f"{PREFIX}{app.id}:{ends_at}:"):
            outbox.put(session, thread.post(request, late, _message(app, request, text)), now)
        asked = ("its owner" if place.kind == "dm" else place.channel) if place else "its own thread"
        hours, until = terms.EXTENSION // HOUR, longer.ends_at
        happening.note(session, request, "app.put_off", now, why=why, hours=hours, until=until, asked=asked, code=code)
        thread.refresh(session, wiring, request.id, now)


def _ask(session: Session, app: App, request: Request, key: str, text: str, place: Place | None, now: int) -> None:
    """Where somebody may hear it; with nowhere else, in its own thread."""
    message = _message(app, request, text)
    post = outbox.Post(f"{key}:fallback", place, message) if place else thread.post(request, key, message)
    outbox.put(session, post, now)


def _message(app: App, request: Request, text: str) -> Message:
    archive = words.archive_warning(quoted(app.title))
    return handing_card.reminder(app.id, text, archive, telemetry.trace_id(request.trace))


def _used(wiring: Wiring, app: App) -> str:
    last = wiring.last_used(app.id)
    return f"It was last used on {words.when(last)}." if last else "Nobody has used it yet."


def _owner(wiring: Wiring, app: App) -> tuple[str, bool]:
    """The chat's id of the owner, and whether their account was deactivated; a chat that cannot say does not say so."""
    with transaction(wiring.engine) as session:
        accounts = people.accounts(session, app.owner)
    user = accounts[0].user if accounts else ""
    return user, bool(accounts) and all(_gone(wiring, one) for one in accounts)


def _gone(wiring: Wiring, account: Person) -> bool:
    try:
        return meet(wiring, account.workspace, account.user).deleted
    except ChatError as error:
        log.warning("the chat does not say whether %s is here: %s", account.user, error.code)
        return account.deleted
