"""Unfurling: what is shown below a link to an app of ours that somebody posts (N1).

Heard as a row, shown by a tick. Everybody in the conversation reads what stands there, so an app is shown only where
each of them may open it, and the one who posted it as well. Where that is not so, or nobody can say so, it is one
neutral line. A link that is not ours is left alone.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import Block, ChatError, Place, Shared
from bot.database import transaction
from bot.hearing import app_links
from bot.hearing.app_links import Link
from bot.rows import requests
from bot.threads import previews
from bot.threads.unfurl_card import NEUTRAL, Short, card, short
from bot.who import people, readers
from bot.who.meeting import meet
from bot.wiring import Wiring
from runtime.apps import App
from runtime.routes import SHELF

MOST = 5
"""Links of one message that are shown; the rest stay links."""
GIVEN_UP = 300
"""Seconds after which nobody waits for what stands below a link any more."""
KEPT = 86_400
"""How long it is remembered that a message was heard of: longer than Slack delivers anything again."""
MAX_A_TICK, MAX_WAIT = 20, 60

log = logging.getLogger("slipway.unfurling")


class UnfurlRow(SQLModel, table=True):
    """A message with links to apps, by the id of the event that told of it."""

    __tablename__ = "unfurl"

    key: str = Field(primary_key=True)
    workspace: str
    channel: str
    ts: str
    unfurl: str
    source: str
    user: str
    links: str
    attempts: int = 0
    due_at: int = Field(index=True)
    created_at: int
    settled_at: int | None = None


def heard(wiring: Wiring, shared: Shared) -> None:
    """Keep a message with links of ours for the next tick; the same one again is the same row."""
    home = wiring.url(SHELF, "live")
    own = [one for one in dict.fromkeys(shared.urls) if app_links.ours(one, home)][:MOST]
    if not own:
        return
    now = wiring.now()
    with transaction(wiring.engine) as session:
        if session.get(UnfurlRow, shared.key) is None:
            session.add(
                UnfurlRow(
                    key=shared.key,
                    workspace=shared.place.workspace,
                    channel=shared.place.channel,
                    ts=shared.ts,
                    unfurl=shared.unfurl,
                    source=shared.source,
                    user=shared.user,
                    links=json.dumps(own),
                    due_at=now,
                    created_at=now,
                )
            )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is shown below one message: who posted it where, and its links."""

    shared: Shared
    created_at: int


def tick(wiring: Wiring) -> int:
    """Show what waits to be shown; return for how many messages."""
    done = 0
    for _ in range(MAX_A_TICK):
        with transaction(wiring.engine) as session:
            seen = _due(session, wiring.now())
        if seen is None:
            break
        done += _attempt(wiring, seen)
    _forget(wiring)
    return done


def _due(session: Session, now: int) -> _Seen | None:
    row = session.exec(
        select(UnfurlRow)
        .where(col(UnfurlRow.settled_at).is_(None), UnfurlRow.due_at <= now)
        .order_by(col(UnfurlRow.due_at), col(UnfurlRow.key))
    ).first()
    if row is None:
        return None
    place = Place(row.workspace, row.channel)
    urls = tuple(json.loads(row.links))
    return _Seen(Shared(row.key, place, row.user, row.ts, urls, row.unfurl, row.source), row.created_at)


def _attempt(wiring: Wiring, seen: _Seen) -> bool:
    error = None
    try:
        unfurls = {url: blocks for url in seen.shared.urls if (blocks := _shown(wiring, seen.shared, url))}
        if unfurls:
            wiring.chat.unfurl(seen.shared, unfurls)
    except ChatError as refused:
        error = refused
    except Exception:
        # The rim of this worker: one message's fault must not hold up the others.
        log.exception("the links of %s could not be shown", seen.shared.key)
        error = ChatError("unexpected", permanent=True)
    now = wiring.now()
    with transaction(wiring.engine) as session:
        row = session.get_one(UnfurlRow, seen.shared.key)
        row.attempts += 1
        wait = max(error.retry_after, min(2**row.attempts, MAX_WAIT)) if error else 0
        if error is None or error.permanent or now + wait > seen.created_at + GIVEN_UP:
            row.settled_at = now
        row.due_at = now + wait
        session.add(row)
    if error is not None:
        log.info("the links of %s are not shown: %s", seen.shared.key, error.code)
    return error is None


def _shown(wiring: Wiring, shared: Shared, url: str) -> Sequence[Block]:
    """What stands below one link; nothing for a link that leads nowhere. Raises ChatError when it may pass."""
    link = app_links.ours(url, wiring.url(SHELF, "live"))
    with transaction(wiring.engine) as session:
        app = previews.app_of(session, link.label, link.stage) if link else None
    if link is None or app is None or app.workspace != shared.place.workspace:
        return ()
    poster = meet(wiring, shared.place.workspace, shared.user)
    if poster.bot:
        return ()  # our own messages, and those of other programs, stay as they are
    return card(_about(wiring, app, link)) if _may_read(wiring, shared, app, link, poster.user) else NEUTRAL


def _about(wiring: Wiring, app: App, link: Link) -> Short:
    with transaction(wiring.engine) as session:
        request = requests.of_app(session, app.id)
        owner = people.by_id(session, app.owner)
        assert request is not None
        return short(session, wiring, request, app, link.stage, owner.name if owner else "")


def _may_read(wiring: Wiring, shared: Shared, app: App, link: Link, poster: str) -> bool:
    """Whether everybody who will read it may open the app. In the composer nobody knows yet where it will stand."""
    if shared.source == "composer":
        return False
    with transaction(wiring.engine) as session:
        request = requests.of_app(session, app.id)
    if request is None:
        return False
    try:
        present = wiring.chat.members(shared.place.channel) | {poster}
        return readers.all_admitted(wiring, app, request, link.stage, present)
    except ChatError as error:
        if not error.permanent:
            raise
        log.info("who reads %s cannot be said: %s", shared.place.channel, error.code)
        return False


def _forget(wiring: Wiring) -> None:
    """Let go of what nobody delivers again."""
    with transaction(wiring.engine) as session:
        old: Iterable[UnfurlRow] = session.exec(
            select(UnfurlRow).where(col(UnfurlRow.settled_at).is_not(None), UnfurlRow.created_at < wiring.now() - KEPT)
        )
        for one in old:
            session.delete(one)
