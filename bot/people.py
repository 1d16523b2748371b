"""Person and Identity: one human, and the Slack and OpenID identities that are theirs."""

import secrets
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint, or_
from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import Profile

FRESH_SECONDS = 300
"""How old a cached profile may be before it is looked up again (D7: at most 5 minutes stale)."""


class PersonRow(SQLModel, table=True):
    __tablename__ = "person"

    id: str = Field(primary_key=True)
    workspace: str = Field(index=True)
    name: str
    created_at: int


class IdentityRow(SQLModel, table=True):
    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("workspace", "provider", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    provider: str
    subject: str
    person: str = Field(foreign_key="person.id", index=True)
    handle: str
    guest: bool = False
    bot: bool = False
    deleted: bool = False
    seen_at: int


@dataclass(frozen=True, slots=True)
class Person:
    """One human in one workspace. `user` is the chat's own id for them."""

    id: str
    workspace: str
    user: str
    name: str
    handle: str
    guest: bool = False
    bot: bool = False
    deleted: bool = False


def _person(row: PersonRow, identity: IdentityRow) -> Person:
    return Person(
        id=row.id,
        workspace=row.workspace,
        user=identity.subject,
        name=row.name,
        handle=identity.handle,
        guest=identity.guest,
        bot=identity.bot,
        deleted=identity.deleted,
    )


def known(session: Session, workspace: str, user: str) -> Person | None:
    """The Person behind a chat user, if we have met them."""
    found = session.exec(
        select(PersonRow, IdentityRow)
        .where(IdentityRow.person == PersonRow.id)
        .where(IdentityRow.workspace == workspace, IdentityRow.provider == "slack", IdentityRow.subject == user)
    ).first()
    return _person(*found) if found else None


def fresh(session: Session, workspace: str, user: str, now: int) -> Person | None:
    """As `known`, but None when the profile is too old to be relied upon."""
    seen = session.exec(
        select(IdentityRow.seen_at).where(IdentityRow.workspace == workspace, IdentityRow.subject == user)
    ).first()
    return known(session, workspace, user) if seen is not None and now - seen < FRESH_SECONDS else None


def meet(session: Session, workspace: str, profile: Profile, now: int) -> Person:
    """The Person behind this profile, created at first sight and kept up to date."""
    identity = session.exec(
        select(IdentityRow).where(
            IdentityRow.workspace == workspace, IdentityRow.provider == "slack", IdentityRow.subject == profile.user
        )
    ).first()
    if identity is None:
        row = PersonRow(id=f"person_{secrets.token_hex(6)}", workspace=workspace, name=profile.name, created_at=now)
        session.add(row)
        session.flush()
        identity = IdentityRow(
            workspace=workspace,
            provider="slack",
            subject=profile.user,
            person=row.id,
            handle=profile.handle,
            seen_at=now,
        )
    else:
        row = session.get_one(PersonRow, identity.person)
        row.name = profile.name
    identity.handle, identity.guest, identity.bot = profile.handle, profile.guest, profile.bot
    identity.deleted, identity.seen_at = profile.deleted, now
    session.add(row)
    session.add(identity)
    session.flush()
    return _person(row, identity)


def by_id(session: Session, person: str) -> Person | None:
    """The Person with this id, as Slack knows them."""
    found = session.exec(
        select(PersonRow, IdentityRow).where(IdentityRow.person == PersonRow.id, PersonRow.id == person)
    ).first()
    return _person(*found) if found else None


def called(session: Session, name: str) -> tuple[Person, ...]:
    """Everybody we have met by this handle or chat id, in any workspace."""
    handle = name.removeprefix("@").lower()
    rows = session.exec(
        select(PersonRow, IdentityRow)
        .where(IdentityRow.person == PersonRow.id)
        .where((IdentityRow.subject == name) | (IdentityRow.handle == handle))
    ).all()
    return tuple(_person(*one) for one in rows)


def by_handles(session: Session, workspace: str, handles: tuple[str, ...]) -> tuple[Person, ...]:
    """Those of these handles whom we have met."""
    rows = session.exec(
        select(PersonRow, IdentityRow)
        .where(IdentityRow.person == PersonRow.id, IdentityRow.workspace == workspace)
        .where(IdentityRow.handle.in_(handles))  # type: ignore[attr-defined]  # a column at run time
    ).all()
    return tuple(_person(*one) for one in rows)


def named(session: Session, called: str) -> Person | None:
    """The Person with this chat id, handle, name or id; None when there is none, or more than one."""
    found = session.exec(
        select(PersonRow.id)
        .where(IdentityRow.person == PersonRow.id)
        .where(
            or_(
                *(col(one) == called for one in (PersonRow.id, PersonRow.name, IdentityRow.subject, IdentityRow.handle))
            )
        )
        .distinct()
    ).all()
    return by_id(session, found[0]) if len(found) == 1 else None
