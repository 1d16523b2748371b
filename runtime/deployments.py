"""Deployment: one Bundle reachable at one URL, preview or live, for as long as its Lease runs."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, Session, SQLModel, col, select

from runtime import apps, lease
from runtime.apps import Stage
from runtime.errors import NotAllowed
from runtime.lease import Lease
from templates.audience import Audience
from templates.manifest import Digest, Limits

Where = Literal["preview", "live"]
BACKED = "stage <> 'live' OR (proposal IS NOT NULL AND audit <> '' AND limits <> '' AND budget_tag <> '')"
"""What the database itself asks of a live Deployment (D11, P1)."""


class DeploymentRow(SQLModel, table=True):
    __tablename__ = "deployment"
    __table_args__ = (
        Index(
            "one_deployment_a_stage",
            "app",
            "stage",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint(BACKED, name="live_is_backed"),
    )

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(foreign_key="app.id", index=True)
    stage: str
    bundle: str
    proposal: str | None = None
    created_at: int
    ended_at: int | None = None
    audit: str = ""
    limits: str = ""
    budget_tag: str = ""
    paused: str = ""
    paused_at: int | None = None


class LeaseRow(SQLModel, table=True):
    __tablename__ = "lease"

    app: str = Field(primary_key=True, foreign_key="app.id")
    stage: str = Field(primary_key=True)
    workspace: str
    started_at: int
    ends_at: int = Field(index=True)
    reminded: int = 0


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is reachable at a stage of an app now. `proposal` is None for a preview."""

    id: str
    app: str
    stage: Where
    bundle: Digest
    proposal: str | None
    created_at: int
    budget_tag: str = ""
    ended_at: int | None = None
    paused: str = ""
    """Why it was suspended: the limit or fault that stopped its Calls, or empty."""
    paused_at: int | None = None


@dataclass(frozen=True, slots=True)
class Backing:
    """What stands behind a live app: the audit event that let it, its quota, and who is charged (D11)."""

    audit: Digest
    limits: Limits
    budget_tag: str
    excess: Sequence[str] = ()
    """What its Manifest asks for beyond its template (`templates.excess`)."""


def active(session: Session, app: str, stage: Where) -> Deployment | None:
    """The Deployment that stands at this stage."""
    row = _active(session, app, stage)
    return _view(row) if row else None


def newest(session: Session, app: str, stage: Where) -> Deployment | None:
    """The Deployment that stands at this stage, or the last that did."""
    row = session.exec(
        select(DeploymentRow)
        .where(DeploymentRow.app == app, DeploymentRow.stage == stage)
        .order_by(col(DeploymentRow.ended_at).is_not(None), col(DeploymentRow.created_at).desc())
    ).first()
    return _view(row) if row else None


def _view(row: DeploymentRow) -> Deployment:
    stage: Where = "live" if row.stage == "live" else "preview"
    return Deployment(
        row.id, row.app, stage, Digest(row.bundle), row.proposal, row.created_at, row.budget_tag, row.ended_at,
        row.paused, row.paused_at,
    )  # fmt: skip  # plain hand-over of the same names


def _active(session: Session, app: str, stage: Where) -> DeploymentRow | None:
    return session.exec(
        select(DeploymentRow).where(
            DeploymentRow.app == app, DeploymentRow.stage == stage, col(DeploymentRow.ended_at).is_(None)
        )
    ).first()


def standing(session: Session) -> tuple[Deployment, ...]:
    """Every Deployment that is reachable."""
    rows = session.exec(select(DeploymentRow).where(col(DeploymentRow.ended_at).is_(None))).all()
    return tuple(_view(row) for row in rows)


def leased(session: Session, app: str, stage: Where) -> Lease | None:
    """The Lease of this stage."""
    row = session.get(LeaseRow, (app, stage))
    return Lease(row.started_at, row.ends_at, row.reminded) if row else None


def _keep_lease(session: Session, app: str, workspace: str, stage: Where, kept: Lease) -> None:
    row = session.get(LeaseRow, (app, stage)) or LeaseRow(
        app=app, stage=stage, workspace=workspace, started_at=kept.started_at, ends_at=kept.ends_at
    )
    row.started_at, row.ends_at, row.reminded = kept.started_at, kept.ends_at, kept.reminded
    session.add(row)
    apps.touch_routes(session)


def _replace(
    session: Session,
    app: str,
    workspace: str,
    stage: Where,
    bundle: Digest,
    now: int,
    proposal: str | None = None,
    backing: Backing | None = None,
) -> DeploymentRow:
    end(session, app, stage, now)
    row = DeploymentRow(
        id=f"dep_{secrets.token_hex(6)}",
        workspace=workspace,
        app=app,
        stage=stage,
        bundle=bundle,
        proposal=proposal,
        created_at=now,
        audit=backing.audit if backing else "",
        limits=backing.limits.model_dump_json() if backing else "",
        budget_tag=backing.budget_tag.strip() if backing else "",
    )
    session.add(row)
    return row


