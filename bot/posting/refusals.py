"""What the chat does not take: whole channels that wait, posts that are parked or given up, and their next chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from bot.posting.posts import PostRow, lagging
from bot.posting.undelivered import CLOSED


@dataclass(frozen=True, slots=True)
class Parked:
    """A post that the chat does not take, tried again each hour until `until`."""

    key: str
    workspace: str
    channel: str
    root: str
    """The thread's ts, or the key of the post that it begins with."""
    text: str
    why: str
    since: int
    due_at: int


def hold(session: Session, workspace: str, channel: str, until: int) -> Sequence[PostRow]:
    """Whatever is to be said in this channel waits until then; the rows that do so now."""
    rows = session.exec(
        select(PostRow).where(
            lagging(), PostRow.workspace == workspace, PostRow.channel == channel, PostRow.due_at < until
        )
    ).all()
    for row in rows:
        row.due_at = until
        session.add(row)
    return rows


def parked(session: Session) -> tuple[Parked, ...]:
    """What the chat does not take, longest first: what waits for somebody's decision among it."""
    rows = session.exec(
        select(PostRow).where(col(PostRow.parked_at).is_not(None), lagging()).order_by(col(PostRow.parked_at))
    )
    return tuple(
        Parked(
            one.key, one.workspace, one.channel, one.after or one.thread or "", one.text, one.trouble, since, one.due_at
        )
        for one in rows
        if (since := one.parked_at) is not None
    )


def revive(session: Session, now: int, *, workspace: str = "", channel: str = "", root: str = "") -> int:
    """Try again now what was parked or given up: in this channel, in one thread of it, or with neither everywhere.

    `root` is the thread's ts or the key of the post that it begins with. What only one person would have seen is not.
    """
    lost = and_(col(PostRow.sent_version) < col(PostRow.version), col(PostRow.user) == "", col(PostRow.held) == "")
    asked = update(PostRow).where(lost, or_(col(PostRow.parked_at).is_not(None), col(PostRow.failed) != ""))
    if channel:
        asked = asked.where(col(PostRow.workspace) == workspace, col(PostRow.channel) == channel)
    if root:
        asked = asked.where(or_(col(PostRow.thread) == root, col(PostRow.after) == root, col(PostRow.key) == root))
    done = session.execute(asked.values(parked_at=None, failed="", attempts=0, due_at=now))
    return int(done.rowcount)  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def refused(session: Session, key: str) -> str:
    """The chat's word for why it does not take what this post says now; empty while it may still.

    What is parked because its whole conversation is closed may be taken as it is once that is open again.
    """
    row = session.get(PostRow, key, populate_existing=True)
    if row is None or row.failed:
        return row.failed if row else ""
    return row.trouble if row.parked_at is not None and row.trouble not in CLOSED else ""


def failed(session: Session, prefix: str) -> Sequence[tuple[str, str]]:
    """The posts whose key begins with `prefix` that the chat never took, each with its word for why.

    Those that were given up, and those that are parked: they may get out one day, but nobody can count on it.
    """
    found = select(PostRow.key, PostRow.failed, PostRow.trouble).where(
        col(PostRow.key).startswith(prefix, autoescape=True), col(PostRow.sent_ts).is_(None)
    )
    lost = session.exec(found.where(or_(col(PostRow.failed) != "", col(PostRow.parked_at).is_not(None)))).all()
    return [(key, given_up or trouble) for key, given_up, trouble in lost]
