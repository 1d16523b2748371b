"""Request: what a person asked, verbatim after scrubbing, where, and how far it has come.

The row is the queue: a tick claims one that is due by a conditional UPDATE on (state, version), and takes one step.
State names are facts that are true, never work under way.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue
from sqlalchemy import or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.chat import Heard, Place
from generator.brief import Brief, Understanding
from guardrails.verdict import Verdict
from runtime.apps import AppRow


class State(StrEnum):
    """How far a Request has come."""

    RECEIVED = "received"
    ASKED = "asked"
    """A question stands in the thread; waits for a button."""
    INCOMPLETE = "incomplete"
    """Required answers are missing; waits for the form."""
    BRIEFED = "briefed"
    BUNDLED = "bundled"
    REVIEWED = "reviewed"
    PREVIEWED = "previewed"
    """The card is in the thread; waits for Publish, Change or Discard, or for the preview's Lease to lapse."""
    PROPOSED = "proposed"
    """A Proposal waits for its approvers."""
    APPROVED = "approved"
    LIVE = "live"
    DECLINED = "declined"
    DENIED = "denied"
    FAILED = "failed"
    DISCARDED = "discarded"


NEWEST = 200
"""Of one person's Requests, or of those that wait, as many as anybody looks through."""
DUE = (State.RECEIVED, State.BRIEFED, State.BUNDLED, State.REVIEWED, State.APPROVED)
"""States in which the next step is ours; in all others somebody or some date is awaited."""


class RequestRow(SQLModel, table=True):
    __tablename__ = "request"

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    workspace: str
    user: str
    channel: str
    channel_kind: str
    thread: str | None = Field(default=None, index=True)
    via: str
    text: str
    removed: str = "[]"
    state: str = Field(index=True)
    version: int = 0
    attempts: int = 0
    due_at: int
    created_at: int
    person: str | None = None
    understanding: str | None = None
    brief: str | None = None
    bundle: str | None = None
    verdict: str | None = None
    app: str | None = Field(default=None, index=True)
    proposal: str | None = None
    trouble: str = ""
    receipt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    hands: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})
    rehearsal: str = Field(default="", sa_column_kwargs={"server_default": ""})
    wishes: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})
    standing: str = Field(default="", sa_column_kwargs={"server_default": ""})
    trace: str
    """W3C traceparent of the span that heard it."""


@dataclass(frozen=True, slots=True)
class Request:
    """A Request as one step sees it."""

    id: str
    workspace: str
    user: str
    place: Place
    via: str
    text: str
    state: State
    version: int
    attempts: int
    created_at: int
    trace: str
    removed: tuple[str, ...] = ()
    person: str | None = None
    understanding: Understanding | None = None
    brief: Brief | None = None
    bundle: str | None = None
    verdict: Verdict | None = None
    app: str | None = None
    proposal: str | None = None
    trouble: str = ""
    receipt: str = ""
    """What was sent to a model when these words were read, as JSON; empty when nothing left the machine."""
    standing: Brief | None = None
    """The answers of what is live; None before that."""
    hands: tuple[str, ...] = ()
    """The Persons who changed its answers since it went live last: none of them approves that."""
    rehearsal: str = ""
    """How its preview was rehearsed, as JSON; empty when it was not."""
    wishes: tuple[str, ...] = ()
    """What its asker said that it should do, in their words."""

    @property
    def card(self) -> str:
        """Outbox key of this Request's one live message."""
        return f"card:{self.id}"


def _view(row: RequestRow) -> Request:
    return Request(
        id=row.id,
        workspace=row.workspace,
        user=row.user,
        place=Place(row.workspace, row.channel, row.thread, "dm" if row.channel_kind == "dm" else "channel"),
        via=row.via,
        text=row.text,
        state=State(row.state),
        version=row.version,
        attempts=row.attempts,
        created_at=row.created_at,
        trace=row.trace,
        removed=tuple(json.loads(row.removed)),
        person=row.person,
        understanding=Understanding.model_validate_json(row.understanding) if row.understanding else None,
        brief=Brief.model_validate_json(row.brief) if row.brief else None,
        bundle=row.bundle,
        verdict=Verdict.model_validate_json(row.verdict) if row.verdict else None,
        app=row.app,
        proposal=row.proposal,
        trouble=row.trouble,
        receipt=row.receipt,
        hands=tuple(json.loads(row.hands)),
        rehearsal=row.rehearsal,
        wishes=tuple(json.loads(row.wishes)),
        standing=Brief.model_validate_json(row.standing) if row.standing else None,
    )


def receive(session: Session, heard: Heard, trace: str, now: int) -> Request | None:
    """Keep what was heard; None when this very utterance is kept already (a redelivery)."""
    if known(session, heard.key):
        return None
    row = RequestRow(
        id=f"req_{secrets.token_hex(6)}",
        key=heard.key,
        workspace=heard.place.workspace,
        user=heard.user,
        channel=heard.place.channel,
        channel_kind=heard.place.kind,
        thread=heard.place.thread or heard.ts,
        via=heard.via,
        text=heard.text,
        removed=json.dumps(heard.removed),
        state=State.RECEIVED,
        due_at=now,
        created_at=now,
        trace=trace,
    )
    session.add(row)
    session.flush()
    return _view(row)


