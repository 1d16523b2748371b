"""AuditEvent: an append-only, hash-chained fact, written in the transaction of the change that it tells of.

Digests and typed references only, no payloads: what a person wrote can be erased and the chain still holds.
The database refuses UPDATE and DELETE on the table by triggers, which the migrations make.
"""

import json
from collections.abc import Mapping

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
    last = session.exec(
        select(AuditRow).where(AuditRow.workspace == workspace).order_by(col(AuditRow.seq).desc())
    ).first()
    sealed = AuditEvent(
        workspace=workspace,
        seq=last.seq + 1 if last else 1,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        why=why,
        facts=dict(facts or {}),
        trace=trace,
        previous=Digest(last.digest) if last else START,
    ).sealed()
    fields = sealed.model_dump(exclude={"facts"})
    session.add(AuditRow(**fields, facts=canonical_json(dict(sealed.facts)).decode()))
    session.flush()
    return sealed


def _event(row: AuditRow) -> AuditEvent:
    fields = row.model_dump(exclude={"id", "facts"})
    return AuditEvent(**fields, facts=json.loads(row.facts))


def story(session: Session, *subjects: str) -> tuple[AuditEvent, ...]:
    """Every event about these subjects (a Request, its App, its Proposals), oldest first."""
    rows = session.exec(
        select(AuditRow).where(col(AuditRow.subject).in_(subjects)).order_by(AuditRow.workspace, col(AuditRow.seq))
    ).all()
    return tuple(_event(row) for row in rows)


def head(session: Session, workspace: str) -> tuple[int, Digest]:
    """The newest event's number and digest: keep it elsewhere to find a cut-off end later."""
    row = session.exec(
        select(AuditRow).where(AuditRow.workspace == workspace).order_by(col(AuditRow.seq).desc())
    ).first()
    return (row.seq, Digest(row.digest)) if row else (0, START)


def verify(session: Session, workspace: str, anchor: tuple[int, Digest] | None = None) -> tuple[Break, ...]:
    """Where the chain was edited, cut or reordered; empty when it holds. `anchor` is an earlier `head`."""
    breaks: list[Break] = []
    seq, digest, digests = 0, START, {0: START}
    rows = session.exec(select(AuditRow).where(AuditRow.workspace == workspace).order_by(col(AuditRow.seq)))
    for row in rows:
        found = _event(row)
        if found.seq != seq + 1:
            breaks.append(Break(after=seq, at=found.seq, why=f"events {seq + 1} to {found.seq - 1} are missing"))
        elif found.previous != digest:
            breaks.append(Break(after=seq, at=found.seq, why="it does not follow from the event before it"))
        if found.sealed().digest != found.digest:
            breaks.append(Break(after=seq, at=found.seq, why="its content was changed"))
        seq, digest = found.seq, found.digest
        digests[seq] = digest
    if anchor and digests.get(anchor[0]) != anchor[1]:
        breaks.append(Break(after=seq, at=anchor[0], why="the anchored event is missing or another"))
    return tuple(breaks)


def workspaces(session: Session) -> tuple[str, ...]:
    """Every workspace that has a chain."""
    return tuple(session.exec(select(AuditRow.workspace).distinct()).all())
