"""Tombstone: what stands where an app was, besides its title: whose it was, and until when it may come back."""

from sqlmodel import Field, Session, SQLModel

from runtime import apps
from runtime.apps import App


class TombstoneRow(SQLModel, table=True):
    __tablename__ = "tombstone"

    app: str = Field(primary_key=True)
    workspace: str
    owner: str
    """What people called the owner when it ended."""
    until: int
    """UNIX seconds; 0 when it cannot be restored."""


def put(session: Session, app: App, owner: str) -> None:
    """Put one up; an app has one."""
    row = session.get(TombstoneRow, app.id) or TombstoneRow(app=app.id, workspace=app.workspace, owner="", until=0)
    row.owner = owner
    session.add(row)
    apps.touch_routes(session)


def may_return(session: Session, app: str, until: int) -> None:
    """Say until when it can be restored; 0 for not at all."""
    row = session.get(TombstoneRow, app)
    if row is not None:
        row.until = until
        session.add(row)
        apps.touch_routes(session)


def remove(session: Session, app: str) -> None:
    """The app is back."""
    row = session.get(TombstoneRow, app)
    if row is not None:
        session.delete(row)
        apps.touch_routes(session)