def hold(session: Session, app: str, stage: Where, until: int) -> None:
    """Let a stage stand at least until then, as long as it stands at all."""
    found, standing = apps.get(session, app), leased(session, app, stage)
    if found is not None and standing is not None and standing.ends_at < until:
        _keep_lease(session, app, found.workspace, stage, Lease(standing.started_at, until, standing.reminded))


def end(session: Session, app: str, stage: Where, now: int) -> None:
    """Make this stage of the app unreachable."""
    row = _active(session, app, stage)
    if row is not None:
        row.ended_at = now
        session.add(row)
        session.flush()
    apps.touch_routes(session)


def preview(session: Session, app: str, bundle: Digest, now: int, excess: Sequence[str] = ()) -> Deployment:
    """Put a bundle up as the app's preview, on a short Lease of its own; NotAllowed with any `excess`, as for live."""
    _within(app, excess)
    found = apps.get(session, app)
    if found is None or found.over:
        raise NotAllowed(f"{app} has ended")
    row = _replace(session, app, found.workspace, "preview", bundle, now)
    _keep_lease(session, app, found.workspace, "preview", lease.start(lease.PREVIEW_DAYS, now))
    return _view(row)


def go_live(
    session: Session,
    app: str,
    *,
    proposal: str,
    bundle: Digest,
    audience: Audience,
    days: int,
    backing: Backing,
    approved: Callable[[Session, str], bool],
    now: int,
) -> Deployment:
    """Make what the approved Proposal names live, for `days`; NotAllowed without that approval (Invariant 1).

    NotAllowed as well while nobody is charged for it (D11), and when it asks for more than its template may.
    """
    _within(app, backing.excess)
    if not approved(session, proposal):
        raise NotAllowed(f"{proposal} is not approved")
    if not backing.budget_tag.strip() or not backing.audit:
        raise NotAllowed(f"{app} has no {'billing tag' if backing.audit else 'audit reference'}")
    found = apps.move(session, app, Stage.LIVE, now)
    row = _replace(session, app, found.workspace, "live", bundle, now, proposal, backing)
    apps.open_to(session, app, audience)
    standing = leased(session, app, "live")
    fresh = lease.start(days, now)
    kept = fresh if standing is None or standing.lapsed(now) else lease.extend(standing, days, days, now)
    _keep_lease(session, app, found.workspace, "live", kept)
    return _view(row)


def _within(app: str, excess: Sequence[str]) -> None:
    if excess:
        raise NotAllowed(f"{app} asks for more than its template may: {'; '.join(excess)}")


def extend(session: Session, app: str, days: int, longest: int, now: int) -> Lease:
    """Keep a live app for another `days`; NotAllowed when it has no Lease or has ended."""
    found, standing = apps.get(session, app), leased(session, app, "live")
    if found is None or standing is None or found.over:
        raise NotAllowed(f"{app} has ended")
    kept = lease.extend(standing, days, longest, now)
    _keep_lease(session, app, found.workspace, "live", kept)
    return kept


def pause(session: Session, app: str, stage: Where, why: str, now: int) -> bool:
    """Suspend what stands at this stage, from the next visit on; False when nothing stands there or it is already.

    Its Lease runs on and its data stays. What replaces it starts anew.
    """
    row, found = _active(session, app, stage), apps.get(session, app)
    if row is None or row.paused or found is None:
        return False
    row.paused, row.paused_at = why, now
    session.add(row)
    session.flush()
    if stage == "live" and found.stage is Stage.LIVE:
        apps.move(session, app, Stage.SUSPENDED, now)
    apps.touch_routes(session)
    return True


def resume(session: Session, app: str, stage: Where, now: int) -> bool:
    """Let what was suspended answer again; False when nothing is."""
    row, found = _active(session, app, stage), apps.get(session, app)
    if row is None or not row.paused or found is None:
        return False
    row.paused, row.paused_at = "", None
    session.add(row)
    session.flush()
    if stage == "live" and found.stage is Stage.SUSPENDED:
        apps.move(session, app, Stage.LIVE, now)
    apps.touch_routes(session)
    return True


def lapsed(session: Session, now: int) -> tuple[tuple[str, Where], ...]:
    """Stages whose Lease is over and whose Deployment still stands."""
    over = LeaseRow.ends_at <= now, col(DeploymentRow.ended_at).is_(None)
    there = DeploymentRow.app == LeaseRow.app, DeploymentRow.stage == LeaseRow.stage
    rows = session.exec(select(LeaseRow.app, LeaseRow.stage).where(*there, *over)).all()
    return tuple((app, "live" if stage == "live" else "preview") for app, stage in rows)


def abandoned(session: Session, app: str) -> tuple[Digest, ...]:
    """Bundles that this app was and that stand nowhere any more."""
    was = set(session.exec(select(DeploymentRow.bundle).where(DeploymentRow.app == app)).all())
    stands = set(session.exec(select(DeploymentRow.bundle).where(col(DeploymentRow.ended_at).is_(None))).all())
    return tuple(Digest(one) for one in sorted(was - stands))


def every(session: Session, app: str) -> tuple[str, ...]:
    """The ids of all Deployments that this app ever had."""
    return tuple(session.exec(select(DeploymentRow.id).where(DeploymentRow.app == app)).all())
