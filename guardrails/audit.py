"""AuditEvent: an append-only, hash-chained fact, written in the transaction of the change that it tells of.

Digests and typed references only, no payloads: what a person wrote can be erased and the chain still holds.
The database itself refuses UPDATE and DELETE on the table, by triggers that the first migration makes.
"""

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest, Frozen

START = Digest("sha256:" + "0" * 64)
"""What the first event of a workspace names as its predecessor."""


class AuditRow(SQLModel, table=True):
    __tablename__ = "audit_event"
    # One chain a workspace: two writers cannot both append after the same event.
    __table_args__ = (UniqueConstraint("workspace", "seq"), UniqueConstraint("workspace", "previous"))

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    seq: int
    at: int
    actor: str
    action: str = Field(index=True)
    subject: str = Field(index=True)
    why: str
    facts: str
    trace: str
    previous: str
    digest: str


class AuditEvent(Frozen):
    """One fact: who did what to what, when and why, under which trace; `digest` covers all of it and `previous`."""

    workspace: str
    seq: int
    at: int
    actor: str
    action: str
    subject: str
    why: str
    facts: Mapping[str, str | int]
    trace: str
    previous: Digest
    digest: Digest = START

    def sealed(self) -> "AuditEvent":
        """The event with its digest computed."""
        return self.model_copy(update={"digest": digest_of(canonical_json(self.model_dump(exclude={"digest"})))})


class Break(Frozen):
    """Where a chain does not hold: the last event that still does, the first that does not, and what is wrong."""

    after: int
    at: int
    why: str


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
    """Append one event to the workspace's chain, in the caller's transaction."""
    seq, previous = head(session, workspace)
    sealed = AuditEvent(
        workspace=workspace,
        seq=seq + 1,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        why=why,
        facts=dict(facts or {}),
        trace=trace,
        previous=previous,
    ).sealed()
    fields = sealed.model_dump(exclude={"facts"})
    session.add(AuditRow(**fields, facts=canonical_json(dict(sealed.facts)).decode()))
    session.flush()
    return sealed


def _event(row: AuditRow) -> AuditEvent:
    fields = {name: getattr(row, name) for name in AuditEvent.model_fields}
    return AuditEvent.model_validate({**fields, "facts": json.loads(row.facts)})


def story(session: Session, *subjects: str) -> tuple[AuditEvent, ...]:
    """Every event about these subjects (a Request, its App, its Proposals), oldest first."""
    rows = session.exec(
        select(AuditRow).where(col(AuditRow.subject).in_(subjects)).order_by(AuditRow.workspace, col(AuditRow.seq))
    ).all()
    return tuple(_event(row) for row in rows)


def head(session: Session, workspace: str) -> tuple[int, Digest]:
    """The newest event's number and digest: keep it elsewhere to find a cut-off end later."""
    newest = select(AuditRow.seq, AuditRow.digest).where(AuditRow.workspace == workspace)
    row = session.exec(newest.order_by(col(AuditRow.seq).desc()).limit(1)).first()
    return (row[0], Digest(row[1])) if row else (0, START)


def verify(session: Session, workspace: str, anchor: tuple[int, Digest] | None = None) -> tuple[Break, ...]:
    """Where the chain was edited, cut or reordered; empty when it holds. `anchor` is an earlier `head`."""
    breaks: list[Break] = []
    seq, digest, anchored = 0, START, anchor is None or anchor == (0, START)
    rows = session.exec(select(AuditRow).where(AuditRow.workspace == workspace).order_by(col(AuditRow.seq)))
    for row in rows:
        try:
            event = _event(row)
        except (ValueError, TypeError):
            breaks.append(Break(after=seq, at=seq + 1, why="it cannot be read"))
            continue
        breaks += [Break(after=seq, at=event.seq, why=why) for why in _wrong(event, seq, digest)]
        seq, digest = event.seq, event.digest
        anchored = anchored or (seq, digest) == anchor
    if anchor and not anchored:
        breaks.append(Break(after=seq, at=anchor[0], why="the anchored event is missing or another"))
    return tuple(breaks)


def _wrong(event: AuditEvent, seq: int, digest: Digest) -> Iterator[str]:
    """What is wrong with an event that should follow the event `seq` with this digest."""
    if event.seq != seq + 1:
        yield f"events {seq + 1} to {event.seq - 1} are missing" if event.seq > seq else "it stands here twice"
    elif event.previous != digest:
        yield "it does not follow from the event before it"
    if event.sealed().digest != event.digest:
        yield "its content was changed"


def workspaces(session: Session) -> tuple[str, ...]:
    """Every workspace that has a chain."""
    return tuple(session.exec(select(AuditRow.workspace).distinct()).all())
