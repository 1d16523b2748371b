"""What survives a restart: one row per thing, written at once, readable after `kill -9`."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.workspace.config import Json


class Keep:
    """Things by kind and key, as JSON. Without a path they live in memory only."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # One event loop uses it, but the loop's thread need not be the one that made it.
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS thing (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))")

    def put(self, kind: str, key: str, body: Json) -> None:
        """Write, replacing what was there."""
        self._db.execute("INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", (kind, key, json.dumps(body)))

    def drop(self, kind: str, key: str) -> None:
        """Forget."""
        self._db.execute("DELETE FROM thing WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> Iterator[Json]:
        """Everything of a kind, by key."""
        for (body,) in self._db.execute("SELECT body FROM thing WHERE kind = ? ORDER BY key", (kind,)):
            yield json.loads(body)

    def one(self, kind: str, key: str) -> Json | None:
        """One thing, or None."""
        row = self._db.execute("SELECT body FROM thing WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return None if row is None else json.loads(row[0])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
