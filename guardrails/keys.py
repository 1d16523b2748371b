"""Keys: the public keys whose signatures count here, each until it is revoked. The pinned trust root, no network."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from sqlmodel import Field, Session, SQLModel, col, select

from guardrails.signing import public_key

Trusted = Mapping[str, EllipticCurvePublicKey]
"""The keys that count, by id."""
_TRUSTED = "SELECT id, public FROM signing_key WHERE revoked_at IS NULL"


class KeyRow(SQLModel, table=True):
    __tablename__ = "signing_key"

    id: str = Field(primary_key=True)
    public: str
    created_at: int
    revoked_at: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signed or signs here. Once it is revoked, nothing that it signed runs."""

    id: str
    public: str
    created_at: int
    revoked_at: int | None
    why: str


def every(session: Session) -> tuple[Key, ...]:
    """Every key that was ever trusted, oldest first."""
    rows = session.exec(select(KeyRow).order_by(col(KeyRow.created_at), KeyRow.id))
    return tuple(Key(row.id, row.public, row.created_at, row.revoked_at, row.why) for row in rows)


def trust(session: Session, id_: str, public: str, now: int) -> bool:
    """Let this key's signatures count from now on; False when it is known already, revoked or not."""
    if session.get(KeyRow, id_) is not None:
        return False
    session.add(KeyRow(id=id_, public=public, created_at=now))
    return True


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

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None

    def keys(self) -> Trusted:
        """The keys that count now, by id; none when they cannot be read."""
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, isolation_level=None)
            return _read(self._connection.execute(_TRUSTED).fetchall())
        except sqlite3.Error:
            return {}

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()


_parsed = lru_cache(maxsize=64)(public_key)


def _read(rows: list[tuple[str, str]]) -> Trusted:
    """A row that was changed in the database is no key: its id is the digest of the other half."""
    found = {}
    for name, text in rows:
        try:
            found[name] = _parsed(text, name)
        except ValueError:
            continue
    return found
