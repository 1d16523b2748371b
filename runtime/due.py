"""When a time of a schedule is due: arithmetic on UNIX seconds. Pure.

Days are those of UTC, as everywhere in the house, so that none has 23 hours and none 25.
"""

import hashlib
from collections.abc import Iterator, Mapping

from templates.manifest import WEEK as NAMES
from templates.manifest import Days, Time

MINUTE, HOUR, DAY = 60, 3600, 86_400
WEEK = 7 * DAY
THURSDAY = 3
"""The weekday of the UNIX epoch, Monday being 0."""
MONTH = 30
"""Days."""
ON: Mapping[Days, frozenset[int]] = {
    "day": frozenset(range(7)),
    "weekday": frozenset(range(5)),
    **{name: frozenset({number}) for number, name in enumerate(NAMES)},
}
"""The weekdays that are meant by one word."""


def following(time: Time, now: int) -> int:
    """The first second after `now` at which it is due."""
    return next(at for at in (_on(time, now, ahead) for ahead in range(9)) if at > now and _comes(time, at))


def between(time: Time, after: int, until: int) -> Iterator[int]:
    """Every second after `after` and up to `until` at which it is due."""
    at = following(time, after)
    while at <= until:
        yield at
        at = following(time, at)


def latest(time: Time, now: int) -> int:
    """The last second, `now` included, at which it was due."""
    return next(at for at in (_on(time, now, -back) for back in range(9)) if at <= now and _comes(time, at))


def weekdays(every: Days) -> frozenset[int]:
    """The days of the week that are meant, Monday being 0."""
    return ON.get(every) or frozenset(number for number, name in enumerate(NAMES) if name[:3] in every.split(","))


def a_month(time: Time) -> int:
    """How often it comes in a month, at most."""
    return -(-MONTH * len(weekdays(time.every)) // 7)


def request_id(app: str, name: str, due: int) -> str:
    """The request id of the Call for this time: the same whoever asks for it, so that it is made once."""
    seed = hashlib.sha256(f"{app}\0{name}\0{due}".encode()).hexdigest()
    return f"r{due & 0xFFFFFFFF:08x}{seed[:8]}"


def _on(time: Time, now: int, days: int) -> int:
    hours, minutes = time.at.split(":")
    return (now // DAY + days) * DAY + int(hours) * HOUR + int(minutes) * MINUTE


def _comes(time: Time, at: int) -> bool:
    return (at // DAY + THURSDAY) % 7 in weekdays(time.every)
