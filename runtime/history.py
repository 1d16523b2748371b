"""History: the versions of an app that were live, each as it was published, so that any of the last can be again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, SQLModel, col, select

from runtime.deployments import Deployment, DeploymentRow
from templates.manifest import Digest, Manifest, StoreCapability

OFFERED = 10
"""How many versions beside the one that is live can be gone back to (D12)."""


class VersionRow(SQLModel, table=True):
    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("app", "proposal"),)

    app: str = Field(primary_key=True, foreign_key="app.id")
    number: int = Field(primary_key=True)
    workspace: str
    bundle: str = Field(index=True)
    proposal: str
    published_at: int
    published_by: str
    answers: str
    store: str = ""
    retention_days: int
    rehearsed: bool
    reverted_at: int | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version, numbered from 1 in the order of going live for the first time."""

    app: str
    number: int
    bundle: Digest
    proposal: str
    published_at: int
    published_by: str
    """The Person who published it; empty when nobody knows any more."""
    answers: str
    """What its template was filled in with, as whoever published it keeps that; empty when nobody knows any more."""
    store: StoreCapability | None
    """The tables that it declares; kept here, for its files may be damaged by then."""
    retention_days: int
    rehearsed: bool
    """Whether every check of its preview was green."""
    reverted_at: int | None = None
    """When Slipway itself went back from it, because it was broken."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is to be remembered of what goes live."""

    bundle: Digest
    proposal: str
    manifest: Manifest
    by: str
    answers: str
    rehearsed: bool
    at: int


def note(session: Session, workspace: str, app: str, what: Published) -> Version:
    """Remember what goes live; the same Proposal is one version, however often."""
    if known := _of_proposal(session, app, what.proposal):
        return known
    newest = session.exec(select(func.max(VersionRow.number)).where(VersionRow.app == app)).one()
    store = what.manifest.capability("store")
    row = VersionRow(
        app=app,
        number=(newest or 0) + 1,
        workspace=workspace,
        bundle=what.bundle,
        proposal=what.proposal,
        published_at=what.at,
        published_by=what.by,
        answers=what.answers,
        store=store.model_dump_json() if isinstance(store, StoreCapability) else "",
        retention_days=what.manifest.retention_days,
        rehearsed=what.rehearsed,
    )
    session.add(row)
    session.flush()
    return _view(row)


def get(session: Session, app: str, number: int) -> Version | None:
    """The version of this number."""
    row = session.get(VersionRow, (app, number))
    return _view(row) if row else None


def of(session: Session, deployment: Deployment) -> Version | None:
    """Which version is, or was, live as this Deployment."""
    return _of_proposal(session, deployment.app, deployment.proposal or "")


def last(session: Session, app: str, most: int = OFFERED + 1) -> tuple[Version, ...]:
    """The last versions that were live, newest first."""
    rows = session.exec(select(VersionRow).where(VersionRow.app == app).order_by(col(VersionRow.number).desc()))
    return tuple(map(_view, rows.fetchmany(most)))


def deployed(session: Session, app: str) -> Sequence[tuple[Version, int, int | None]]:
    """Each time that a version was live: which one, from when, and until when; oldest first."""
    rows = session.exec(
        select(VersionRow, DeploymentRow.created_at, DeploymentRow.ended_at)
        .join(DeploymentRow, col(DeploymentRow.proposal) == col(VersionRow.proposal))
        .where(VersionRow.app == app, DeploymentRow.app == app, DeploymentRow.stage == "live")
        .order_by(col(DeploymentRow.created_at), col(VersionRow.number))
    )
    return [(_view(row), since, until) for row, since, until in rows]


def before(session: Session, app: str, deployment: str) -> Version | None:
    """The version that was live before this Deployment was."""
    rows = session.exec(
        select(DeploymentRow)
        .where(DeploymentRow.app == app, DeploymentRow.stage == "live")
        .order_by(col(DeploymentRow.created_at), col(DeploymentRow.ended_at).is_(None), col(DeploymentRow.ended_at))
    ).all()
    mine = next((one for one in rows if one.id == deployment), None)
    ended = [one for one in rows if mine and one is not mine and one.ended_at and one.ended_at <= mine.created_at]
    return _of_proposal(session, app, ended[-1].proposal or "") if ended else None


def reverted(session: Session, version: Version, now: int) -> None:
    """Slipway went back from it, because it was broken: it is not repaired again."""
    row = session.get_one(VersionRow, (version.app, version.number))
    row.reverted_at = now
    session.add(row)


def _of_proposal(session: Session, app: str, proposal: str) -> Version | None:
    row = session.exec(select(VersionRow).where(VersionRow.app == app, VersionRow.proposal == proposal)).first()
    return _view(row) if row else None


def _view(row: VersionRow) -> Version:
    return Version(
        app=row.app,
        number=row.number,
        bundle=Digest(row.bundle),
        proposal=row.proposal,
        published_at=row.published_at,
        published_by=row.published_by,
        answers=row.answers,
        store=StoreCapability.model_validate_json(row.store) if row.store else None,
        retention_days=row.retention_days,
        rehearsed=row.rehearsed,
        reverted_at=row.reverted_at,
    )
