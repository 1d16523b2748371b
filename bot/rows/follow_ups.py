"""FollowUp: what the asker says under an app of theirs, and the change that it would make until somebody presses.

The row is the queue. Words wait in it until a tick has read them and are gone then; what is kept is the Brief as it
would be, and the digest of the Brief that it was read against. Of what others say only who spoke is counted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import Heard
from bot.rows.requests import Request, RequestRow, State
from generator import utterance
from generator.brief import Brief
from generator.entries import Objection
from templates.bundle import digest_of

LONGEST = utterance.LONGEST + 1
"""Characters that are kept of one utterance: as many as are read, and one that tells that there were more."""
AN_HOUR, HOUR, DAY = 60, 3600, 86_400
"""Utterances that are read of one thread in an hour; what is said beyond them is not kept."""
MOST_OVERHEARD = 200
"""Messages of others that are counted in one thread until it is told."""
MAX_WAIT = 600


class Stage(StrEnum):
    """What became of an utterance."""

    HEARD = "heard"
    SHOWN = "shown"
    """The change stands in the thread and waits for a press."""
    APPLIED = "applied"
    LEFT = "left"
    REPLACED = "replaced"
    """A later utterance took it up, or the answers were changed meanwhile."""
    NOTHING = "nothing"
    """It asked for no change."""


class FollowUpRow(SQLModel, table=True):
    __tablename__ = "follow_up"

    key: str = Field(primary_key=True)
    request: str = Field(index=True)
    workspace: str
    user: str
    text: str
    author: str = Field(default="", sa_column_kwargs={"server_default": ""})
    removed: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})
    state: str = Field(index=True)
    person: str = Field(default="", sa_column_kwargs={"server_default": ""})
    base: str = Field(default="", sa_column_kwargs={"server_default": ""})
    brief: str = Field(default="", sa_column_kwargs={"server_default": ""})
    objections: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    due_at: int
    created_at: int


class OverheardRow(SQLModel, table=True):
    __tablename__ = "overheard"

    key: str = Field(primary_key=True)
    request: str = Field(index=True)
    user: str
    told: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    created_at: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One utterance, or the change that it would make."""

    key: str
    request: str
    workspace: str
    user: str
    text: str
    stage: Stage
    attempts: int
    author: str = ""
    """Whose comment it was, by Person id, where whoever said it pointed at one; empty for words said in the thread."""
    person: str = ""
    base: str = ""
    brief: Brief | None = None
    objections: tuple[Objection, ...] = ()

    @property
    def post(self) -> str:
        """Outbox key of the message that shows it."""
        return f"change:{self.key}."


def digest(brief: Brief) -> str:
    """Names a Brief: by it a press knows whether the answers are those that were shown."""
    return str(digest_of(brief.model_dump_json().encode()))


def _view(row: FollowUpRow) -> FollowUp:
    return FollowUp(
        key=row.key,
        request=row.request,
        workspace=row.workspace,
        user=row.user,
        text=row.text,
        stage=Stage(row.state),
        attempts=row.attempts,
        author=row.author,
        person=row.person,
        base=row.base,
        brief=Brief.model_validate_json(row.brief) if row.brief else None,
        objections=tuple(Objection(**one) for one in json.loads(row.objections)),
    )


def keep(session: Session, request: Request, heard: Heard, now: int, author: str = "") -> bool:
    """Keep an utterance until it is read; False when it is kept already, or too much was said in this hour."""
    if session.get(FollowUpRow, heard.key) is not None:
        return False
    recent = select(func.count()).where(FollowUpRow.request == request.id, FollowUpRow.created_at > now - HOUR)
    if session.exec(recent).one() >= AN_HOUR:
        return False
    session.add(
        FollowUpRow(
            key=heard.key,
            request=request.id,
            workspace=request.workspace,
            user=heard.user,
            text=heard.text[:LONGEST],
            author=author,
            removed=json.dumps(heard.removed),
            state=Stage.HEARD,
            due_at=now,
            created_at=now,
        )
    )
    return True


