"""Grants: a capability given to an app until a time, by an approved Proposal. Revoked without a redeploy."""

from sqlmodel import Field, Session, SQLModel, col, select

from templates.manifest import Capability, EgressCapability, MailCapability


class GrantRow(SQLModel, table=True):
    # A named `grant` table would need quoting in every dialect.
    __tablename__ = "app_grant"

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    app: str = Field(index=True)
    name: str
    proposal: str
    granted_at: int
    until: int
    revoked_at: int | None = None


def names(capabilities: tuple[Capability, ...]) -> tuple[str, ...]:
    """What a Manifest asks for, one name a thing that can be granted or revoked.

    `store`, `notify`, `egress:<host>`, `mail:<domain>`.
    """
    found: list[str] = []
    for one in capabilities:
        if isinstance(one, EgressCapability):
            found += [f"egress:{host}" for host in one.hosts]
        elif isinstance(one, MailCapability):
            found += [f"mail:{domain}" for domain in one.domains]
        else:
            found.append(one.kind)
    return tuple(sorted(found))


def grant(
    session: Session, *, workspace: str, app: str, wanted: tuple[str, ...], proposal: str, until: int, now: int
) -> None:
    """Give exactly `wanted` to the app; what an earlier Proposal gave and this one does not name is taken back."""
    revoke(session, app, now)
    session.add_all(
        GrantRow(workspace=workspace, app=app, name=name, proposal=proposal, granted_at=now, until=until)
        for name in wanted
    )


def revoke(session: Session, app: str, now: int, name: str | None = None) -> None:
    """Take one grant back, or all of them."""
    for row in session.exec(select(GrantRow).where(GrantRow.app == app, col(GrantRow.revoked_at).is_(None))):
        if name in (None, row.name):
            row.revoked_at = now
            session.add(row)


def active(session: Session, app: str, now: int) -> frozenset[str]:
    """What the app may do now."""
    rows = session.exec(
        select(GrantRow.name).where(GrantRow.app == app, col(GrantRow.revoked_at).is_(None), GrantRow.until > now)
    )
    return frozenset(rows.all())


def ended(session: Session, app: str, name: str, now: int) -> int:
    """When this grant ended by itself, 0 when it holds, was taken back, or never was."""
    rows = session.exec(
        select(GrantRow.until).where(GrantRow.app == app, GrantRow.name == name, col(GrantRow.revoked_at).is_(None))
    ).all()
    until = max(rows, default=0)
    return until if until <= now else 0
