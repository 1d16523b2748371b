"""App: the name and owner that outlive any one Deployment, and the stages it may pass through."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from runtime import slugs
from runtime.errors import NotAllowed
from templates.audience import Audience


class Stage(StrEnum):
    """Where an app stands (G1)."""

    DRAFT = "draft"
    """Only a preview exists."""
    APPROVED = "approved"
    LIVE = "live"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"
    """Ended; its data is exported and kept."""
    RETIRED = "retired"
    """Ended; its data is exported and its store is gone."""

    @classmethod
    def _missing_(cls, value: object) -> "Stage":
        """A stage that nobody knows is a Draft: it may do what a Draft may, and nothing of it is served (G1)."""
        return cls.DRAFT


ENDED = (Stage.ARCHIVED, Stage.RETIRED)
ALLOWED: Mapping[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.APPROVED, Stage.RETIRED}),
    # Archived: what was to be restored could not be.
    Stage.APPROVED: frozenset({Stage.LIVE, Stage.DRAFT, Stage.ARCHIVED, Stage.RETIRED}),
    Stage.LIVE: frozenset({Stage.APPROVED, Stage.SUSPENDED, Stage.ARCHIVED, Stage.RETIRED}),
    # Approved: a better version waits to replace what was suspended.
    Stage.SUSPENDED: frozenset({Stage.LIVE, Stage.APPROVED, Stage.ARCHIVED, Stage.RETIRED}),
    # Approved: it is restored, as far as the policies still allow what was approved.
    Stage.ARCHIVED: frozenset({Stage.APPROVED, Stage.RETIRED}),
    Stage.RETIRED: frozenset(),
}
"""The one table of transitions. Live is reached from Approved alone, or back from Suspended; of an app that is over,
also while it still stands as Suspended because its archive is not written, only what ends is left."""

_TOUCHED = "routes touched in"


class AppRow(SQLModel, table=True):
    __tablename__ = "app"

    id: str = Field(primary_key=True)
    workspace: str = Field(index=True)
    slug: str = Field(unique=True)
    title: str
    template: str
    owner: str
    collaborators: str = "[]"
    named: str = "[]"
    audience: str
    channel: str
    stage: str
    created_at: int
    ended_at: int | None = None
    export: str = ""
    cleared_at: int | None = None
    trace: str = ""
    team: str = ""
    budget_tag: str = ""


class RouteVersionRow(SQLModel, table=True):
    """Rises with every change that a route depends on; gateway workers reload when it does."""

    __tablename__ = "route_version"

    id: int = Field(default=1, primary_key=True)
    version: int = 0


@dataclass(frozen=True, slots=True)
class App:
    """One app. `collaborators` and `named` are chat handles: helpers of the owner, and people the app itself names."""

    id: str
    workspace: str
    slug: str
    title: str
    template: str
    owner: str
    collaborators: tuple[str, ...]
    named: tuple[str, ...]
    audience: Audience
    channel: str
    stage: Stage
    created_at: int
    ended_at: int | None
    """Since when it answers nobody for good, whether or not everything of it is archived or cleared away."""
    export: str
    trace: str
    team: str = ""
    """Who asked for it, as the chat calls them: a channel's name or the whole team's."""
    budget_tag: str = ""
    """Whose budget its cost is counted against; empty while nobody's."""

    @property
    def over(self) -> bool:
        """Whether it has ended, or is about to and does not come back."""
        return self.ended_at is not None


def _view(row: AppRow) -> App:
    return App(
        id=row.id,
        workspace=row.workspace,
        slug=row.slug,
        title=row.title,
        template=row.template,
        owner=row.owner,
        collaborators=tuple(json.loads(row.collaborators)),
        named=tuple(json.loads(row.named)),
        audience=Audience.model_validate_json(row.audience),
        channel=row.channel,
        stage=Stage(row.stage),
        created_at=row.created_at,
        ended_at=row.ended_at,
        export=row.export,
        trace=row.trace,
        team=row.team,
        budget_tag=row.budget_tag,
    )


def create(
    session: Session,
    *,
    app: str,
    workspace: str,
    title: str,
    template: str,
    owner: str,
    collaborators: tuple[str, ...],
    named: tuple[str, ...],
    audience: Audience,
    channel: str,
    trace: str,
    now: int,
    team: str = "",
    budget_tag: str = "",
) -> App:
    """Make an App in stage Draft, under a host name nobody has."""
    row = AppRow(
        id=app,
        workspace=workspace,
        slug=_free_slug(session, slugs.slug_of(title)),
        title=title,
        template=template,
        owner=owner,
        collaborators=json.dumps(collaborators),
        named=json.dumps(named),
        audience=audience.model_dump_json(),
        channel=channel,
        stage=Stage.DRAFT,
        created_at=now,
        trace=trace,
        team=team,
        budget_tag=budget_tag,
    )
    session.add(row)
    session.flush()
    return _view(row)


