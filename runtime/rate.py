"""Requests per minute, of an app and of its team: one decision for both, counted over all workers.

Minutes are the clock's own. The count never passes a limit, however many workers and apps take at once: each counts
itself first and takes it back when that was too much.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from runtime.board import Seat

MINUTE = 60
TEAM_REQUESTS_PER_MINUTE = 6000
"""How often the apps of one team may be called in a minute, all together, unless the installation says otherwise."""

Scope = Literal["app", "team"]
RAISES = {"app": "whoever maintains its template", "team": "the platform team"}
"""Who can raise a limit."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One too many: of which limit, how much is used, and in how many seconds there is room again."""

    limit: Scope
    most: int
    used: int
    wait: int

    @property
    def why(self) -> str:
        """The limit, its use and who can raise it, in a sentence."""
        whose = {"app": "This app", "team": "This team's apps together"}[self.limit]
        used = f"{whose} may be asked {self.most:,} times a minute, and {self.used:,} were used."
        return f"{used} {RAISES[self.limit].capitalize()} can raise that."


def decide(app_used: int, app_most: int, team_used: int, team_most: int) -> Scope | None:
    """Which limit stands against a request that is counted in `..._used` already; None when neither does."""
    if app_used > app_most:
        return "app"
    return "team" if team_used > team_most else None


class Rate:
    """One worker's count of what it lets in."""

    def __init__(self, seat: Seat, team_most: int, wall: Callable[[], int]) -> None:
        """`wall` is UNIX seconds: a minute is a real one, also while the demo's clock runs ahead."""
        self._seat = seat
        self._team_most = team_most
        self._wall = wall

    def take(self, app: str, team: str, most: int) -> Refused | None:
        """Count one request of an app and of its team, unless one of them has used up its minute."""
        now, seat = self._wall(), self._seat
        minute = now // MINUTE
        app_used, team_used = seat.add(app, minute), seat.add(team, minute)
        limit = decide(app_used, most, team_used, self._team_most)
        if limit is None:
            return None
        seat.take_back(app, minute)
        seat.take_back(team, minute)
        wait = MINUTE - now % MINUTE
        if limit == "app":
            return Refused("app", most, min(app_used - 1, most), wait)
        return Refused("team", self._team_most, min(team_used - 1, self._team_most), wait)
