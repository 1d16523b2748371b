"""AuditEvent: an append-only, hash-chained fact, written in the transaction of the change that it tells of.

Digests and typed references only, no payloads: what a person wrote can be erased and the chain still holds.
The database itself refuses UPDATE and DELETE on the table, by triggers that the first migration makes.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Index, UniqueConstraint, bindparam, func, insert
from sqlalchemy import select as columns
from sqlmodel import Field, Session, SQLModel, col, select

from guardrails import aliases
from guardrails.chain import START, Anchor, AuditEvent, Break, breaks
from templates.bundle import canonical_json
from templates.manifest import Digest

_AT_ONCE = 1000
"""Events read at once."""


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit_event"
    # One chain a workspace: two writers cannot both append after the same event.
    __table_args__ = (
        UniqueConstraint("workspace", "seq"),
        UniqueConstraint("workspace", "previous"),
        Index("story", "subject", "action", "actor", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    seq: int
    at: int
    actor: str
    action: str = Field(index=True)
    subject: str
    why: str
    facts: str
    trace: str
    previous: str
    digest: str


_COLUMNS = tuple(getattr(AuditRow, name) for name in AuditEvent.model_fields)

# Said once, and past the unit of work: every step of every Request appends, and waits for it.
_TABLE = SQLModel.metadata.tables["audit_event"]
_INSERT = insert(_TABLE)
_HEAD = (
    columns(_TABLE.c.seq, _TABLE.c.digest)
    .where(_TABLE.c.workspace == bindparam("workspace"))
    .order_by(_TABLE.c.seq.desc())
    .limit(1)
)


def append(
    session: Session,
    *,
    workspace: str,
    actor: str,
    action: str,
    subject: str,
    now: int,
    why: str = "",
    facts: Mapping[str, str | int] | None = None,
    trace: str = "",
) -> AuditEvent:
    """Append one event to the workspace's chain, in the caller's transaction; people are in it by reference."""
    seq, previous = head(session, workspace)
    sealed = AuditEvent(
        workspace=workspace,
        seq=seq + 1,
        at=now,
        actor=aliases.reference(session, workspace, actor),
        action=action,
        subject=subject,
        why=why,
        facts=dict(facts or {}),
        trace=trace,
        previous=previous,
    ).sealed()
    session.connection().execute(_INSERT, {**dict(sealed), "facts": canonical_json(dict(sealed.facts)).decode()})
    return sealed


def _event(row: Any) -> AuditEvent:
    fields = {name: getattr(row, name) for name in AuditEvent.model_fields}
    return AuditEvent.model_validate({**fields, "facts": json.loads(row.facts)})


def story(
    session: Session, *subjects: str, without: Collection[str] = (), most: int | None = None
) -> tuple[AuditEvent, ...]:
    """Every event about these subjects (a Request, its App, its Proposals), oldest first; with `most`, the newest."""
    about = columns(*_COLUMNS).where(col(AuditRow.subject).in_(subjects), col(AuditRow.action).not_in(without))
    rows = session.execute(about.order_by(col(AuditRow.workspace).desc(), col(AuditRow.seq).desc()).limit(most)).all()
    return tuple(_event(row) for row in reversed(rows))


class Tally(NamedTuple):
    """How often an actor did something, and when first and last."""

    action: str
    actor: str
    times: int
    first: int
    last: int


def tally(session: Session, subject: str, actions: Collection[str]) -> tuple[Tally, ...]:
    """Who did one of these things how often; read from the index alone."""
    counted = columns(
        col(AuditRow.action), col(AuditRow.actor), func.count(), func.min(AuditRow.at), func.max(AuditRow.at)
    )
    about = counted.where(col(AuditRow.subject) == subject, col(AuditRow.action).in_(actions))
    return tuple(
        Tally(*row) for row in session.execute(about.group_by(col(AuditRow.action), col(AuditRow.actor))).all()
    )


def head(session: Session, workspace: str) -> tuple[int, Digest]:
    """The newest event's number and digest: keep it elsewhere, as an Anchor, to find a cut-off end later."""
    row = session.connection().execute(_HEAD, {"workspace": workspace}).first()
    return (row[0], Digest(row[1])) if row else (0, START)


def verify(session: Session, workspace: str, anchors: Sequence[Anchor] = ()) -> tuple[Break, ...]:
    """Where the chain was edited, cut, reordered or added to; empty when it holds and no anchor disagrees."""
    return breaks(read(session, workspace), [one for one in anchors if one.workspace == workspace])


def at(session: Session, workspace: str, seq: int) -> tuple[int, Digest]:
    """The event of this number as its successor names it; the start for 0."""
    digest = select(AuditRow.digest).where(AuditRow.workspace == workspace, AuditRow.seq == seq)
    return seq, Digest(session.exec(digest).first() or START)


def agrees(session: Session, anchor: Anchor) -> bool:
    """Whether the chain has the anchored event: a look at one row, no proof of the rest."""
    digest = select(AuditRow.digest).where(AuditRow.workspace == anchor.workspace, AuditRow.seq == anchor.seq)
    return session.exec(digest).first() == anchor.digest


def between(session: Session, workspace: str, since: int, until: int) -> tuple[int, int]:
    """The first and last number of the events from `since` and before `until`; (0, -1) when there are none."""
    span = select(func.min(AuditRow.seq), func.max(AuditRow.seq)).where(AuditRow.workspace == workspace)
    first, last = session.exec(span.where(AuditRow.at >= since, AuditRow.at < until)).one()
    return (first, last) if first else (0, -1)


def span(session: Session, *subjects: str) -> tuple[int, int]:
    """The first and last number of the events about these subjects, of one workspace; (1, 0) when there are none."""
    about = select(func.min(AuditRow.seq), func.max(AuditRow.seq)).where(col(AuditRow.subject).in_(subjects))
    first, last = session.exec(about).one()
    return (first, last) if first else (1, 0)


def read(session: Session, workspace: str, first: int = 1, last: int | None = None) -> Iterator[AuditEvent | None]:
    """The chain's events by number, None for one that cannot be read; one after the other, however many they are."""
    everything = columns(*_COLUMNS).where(col(AuditRow.workspace) == workspace).order_by(col(AuditRow.seq))
    if first > 1:
        everything = everything.where(col(AuditRow.seq) >= first)
    if last is not None:
        everything = everything.where(col(AuditRow.seq) <= last)
    for row in session.execute(everything.execution_options(yield_per=_AT_ONCE)):
        try:
            yield _event(row)
        except (ValueError, TypeError):
            yield None


def workspaces(session: Session) -> tuple[str, ...]:
    """Every workspace that has a chain."""
    return tuple(session.exec(select(AuditRow.workspace).distinct()).all())
