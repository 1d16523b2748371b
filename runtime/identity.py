"""Who is at the door: sessions of signed-in visitors, one per app and stage, and the ids that apps get to see."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from functools import lru_cache
from typing import Literal

from sqlmodel import Field, Session, SQLModel, col, delete

SESSION_SECONDS = 8 * 3600
"""A working day; afterwards the visitor signs in again with one click."""
COOKIE = "slipway_session"


class VisitSessionRow(SQLModel, table=True):
    __tablename__ = "visit_session"

    digest: str = Field(primary_key=True)
    """SHA-256 of the token: the database alone opens no door."""
    workspace: str
    app: str = Field(index=True)
    stage: str
    person: str = Field(index=True)
    name: str
    handle: str
    csrf: str
    expires_at: int


def open_session(
    session: Session,
    *,
    workspace: str,
    app: str,
    stage: Literal["preview", "live"],
    person: str,
    name: str,
    handle: str,
    now: int,
) -> str:
    """Let a visitor into one stage of one app; return the token for their cookie. It is nowhere else in clear."""
    token = secrets.token_urlsafe(32)
    session.add(
        VisitSessionRow(
            digest=token_digest(token),
            workspace=workspace,
            app=app,
            stage=stage,
            person=person,
            name=name,
            handle=handle,
            csrf=secrets.token_urlsafe(16),
            expires_at=now + SESSION_SECONDS,
        )
    )
    return token


def close_session(session: Session, digest: str) -> None:
    """Sign one visitor out; `digest` is the `token_digest` of their token."""
    session.exec(delete(VisitSessionRow).where(col(VisitSessionRow.digest) == digest))


def close_person(session: Session, persons: Collection[str]) -> None:
    """Sign these people out of every app."""
    session.exec(delete(VisitSessionRow).where(col(VisitSessionRow.person).in_(persons)))


def close_sessions(session: Session, app: str) -> None:
    """Sign everybody out of an app."""
    session.exec(delete(VisitSessionRow).where(col(VisitSessionRow.app) == app))


def forget_expired(session: Session, now: int) -> None:
    """Remove sessions that are over."""
    session.exec(delete(VisitSessionRow).where(col(VisitSessionRow.expires_at) <= now))


def token_digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=10_000)
def visitor_id(salt: bytes, app: str, person: str) -> str:
    """A stable id of a person within one app: two apps cannot compare their visitors."""
    return "v_" + hmac.new(salt, f"{app}\0{person}".encode(), hashlib.sha256).hexdigest()[:20]
