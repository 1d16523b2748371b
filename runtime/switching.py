"""Switching: another version of an app takes the place of the one that is live, if that one still is."""

import secrets

from sqlalchemy import update
from sqlmodel import Session, col, select

from runtime import apps
from runtime.apps import Stage
from runtime.deployments import Deployment, DeploymentRow, active
from runtime.errors import NotAllowed
from runtime.history import Version
from templates.audience import Audience

WAITS: frozenset[Stage] = frozenset({Stage.SUSPENDED, Stage.APPROVED})
"""Stages from which an app is live again with the version that takes its place; in any other it must be live."""


def switch(session: Session, to: Version, *, was: str, audience: Audience, still: bool, now: int) -> Deployment:
    """Have `to` live in the place of the Deployment `was`, until the Lease that runs ends.

    NotAllowed when that one is not live any more, or `to` never was: what backed it then backs it now (Invariant 1).
    `still`: nobody is served until somebody moves the app to Live.
    """
    backed = session.exec(
        select(DeploymentRow)
        .where(DeploymentRow.app == to.app, DeploymentRow.stage == "live", DeploymentRow.proposal == to.proposal)
        .where(DeploymentRow.bundle == to.bundle)
    ).first()
    found = apps.get(session, to.app)
    if backed is None or found is None or found.stage not in {Stage.LIVE, *WAITS}:
        raise NotAllowed(f"{to.app} cannot go to its version {to.number}")
    ended = session.execute(
        update(DeploymentRow)
        .where(col(DeploymentRow.id) == was, col(DeploymentRow.app) == to.app, col(DeploymentRow.stage) == "live")
        .where(col(DeploymentRow.ended_at).is_(None), col(DeploymentRow.proposal) != to.proposal)
        .values(ended_at=now)
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for an UPDATE
        raise NotAllowed(f"{was} is not what is live of {to.app}")
    session.add(
        DeploymentRow(
            id=f"dep_{secrets.token_hex(6)}",
            workspace=backed.workspace,
            app=to.app,
            stage="live",
            bundle=to.bundle,
            proposal=to.proposal,
            created_at=now,
            audit=backed.audit,
            limits=backed.limits,
            budget_tag=backed.budget_tag,
        )
    )
    session.flush()
    apps.open_to(session, to.app, audience)
    if still and found.stage is not Stage.SUSPENDED:
        _suspend(session, to.app, found.stage, now)
    elif not still and found.stage in WAITS:
        apps.move(session, to.app, Stage.LIVE, now)
    standing = active(session, to.app, "live")
    assert standing is not None
    return standing


def _suspend(session: Session, app: str, stage: Stage, now: int) -> None:
    if stage is Stage.APPROVED:
        apps.move(session, app, Stage.LIVE, now)
    apps.move(session, app, Stage.SUSPENDED, now)
