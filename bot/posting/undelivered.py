"""What becomes of a post that the chat did not take: decided from its word for why. Pure; `outbox` does it."""

from typing import Literal

Course = Literal["wait", "again", "anew", "uproot", "park", "drop"]
"""Wait as long as the chat said; try again soon; post it anew; post it outside of its lost thread; try again each hour
for a week; give it up until it changes."""
MAX_ATTEMPTS = 12
"""With doubling waits capped at `MAX_WAIT`: about an hour of a chat that does not answer."""
MAX_WAIT = 600
PARKED_WAIT, PARKED_FOR = 3600, 7 * 86_400
"""How often a parked post is tried, and for how long."""
PATIENCE = 20
"""Seconds of waiting for the chat's leave after which whoever sent a command is told that it was heard."""
LIMITED = frozenset({"ratelimited", "rate_limited"})
OUTSIDE = frozenset({"not_in_channel", "channel_not_found"})
"""The chat's words for a conversation that we are no member of."""
CLOSED = OUTSIDE | {
    "is_archived",
    "channel_is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_non_threadable_channel",
}
"""Words that hold for a whole conversation, and may be over tomorrow: somebody invites us, somebody unarchives it."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message that we would change was deleted, or is of the bot that we were before we were installed anew."""
UPROOTED = frozenset({"thread_not_found", "cannot_reply_to_message"})
"""What the thread began with was deleted."""
TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long"})


def course(code: str, *, permanent: bool, attempts: int, whispered: bool, parked_for: int) -> Course:
    """What to do with a post after its attempt number `attempts` failed; parked since `parked_for` seconds, or 0.

    Only what one person alone would have seen is dropped at once: it is said again when they ask again. Whatever
    stands for everybody may wait for somebody's decision, so it is kept.
    """
    if code in LIMITED:
        return "wait"
    if code in UPROOTED:
        return "uproot"
    if code in GONE:
        return "anew"
    if not (permanent or attempts >= MAX_ATTEMPTS or parked_for):
        return "again"
    return "drop" if whispered or parked_for >= PARKED_FOR else "park"


def next_try(course_: Course, attempts: int, retry_after: int, now: int) -> int:
    """When to try again, in UNIX seconds."""
    if course_ == "park":
        return now + PARKED_WAIT
    if course_ in ("anew", "uproot"):
        return now
    return now + max(retry_after, min(2**attempts, MAX_WAIT) if course_ == "again" else 1)
