"""The ledger: what apps and teams have used, in a file of the broker's own, leased in small slices.

A slice counts as used the moment it is leased, so a limit can never be passed, not even over a kill; what a killed
broker had leased and not spent is lost to the app. When the file cannot be written, what is leased is all there is.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.broker import quota
from runtime.broker.quota import Limit, Measure, Use
from runtime.broker.refusal import Refusal

SLICES = 20
"""A lease is at most this part of the tightest limit: 5 %."""
LARGEST_SLICE = 64 * 1024
KEPT_SECONDS = 3 * 86_400

_SCHEMA = """
CREATE TABLE IF NOT EXISTS used (
  scope TEXT NOT NULL, name TEXT NOT NULL, measure TEXT NOT NULL, began INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (scope, name, measure, began)
) WITHOUT ROWID;
"""


@dataclass(slots=True)
class _Lease:
    began: int
    left: int


class Ledger:
    """One broker's end of the file. Not for several threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=1.0)
        path.chmod(0o600)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)
        self._leases: dict[tuple[str, str, Measure], _Lease] = {}

    def take(self, limits: Sequence[Limit], least: int, most: int, now: int) -> int | Refusal:
        """Take from `least` to `most` of what the limits, all of one measure and app first, leave; or a Refusal."""
        measure = limits[0].measure
        began = quota.window(measure, now)
        key = (limits[0].name, limits[-1].name, measure)
        lease = self._leases.get(key)
        if lease is None or lease.began != began:
            lease = self._leases[key] = _Lease(began, 0)
        if lease.left < least:
            granted = self._lease(limits, least - lease.left, began)
            if isinstance(granted, Refusal):
                return granted
            lease.left += granted
        taken = min(most, lease.left)
        lease.left -= taken
        return taken

    def give_back(self, limits: Sequence[Limit], amount: int, now: int) -> None:
        """Return what was taken at `now` and not used; nothing carries over into the next window."""
        lease = self._leases.get((limits[0].name, limits[-1].name, limits[0].measure))
        if lease is not None and lease.began == quota.window(limits[0].measure, now):
            lease.left += amount

    def used(self, limit: Limit, now: int) -> int:
        """What is counted against a limit in this window, leases included."""
        began = quota.window(limit.measure, now)
        row = self._connection.execute(
            "SELECT amount FROM used WHERE scope = ? AND name = ? AND measure = ? AND began = ?",
            (limit.scope, limit.name, limit.measure, began),
        ).fetchone()
        return row[0] if row else 0

    def forget(self, now: int) -> None:
        """Drop windows that are long over."""
        self._connection.execute("DELETE FROM used WHERE began < ?", (now - KEPT_SECONDS,))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _lease(self, limits: Sequence[Limit], least: int, began: int) -> int | Refusal:
        most = max(least, min(LARGEST_SLICE, min(one.most for one in limits) // SLICES))
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                granted = quota.decide([Use(one, self.used(one, began)) for one in limits], least, most)
                if not isinstance(granted, Refusal):
                    self._count(limits, granted, began)
        except sqlite3.Error:
            return Refusal("unavailable", "limit: use cannot be counted right now, so nothing is sent")
        return granted

    def _count(self, limits: Sequence[Limit], amount: int, began: int) -> None:
        self._connection.executemany(
            "INSERT INTO used VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (scope, name, measure, began) DO UPDATE SET amount = amount + excluded.amount",
            [(one.scope, one.name, one.measure, began, amount) for one in limits],
        )
