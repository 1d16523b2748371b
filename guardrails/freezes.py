"""Freezes: what an operator stopped, since when, and whose word lets it go on (N14).

A freeze stands until another human than the one who made it takes it away. When it came from a command line that named
nobody, that could be anybody: then two humans have to.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import Index, or_, text
from sqlmodel import Field, Session, SQLModel, col, delete, select

from guardrails import selves

Kind = Literal["app", "template", "capability", "model"]
KINDS: tuple[Kind, ...] = get_args(Kind)
EVERYTHING = "*"
"""Stands for every name of a kind."""
OFFER_SECONDS = 600
"""How long an operator who was shown what a freeze would stop may press for it."""
Thawing = Literal["thawed", "agreed", "own", "gone"]
"""It runs again; one of the two who are needed said so; who froze it, or said so already, cannot; it did already."""
STANDING = "thawed_at IS NULL"


class FreezeRow(SQLModel, table=True):
    __tablename__ = "freeze_line"
    __table_args__ = (
        Index(
            "one_freeze_a_name",
            "workspace",
            "kind",
            "name",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
    )

    id: str = Field(primary_key=True)
    workspace: str
    kind: str
    name: str
    reason: str
    person: str
    account: str
    frozen_at: int
    told_at: int | None = None
    agreed_by: str = ""
    thawed_by: str = ""
    thawed_at: int | None = Field(default=None, index=True)
    thaw_told_at: int | None = None


class OfferRow(SQLModel, table=True):
    __tablename__ = "freeze_offer"

    id: str = Field(primary_key=True)
    workspace: str
    user: str
    person: str
    kind: str
    name: str
    reason: str
    until: int = Field(index=True)
    settled_at: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is frozen. `name` is an app's id, a template's name or `name@version`, a capability's or a model's name."""

    workspace: str
    kind: Kind
    name: str

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return self.name if self.kind == "app" and self.name != EVERYTHING else f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What one operator was shown, and may press for until then."""

    id: str
    user: str
    person: str
    target: Target
    reason: str
    until: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Freeze:
    """One freeze. `person` is empty when the command line named nobody, `account` when it came from the chat."""

    id: str
    target: Target
    reason: str
    person: str
    account: str
    at: int
    told_at: int | None = None
    agreed_by: str = ""
    thawed_by: str = ""
    thawed_at: int | None = None


def offer(session: Session, target: Target, user: str, person: str, reason: str, now: int) -> Offer:
    """Let this operator press for it, within the next minutes."""
    session.execute(delete(OfferRow).where(col(OfferRow.until) <= now - OFFER_SECONDS))
    row = OfferRow(
        id=f"offer_{secrets.token_hex(12)}",
        workspace=target.workspace,
        user=user,
        person=person,
        kind=target.kind,
        name=target.name,
        reason=reason,
        until=now + OFFER_SECONDS,
    )
    session.add(row)
    session.flush()
    return _offer(row)


def offered(session: Session, offer: str) -> Offer | None:
    """The offer with this id."""
    row = session.get(OfferRow, offer)
    return _offer(row) if row else None


def settle(session: Session, offer: str, now: int) -> None:
    """It was pressed, or left."""
    row = session.get_one(OfferRow, offer)
    row.settled_at = now
    session.add(row)


def freeze(session: Session, target: Target, *, reason: str, person: str, account: str, now: int) -> Freeze | None:
    """Stop it from now on; None when it stands frozen already."""
    if of(session, target) is not None:
        return None
    row = FreezeRow(
        id=f"freeze_{secrets.token_hex(6)}",
        workspace=target.workspace,
        kind=target.kind,
        name=target.name,
        reason=reason,
        person=person,
        account=account,
        frozen_at=now,
    )
    session.add(row)
    session.flush()
    return _view(row)


def of(session: Session, target: Target) -> Freeze | None:
    """The freeze that stands over exactly this."""
    row = session.exec(
        select(FreezeRow).where(
            FreezeRow.workspace == target.workspace,
            FreezeRow.kind == target.kind,
            FreezeRow.name == target.name,
            col(FreezeRow.thawed_at).is_(None),
        )
    ).first()
    return _view(row) if row else None


def get(session: Session, freeze: str) -> Freeze | None:
    """The freeze with this id, thawed or not."""
    row = session.get(FreezeRow, freeze, populate_existing=True)
    return _view(row) if row else None


def standing(session: Session, workspace: str = "") -> tuple[Freeze, ...]:
    """What stands frozen, the longest first; in every workspace when none is named."""
    rows = select(FreezeRow).where(col(FreezeRow.thawed_at).is_(None))
    rows = rows.where(FreezeRow.workspace == workspace) if workspace else rows
    return tuple(map(_view, session.exec(rows.order_by(col(FreezeRow.frozen_at), col(FreezeRow.id)))))


def overlapping(session: Session, workspace: str, since: int) -> tuple[Freeze, ...]:
    """What stood frozen at any time after `since`."""
    ended = col(FreezeRow.thawed_at)
    rows = select(FreezeRow).where(FreezeRow.workspace == workspace, or_(ended.is_(None), ended >= since))
    return tuple(map(_view, session.exec(rows.order_by(col(FreezeRow.frozen_at), col(FreezeRow.id)))))


def began(spans: Iterable[tuple[int, int]], end: int) -> int:
    """When the standstill began that ended at `end`, of freezes from when to when: those that overlap are one."""
    since = end
    for start, until in sorted(spans, key=lambda one: -one[1]):
        if until < since:
            break
        since = min(since, start)
    return since


def thaw(session: Session, freeze: str, person: str, now: int) -> Thawing:
    """Let it go on by this operator's word, or say why not. Two accounts of one human are one (`guardrails.selves`)."""
    row = session.get(FreezeRow, freeze, populate_existing=True)
    if row is None or row.thawed_at is not None:
        return "gone"
    human = selves.one_of(session, person)
    said = row.person or row.agreed_by
    if said and selves.one_of(session, said) == human:
        return "own"
    if not said:
        row.agreed_by = person
        session.add(row)
        return "agreed"
    row.thawed_by, row.thawed_at = person, now
    session.add(row)
    session.flush()
    return "thawed"