def known(session: Session, key: str) -> bool:
    """Whether this utterance is kept."""
    return session.get(FollowUpRow, key) is not None


def get(session: Session, key: str) -> FollowUp | None:
    """The one with this key."""
    row = session.get(FollowUpRow, key, populate_existing=True)
    return _view(row) if row else None


def due(session: Session, now: int, resting: Sequence[State]) -> FollowUp | None:
    """The oldest utterance whose Request rests in one of these states; while it is built, it waits."""
    row = session.exec(
        select(FollowUpRow)
        .join(RequestRow, col(RequestRow.id) == col(FollowUpRow.request))
        .where(FollowUpRow.state == Stage.HEARD, FollowUpRow.due_at <= now, col(RequestRow.state).in_(resting))
        .order_by(col(FollowUpRow.created_at), col(FollowUpRow.key))
    ).first()
    return _view(row) if row else None


def pending(session: Session, request: str) -> FollowUp | None:
    """The change that waits for a press in this Request's thread."""
    row = session.exec(
        select(FollowUpRow).where(FollowUpRow.request == request, FollowUpRow.state == Stage.SHOWN)
    ).first()
    return _view(row) if row else None


def start_of(session: Session, request: Request, hint: Mapping[str, str]) -> Brief | None:
    """From which answers a form begins: those of a change that still waits, where it was opened from one."""
    one = get(session, hint.get("change", ""))
    if one is None or one.request != request.id or one.stage is not Stage.SHOWN or request.brief is None:
        return request.brief
    return one.brief if one.base == digest(request.brief) else request.brief


def show(
    session: Session,
    seen: FollowUp,
    person: str,
    base: str,
    brief: Brief,
    told: Sequence[Objection],
    author: str = "",
) -> bool:
    """The change waits for a press now, and the words are forgotten. False when it was read already.

    `author` is whose comment is in it, if anybody's.
    """
    objections = json.dumps([{"name": one.name, "why": one.why, "said": one.said} for one in told])
    changes = {
        "person": person,
        "author": author,
        "base": base,
        "brief": brief.model_dump_json(),
        "objections": objections,
    }
    return _move(session, seen, Stage.SHOWN, changes)


def close(session: Session, seen: FollowUp, stage: Stage) -> bool:
    """It is over. False when somebody else was first; nothing changed then."""
    return _move(session, seen, stage, {})


def _move(session: Session, seen: FollowUp, stage: Stage, changes: Mapping[str, str]) -> bool:
    moved = session.execute(
        update(FollowUpRow)
        .where(col(FollowUpRow.key) == seen.key, col(FollowUpRow.state) == seen.stage)
        .values(state=stage, text="", **changes)
    )
    return moved.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # a CursorResult for an UPDATE


def postpone(session: Session, seen: FollowUp, now: int) -> int:
    """Try again later; how often that was so."""
    row = session.get_one(FollowUpRow, seen.key)
    row.attempts += 1
    row.due_at = now + min(2**row.attempts, MAX_WAIT)
    session.add(row)
    return row.attempts


def overhear(session: Session, request: str, key: str, user: str, now: int) -> None:
    """Count that somebody else spoke; nothing of what they said is kept."""
    if session.get(OverheardRow, key) is None and len(overheard(session, request)) < MOST_OVERHEARD:
        session.add(OverheardRow(key=key, request=request, user=user, created_at=now))


def overheard(session: Session, request: str) -> Sequence[str]:
    """Who else spoke since the last change was shown, an entry a message; empty for a bot without an account."""
    return session.exec(
        select(OverheardRow.user).where(OverheardRow.request == request, col(OverheardRow.told).is_(False))
    ).all()


def told_overheard(session: Session, request: str, now: int) -> None:
    """It was told, or the app has moved on. A row stays for a day, lest a message that comes again counts twice."""
    mine = col(OverheardRow.request) == request
    session.execute(delete(OverheardRow).where(mine, col(OverheardRow.created_at) < now - DAY))
    session.execute(update(OverheardRow).where(mine).values(told=True))
