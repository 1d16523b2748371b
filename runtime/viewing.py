"""Viewings: one look at the first page of one preview, by a token that works once and for a minute.

Control makes one for the picture in the thread. A worker honours it for that page alone, run with a store that is empty
and gone afterwards, so that whoever held the token would see what the app says to a stranger and nothing of anybody's.
"""

import re
import secrets

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, delete

from runtime.identity import token_digest
from templates.manifest import Digest

HEADER = "x-slipway-viewing"
"""Carries the token: a header stands in no address, no history and no log of ours."""
SECONDS = 60
"""How long a token waits for its one use."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class ViewingRow(SQLModel, table=True):
    __tablename__ = "viewing"

    digest: str = Field(primary_key=True)
    """SHA-256 of the token: the database alone opens no door."""
    app: str
    bundle: str
    expires_at: int
    used_at: int | None = None


def allow(session: Session, app: str, bundle: Digest, now: int) -> str:
    """Allow one look at this preview of an app; return the token. It is nowhere else in clear."""
    session.exec(delete(ViewingRow).where(col(ViewingRow.expires_at) <= now))
    token = secrets.token_urlsafe(32)
    session.add(ViewingRow(digest=token_digest(token), app=app, bundle=bundle, expires_at=now + SECONDS))
    return token


def redeem(session: Session, digest: str, app: str, now: int) -> str:
    """Use the one look that a token's digest stands for; the bundle it is for, empty when there is none to use."""
    mine = (col(ViewingRow.digest) == digest, col(ViewingRow.app) == app)
    fresh = (col(ViewingRow.used_at).is_(None), col(ViewingRow.expires_at) > now)
    used = session.execute(update(ViewingRow).where(*mine, *fresh).values(used_at=now))
    if used.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for an UPDATE
        return ""
    row = session.get(ViewingRow, digest, populate_existing=True)
    return row.bundle if row else ""
