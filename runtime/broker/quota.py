"""Quotas: one decision for an app's limit and its team's. Pure; a no names the limit, its use and who raises it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runtime.broker.refusal import Refusal

Measure = Literal["requests", "bytes", "mails"]
Scope = Literal["app", "team"]
WINDOW = {"requests": 3600, "bytes": 86_400, "mails": 86_400}
"""Seconds over which each measure is counted; windows begin at full hours and days (UTC)."""
_PER = {"requests": "an hour", "bytes": "a day", "mails": "a day"}
_WORDS = {"requests": "outbound requests", "bytes": "outbound bytes", "mails": "mails"}
_RAISES = {
    "app": "Its owner can ask for a version with more.",
    "team": "The platform team can raise it.",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of a measure in a window, by one app or one team."""

    scope: Scope
    name: str
    measure: Measure
    most: int


@dataclass(frozen=True, slots=True)
class Use:
    """A limit, and how much of it is used in this window."""

    limit: Limit
    used: int

    @property
    def left(self) -> int:
        """What remains."""
        return max(0, self.limit.most - self.used)


def window(measure: Measure, now: int) -> int:
    """The UNIX second at which the current window of a measure began."""
    return now - now % WINDOW[measure]


def decide(uses: Sequence[Use], least: int, most: int) -> int | Refusal:
    """How much may be taken, from `least` to `most`, so that no limit is passed; or which limit stands against it."""
    tightest = min(uses, key=lambda one: one.left)
    if tightest.left >= least:
        return min(most, tightest.left)
    limit = tightest.limit
    who = "this app" if limit.scope == "app" else "this app's team"
    return Refusal(
        "limit",
        f"limit: {who} may use {limit.most:,} {_WORDS[limit.measure]} {_PER[limit.measure]} "
        f"and has used {tightest.used:,}. {_RAISES[limit.scope]}",
        {"limit": limit.measure, "of": limit.scope, "most": limit.most, "used": tightest.used},
    )
