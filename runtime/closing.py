"""Closing: an app that is to be archived stands as Suspended, for good, until its archive is written."""

from sqlmodel import Session, col, select

from runtime import apps
from runtime.apps import ENDED, App, AppRow, Stage
from runtime.errors import NotAllowed

CLOSED_FROM = (Stage.APPROVED, Stage.LIVE, Stage.SUSPENDED)
"""Where an app may stand when it is closed."""


def close(session: Session, app: str, now: int) -> App:
    """Suspend an app that is to be archived: from here it only ends. NotAllowed unless it is published."""
    row = session.get(AppRow, app)
    if row is None or row.stage not in CLOSED_FROM or row.ended_at is not None:
        raise NotAllowed(f"{app} cannot be closed")
    return apps.moved(session, row, Stage.SUSPENDED, now)


def closing(session: Session) -> tuple[App, ...]:
    """Apps that are closed and whose archive is not written."""
    over = col(AppRow.ended_at).is_not(None), col(AppRow.stage).not_in(ENDED)
    found = (apps.get(session, one) for one in session.exec(select(AppRow.id).where(*over)))
    return tuple(one for one in found if one is not None)


def back(session: Session) -> tuple[App, ...]:
    """Apps that were restored and whose export of before still lies there."""
    found = select(AppRow.id).where(col(AppRow.ended_at).is_(None), AppRow.export != "")
    return tuple(one for name in session.exec(found) if (one := apps.get(session, name)) and one.stage is Stage.LIVE)


def is_cleared(session: Session, app: str) -> bool:
    """Whether nothing of an ended app is left but its tombstone, its export and its archive."""
    return session.get_one(AppRow, app).cleared_at is not None
