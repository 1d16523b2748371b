"""Secret: a named value of an app or of the platform, kept sealed, with the hosts it may go to. Never shown again."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from runtime.broker.vault import Purpose, Sealed

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
SHORTEST, LONGEST = 8, 4096
"""Bytes of a value. A shorter one could not be found again in an answer without hiding half of it."""


class SecretRow(SQLModel, table=True):
    __tablename__ = "secret"
    __table_args__ = (UniqueConstraint("workspace", "app", "name"),)

    id: str = Field(primary_key=True)
    workspace: str
    # Empty for a platform secret: NULLs would not be unique.
    app: str
    name: str
    hosts: str
    key: str = Field(index=True)
    wrapped: str
    value: str
    created_at: int
    rotated_at: int
    given_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The Person who answers for it; empty when it is the platform's own doing."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Everything about a secret but its value."""

    id: str
    purpose: Purpose
    key: str
    created_at: int
    rotated_at: int


def put(session: Session, purpose: Purpose, sealed: Sealed, now: int, given_by: str = "") -> Secret:
    """Keep a sealed value, for which a Person may answer; what stood under this name before is overwritten."""
    row = _row(session, purpose.workspace, purpose.app, purpose.name) or SecretRow(
        id=f"sec_{secrets.token_hex(6)}",
        workspace=purpose.workspace,
        app=purpose.app,
        name=purpose.name,
        hosts="",
        key="",
        wrapped="",
        value="",
        created_at=now,
        rotated_at=now,
    )
    row.hosts = json.dumps(list(purpose.hosts))
    row.value, row.given_by = sealed.value, given_by
    return _wrapped(session, row, sealed, now)


def rewrap(session: Session, secret: Secret, sealed: Sealed, now: int) -> bool:
    """Keep the same value under another key; False when it was set anew or removed since it was read."""
    row = session.get(SecretRow, secret.id)
    if row is None or row.value != sealed.value:
        return False
    _wrapped(session, row, sealed, now)
    return True


def _wrapped(session: Session, row: SecretRow, sealed: Sealed, now: int) -> Secret:
    row.key, row.wrapped, row.rotated_at = sealed.key, sealed.wrapped, now
    session.add(row)
    session.flush()
    return _view(row)


def remove(session: Session, workspace: str, app: str, name: str) -> Secret | None:
    """Forget a secret; None when there is none."""
    row = _row(session, workspace, app, name)
    if row is None:
        return None
    session.delete(row)
    session.flush()
    return _view(row)


def forget(session: Session, app: str) -> None:
    """Forget what was kept for an app that has ended."""
    for row in session.exec(select(SecretRow).where(SecretRow.app == app)):
        session.delete(row)


def missing(session: Session, workspace: str, app: str, names: Sequence[str]) -> tuple[str, ...]:
    """Of these names, which the app would find no secret under: neither of its own nor of the platform's."""
    kept = session.exec(
        select(SecretRow.name).where(SecretRow.workspace == workspace, col(SecretRow.app).in_((app, "")))
    ).all()
    return tuple(one for one in names if one not in kept)


def every(session: Session) -> Sequence[tuple[Secret, Sealed]]:
    """Every secret with its seal, by workspace, app and name."""
    rows = session.exec(select(SecretRow).order_by(SecretRow.workspace, SecretRow.app, col(SecretRow.name)))
    return tuple((_view(row), Sealed(row.key, row.wrapped, row.value)) for row in rows)


def _row(session: Session, workspace: str, app: str, name: str) -> SecretRow | None:
    return session.exec(
        select(SecretRow).where(SecretRow.workspace == workspace, SecretRow.app == app, SecretRow.name == name)
    ).first()


def _view(row: SecretRow) -> Secret:
    purpose = Purpose(row.workspace, row.app, row.name, tuple(json.loads(row.hosts)))
    return Secret(row.id, purpose, row.key, row.created_at, row.rotated_at)