def _free_slug(session: Session, slug: str) -> str:
    candidate = slug
    # xn-- would let a title choose another script's host name.
    while (
        candidate in slugs.RESERVED
        or candidate.startswith("xn--")
        or session.exec(select(AppRow.id).where(AppRow.slug == candidate)).first()
    ):
        candidate = f"{slug.removeprefix('xn--')}-{secrets.token_hex(2)}"
    return candidate


def get(session: Session, app: str) -> App | None:
    """The App with this id."""
    row = session.get(AppRow, app)
    return _view(row) if row else None


def by_slug(session: Session, slug: str) -> App | None:
    """The App whose address begins with this label."""
    row = session.exec(select(AppRow).where(AppRow.slug == slug)).first()
    return _view(row) if row else None


def helped_by(session: Session, workspace: str, handle: str, most: int) -> tuple[App, ...]:
    """Apps that stand and name this handle, in small letters, as a collaborator; the newest first."""
    named = col(AppRow.collaborators).contains(json.dumps(handle), autoescape=True)
    rows = select(AppRow).where(AppRow.workspace == workspace, named, col(AppRow.stage).not_in(ENDED))
    found = session.exec(rows.order_by(col(AppRow.created_at).desc()).limit(most))
    return tuple(_view(row) for row in found)


def change(session: Session, app: str, *, title: str, collaborators: tuple[str, ...], named: tuple[str, ...]) -> None:
    """Take over what a new answer to the questions changed; the host name stays."""
    row = session.get_one(AppRow, app)
    row.title, row.collaborators, row.named = title, json.dumps(collaborators), json.dumps(named)
    session.add(row)
    touch_routes(session)


def charge(session: Session, app: str, budget_tag: str) -> None:
    """Count the app's cost against this budget, from now on."""
    row = session.get_one(AppRow, app)
    row.budget_tag = budget_tag
    session.add(row)


def open_to(session: Session, app: str, audience: Audience) -> None:
    """Let another audience in; from the next visit on."""
    row = session.get_one(AppRow, app)
    row.audience = audience.model_dump_json()
    session.add(row)
    touch_routes(session)


def move(session: Session, app: str, stage: Stage, now: int) -> App:
    """Pass to another stage by compare-and-set; NotAllowed when the table forbids it or somebody else was first."""
    row = session.get(AppRow, app)
    closing = row is not None and row.ended_at is not None and row.stage not in ENDED
    if row is None or stage not in ALLOWED[Stage(row.stage)] or (closing and stage not in ENDED):
        raise NotAllowed(f"{app} cannot go from {row.stage if row else 'nothing'} to {stage}")
    return moved(session, row, stage, (row.ended_at or now) if stage in ENDED else None)


def moved(session: Session, row: AppRow, stage: Stage, ended_at: int | None) -> App:
    """Pass to another stage, whether or not the table allows it: for `move`, and for `runtime.closing`."""
    result = session.execute(
        update(AppRow)
        .where(col(AppRow.id) == row.id, col(AppRow.stage) == row.stage)
        .values(stage=stage, ended_at=ended_at, cleared_at=None)
    )
    if result.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for an UPDATE
        raise NotAllowed(f"{row.id} was moved by somebody else")
    touch_routes(session)
    return _view(row)


def keep_export(session: Session, app: str, name: str) -> None:
    """Note the file that the app's data was exported to."""
    row = session.get_one(AppRow, app)
    row.export = name
    session.add(row)
    touch_routes(session)


def cleared(session: Session, app: str, now: int) -> None:
    """Note that nothing of an ended app is left but its tombstone and its export."""
    row = session.get_one(AppRow, app)
    row.cleared_at = now
    session.add(row)
    touch_routes(session)


def standing(session: Session, workspace: str) -> tuple[App, ...]:
    """Every app of a workspace that has not ended, by its title."""
    rows = select(AppRow).where(AppRow.workspace == workspace, col(AppRow.stage).not_in(ENDED))
    return tuple(_view(row) for row in session.exec(rows.order_by(col(AppRow.title), col(AppRow.id))))


def unfinished(session: Session) -> tuple[App, ...]:
    """Ended apps that still have to be exported or cleared."""
    rows = session.exec(select(AppRow).where(col(AppRow.stage).in_(ENDED), col(AppRow.cleared_at).is_(None)))
    return tuple(_view(row) for row in rows)


def touch_routes(session: Session) -> None:
    """Tell the gateway workers that a route changed; commits with the change, and once for all of a transaction's."""
    if session.info.get(_TOUCHED) is _transaction(session):
        return
    risen = update(RouteVersionRow).where(col(RouteVersionRow.id) == 1).values(version=col(RouteVersionRow.version) + 1)
    if session.execute(risen).rowcount == 0:  # type: ignore[attr-defined]  # a CursorResult for an UPDATE
        session.add(RouteVersionRow(version=1))
        session.flush()
    session.info[_TOUCHED] = _transaction(session)


def _transaction(session: Session) -> object:
    """The innermost one; a new object before there is any."""
    return session.get_nested_transaction() or session.get_transaction() or object()