def known(session: Session, key: str) -> bool:
    """Whether the utterance with this key is kept as a Request."""
    return session.exec(select(RequestRow.id).where(RequestRow.key == key)).first() is not None


def get(session: Session, request: str) -> Request | None:
    """The Request with this id."""
    row = session.get(RequestRow, request)
    return _view(row) if row else None


def of_app(session: Session, app: str) -> Request | None:
    """The Request that an app came from."""
    row = session.exec(select(RequestRow).where(RequestRow.app == app)).first()
    return _view(row) if row else None


def of_proposal(session: Session, proposal: str) -> Request | None:
    """The Request that waits for this Proposal."""
    row = session.exec(select(RequestRow).where(RequestRow.proposal == proposal)).first()
    return _view(row) if row else None


def of_person(session: Session, workspace: str, user: str, person: str = "") -> tuple[Request, ...]:
    """What this user asked for, and whatever this Person owns by now; newest first, `NEWEST` at most."""
    rows = select(RequestRow).outerjoin(AppRow, col(AppRow.id) == col(RequestRow.app))
    theirs = rows.where(
        RequestRow.workspace == workspace, or_(col(RequestRow.user) == user, col(AppRow.owner) == person)
    )
    found = session.exec(theirs.order_by(col(RequestRow.created_at).desc(), col(RequestRow.id)).limit(NEWEST))
    return tuple(_view(row) for row in found)


def proposed(session: Session, workspace: str) -> tuple[Request, ...]:
    """What waits for approval, oldest first, `NEWEST` at most."""
    rows = select(RequestRow).where(RequestRow.workspace == workspace, RequestRow.state == State.PROPOSED)
    return tuple(_view(row) for row in session.exec(rows.order_by(col(RequestRow.created_at)).limit(NEWEST)))


def unfilled(session: Session, workspace: str, user: str, text: str, since: int) -> Request | None:
    """The Request that this user began by a button after `since`, in these words of ours, and has not filled in."""
    row = session.exec(
        select(RequestRow)
        .where(RequestRow.workspace == workspace, RequestRow.user == user, RequestRow.created_at > since)
        .where(RequestRow.via == "button", RequestRow.text == text, RequestRow.state == State.INCOMPLETE)
        .where(RequestRow.hands == "[]")
    ).first()
    return _view(row) if row else None


def in_thread(session: Session, channel: str, thread: str, user: str = "") -> Request | None:
    """The newest Request of a thread, with `user` of those that this user asked: whether the thread is ours."""
    found = select(RequestRow).where(RequestRow.channel == channel, RequestRow.thread == thread)
    found = found.where(RequestRow.user == user) if user else found
    row = session.exec(found.order_by(col(RequestRow.created_at).desc())).first()
    return _view(row) if row else None


def due(session: Session, now: int) -> Request | None:
    """The oldest Request whose next step is ours."""
    row = session.exec(
        select(RequestRow)
        .where(col(RequestRow.state).in_(DUE), RequestRow.due_at <= now)
        .order_by(col(RequestRow.due_at), col(RequestRow.created_at))
    ).first()
    return _view(row) if row else None


def built(session: Session) -> tuple[Request, ...]:
    """Every Request that has a bundle and is not over."""
    over = (State.DECLINED, State.DENIED, State.FAILED, State.DISCARDED)
    rows = select(RequestRow).where(col(RequestRow.bundle).is_not(None), col(RequestRow.state).not_in(over))
    return tuple(_view(row) for row in session.exec(rows.order_by(col(RequestRow.created_at))))


def since(session: Session, at: int) -> tuple[Request, ...]:
    """Every Request made after this UNIX second, oldest first."""
    rows = session.exec(select(RequestRow).where(RequestRow.created_at > at).order_by(col(RequestRow.created_at)))
    return tuple(_view(row) for row in rows)


def waiting(session: Session, workspace: str, states: Sequence[State]) -> tuple[Request, ...]:
    """Every Request of a workspace that stands in one of these states."""
    rows = select(RequestRow).where(RequestRow.workspace == workspace, col(RequestRow.state).in_(states))
    return tuple(_view(row) for row in session.exec(rows))


def recent(session: Session, workspace: str, user: str, since: int) -> int:
    """How many Requests this user made after `since`."""
    return len(
        session.exec(
            select(RequestRow.id).where(
                RequestRow.workspace == workspace, RequestRow.user == user, RequestRow.created_at > since
            )
        ).all()
    )


def advance(session: Session, seen: Request, state: State, due_at: int, **changes: JsonValue) -> bool:
    """Compare-and-set: move on from exactly what was seen. False when somebody else was first; nothing changed then.

    `changes` are columns by name; pydantic values are given as their JSON text.
    """
    result = session.execute(
        update(RequestRow)
        .where(col(RequestRow.id) == seen.id, col(RequestRow.version) == seen.version)
        .values(state=state, version=seen.version + 1, due_at=due_at, attempts=0, **changes)
    )
    return result.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # a CursorResult for an UPDATE


def postpone(session: Session, seen: Request, trouble: str, due_at: int, *, attempt: int = 1) -> None:
    """Note a failed attempt at the next step, or with 0 that it waits, and try again at `due_at`."""
    session.execute(
        update(RequestRow)
        .where(col(RequestRow.id) == seen.id, col(RequestRow.version) == seen.version)
        .values(attempts=seen.attempts + attempt, trouble=trouble, due_at=due_at)
    )
