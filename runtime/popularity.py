"""How templates fare in a workspace: how many apps of each were published, how many are live, how long they lived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from sqlmodel import Session, col, func, select

from runtime.apps import ENDED, AppRow
from runtime.deployments import DeploymentRow

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Popularity:
    """Of one template, all its versions together. `median_days` is of ended apps, None while none has ended."""

    made: int = 0
    live: int = 0
    median_days: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """One published app: from when, and until when if it has ended."""

    template: str
    since: int
    ended_at: int | None


def fares(session: Session, workspace: str) -> Mapping[str, Popularity]:
    """Each template's name with how it fares; one that no app was published of is missing."""
    first = (
        select(DeploymentRow.app, func.min(DeploymentRow.created_at).label("since"))
        .where(DeploymentRow.workspace == workspace, DeploymentRow.stage == "live")
        .group_by(col(DeploymentRow.app))
        .subquery()
    )
    rows = session.exec(
        select(AppRow.template, first.c.since, AppRow.ended_at, AppRow.stage).join(first, first.c.app == AppRow.id)
    )
    lives: dict[str, list[Life]] = {}
    for template, since, ended_at, stage in rows:
        name = template.partition("@")[0]
        lives.setdefault(name, []).append(Life(name, since, ended_at if stage in ENDED else None))
    return {name: summed(found) for name, found in lives.items()}


def summed(lives: Sequence[Life]) -> Popularity:
    """The lives of one template's apps, counted."""
    days = [(one.ended_at - one.since) / DAY for one in lives if one.ended_at is not None]
    return Popularity(len(lives), len(lives) - len(days), round(median(days)) if days else None)