def untold(session: Session) -> tuple[Freeze, ...]:
    """Freezes and thaws that nobody was told of yet, oldest first."""
    thawed_untold = col(FreezeRow.thawed_at).is_not(None) & col(FreezeRow.thaw_told_at).is_(None)
    rows = select(FreezeRow).where(or_(col(FreezeRow.told_at).is_(None), thawed_untold))
    return tuple(map(_view, session.exec(rows.order_by(col(FreezeRow.frozen_at), col(FreezeRow.id)))))


def told(session: Session, freeze: Freeze, now: int) -> bool:
    """Everybody was told of it as it is in `freeze`; whether of the freeze itself for the first time."""
    row = session.get_one(FreezeRow, freeze.id, populate_existing=True)
    first = row.told_at is None
    row.told_at = row.told_at or now
    if freeze.thawed_at is not None:
        row.thaw_told_at = now
    session.add(row)
    return first


def _offer(row: OfferRow) -> Offer:
    target = Target(row.workspace, _kind(row.kind), row.name)
    return Offer(row.id, row.user, row.person, target, row.reason, row.until, row.settled_at is not None)


def _view(row: FreezeRow) -> Freeze:
    target = Target(row.workspace, _kind(row.kind), row.name)
    return Freeze(
        row.id,
        target,
        row.reason,
        row.person,
        row.account,
        row.frozen_at,
        row.told_at,
        row.agreed_by,
        row.thawed_by,
        row.thawed_at,
    )


def _kind(name: str) -> Kind:
    return next(one for one in KINDS if one == name)
