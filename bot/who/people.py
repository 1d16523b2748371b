"""Person and Identity: one human, and the Slack and OpenID identities that are theirs."""

import json
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint, and_, or_
from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import Profile
from guardrails import selves

ACCOUNT = re.compile("[UW][A-Z0-9]{2,}")
"""The chat's own id of somebody, whom we need not have met."""
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
    partner: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    claims: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})
    claimed_at: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    seen_at: int


@dataclass(frozen=True, slots=True)
class Person:
    """One human in one workspace, by one of their accounts. `user` is the chat's own id for it."""

    id: str
    workspace: str
    user: str
    name: str
    handle: str
    guest: bool = False
    bot: bool = False
    deleted: bool = False
    partner: bool = False
    """Whether they belong to another organisation, with which a channel is shared."""
    also: frozenset[str] = frozenset()
    """Every Person id of the human, this one too: an operator may link accounts (`guardrails.selves`)."""

    @property
    def outsider(self) -> bool:
        """Whether they are no full member of the workspace."""
        return self.guest or self.partner

    def owns(self, person: str | None) -> bool:
        """Whether this Person id is theirs, by whichever account."""
        return person is not None and (person == self.id or person in self.also)


def _person(session: Session, row: PersonRow, identity: IdentityRow) -> Person:
    return Person(
        id=row.id,
        workspace=row.workspace,
        user=identity.subject,
        name=row.name,
        handle=identity.handle,
        guest=identity.guest,
        bot=identity.bot,
        deleted=identity.deleted,
        partner=identity.partner,
        also=selves.all_of(session, row.id),
    )


def known(session: Session, workspace: str, user: str) -> Person | None:
    """The Person behind a chat user, if we have met them."""
    found = session.exec(
        select(PersonRow, IdentityRow)
        .where(IdentityRow.person == PersonRow.id)
        .where(IdentityRow.workspace == workspace, IdentityRow.provider == "slack", IdentityRow.subject == user)
    ).first()
    return _person(session, *found) if found else None


def fresh(session: Session, workspace: str, user: str, now: int) -> Person | None:
    """As `known`, but None when the profile is too old to be relied upon."""
    return known(session, workspace, user) if now - seen_at(session, workspace, user) < FRESH_SECONDS else None


def seen_at(session: Session, workspace: str, user: str) -> int:
    """When the profile of a chat user was looked up last; 0 when it never was."""
    asked = select(IdentityRow.seen_at).where(IdentityRow.workspace == workspace, IdentityRow.subject == user)
    return session.exec(asked).first() or 0


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
    identity.deleted, identity.partner, identity.seen_at = profile.deleted, profile.partner, now
    session.add(row)
    session.add(identity)
    session.flush()
    return _person(session, row, identity)


def expect(session: Session, workspace: str, user: str) -> Person:
    """Make room for an account that we have not met: who it is is asked when it first does something."""
    row = PersonRow(id=f"person_{secrets.token_hex(6)}", workspace=workspace, name=user, created_at=0)
    session.add(row)
    session.flush()
    identity = IdentityRow(
        workspace=workspace, provider="slack", subject=user, person=row.id, handle=user.lower(), seen_at=0
    )
    session.add(identity)
    session.flush()
    return _person(session, row, identity)


def by_id(session: Session, person: str) -> Person | None:
    """The Person with this id, as Slack knows them."""
    rows = select(PersonRow, IdentityRow).where(IdentityRow.person == PersonRow.id, PersonRow.id == person)
    found = session.exec(rows.order_by(col(IdentityRow.id))).first()
    return _person(session, *found) if found else None


def accounts(session: Session, person: str) -> tuple[Person, ...]:
    """Every account of the human whom this Person id is of."""
    found = (by_id(session, one) for one in sorted(selves.all_of(session, person)))
    return tuple(one for one in found if one)


CLAIM_SECONDS = 3600
"""How long what somebody's sign-in claimed is believed."""


def claim(session: Session, workspace: str, user: str, claims: str, now: int) -> None:
    """Keep what the sign-in of a chat user claimed, as JSON; what an earlier one did is over."""
    identity = session.exec(
        select(IdentityRow).where(
            IdentityRow.workspace == workspace, IdentityRow.provider == "slack", IdentityRow.subject == user
        )
    ).one()
    identity.claims, identity.claimed_at = claims, now
    session.add(identity)


def claimed(session: Session, person: Person, now: int) -> frozenset[str]:
    """What this account's last sign-in claimed; nothing once that was too long ago."""
    rows = select(IdentityRow.claims, IdentityRow.claimed_at).where(
        IdentityRow.workspace == person.workspace, IdentityRow.subject == person.user
    )
    found = session.exec(rows).first()
    return frozenset(json.loads(found[0])) if found and now < found[1] + CLAIM_SECONDS else frozenset()


def called(session: Session, name: str) -> tuple[Person, ...]:
    """Everybody we have met by this handle or chat id, in any workspace; partners by their id alone."""
    handle = name.removeprefix("@").lower()
    ours = and_(col(IdentityRow.handle) == handle, ~col(IdentityRow.partner))
    rows = session.exec(
        select(PersonRow, IdentityRow)
        .where(IdentityRow.person == PersonRow.id)
        .where(or_(col(IdentityRow.subject) == name, ours))
    ).all()
    return tuple(_person(session, *one) for one in rows)


def by_handles(session: Session, workspace: str, handles: tuple[str, ...]) -> tuple[Person, ...]:
    """Those of these handles whom we have met; nobody of another organisation."""
    rows = session.exec(
        select(PersonRow, IdentityRow)
        .where(IdentityRow.person == PersonRow.id, IdentityRow.workspace == workspace)
        .where(col(IdentityRow.handle).in_(handles), col(IdentityRow.partner).is_(False))
    ).all()
    return tuple(_person(session, *one) for one in rows)


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
