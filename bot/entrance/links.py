"""Links: which account of the chat a sign-in at the organisation's own provider belongs to, as rows.

A link is keyed by issuer and subject, never by an e-mail address: addresses are changed, and given to others. When
that happens the link is no good until it is confirmed anew.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Field, Session, SQLModel, col, delete, select

from bot.entrance.signin import Subject

Invalid = Literal["", "changed", "reused"]
"""Why a link is no good: its own e-mail address is another, or somebody else signs in with it."""


class LinkRow(SQLModel, table=True):
    __tablename__ = "signin_link"

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    id: str = Field(unique=True)
    workspace: str
    person: str = Field(index=True)
    user: str
    shown: str
    email: str
    invalid: str
    confirmed_at: int


@dataclass(frozen=True, slots=True)
class Link:
    """A sign-in and whose it is. `shown` is what people recognise it by."""

    id: str
    issuer: str
    subject: str
    workspace: str
    person: str
    user: str
    shown: str
    invalid: Invalid
    confirmed_at: int


def _view(row: LinkRow) -> Link:
    invalid: Invalid = "changed" if row.invalid == "changed" else "reused" if row.invalid else ""
    return Link(
        row.id, row.issuer, row.subject, row.workspace, row.person, row.user, row.shown, invalid, row.confirmed_at
    )


def email_digest(who: Subject) -> str:
    """What is kept of an e-mail address: only whether it is the same."""
    return hashlib.sha256(f"{who.issuer}\0{who.email.strip().lower()}".encode()).hexdigest() if who.email else ""


def shown(who: Subject) -> str:
    """What a person recognises their own account by, and a reader of the rows cannot write to."""
    local, at, domain = who.email.partition("@")
    address = f"{local[:2]}…@{domain}" if at else ""
    return " · ".join(one for one in (who.name[:80], address[:120]) if one) or who.subject[:80]


def of(session: Session, issuer: str, subject: str) -> Link | None:
    """The link of this account there."""
    row = session.get(LinkRow, (issuer, subject), populate_existing=True)
    return _view(row) if row else None


def doubt(session: Session, who: Subject) -> Sequence[Link]:
    """Links that this sign-in makes no good, which they are from now on."""
    email, found = email_digest(who), list[LinkRow]()
    own = session.get(LinkRow, (who.issuer, who.subject), populate_existing=True)
    # What two people confirmed though their addresses are the same stands.
    news = own is None or own.email != email
    if own is not None and own.email != email and not own.invalid:
        own.invalid = "changed"
        found.append(own)
    if email and news:
        same = select(LinkRow).where(LinkRow.issuer == who.issuer, LinkRow.email == email, LinkRow.invalid == "")
        for row in session.exec(same.where(LinkRow.subject != who.subject)).all():
            row.invalid = "reused"
            found.append(row)
    for row in found:
        session.add(row)
    return [_view(row) for row in found]


def confirm(
    session: Session, *, issuer: str, subject: str, email: str, shown: str, workspace: str, person: str, user: str,
    now: int,
) -> Link:  # fmt: skip  # plain hand-over of the same names
    """This account there is this account of the chat, from now on, whoever's it was before."""
    row = session.get(LinkRow, (issuer, subject)) or LinkRow(
        issuer=issuer, subject=subject, id=f"link_{secrets.token_hex(5)}", workspace=workspace, person=person,
        user=user, shown=shown, email=email, invalid="", confirmed_at=now,
    )  # fmt: skip  # plain hand-over of the same names
    row.workspace, row.person, row.user, row.shown = workspace, person, user, shown
    row.email, row.invalid, row.confirmed_at = email, "", now
    session.add(row)
    session.flush()
    return _view(row)


def every(session: Session, persons: Sequence[str] = ()) -> Sequence[Link]:
    """All links, or those of these people, oldest first."""
    rows = select(LinkRow).order_by(col(LinkRow.confirmed_at), col(LinkRow.id))
    found = session.exec(rows.where(col(LinkRow.person).in_(persons)) if persons else rows).all()
    return [_view(row) for row in found]


def get(session: Session, ident: str) -> Link | None:
    """The link with this id."""
    row = session.exec(select(LinkRow).where(LinkRow.id == ident)).first()
    return _view(row) if row else None


def remove(session: Session, ident: str) -> None:
    """Whoever signs in there is nobody here any more."""
    session.execute(delete(LinkRow).where(col(LinkRow.id) == ident))
