"""What the chat should show, as rows. A tick makes the chat equal to the rows.

A Post is the *desired* content of one message. Writing it again under the same key changes the message in place,
so that progress, cards and decisions need no second mechanism, and a crash between the change and the chat loses
nothing: the row is still ahead of the chat, and the next tick sends it.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine, or_
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from bot import words
from bot.chat import Block, ChatError, Message, Place
from bot.database import transaction

MAX_ATTEMPTS = 12
"""With doubling waits capped at `MAX_WAIT`: about an hour of a chat that does not answer."""
MAX_WAIT = 600
OUTSIDE = frozenset({"not_in_channel", "channel_not_found"})
"""The chat's words for a conversation that we are no member of."""

log = logging.getLogger("slipway.outbox")


class PostRow(SQLModel, table=True):
    __tablename__ = "outbox"

    key: str = Field(primary_key=True)
    workspace: str
    channel: str
    channel_kind: str
    thread: str | None = None
    after: str | None = None
    """Key of the post whose message is the thread's root; this one waits until that one is out."""
    user: str = ""
    text: str
    blocks: str
    version: int = 1
    sent_version: int = 0
    sent_ts: str | None = None
    tried: bool = False
    attempts: int = 0
    due_at: int
    created_at: int
    failed: str = ""
    respond: str = Field(default="", sa_column_kwargs={"server_default": ""})


@dataclass(frozen=True, slots=True)
class Post:
    """One message to bring about. With `user` it is whispered to that person alone and cannot be edited.

    `respond` is the address that came with a command: where we are no member, its sender is answered there.
    """

    key: str
    place: Place
    message: Message
    user: str = ""
    after: str | None = None
    respond: str = ""


def put(session: Session, post: Post, now: int) -> None:
    """Ask for this message; under a key that exists, ask for this new content in place."""
    blocks = json.dumps([dict(one) for one in post.message.blocks])
    row = session.get(PostRow, post.key)
    if row is None:
        session.add(
            PostRow(
                key=post.key,
                workspace=post.place.workspace,
                channel=post.place.channel,
                channel_kind=post.place.kind,
                thread=post.place.thread,
                after=post.after,
                user=post.user,
                text=post.message.text,
                blocks=blocks,
                due_at=now,
                created_at=now,
                respond=post.respond,
            )
        )
    elif (row.text, row.blocks) != (post.message.text, blocks):
        row.text, row.blocks, row.version = post.message.text, blocks, row.version + 1
        row.due_at, row.attempts, row.failed = now, 0, ""
        session.add(row)


def settle_buttons(session: Session, prefix: str, instead: Block, now: int) -> bool:
    """In every post whose key begins with `prefix`, put `instead` where its buttons were; whether any had some."""
    settled = False
    for row in session.exec(select(PostRow).where(col(PostRow.key).startswith(prefix, autoescape=True))):
        blocks = [dict(instead) if one["type"] == "actions" else one for one in json.loads(row.blocks)]
        if blocks != json.loads(row.blocks):
            row.blocks, row.version, row.due_at = json.dumps(blocks), row.version + 1, now
            session.add(row)
            settled = True
    return settled


def settle_accessory(session: Session, prefix: str, about: str, instead: Block, now: int) -> None:
    """In every post whose key begins with `prefix`, put `instead` where a section's button holds this id."""
    for row in session.exec(select(PostRow).where(col(PostRow.key).startswith(prefix, autoescape=True))):
        was = json.loads(row.blocks)
        blocks = [dict(instead) if about in one.get("accessory", {}).get("value", "") else one for one in was]
        if blocks != was:
            row.blocks, row.version, row.due_at = json.dumps(blocks), row.version + 1, now
            session.add(row)


def count_since(session: Session, prefix: str, since: int) -> int:
    """How many posts whose key begins with `prefix` were asked for after `since`."""
    found = select(PostRow.key).where(col(PostRow.key).startswith(prefix, autoescape=True), PostRow.created_at > since)
    return len(session.exec(found).all())


def known(session: Session, key: str) -> bool:
    """Whether this post was asked for before."""
    return session.get(PostRow, key) is not None


def text(session: Session, key: str) -> str:
    """What this post says, empty when there is none."""
    row = session.get(PostRow, key, populate_existing=True)
    return row.text if row else ""


def refused(session: Session, key: str) -> str:
    """The chat's word for why it never took what this post says now; empty while it may still."""
    row = session.get(PostRow, key, populate_existing=True)
    return row.failed if row else ""


def behind(session: Session, key: str) -> bool:
    """Whether the chat does not show yet what this post says."""
    row = session.get(PostRow, key, populate_existing=True)
    return row is not None and row.sent_version < row.version


