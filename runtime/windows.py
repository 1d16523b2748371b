"""Error windows: when an app counts as broken and when as well again, from what its Calls came to. Pure (N12)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.breaches import DAMAGED, KILLED, UNPROVED

WITHIN = 300
"""Seconds that are looked at."""
FAILED, SHARE = 3, 0.5
"""So many failed Calls open a window, when they are this share of all: one visitor in a thousand breaks no app."""
GOOD, QUIET = 3, 300
"""So many good Calls in a row close it, or a single one after so many seconds without a failed one."""
REPAIRABLE = frozenset({"Crashed", "OutOfCpu", "OutOfMemory", "TimedOut", DAMAGED})
"""Failing kinds that making an app's files and what is prepared of them anew may mend."""
FAILING = REPAIRABLE | {"TooMuchOutput", KILLED, UNPROVED}
"""Kinds that count. That a store is full, or that somebody asks too often, is no defect of the app."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One Call, or one visit that came to none: when, its request id, and what kind of failure; empty when good."""

    at: int
    visit: str
    kind: str = ""

    @property
    def failed(self) -> bool:
        """Whether it counts against the app."""
        return self.kind in FAILING


@dataclass(frozen=True, slots=True)
class Opening:
    """An app is broken: the kind that fails most, since when, and the last visit that met it."""

    kind: str
    began: int
    visit: str


def opens(seen: Sequence[Seen], now: int) -> Opening | None:
    """Whether these Calls open a window; None while they do not."""
    recent = sorted((one for one in seen if one.at > now - WITHIN), key=lambda one: one.at)
    failed = [one for one in recent if one.failed]
    if len(failed) < FAILED or len(failed) < SHARE * len(recent):
        return None
    often = Counter(one.kind for one in failed)
    kind = max(often, key=lambda one: (often[one], one))
    mine = [one for one in failed if one.kind == kind]
    return Opening(kind, mine[0].at, mine[-1].visit)


def well(seen: Sequence[Seen], now: int, broken: int) -> int:
    """Since when an app answers again, 0 while it does not: its first good Call after the last bad.

    `broken` is when it was known to be broken last, or was mended.
    """
    last = max((one.at for one in seen if one.failed), default=broken)
    good = sorted(one.at for one in seen if not one.failed and one.at > last)
    enough = len(good) >= GOOD or (bool(good) and now - last >= QUIET)
    return good[0] if enough else 0
