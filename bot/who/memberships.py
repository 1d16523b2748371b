"""Memberships: who is in a channel or a group, asked of the chat each time, and remembered while it is away.

What was heard last counts for an hour (D7); then nobody is let in by it. Only silence is bridged: a channel that the
chat says it has not, or shows us no more, lets in nobody at once.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, col, delete

from bot.chat import ChatError
from bot.clockwork import DAY
from bot.database import transaction
from bot.who import people
from bot.who.meeting import meet
from bot.who.people import Person
from bot.wiring import Wiring
from templates.audience import Audience, Part

STALE_SECONDS = 3600
"""How long the last answer counts while the chat gives none (D7)."""
NOTED_SECONDS = 60
"""How old what is remembered may be before the same answer is noted anew."""
NOBODY = frozenset({"channel_not_found", "not_in_channel", "no_such_subteam", "subteam_not_found", "is_archived"})
"""The chat's words for a place that nobody is in, as far as we may see."""


class MembershipRow(SQLModel, table=True):
    __tablename__ = "membership"

    workspace: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    users: str
    seen_at: int = Field(index=True)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether somebody belongs, and how many seconds ago the chat said so."""

    member: bool
    age: int = 0


def belongs(wiring: Wiring, workspace: str, audience: Audience, person: Person) -> Seen:
    """Whether this account belongs to the audience. ChatError when neither the chat nor memory can say.

    `person` is as fresh as whoever met them made it.
    """
    trouble: ChatError | None = None
    oldest = 0
    for part in audience.parts:
        try:
            seen = _part(wiring, workspace, part, person)
        except ChatError as error:
            trouble = error
            continue
        if seen.member:
            return seen
        oldest = max(oldest, seen.age)
    if trouble is not None:
        raise trouble
    return Seen(False, oldest)


def _part(wiring: Wiring, workspace: str, part: Part, person: Person) -> Seen:
    kind, name = part
    if kind == "me":
        return Seen(person.owns(name))
    if kind in ("org", "public"):
        return Seen(not (person.outsider or person.bot or person.deleted))
    ask = wiring.chat.members if kind == "channel" else wiring.chat.group
    users, age = _users(wiring, (workspace, kind, name), lambda: ask(name))
    return Seen(person.user in users, age)


def _users(wiring: Wiring, key: tuple[str, str, str], ask: Callable[[], frozenset[str]]) -> tuple[frozenset[str], int]:
    now = wiring.now()
    try:
        users = ask()
    except ChatError as error:
        if error.code in NOBODY:
            users = frozenset()
        else:
            with transaction(wiring.engine) as session:
                row = session.get(MembershipRow, key)
            if row is None or now - row.seen_at >= STALE_SECONDS:
                raise
            return frozenset(json.loads(row.users)), now - row.seen_at
    with transaction(wiring.engine) as session:
        _note(session, key, users, now)
    return users, 0


def _note(session: Session, key: tuple[str, str, str], users: frozenset[str], now: int) -> None:
    known, text = session.get(MembershipRow, key), json.dumps(sorted(users))
    if known is not None and known.users == text and now - known.seen_at < NOTED_SECONDS:
        return
    workspace, kind, name = key
    row = known or MembershipRow(workspace=workspace, kind=kind, name=name, users=text, seen_at=now)
    row.users, row.seen_at = text, now
    session.add(row)
    session.execute(delete(MembershipRow).where(col(MembershipRow.seen_at) < now - DAY))


def met(wiring: Wiring, workspace: str, user: str) -> tuple[Person, int]:
    """Who somebody is, and how old that is: five minutes at most, or an hour while the chat is away. ChatError."""
    now = wiring.now()
    try:
        return meet(wiring, workspace, user), 0
    except ChatError as error:
        if error.permanent and error.code in ("user_not_found", "users_not_found", "user_not_visible"):
            raise
        with transaction(wiring.engine) as session:
            known, at = people.known(session, workspace, user), people.seen_at(session, workspace, user)
        if known is None or now - at >= STALE_SECONDS:
            raise
        return known, now - at