def failed(session: Session, prefix: str) -> Sequence[tuple[str, str]]:
    """The posts whose key begins with `prefix` that never got out, each with the chat's word for why."""
    found = select(PostRow.key, PostRow.failed).where(col(PostRow.key).startswith(prefix, autoescape=True))
    return session.exec(found.where(PostRow.failed != "", col(PostRow.sent_ts).is_(None))).all()


def any_sent(session: Session, prefix: str) -> bool:
    """Whether any post whose key begins with `prefix` got out."""
    found = select(PostRow.key).where(col(PostRow.key).startswith(prefix, autoescape=True))
    return session.exec(found.where(col(PostRow.sent_ts).is_not(None))).first() is not None


def sent(session: Session, key: str) -> str | None:
    """The ts of the message that this post became, None while it is not out."""
    row = session.get(PostRow, key)
    return row.sent_ts if row else None


def key_of(session: Session, channel: str, ts: str) -> str | None:
    """The key of the post that became this message of ours."""
    return session.exec(select(PostRow.key).where(PostRow.channel == channel, PostRow.sent_ts == ts)).first()


def due(session: Session, now: int) -> Sequence[str]:
    """Keys of the posts whose message is behind their row, oldest first; those that wait for their root are not."""
    root = aliased(PostRow)
    return session.exec(
        select(PostRow.key)
        .outerjoin(root, col(root.key) == col(PostRow.after))
        .where(col(PostRow.sent_version) < col(PostRow.version), PostRow.due_at <= now, PostRow.failed == "")
        .where(or_(col(PostRow.after).is_(None), col(PostRow.thread).is_not(None), col(root.sent_ts).is_not(None)))
        .order_by(col(PostRow.created_at), col(PostRow.key))
        .limit(50)
    ).all()


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


def _take(session: Session, key: str) -> _Job | None:
    """What to send for this row now; None while its thread's root is not out. Marks that an attempt was begun."""
    row = session.get_one(PostRow, key)
    thread = row.thread
    if row.after is not None and thread is None:
        root = session.get(PostRow, row.after)
        if root is None or root.sent_ts is None:
            return None
        thread = row.thread = root.sent_ts
    job = _Job(
        key=key,
        place=Place(row.workspace, row.channel, thread, "dm" if row.channel_kind == "dm" else "channel"),
        message=Message(row.text, tuple(json.loads(row.blocks))),
        user=row.user,
        version=row.version,
        ts=row.sent_ts,
        look_first=row.tried,
        respond=row.respond,
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


def _settle(session: Session, job: _Job, ts: str) -> None:
    row = session.get_one(PostRow, job.key)
    row.sent_ts, row.sent_version, row.attempts = ts, max(row.sent_version, job.version), 0
    session.add(row)


def _defer(session: Session, job: _Job, error: ChatError, now: int) -> None:
    row = session.get_one(PostRow, job.key)
    row.attempts += 1
    row.due_at = now + max(error.retry_after, min(2**row.attempts, MAX_WAIT))
    if error.code == "message_not_found" and row.sent_ts:
        # Somebody deleted it: post it anew at once, a card is rebuilt from state.
        row.sent_ts, row.tried, row.due_at = None, False, now
    elif error.permanent or row.attempts >= MAX_ATTEMPTS:
        row.failed = error.code
    session.add(row)


def deliver(engine: Engine, chat: Carrier, now: int) -> int:
    """Send everything that is due; return how many messages went out."""
    with transaction(engine) as session:
        keys = due(session, now)
    return sum(_deliver_one(engine, chat, key, now) for key in keys)


def _deliver_one(engine: Engine, chat: Carrier, key: str, now: int) -> bool:
    with transaction(engine) as session:
        job = _take(session, key)
    if job is None:
        return False
    try:
        ts = _send(chat, job)
    except ChatError as error:
        if error.code in OUTSIDE and job.respond:
            _answer(chat, job)
        return _put_off(engine, job, error, now)
    except Exception:
        # The rim of this worker: one message's fault must not hold up the others.
        log.exception("post %s could not be sent", key)
        return _put_off(engine, job, ChatError("unexpected", permanent=False), now)
    with transaction(engine) as session:
        _settle(session, job, ts)
    return True


def _answer(chat: Carrier, job: _Job) -> None:
    """Where we may not post, who sent the command still hears: the whisper itself, or how to let us in."""
    try:
        chat.respond(job.respond, job.message.text if job.user else words.NOT_IN_CHANNEL)
    except ChatError as error:
        log.warning("a command could not be answered by its address: %s", error.code)


def _put_off(engine: Engine, job: _Job, error: ChatError, now: int) -> bool:
    with transaction(engine) as session:
        _defer(session, job, error, now)
    return False
