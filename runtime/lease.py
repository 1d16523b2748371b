"""Lease arithmetic: until when an app runs, and when to say so. Times are UNIX seconds."""

from dataclasses import dataclass

DAY = 86_400
HOUR = 3600
PREVIEW_DAYS = 3
"""A preview that nobody publishes is gone after this."""
REMIND_BEFORE = (7 * DAY, DAY, HOUR)
"""How long before the end the owner is reminded (D8)."""


@dataclass(frozen=True, slots=True)
class Lease:
    """From when until when. `reminded` is the smallest of REMIND_BEFORE already said, 0 while none was."""

    started_at: int
    ends_at: int
    reminded: int = 0

    def lapsed(self, now: int) -> bool:
        """Whether it is over."""
        return now >= self.ends_at


def start(days: int, now: int) -> Lease:
    """A Lease of whole days from now."""
    return Lease(now, now + days * DAY)


def extend(lease: Lease, days: int, longest: int, now: int) -> Lease:
    """Another `days` from now, never further than `longest` days from now; never shorter than it was."""
    return Lease(lease.started_at, max(lease.ends_at, now + min(days, longest) * DAY))


def reminder_due(lease: Lease, now: int) -> int:
    """The reminder to send now (seconds before the end), or 0.

    Only the latest that is due: after a downtime nobody wants three at once. Short Leases skip reminders that
    would come in their first half.
    """
    left = lease.ends_at - now
    length = lease.ends_at - lease.started_at
    due = [before for before in REMIND_BEFORE if left <= before and before * 2 <= length]
    latest = min(due, default=0)
    return latest if latest and left > 0 and (not lease.reminded or latest < lease.reminded) else 0


def prolonged(lease: Lease, until: int, now: int) -> Lease:
    """A Lease with a later end; of the reminders before it, those whose time is over by then count as said."""
    said = min((before for before in REMIND_BEFORE if until - now <= before), default=0)
    return Lease(lease.started_at, until, said)
