"""Members: roles that an app's owner gave to people, as rows; whatever follows from the answers stands beside them."""

from collections.abc import Mapping
from typing import Literal

from sqlmodel import Field, Session, SQLModel, col, select

from runtime import apps

Given = Literal["owner", "editor", "viewer", "none"]
"""`none`: what would follow for them from the answers, or from having asked, does not."""
GIVEN: Mapping[str, Given] = {"owner": "owner", "editor": "editor", "viewer": "viewer", "none": "none"}


class MemberRow(SQLModel, table=True):
    __tablename__ = "app_member"

    app: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    workspace: str
    role: str
    given_by: str
    given_at: int


def of(session: Session, app: str) -> Mapping[str, Given]:
    """Who was given which role, by Person id, oldest first."""
    rows = session.exec(select(MemberRow).where(MemberRow.app == app).order_by(col(MemberRow.given_at)))
    return {row.person: GIVEN.get(row.role, "none") for row in rows}


def give(session: Session, app: str, person: str, role: Given, by: str, now: int) -> None:
    """Give a role, in the place of another; it counts from the next visit and press on."""
    found = apps.get(session, app)
    row = session.get(MemberRow, (app, person)) or MemberRow(
        app=app, person=person, workspace=found.workspace if found else "", role=role, given_by=by, given_at=now
    )
    row.role, row.given_by, row.given_at = role, by, now
    session.add(row)
    session.flush()
    apps.touch_routes(session)


def take(session: Session, app: str, person: str) -> None:
    """Take back what was given; what follows from the answers follows again."""
    row = session.get(MemberRow, (app, person))
    if row is not None:
        session.delete(row)
        session.flush()
    apps.touch_routes(session)
