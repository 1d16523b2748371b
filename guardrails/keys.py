"""Keys: the public keys whose signatures count here, each until it ends or is revoked: the pinned trust root.

A key signs until its end. What it signed runs on until its grace is over as well, for whoever runs it has done nothing
wrong (G6); once it is revoked, nothing that it signed runs.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from sqlmodel import Field, Session, SQLModel, col, select

from guardrails.signing import public_key

Trusted = Mapping[str, EllipticCurvePublicKey]
"""The keys that count, by id."""
Rows = Callable[[str, Sequence[object]], Sequence[tuple[Any, ...]]]
"""Answers a question, with `?` for its values. Raises OSError."""
DAY = 86_400
VALID_DAYS, NOTICE, GRACE = 365, 30 * DAY, 90 * DAY
"""How long a key signs; from when on before its end it is warned of; how long after its end what it signed runs on."""
_TRUSTED = "SELECT id, public FROM signing_key WHERE revoked_at IS NULL AND ends_at > ?"
_AHEAD = 'SELECT coalesce(max("offset"), 0) FROM clock'


class KeyRow(SQLModel, table=True):
    __tablename__ = "signing_key"

    id: str = Field(primary_key=True)
    public: str
    created_at: int
    revoked_at: int | None = None
    why: str = ""
    ends_at: int = Field(sa_column_kwargs={"server_default": "0"})
    warned_at: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signed or signs here."""

    id: str
    public: str
    created_at: int
    ends_at: int
    revoked_at: int | None
    why: str
    warned_at: int = 0

    @property
    def grace_at(self) -> int:
        """From when on nothing that it signed runs any more."""
        return self.ends_at + GRACE


def every(session: Session) -> tuple[Key, ...]:
    """Every key that was ever trusted, oldest first."""
    rows = session.exec(select(KeyRow).order_by(col(KeyRow.created_at), KeyRow.id))
    return tuple(map(_view, rows))


def get(session: Session, id_: str) -> Key | None:
    """The key with this id, trusted or not."""
    row = session.get(KeyRow, id_)
    return _view(row) if row else None


def _view(row: KeyRow) -> Key:
    return Key(row.id, row.public, row.created_at, row.ends_at, row.revoked_at, row.why, row.warned_at)


def trust(session: Session, id_: str, public: str, now: int, days: int = VALID_DAYS) -> bool:
    """Let this key sign for so many days; False when it is known already, revoked or not."""
    if session.get(KeyRow, id_) is not None:
        return False
    session.add(KeyRow(id=id_, public=public, created_at=now, ends_at=now + days * DAY))
    return True


def due(key: Key, now: int) -> bool:
    """Whether the operators are to be warned of its end: weekly before it, daily after it."""
    return now >= key.ends_at - NOTICE and now - key.warned_at >= (DAY if now >= key.ends_at else 7 * DAY)


def warned(session: Session, id_: str, now: int) -> None:
    """They were."""
    row = session.get_one(KeyRow, id_)
    row.warned_at = now
    session.add(row)


def revoke(session: Session, id_: str, why: str, now: int) -> bool:
    """Let nothing that this key signed run again; False when it is not trusted anyway."""
    row = session.get(KeyRow, id_)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at, row.why = now, why
    session.add(row)
    return True


def trusted(session: Session) -> Trusted:
    """The keys that count, by id."""
    return _read([(one.id, one.public) for one in every(session) if one.revoked_at is None])


class Trust:
    """The same for a process that only reads the control database, and is forked before it may open it."""

    def __init__(self, database: Path | Rows, wall: Callable[[], int]) -> None:
        """`database` is a file, or answers questions; `wall` is UNIX seconds, and the demo's clock may run ahead."""
        self._database = database
        self._wall = wall
        self._connection: sqlite3.Connection | None = None

    def keys(self) -> Trusted:
        """The keys that count now, by id; none when they cannot be read."""
        try:
            ((ahead,),) = self._rows(_AHEAD)
            since = self._wall() + ahead - GRACE
            return _read(self._rows(_TRUSTED, (since,)))
        except (sqlite3.Error, OSError):
            return {}

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()

    def _rows(self, statement: str, values: Sequence[object] = ()) -> Sequence[tuple[Any, ...]]:
        if not isinstance(self._database, Path):
            return self._database(statement, values)
        if self._connection is None:
            self._connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, isolation_level=None)
        return self._connection.execute(statement, tuple(values)).fetchall()


_parsed = lru_cache(maxsize=64)(public_key)


def _read(rows: Sequence[tuple[Any, ...]]) -> Trusted:
    """A row that was changed in the database is no key: its id is the digest of the other half."""
    found = {}
    for name, text in rows:
        try:
            found[name] = _parsed(text, name)
        except ValueError:
            continue
    return found
