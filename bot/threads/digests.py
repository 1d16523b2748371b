"""Digests: what an app's thread has no room for this week stands together in one post, edited as more comes (U9)."""

from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session

from bot import telemetry
from bot.chat import Message
from bot.posting import outbox, post_words, posts, quiet
from bot.posting.outbox import Digests, PostRow
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import thread
from bot.wiring import Wiring
from bot.wording import words
from bot.wording.blocks import context, cut, lines, quoted, section
from runtime import apps

NEWEST = 10
"""Lines that are shown, the newest; all of them are counted."""
LINE = 200


def by(wiring: Wiring) -> Digests:
    """Which digest tells a new post, by how many posts about one app a channel bears in a week."""
    return lambda session, row, now: _digest(session, row, wiring.channels.of(row.channel).posts_a_week, now)


def _digest(session: Session, row: PostRow, budget: int, now: int) -> str:
    """The digest that is to tell this post, written anew with it; empty when the post is made by itself."""
    if not row.app:
        return ""
    week = quiet.week(now)
    spent = quiet.spent(posts.made_since(session, row.app, week))
    if quiet.decide(quiet.kind(row.key), spent, budget) == "now":
        return ""
    request = requests.of_app(session, row.app)
    if request is None:
        return ""
    key = f"digest:{row.app}:{week}"
    row.held = key
    session.add(row)
    session.flush()
    _write(session, key, request, week, now)
    return key


def _write(session: Session, key: str, request: Request, week: int, now: int) -> None:
    app = apps.get(session, request.app or "")
    kept = posts.held(session, key)
    text, shown = told(app.title if app else "", kept, week)
    small = context(post_words.WHY_TOGETHER, words.trace(telemetry.trace_id(request.trace)))
    message = Message(text, (section(text), section(shown), small))
    due = quiet.hour(now) if outbox.sent(session, key) else quiet.morning(kept[0].created_at)
    outbox.put(session, thread.post(request, key, message), now, due_at=max(due, now))


def told(title: str, kept: Sequence[PostRow], week: int) -> tuple[str, str]:
    """How many of which kind there were, and the newest, each with its time."""
    counted = Counter(quiet.kind(one.key) for one in kept)
    summary = post_words.together(quoted(title, 120), counted, week)
    newest = [f"• {words.when(one.created_at)}: {cut(' '.join(one.text.split()), LINE)}" for one in kept[-NEWEST:]]
    left = len(kept) - len(newest)
    return summary, lines([*newest[::-1], *([words.more(left)] if left else [])])
