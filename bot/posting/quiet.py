"""Quiet by contract: how many new posts about an app a thread bears in a week, and what is told together (U9)."""

from collections.abc import Iterable
from typing import Literal

from bot.clockwork import DAY

POSTS_A_WEEK = 5
"""New posts about one app in a week; a channel may say another number (`bot.channels`)."""
MAY_WAIT = frozenset({"notice", "blocked", "schedule"})
"""Kinds of posts, by what their outbox key begins with, that ask nobody for anything. All others pass at any time:
reminders, requests for approval, endings, broken apps, warnings of secrets."""
UNCOUNTED = frozenset({"card", "root", "digest", "live", "kept", "given", "answered"})
"""What is edited in place, and answers to what somebody did in that very thread."""
HOUR, MONDAY, MORNING = 3600, 3, 9 * 3600
"""UNIX time begins on a Thursday; the digest comes at 09:00 UTC."""


def kind(key: str) -> str:
    """What kind of post an outbox key is of."""
    return key.partition(":")[0]


def spent(keys: Iterable[str]) -> int:
    """How much of the budget posts with these keys took."""
    return sum(1 for one in keys if kind(one) not in UNCOUNTED)


def decide(kind: str, posted: int, budget: int) -> Literal["now", "digest"]:
    """Whether a new post of this kind is made now, after `posted` others in this week."""
    return "digest" if kind in MAY_WAIT and posted >= budget else "now"


def week(now: int) -> int:
    """The Monday, 00:00 UTC, that the week of this moment began with."""
    day = now // DAY
    return (day - (day + MONDAY) % 7) * DAY


def morning(now: int) -> int:
    """The next 09:00 UTC."""
    return now - now % DAY + MORNING + (DAY if now % DAY >= MORNING else 0)


def hour(now: int) -> int:
    """The next full hour: a digest that stands already is edited so often at most."""
    return (now // HOUR + 1) * HOUR
