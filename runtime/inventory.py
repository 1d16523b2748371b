"""Inventory: what is left of an app, kind by kind. After its end there must be nothing (D3).

What stays on purpose is none of it: the audit, the bundle as evidence, what it cost, its export and its archive.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session, col, select

from runtime import apps, deployments
from runtime.apps import AppRow
from runtime.breaches import BreachRow
from runtime.broker.secret import SecretRow
from runtime.deployments import DeploymentRow
from runtime.gauge import GaugeRow
from runtime.identity import SESSION_SECONDS, VisitSessionRow
from runtime.schedules import ScheduleRow
from runtime.snapshot import Where
from templates.manifest import Digest


class Stores(Protocol):
    """What the inventory asks of the app-data seam."""

    def stores(self) -> Sequence[tuple[str, Where]]:
        """The apps and stages that keep anything."""


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that is left: its kind, and which one."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"


def left(session: Session, data: Stores, prepared: Callable[[Digest], bool], app: str) -> tuple[Left, ...]:
    """Everything of the runtime's; `prepared` says whether something lies ready to run a bundle."""
    return tuple(_left(session, data, prepared, app))


def _left(session: Session, data: Stores, prepared: Callable[[Digest], bool], app: str) -> Iterator[Left]:
    standing = select(DeploymentRow.stage).where(DeploymentRow.app == app, col(DeploymentRow.ended_at).is_(None))
    yield from (Left("route", one) for one in session.exec(standing))
    yield from (Left("store", stage) for one, stage in data.stores() if one == app)
    yield from (Left("secret", one) for one in session.exec(select(SecretRow.name).where(SecretRow.app == app)))
    yield from (Left("session", one) for one in _sessions(session, app))
    yield from (Left("schedule", one) for one in session.exec(select(ScheduleRow.name).where(ScheduleRow.app == app)))
    yield from (Left("quota", one) for one in session.exec(select(GaugeRow.stage).where(GaugeRow.app == app)))
    yield from (Left("limit", one) for one in session.exec(select(BreachRow.kind).where(BreachRow.app == app)))
    yield from (Left("artefact", one) for one in deployments.abandoned(session, app) if prepared(one))


def _sessions(session: Session, app: str) -> Sequence[str]:
    """Of visitors of the app. Whoever signed in since it ended has seen its tombstone, and nothing else."""
    found = apps.get(session, app)
    opened = select(VisitSessionRow.stage).where(VisitSessionRow.app == app)
    if found is not None and found.ended_at is not None:
        opened = opened.where(VisitSessionRow.expires_at < found.ended_at + SESSION_SECONDS)
    return session.exec(opened).all()


def ended(session: Session) -> Sequence[str]:
    """Apps that are said to be cleared away."""
    return session.exec(select(AppRow.id).where(col(AppRow.cleared_at).is_not(None)).order_by(AppRow.id)).all()
