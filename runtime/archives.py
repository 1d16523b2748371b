"""Archives, as rows: which pack of which app lies where, until when, and what became of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, or_, update
from sqlalchemy.engine import CursorResult
from sqlmodel import Field, Session, SQLModel, col, select

from runtime import closing
from runtime.apps import App
from templates.manifest import Digest

DAY = 86_400
KEPT_DAYS = 90
"""So long an archived app can be restored (N6)."""


ABANDONED = 3600
"""Seconds after which nobody is still writing what was begun."""


class State(StrEnum):
    """What became of a pack."""

    WRITING = "writing"
    """It may lie there, whole or in part; nothing relies on it."""
    KEPT = "kept"
    RESTORING = "restoring"
    """Somebody wants it back, and may have it."""
    RESTORED = "restored"
    """The app runs again, so the pack goes."""
    DELETED = "deleted"


class ArchiveRow(SQLModel, table=True):
    __tablename__ = "archive"

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    place: str
    name: str
    digest: str = ""
    size: int = 0
    store: str = ""
    bundle: str = ""
    proposal: str = ""
    oldest: int = 0
    archived_at: int
    until: int = Field(index=True)
    state: str
    wanted_by: str = ""
    """The Person who wants it restored."""
    receipt: str = ""
    """What was deleted and when, as JSON; empty while it is there."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One archive. `store` is the digest of the store in it, `oldest` the UNIX second of its oldest entry."""

    id: str
    workspace: str
    app: str
    place: str
    name: str
    digest: Digest
    size: int
    store: Digest
    bundle: Digest
    proposal: str
    oldest: int
    archived_at: int
    until: int
    state: State
    wanted_by: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A pack by its numbers: its digest and size, its store's digest, and the UNIX second of its oldest entry."""

    digest: Digest
    size: int
    store: Digest
    oldest: int


def begin(session: Session, app: App, place: str, name: str, now: int) -> str:
    """Note where a pack is about to be written, before it is: whatever happens then, it is found again. Its id."""
    begun = (ArchiveRow.app == app.id, ArchiveRow.place == place, ArchiveRow.name == name)
    row = session.exec(select(ArchiveRow).where(*begun, ArchiveRow.state == State.WRITING)).first()
    if row is None:
        row = ArchiveRow(
            id=f"arc_{secrets.token_hex(6)}",
            workspace=app.workspace,
            app=app.id,
            place=place,
            name=name,
            archived_at=now,
            until=now,
            state=State.WRITING,
        )
        session.add(row)
        session.flush()
    return row.id


def keep(session: Session, id_: str, what: Contents, *, bundle: Digest, proposal: str, now: int) -> Kept:
    """The pack is where it was to be; from now on the app may come back from it."""
    row = session.get_one(ArchiveRow, id_)
    row.bundle, row.proposal, row.state = bundle, proposal, State.KEPT
    row.archived_at, row.until = now, now + KEPT_DAYS * DAY
    rewrite(session, id_, what)
    return _view(row)


def rewrite(session: Session, id_: str, what: Contents) -> None:
    """Note what a pack holds."""
    row = session.get_one(ArchiveRow, id_)
    row.digest, row.size, row.store, row.oldest = what.digest, what.size, what.store, what.oldest
    session.add(row)
    session.flush()


def replace(session: Session, id_: str, begun: str, what: Contents) -> None:
    """Of a pack there is another one, written as `begun`: it counts from now on, and the one before is what may lie
    there and is to go."""
    row, other = session.get_one(ArchiveRow, id_), session.get_one(ArchiveRow, begun)
    row.name, other.name = other.name, row.name
    session.add(other)
    rewrite(session, id_, what)


def get(session: Session, id_: str) -> Kept | None:
    """The archive with this id."""
    row = session.get(ArchiveRow, id_, populate_existing=True)
    return _view(row) if row else None


def newest(session: Session, app: str) -> Kept | None:
    """The app's last archive, whatever became of it."""
    row = session.exec(
        select(ArchiveRow).where(ArchiveRow.app == app).order_by(col(ArchiveRow.archived_at).desc())
    ).first()
    return _view(row) if row else None


def restorable(session: Session, app: str, now: int) -> Kept | None:
    """The archive from which an archived app may come back now."""
    found = newest(session, app)
    return found if found and found.state is State.KEPT and now < found.until else None


def move(session: Session, id_: str, seen: State, to: State, **changes: str) -> bool:
    """Pass to another state by compare-and-set; False when somebody else was first."""
    result = session.execute(
        update(ArchiveRow).where(col(ArchiveRow.id) == id_, col(ArchiveRow.state) == seen).values(state=to, **changes)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def wanted(session: Session) -> Sequence[Kept]:
    """Archives that are to be restored."""
    return _where(session, col(ArchiveRow.state) == State.RESTORING)


def there(session: Session, app: str = "") -> Sequence[Kept]:
    """Packs that apps may come back from; with `app`, of this one alone."""
    kept = col(ArchiveRow.state).in_((State.KEPT, State.RESTORING))
    return _where(session, kept, *([col(ArchiveRow.app) == app] if app else []))


def to_remove(session: Session, now: int) -> Sequence[Kept]:
    """Packs that nobody needs any more: over, restored, or written for an app that was retired meanwhile."""
    state, abandoned = col(ArchiveRow.state), col(ArchiveRow.archived_at) <= now - ABANDONED
    over = and_(state == State.KEPT, col(ArchiveRow.until) <= now)
    begun = and_(state == State.WRITING, abandoned)
    found = _where(session, or_(over, state == State.RESTORED, begun))
    writing = {one.id for one in closing.closing(session)} if found else set()
    return tuple(one for one in found if one.state is not State.WRITING or one.app not in writing)


def forget(session: Session, id_: str) -> None:
    """What was begun and came to nothing is gone."""
    session.delete(session.get_one(ArchiveRow, id_))


def receipts(session: Session, app: str) -> Sequence[str]:
    """What was kept of the deletion of an app's archives, oldest first."""
    deleted = ArchiveRow.app == app, ArchiveRow.receipt != ""
    return session.exec(select(ArchiveRow.receipt).where(*deleted).order_by(col(ArchiveRow.archived_at))).all()


def _where(session: Session, *conditions: object) -> Sequence[Kept]:
    rows = session.exec(select(ArchiveRow).where(*conditions).order_by(col(ArchiveRow.archived_at)))  # type: ignore[arg-type]  # conditions of SQLAlchemy
    return tuple(_view(row) for row in rows)


def _view(row: ArchiveRow) -> Kept:
    fields = {name: getattr(row, name) for name in Kept.__dataclass_fields__}
    return Kept(**{**fields, "state": State(row.state)})
