"""What is allowed how often: token buckets, triggers that live 3 seconds, URLs that work five times."""

import math
import secrets
from collections.abc import Hashable
from dataclasses import dataclass

from bot.workspace.errors import Refused

USES = 5
LIVES_S = 30 * 60
"""A response_url works five times within 30 minutes."""


class Buckets:
    """One bucket of `burst` tokens for each key, refilled with `rate` tokens a second."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._level: dict[Hashable, tuple[float, float]] = {}

    def take(self, key: Hashable, now: float) -> None:
        """Take a token, or raise `ratelimited` with the whole seconds to wait."""
        level, since = self._level.get(key, (float(self._burst), now))
        level = min(self._burst, level + (now - since) * self._rate)
        if level < 1:
            raise Refused("ratelimited", retry_after=max(1, math.ceil((1 - level) / self._rate)))
        self._level[key] = (level - 1, now)


@dataclass(slots=True)
class _Trigger:
    user: str
    expires: float
    used: bool = False


class Triggers:
    """Trigger ids: each opens one view, for the person who acted, for a few seconds."""

    def __init__(self, lives_s: float) -> None:
        self._lives_s = lives_s
        self._known: dict[str, _Trigger] = {}

    def make(self, user: str, now: float) -> str:
        """A new trigger for what `user` just did."""
        trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self._known[trigger] = _Trigger(user, now + self._lives_s)
        return trigger

    def spend(self, trigger: str, now: float) -> str:
        """The user behind a trigger, once and in time."""
        known = self._known.get(trigger)
        if known is None:
            raise Refused("invalid_trigger_id")
        if known.used:
            raise Refused("exchanged_trigger_id")
        if now > known.expires:
            raise Refused("expired_trigger_id")
        known.used = True
        return known.user


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a response_url answers to: who acted where, and the message they acted on, if any."""

    channel: str
    user: str
    message: str = ""
    thread: str = ""


class ResponseUrls:
    """Short-lived addresses by which an app answers what a person did."""

    def __init__(self, base_url: str, team: str) -> None:
        self._root = f"{base_url}/response/{team}"
        self._known: dict[str, tuple[Occasion, float, int]] = {}

    def make(self, occasion: Occasion, now: float) -> str:
        """A new address."""
        token = secrets.token_urlsafe(24)
        self._known[token] = (occasion, now + LIVES_S, USES)
        return f"{self._root}/{token}"

    def spend(self, token: str, now: float) -> Occasion:
        """One use of an address; raises `invalid_url`, `expired_url` or `used_url`."""
        if token not in self._known:
            raise Refused("invalid_url")
        occasion, expires, left = self._known[token]
        if now > expires:
            raise Refused("expired_url")
        if left == 0:
            raise Refused("used_url")
        self._known[token] = (occasion, expires, left - 1)
        return occasion
