"""Owners: an app passes from one Person to another, with who is charged for it and the secrets that came of them."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col, select

from runtime import apps, deployments
from runtime.apps import AppRow
from runtime.broker.secret import SecretRow
from runtime.deployments import DeploymentRow


def move(session: Session, app: str, before: str, after: str, budget_tag: str = "") -> bool:
    """Pass an app on by compare-and-set, with its budget when one is named; False when it is not `before`'s now."""
    result = session.execute(
        update(AppRow).where(col(AppRow.id) == app, col(AppRow.owner) == before).values(owner=after)
    )
    if int(result.rowcount) != 1:  # type: ignore[attr-defined]  # a CursorResult for an UPDATE
        return False
    session.expire_all()
    if budget_tag:
        apps.charge(session, app, budget_tag)
        standing = deployments.active(session, app, "live")
        row = session.get(DeploymentRow, standing.id) if standing else None
        if row is not None:
            row.budget_tag = budget_tag
            session.add(row)
    apps.touch_routes(session)
    return True


def pass_secrets(session: Session, app: str, before: str, after: str) -> int:
    """The secrets of an app that somebody answers for are somebody else's from now on; how many."""
    rows = _secrets(session, app, before)
    for row in rows:
        row.given_by = after
        session.add(row)
    return len(rows)


def drop_secrets(session: Session, app: str, person: str) -> tuple[str, ...]:
    """Forget the secrets of an app that somebody answers for; their names."""
    rows = _secrets(session, app, person)
    for row in rows:
        session.delete(row)
    return tuple(row.name for row in rows)


def _secrets(session: Session, app: str, person: str) -> tuple[SecretRow, ...]:
    return tuple(session.exec(select(SecretRow).where(SecretRow.app == app, SecretRow.given_by == person)))


def newest_tag(session: Session, workspace: str, people: Sequence[str]) -> str:
    """The budget of the newest app that one of these owns; empty when they own none."""
    mine = select(AppRow.budget_tag).where(AppRow.workspace == workspace, col(AppRow.owner).in_(people))
    found = session.exec(mine.where(AppRow.budget_tag != "").order_by(col(AppRow.created_at).desc())).first()
    return found or ""
