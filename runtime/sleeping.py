"""Sleep: what nobody uses holds no memory of a worker, and is back with the next visit (C4).

Nothing is decided about an app: what was made ready is let go of, and made ready again from its bundle when somebody
or its own time comes. Its entries, its Lease and its schedules know nothing of it.
"""

import asyncio
import ctypes
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

IDLE_MINUTES = 15
"""Minutes without a Call after which an app sleeps, where the settings name no other number."""
CLOSED_MINUTES = 1
"""The same outside business hours, where the settings name some."""
MINUTE = 60.0
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\w{3})-(\w{3})\s+(\d\d):(\d\d)-(\d\d):(\d\d)\s+([A-Za-z_+0-9-]+(?:/[A-Za-z_+0-9-]+)*)")

log = logging.getLogger("slipway.gateway")


@dataclass(frozen=True)
class Hours:
    """Business hours of an installation, in its own time zone. Read before a worker has its walls."""

    first: int
    """The weekday on which they begin, Monday being 0; `last` may come before it, around the week's end."""
    last: int
    opens: int
    """Minutes of the day."""
    closes: int
    zone: ZoneInfo

    def open(self, now: int) -> bool:
        """Whether this UNIX second lies within them."""
        there = datetime.fromtimestamp(now, self.zone)
        minutes = there.hour * 60 + there.minute
        days = (self.last - self.first) % 7
        return (there.weekday() - self.first) % 7 <= days and self.opens <= minutes < self.closes


@dataclass(frozen=True)
class Sleep:
    """When apps sleep: after so many minutes without a Call, and sooner outside business hours."""

    idle_minutes: int = IDLE_MINUTES
    hours: Hours | None = None

    def after(self, now: int) -> int:
        """Minutes without a Call after which an app sleeps now."""
        closed = self.hours is not None and not self.hours.open(now)
        return min(CLOSED_MINUTES, self.idle_minutes) if closed else self.idle_minutes


USUAL = Sleep()


class Held(Protocol):
    """Something that a worker keeps ready for apps."""

    def age(self, most: int) -> int:
        """A minute more has passed; let go of what was not used for `most` of them. How many went."""


def hours(text: str) -> Hours | None:
    """`Mon-Fri 07:00-19:00 Europe/Berlin`; None for nothing, ValueError for anything else."""
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.strip())
    wrong = f"is {text!r}: write days, hours and a time zone, such as Mon-Fri 07:00-19:00 Europe/Berlin."
    if found is None or found[1].lower() not in DAYS or found[2].lower() not in DAYS:
        raise ValueError(wrong)
    opens, closes = (int(found[at]) * 60 + int(found[at + 1]) for at in (3, 5))
    if not 0 <= opens < closes <= 24 * 60:
        raise ValueError(wrong)
    try:
        zone = ZoneInfo(found[7])
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"names the time zone {found[7]!r}, which is not known here.") from None
    return Hours(DAYS.index(found[1].lower()), DAYS.index(found[2].lower()), opens, closes, zone)


async def watch(sleep: Sleep, wall: Callable[[], int], *held: Held, minute: float = MINUTE) -> None:
    """Let what is not used go, minute by minute, until cancelled. `wall` is UNIX seconds."""
    while True:
        await asyncio.sleep(minute)
        try:
            rest(sleep.after(wall()), *held)
        except Exception:
            # The rim of this worker: what cannot be let go of is kept.
            log.exception("what is not used could not be let go of")


def rest(most: int, *held: Held) -> int:
    """A minute more has passed: let go of what was not used for `most` of them. How many went."""
    gone = sum([one.age(most) for one in held])
    if gone:
        _give_back()
    return gone


def _give_back() -> None:
    """What the C library holds free goes back to the system; where it knows no such thing, it keeps it."""
    # Another C library than glibc's has no such function.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
