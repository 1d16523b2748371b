"""Tickets: that a browser signed in with the organisation's provider and has to prove whose account of the chat it is.

The token is in the browser's cookie alone; the code that proves the account was sent to that account alone. Neither is
in a row. A ticket is good for one app and stage, ten minutes, five tries and one link.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import func, update
from sqlmodel import Field, Session, SQLModel, col, delete, select

from bot.clockwork import DAY
from bot.entrance.links import email_digest, shown
from bot.entrance.signin import Subject

GOOD_SECONDS, TRIES, SENDS = 600, 5, 3
CODES_A_DAY = 5
"""Codes that one account of the chat is sent in a day, whoever asks for them."""


class TicketRow(SQLModel, table=True):
    __tablename__ = "signin_ticket"

    digest: str = Field(primary_key=True)
    workspace: str
    app: str
    stage: str
    issuer: str
    subject: str
    shown: str
    email: str
    why: str
    user: str = ""
    handle: str = ""
    code: str = ""
    sent: int = 0
    tries: int = 0
    expires_at: int = Field(index=True)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A sign-in without an owner. `handle` is the account that was named, `user` the one that a code went to."""

    digest: str
    workspace: str
    app: str
    stage: str
    issuer: str
    subject: str
    shown: str
    email: str
    why: str
    user: str
    handle: str
    sent: int
    tries: int


def issue(session: Session, workspace: str, app: str, stage: str, who: Subject, why: str, now: int) -> str:
    """A ticket for the browser that signed in just now; the token is nowhere else in clear."""
    session.execute(delete(TicketRow).where(col(TicketRow.expires_at) < now - DAY))
    token = secrets.token_urlsafe(32)
    session.add(
        TicketRow(
            digest=_digest(token),
            workspace=workspace,
            app=app,
            stage=stage,
            issuer=who.issuer,
            subject=who.subject,
            shown=shown(who),
            email=email_digest(who),
            why=why,
            expires_at=now + GOOD_SECONDS,
        )
    )
    return token


def read(session: Session, token: str, app: str, stage: str, now: int) -> Ticket | None:
    """The ticket of this token, if it is good still, and for this app and stage."""
    row = session.get(TicketRow, _digest(token), populate_existing=True)
    if row is None or (row.app, row.stage) != (app, stage) or now >= row.expires_at or row.tries >= TRIES:
        return None
    return Ticket(
        row.digest, row.workspace, row.app, row.stage, row.issuer, row.subject, row.shown, row.email, row.why,
        row.user, row.handle, row.sent, row.tries,
    )  # fmt: skip  # plain hand-over of the same names


def may_send(session: Session, ticket: Ticket, user: str, now: int) -> bool:
    """Whether another code may go to this account. A ticket that sent one keeps to the account that it went to."""
    since = col(TicketRow.expires_at) > now - DAY
    sent = session.exec(select(func.sum(TicketRow.sent)).where(TicketRow.user == user, since)).one() or 0
    same = not ticket.user or ticket.user == user
    return same and ticket.sent < SENDS and int(sent) < CODES_A_DAY


def new_code() -> str:
    """Eight digits, as people read them: `4821 9377`."""
    code = f"{secrets.randbelow(10**8):08}"
    return f"{code[:4]} {code[4:]}"


def name(session: Session, ticket: Ticket, handle: str, user: str, code: str) -> None:
    """Which account is to prove itself, by which code; without one, no code is right. An earlier code is void."""
    row = session.get_one(TicketRow, ticket.digest)
    # Whom codes went to is kept, for they are counted by account.
    row.handle, row.user = handle, row.user or user
    row.code = _code(ticket.digest, code) if code else ""
    row.sent += 1 if code else 0
    session.add(row)


def prove(session: Session, ticket: Ticket, code: str) -> bool:
    """Whether this is the code. Each try is counted, and has to be committed whatever comes of it."""
    counted = session.execute(
        update(TicketRow)
        .where(col(TicketRow.digest) == ticket.digest, col(TicketRow.tries) == ticket.tries)
        .values(tries=ticket.tries + 1)
    )
    row = session.get(TicketRow, ticket.digest, populate_existing=True)
    if counted.rowcount != 1 or row is None or not row.code or not row.user:  # type: ignore[attr-defined]  # an UPDATE
        return False
    return hmac.compare_digest(row.code, _code(ticket.digest, code))


def use(session: Session, ticket: Ticket, now: int) -> bool:
    """It is used up; False when somebody was faster. The row stays for a day: the codes it sent are counted."""
    mine = col(TicketRow.digest) == ticket.digest
    over = session.execute(
        update(TicketRow).where(mine, col(TicketRow.expires_at) > now).values(expires_at=now, code="")
    )
    return over.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # a CursorResult for an UPDATE


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code(ticket: str, code: str) -> str:
    """What is kept of a code: good for this ticket alone."""
    return hashlib.sha256(f"{ticket}\0{''.join(one for one in code if one.isdigit())}".encode()).hexdigest()
