"""A tick makes the chat equal to the rows of `bot.posting.posts`. Nothing is lost or said twice, whatever it answers.

A post of a thread waits for those before it. Where a channel takes nothing now, one attempt finds that out and all its
posts wait; other channels do not.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from bot.chat import ChatError, Message, Place
from bot.database import transaction
from bot.posting import fitting, post_words, undelivered
from bot.posting.posts import (
    Post,
    PostRow,
    again,
    any_sent,
    behind,
    count_since,
    due,
    first_in_line,
    key_of,
    known,
    put,
    sent,
    settle_accessory,
    settle_buttons,
    text,
)
from bot.posting.refusals import Parked, failed, hold, parked, refused, revive
from bot.posting.undelivered import MAX_ATTEMPTS, MAX_WAIT, OUTSIDE

__all__ = [
    "MAX_ATTEMPTS", "MAX_WAIT", "OUTSIDE", "Parked", "Post", "PostRow", "again", "any_sent", "behind", "count_since",
    "deliver", "due", "failed", "key_of", "known", "parked", "put", "refused", "revive", "sent", "settle_accessory",
    "settle_buttons", "text",
]  # fmt: skip  # the rows' words are said through here

Digests = Callable[[Session, PostRow, int], str]
"""The key of the digest that is to tell a new post, or empty when it is told by itself (`bot.threads.digests`)."""

log = logging.getLogger("slipway.outbox")


class Carrier(Protocol):
    """What carries posts out: the chat, or what stands in front of it. Raises ChatError."""

    def post(self, place: Place, message: Message, key: str) -> str:
        """As of `Chat`."""

    def find(self, place: Place, key: str, since: int) -> str | None:
        """As of `Chat`."""

    def update(self, channel: str, ts: str, message: Message) -> None:
        """As of `Chat`."""

    def whisper(self, place: Place, user: str, message: Message) -> None:
        """As of `Chat`."""

    def respond(self, response_url: str, text: str) -> None:
        """As of `Chat`."""


@dataclass(frozen=True, slots=True)
class _Job:
    key: str
    place: Place
    message: Message
    user: str
    version: int
    ts: str | None
    look_first: bool
    respond: str
    after: str | None


def _take(session: Session, key: str, now: int, digests: Digests) -> _Job | None:
    """What to send for this row now; None while something else comes first. Marks that an attempt was begun."""
    row = session.get_one(PostRow, key)
    if row.due_at > now or row.failed or row.held:
        return None
    thread = row.thread
    if row.after is not None and thread is None:
        root = session.get(PostRow, row.after)
        if root is None or root.sent_ts is None:
            return None
        thread = row.thread = root.sent_ts
    if row.sent_ts is None and not row.user:
        if not first_in_line(session, key):
            return None
        row.held = digests(session, row, now)
        session.add(row)
        if row.held:
            return None
    job = _Job(
        key=key,
        place=Place(row.workspace, row.channel, thread, "dm" if row.channel_kind == "dm" else "channel"),
        message=Message(row.text, tuple(json.loads(row.blocks))),
        user=row.user,
        version=row.version,
        ts=row.sent_ts,
        look_first=row.tried,
        respond=row.respond,
        after=row.after,
    )
    row.tried = True
    session.add(row)
    return job


def _send(chat: Carrier, job: _Job) -> str:
    if job.user:
        chat.whisper(job.place, job.user, job.message)
        return "whispered"
    ts = job.ts
    if ts is None and job.look_first:
        # An earlier attempt may have reached the chat without our hearing of it.
        ts = chat.find(job.place, job.key, 0)
    if ts is None:
        return chat.post(job.place, job.message, job.key)
    chat.update(job.place.channel, ts, job.message)
    return ts


def _fitted(chat: Carrier, job: _Job) -> tuple[str, Sequence[Message]]:
    """Send it; what the chat finds too long is shortened where everybody sees it, and the rest comes below."""
    try:
        return _send(chat, job), ()
    except ChatError as error:
        if error.code not in undelivered.TOO_LONG:
            raise
    short, rest = fitting.fit(job.message)
    return _send(chat, replace(job, message=short)), () if job.user else rest


def _settle(session: Session, job: _Job, ts: str, rest: Sequence[Message], now: int) -> None:
    row = session.get_one(PostRow, job.key)
    row.sent_ts, row.sent_version, row.attempts = ts, max(row.sent_version, job.version), 0
    row.trouble, row.parked_at = "", None
    session.add(row)
    place = job.place if job.after is None else replace(job.place, thread=None)
    # Below a message that stands in no thread, the rest begins one.
    root = job.after or (job.key if job.place.thread is None else None)
    number = 0
    while number < len(rest) or known(session, f"{job.key}:rest:{number}"):
        # Of what was too long before and is not any more, the rest says so.
        message = rest[number] if number < len(rest) else Message(post_words.ABOVE)
        put(session, Post(f"{job.key}:rest:{number}", place, message, after=root, app=row.app), now)
        number += 1


def _defer(session: Session, job: _Job, error: ChatError, now: int) -> Sequence[str]:
    """Note what comes next; the addresses of commands whose senders are to be told that it takes a while."""
    row = session.get_one(PostRow, job.key)
    limited, whispered = error.code in undelivered.LIMITED, bool(job.user)
    row.attempts += not limited
    row.trouble = error.code
    since = now - row.parked_at if row.parked_at is not None else 0
    course = undelivered.course(
        error.code, permanent=error.permanent, attempts=row.attempts, whispered=whispered, parked_for=since
    )
    row.due_at = undelivered.next_try(course, row.attempts, error.retry_after, now)
    if course == "anew":
        # Somebody deleted it: post it anew at once, a card is rebuilt from state.
        row.sent_ts, row.tried = None, False
    elif course == "uproot":
        _uproot(session, row, now)
    elif course == "park":
        row.parked_at = now if row.parked_at is None else row.parked_at
    elif course == "drop":
        row.failed = error.code
    session.add(row)
    closed = error.code in undelivered.CLOSED and course == "park"
    if not (limited or closed):
        return ()
    waiting = [row, *hold(session, row.workspace, row.channel, row.due_at)]
    patient = limited and error.retry_after < undelivered.PATIENCE
    told = [] if patient else [one.respond for one in waiting if one.respond and not one.user]
    for one in waiting:
        if closed and not one.user:
            one.parked_at, one.trouble = now if one.parked_at is None else one.parked_at, error.code
        if not one.user and not patient:
            one.respond = ""
        session.add(one)
    return told


def _uproot(session: Session, row: PostRow, now: int) -> None:
    """What its thread began with is gone: its first message of ours begins a new one, and all that is due follows."""
    named = PostRow.after == row.after if row.after else PostRow.thread == row.thread
    own = select(PostRow).where(PostRow.workspace == row.workspace, PostRow.channel == row.channel, PostRow.user == "")
    line = session.exec(own.where(named).order_by(col(PostRow.created_at), col(PostRow.key))).all()
    first = (session.get(PostRow, row.after) if row.after else None) or (line[0] if line else row)
    for one in (first, *line):
        one.thread, one.after = None, None if one.key == first.key else first.key
        if one.key == first.key or one.sent_ts is None:
            one.sent_ts, one.tried, one.version = None, False, max(one.version, one.sent_version + 1)
            one.due_at = now
        session.add(one)


def deliver(engine: Engine, chat: Carrier, now: int, digests: Digests = lambda session, row, now: "") -> int:
    """Send everything that is due; return how many messages went out."""
    with transaction(engine) as session:
        keys = due(session, now)
    return sum(_deliver_one(engine, chat, key, now, digests) for key in keys)


def _deliver_one(engine: Engine, chat: Carrier, key: str, now: int, digests: Digests) -> bool:
    with transaction(engine) as session:
        job = _take(session, key, now, digests)
    if job is None:
        return False
    try:
        ts, rest = _fitted(chat, job)
    except ChatError as error:
        return _put_off(engine, chat, job, error, now)
    except Exception:
        # The rim of this worker: one message's fault must not hold up the others.
        log.exception("post %s could not be sent", key)
        return _put_off(engine, chat, job, ChatError("unexpected", permanent=False), now)
    with transaction(engine) as session:
        _settle(session, job, ts, rest, now)
    return True


def _put_off(engine: Engine, chat: Carrier, job: _Job, error: ChatError, now: int) -> bool:
    with transaction(engine) as session:
        waiting = _defer(session, job, error, now)
    outside = error.code in OUTSIDE
    why = post_words.waits(error.code, now + error.retry_after)
    for address in waiting:
        _answer(chat, address, why)
    if job.user and job.respond and outside:
        _answer(chat, job.respond, job.message.text)
    return False


def _answer(chat: Carrier, address: str, text: str) -> None:
    """Where we may not post, who sent the command still hears: the whisper itself, or what is the matter."""
    try:
        chat.respond(address, text)
    except ChatError as error:
        log.warning("a command could not be answered by its address: %s", error.code)
