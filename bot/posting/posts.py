"""The rows of the outbox: the *desired* content of each message. Their delivery is `bot.posting.outbox`.

Writing a Post again under the same key changes the message in place, so that progress, cards and decisions need no
second mechanism, and a crash between the change and the chat loses nothing: the row is still ahead of the chat.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, true
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import Block, Message, Place


class PostRow(SQLModel, table=True):
    __tablename__ = "outbox"

    key: str = Field(primary_key=True)
    workspace: str
    channel: str = Field(index=True)
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
    """Why it was given up; empty while it was not."""
    respond: str = Field(default="", sa_column_kwargs={"server_default": ""})
    app: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    held: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Key of the digest that tells this one; empty when it is told by itself."""
    trouble: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The chat's last word for why not."""
    parked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One message to bring about. With `user` it is whispered to that person alone and cannot be edited.

    `respond` is the address that came with a command: where we are no member, its sender is answered there.
    `app` is the app that it is about: its thread bears so many new posts a week (`bot.posting.quiet`).
    """

    key: str
    place: Place
    message: Message
    user: str = ""
    after: str | None = None
    respond: str = ""
    app: str = ""


def put(session: Session, post: Post, now: int, due_at: int | None = None) -> None:
    """Ask for this message, from `due_at` on; under a key that exists, ask for this new content in place."""
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
                due_at=now if due_at is None else due_at,
                # What is to come later holds up nothing in its thread until then.
                created_at=now if due_at is None else due_at,
                respond=post.respond,
                app=post.app,
            )
        )
    elif (row.text, row.blocks) != (post.message.text, blocks):
        row.text, row.blocks, row.version = post.message.text, blocks, row.version + 1
        row.due_at, row.attempts, row.failed = now if due_at is None else due_at, 0, ""
        row.parked_at = None
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


def count_since(session: Session, prefix: str, since: int) -> int:
    """How many posts whose key begins with `prefix` were asked for after `since`."""
    found = select(PostRow.key).where(col(PostRow.key).startswith(prefix, autoescape=True), PostRow.created_at > since)
    return len(session.exec(found).all())


def made_since(session: Session, app: str, since: int) -> Sequence[str]:
    """The keys of what stands in the chat about this app for everybody and was asked for since then."""
    found = select(PostRow.key).where(PostRow.app == app, PostRow.user == "", PostRow.created_at >= since)
    return session.exec(found.where(col(PostRow.sent_ts).is_not(None))).all()


def held(session: Session, digest: str) -> Sequence[PostRow]:
    """What a digest tells, oldest first."""
    found = select(PostRow).where(PostRow.held == digest)
    return session.exec(found.order_by(col(PostRow.created_at), col(PostRow.key))).all()


def known(session: Session, key: str) -> bool:
    """Whether this post was asked for before."""
    return session.get(PostRow, key) is not None


def text(session: Session, key: str) -> str:
    """What this post says, empty when there is none."""
    row = session.get(PostRow, key, populate_existing=True)
    return row.text if row else ""


def sent(session: Session, key: str) -> str | None:
    """The ts of the message that this post became, None while it is not out."""
    row = session.get(PostRow, key)
    return row.sent_ts if row else None


def key_of(session: Session, channel: str, ts: str) -> str | None:
    """The key of the post that became this message of ours."""
    return session.exec(select(PostRow.key).where(PostRow.channel == channel, PostRow.sent_ts == ts)).first()


def due(session: Session, now: int) -> Sequence[str]:
    """Keys of the posts whose message is behind their row, oldest first; of the same second, those that stand already.

    Those that wait for their root, or for one before them in their thread, are not.
    """
    at = {"now": now}
    # Mostly nobody waits, and then nobody has to be looked for in each thread.
    found = _DUE_IN_LINE if session.execute(_LATE, at).first() else _DUE
    return session.execute(found, at).scalars().all()


def lagging() -> ColumnElement[bool]:
    """Of a row: its message is behind it, and was neither given up nor left to a digest."""
    return and_(col(PostRow.sent_version) < col(PostRow.version), col(PostRow.failed) == "", col(PostRow.held) == "")


def _before(other: type[PostRow]) -> ColumnElement[bool]:
    """Of another row: it comes before this one in the same thread and is not out yet."""
    return and_(
        col(other.channel) == col(PostRow.channel),
        func.coalesce(other.after, other.thread) == func.coalesce(PostRow.after, PostRow.thread),
        col(other.sent_ts).is_(None),
        col(other.user) == "",
        col(other.failed) == "",
        col(other.held) == "",
        col(other.parked_at).is_(None),
        or_(
            col(other.created_at) < col(PostRow.created_at),
            and_(col(other.created_at) == col(PostRow.created_at), col(other.key) < col(PostRow.key)),
        ),
    )


def _due(*, in_line: bool) -> Select[str]:
    root, before = aliased(PostRow), aliased(PostRow)
    waits = columns(col(before.key)).where(_before(before), col(before.due_at) > _NOW).exists()
    return (
        columns(col(PostRow.key))
        .outerjoin(root, col(root.key) == col(PostRow.after))
        .where(lagging(), col(PostRow.due_at) <= _NOW)
        .where(or_(col(PostRow.after).is_(None), col(PostRow.thread).is_not(None), col(root.sent_ts).is_not(None)))
        .where(or_(col(PostRow.sent_ts).is_not(None), col(PostRow.user) != "", ~waits if in_line else true()))
        .order_by(col(PostRow.created_at), col(PostRow.sent_ts).is_(None), col(PostRow.key))
        .limit(50)
    )


# Said once: every tick asks, and to put these together takes longer than their answers.
_NOW: BindParameter[int] = bindparam("now")
_DUE, _DUE_IN_LINE = _due(in_line=False), _due(in_line=True)
_LATE = columns(col(PostRow.key)).where(lagging(), col(PostRow.sent_ts).is_(None), col(PostRow.due_at) > _NOW).limit(1)


def first_in_line(session: Session, key: str) -> bool:
    """Whether nothing that should stand before this post in its thread is still to be posted."""
    before = aliased(PostRow)
    return session.exec(select(before.key).where(PostRow.key == key, _before(before))).first() is None


def again(session: Session, key: str, now: int) -> bool:
    """Have this message said once more in its place; whoever deleted it gets it back. False when there is none."""
    row = session.get(PostRow, key)
    if row is None:
        return False
    row.version, row.due_at, row.attempts, row.failed, row.parked_at = row.version + 1, now, 0, "", None
    session.add(row)
    return True


def settle_accessory(session: Session, prefix: str, about: str, instead: Block, now: int) -> None:
    """In every post whose key begins with `prefix`, put `instead` where a section's button holds this id."""
    for row in session.exec(select(PostRow).where(col(PostRow.key).startswith(prefix, autoescape=True))):
        was = json.loads(row.blocks)
        blocks = [dict(instead) if about in one.get("accessory", {}).get("value", "") else one for one in was]
        if blocks != was:
            row.blocks, row.version, row.due_at = json.dumps(blocks), row.version + 1, now
            session.add(row)


def behind(session: Session, key: str) -> bool:
    """Whether the chat does not show yet what this post says."""
    row = session.get(PostRow, key, populate_existing=True)
    return row is not None and row.sent_version < row.version


def any_sent(session: Session, prefix: str) -> bool:
    """Whether any post whose key begins with `prefix` got out."""
    found = select(PostRow.key).where(col(PostRow.key).startswith(prefix, autoescape=True))
    return session.exec(found.where(col(PostRow.sent_ts).is_not(None))).first() is not None
