"""Grants: a capability given to an app until a time, by an approved Proposal. Revoked without a redeploy."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, select

from guardrails import revocations
from templates import label
from templates.manifest import Capability


class GrantRow(SQLModel, table=True):
    # A named `grant` table would need quoting in every dialect.
    __tablename__ = "app_grant"

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    app: str = Field(index=True)
    name: str
    proposal: str
    granted_at: int
    until: int = Field(index=True)
    revoked_at: int | None = Field(default=None, index=True)
    gate: str = Field(default="", sa_column_kwargs={"server_default": ""})
    replaced: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


@dataclass(frozen=True, slots=True)
class Grant:
    """One capability that an app was given: by which Proposal, from when until when, and whether it was taken back."""

    name: str
    proposal: str
    granted_at: int
    until: int
    revoked_at: int | None
    gate: str = ""
    """The digest of the Gate that opened it until then; empty when it came with the Proposal."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is granted and not declared, and what is declared and was never granted. Neither can be called (S4)."""

    granted: tuple[str, ...]
    declared: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.granted or self.declared)


def names(capabilities: tuple[Capability, ...]) -> tuple[str, ...]:
    """What a Manifest asks for, one name a thing that can be granted or revoked.

    `store`, `notify`, `egress:<host>`, `mail:<domain>`, `schedule:<name>`.
    """
    return label.names(capabilities)


def grant(
    session: Session, *, workspace: str, app: str, wanted: tuple[str, ...], proposal: str, until: int, now: int
) -> None:
    """Give exactly `wanted` to the app; what an earlier Proposal gave and this one does not name is taken back."""
    gone = _end(session, app, now, replaced=True)
    revocations.again(session, app, wanted)
    revocations.expect(session, workspace=workspace, app=app, names=gone - set(wanted), now=now)
    session.add_all(
        GrantRow(workspace=workspace, app=app, name=name, proposal=proposal, granted_at=now, until=until)
        for name in wanted
    )


def give(
    session: Session, *, workspace: str, app: str, name: str, proposal: str, gate: str, until: int, now: int
) -> None:
    """Give one thing until a time, by a Gate, beside what the live Proposal gave."""
    revocations.again(session, app, (name,))
    session.add(
        GrantRow(workspace=workspace, app=app, name=name, proposal=proposal, granted_at=now, until=until, gate=gate)
    )


def revoke(session: Session, app: str, now: int, name: str | None = None) -> None:
    """Take one grant back, or all of them; that they are gone has to be confirmed."""
    workspace = session.exec(select(GrantRow.workspace).where(GrantRow.app == app)).first()
    if workspace is not None:
        revocations.expect(session, workspace=workspace, app=app, names=_end(session, app, now, name), now=now)


def restore(
    session: Session, *, workspace: str, app: str, wanted: tuple[str, ...], proposal: str, until: int, now: int
) -> tuple[str, ...]:
    """Give what an earlier Proposal of the app gave, but for what was taken back on purpose since: those names."""
    newest = {
        row.name: row for row in session.exec(select(GrantRow).where(GrantRow.app == app).order_by(col(GrantRow.id)))
        if not row.gate
    }  # fmt: skip  # one row a name
    back = tuple(
        name for name in wanted if name in newest and newest[name].revoked_at is not None and not newest[name].replaced
    )
    given = tuple(name for name in wanted if name not in back)
    grant(session, workspace=workspace, app=app, wanted=given, proposal=proposal, until=until, now=now)
    return back


def _end(session: Session, app: str, now: int, name: str | None = None, *, replaced: bool = False) -> frozenset[str]:
    ended = set()
    for row in session.exec(select(GrantRow).where(GrantRow.app == app, col(GrantRow.revoked_at).is_(None))):
        if name in (None, row.name):
            row.revoked_at, row.replaced = now, replaced
            session.add(row)
            ended.add(row.name)
    return frozenset(ended)


def active(session: Session, app: str, now: int) -> frozenset[str]:
    """What the app may do now."""
    rows = session.exec(
        select(GrantRow.name).where(GrantRow.app == app, col(GrantRow.revoked_at).is_(None), GrantRow.until > now)
    )
    return frozenset(rows.all())


def every(session: Session, app: str) -> tuple[Grant, ...]:
    """What the app was ever given, oldest first."""
    rows = session.exec(select(GrantRow).where(GrantRow.app == app).order_by(col(GrantRow.id)))
    return tuple(Grant(row.name, row.proposal, row.granted_at, row.until, row.revoked_at, row.gate) for row in rows)


def known(session: Session, workspace: str) -> frozenset[str]:
    """The names of all that was ever granted in a workspace."""
    return frozenset(session.exec(select(GrantRow.name).where(GrantRow.workspace == workspace).distinct()))


def lapse(session: Session, now: int) -> tuple[tuple[str, str], ...]:
    """End the Grants whose time is over, and say which: each app and name once. They were good for nothing already."""
    over = session.exec(select(GrantRow).where(col(GrantRow.revoked_at).is_(None), GrantRow.until <= now)).all()
    for row in over:
        row.revoked_at = now
        session.add(row)
        revocations.expect(session, workspace=row.workspace, app=row.app, names=(row.name,), now=now)
    return tuple((row.app, row.name) for row in over)


def ended(given: Collection[Grant], now: int) -> frozenset[str]:
    """Names that were granted once and are not any more."""
    held = {one.name for one in given if one.revoked_at is None and one.until > now}
    return frozenset(one.name for one in given) - held


def difference(declared: Collection[str], given: Collection[Grant], now: int) -> Difference:
    """Where a Manifest and the Grants disagree; what was taken back on purpose is no disagreement."""
    held = {one.name for one in given if one.revoked_at is None and one.until > now}
    ever = {one.name for one in given}
    return Difference(tuple(sorted(held - set(declared))), tuple(sorted(set(declared) - ever)))
