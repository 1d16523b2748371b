"""Approvals: one person's yes or no to one Proposal digest. Every decision is a compare-and-set."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from guardrails.proposal import Proposal
from guardrails.verdict import Verdict

OPEN_SECONDS = 7 * 86_400
"""An undecided Proposal expires after a week."""

State = Literal["open", "approved", "rejected", "void", "expired"]


class ProposalRow(SQLModel, table=True):
    __tablename__ = "proposal"

    digest: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    asker: str
    groups: str
    content: str
    state: str
    created_at: int
    expires_at: int
    decided_at: int | None = None


class ApprovalRow(SQLModel, table=True):
    __tablename__ = "approval"

    proposal: str = Field(primary_key=True, foreign_key="proposal.digest")
    person: str = Field(primary_key=True)
    workspace: str
    yes: bool
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Approval:
    """Who said what, when and why. `person` is empty when the policies needed nobody."""

    person: str
    yes: bool
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a Proposal stands."""

    proposal: Proposal
    asker: str
    groups: tuple[str, ...]
    state: State
    expires_at: int
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that was not taken, and why, in words for the one who tried."""

    why: str


def propose(session: Session, proposal: Proposal, verdict: Verdict, asker: str, now: int) -> Standing | Refusal:
    """Put a Proposal up. Allow approves it at once; a denial is refused; an earlier one of the same app is void."""
    if verdict.decision == "deny":
        return Refusal(verdict.findings[0].why)
    void_others(session, proposal.app, now)
    automatic = verdict.decision == "allow"
    session.add(
        ProposalRow(
            digest=proposal.digest,
            workspace=proposal.workspace,
            app=proposal.app,
            asker=asker,
            groups=",".join(verdict.approvers),
            content=proposal.model_dump_json(),
            state="approved" if automatic else "open",
            created_at=now,
            expires_at=now + OPEN_SECONDS,
            decided_at=now if automatic else None,
        )
    )
    session.flush()
    standing = get(session, proposal.digest)
    assert standing is not None
    return standing


def get(session: Session, digest: str) -> Standing | None:
    """Where the Proposal with this digest stands."""
    row = session.get(ProposalRow, digest)
    if row is None:
        return None
    given = session.exec(select(ApprovalRow).where(ApprovalRow.proposal == digest).order_by(col(ApprovalRow.at))).all()
    return Standing(
        proposal=Proposal.model_validate_json(row.content),
        asker=row.asker,
        groups=tuple(row.groups.split(",")) if row.groups else (),
        state=row.state,  # type: ignore[arg-type]  # only this module writes it
        expires_at=row.expires_at,
        approvals=tuple(Approval(one.person, one.yes, one.reason, one.at) for one in given),
    )


def revisions(session: Session, app: str) -> int:
    """How many Proposals this app has had."""
    return len(session.exec(select(ProposalRow.digest).where(ProposalRow.app == app)).all())


def decide(
    session: Session,
    digest: str,
    person: str,
    *,
    yes: bool,
    reason: str,
    in_group: Callable[[str], frozenset[str]],
    now: int,
) -> Standing | Refusal:
    """Record one person's yes or no. `in_group` gives the Person ids in a group, asked live.

    One no rejects; a yes counts for every group that the person is in, and the Proposal is approved when each
    group has one. Being late, a stranger, or the asker is a Refusal, and nothing changes.
    """
    standing = get(session, digest)
    if standing is None:
        return Refusal("This request for approval is not known any more. Nothing was changed.")
    refusal = _refuse(standing, person, in_group, now)
    if refusal is not None:
        return refusal
    session.add(
        ApprovalRow(
            proposal=digest, person=person, workspace=standing.proposal.workspace, yes=yes, reason=reason, at=now
        )
    )
    session.flush()
    said_yes = {one.person for one in standing.approvals if one.yes} | {person}
    state: State = "open"
    if not yes:
        state = "rejected"
    elif all(said_yes & in_group(group) for group in standing.groups):
        state = "approved"
    if state != "open" and not _move(session, digest, state, now):
        return Refusal("Somebody else decided this a moment before you. Nothing was changed.")
    decided = get(session, digest)
    assert decided is not None
    return decided


def _refuse(standing: Standing, person: str, in_group: Callable[[str], frozenset[str]], now: int) -> Refusal | None:
    if standing.state != "open":
        return Refusal(f"This was already {standing.state}; your click changed nothing.")
    if now >= standing.expires_at:
        return Refusal("This request for approval has expired. Ask for it again with Publish.")
    if person == standing.asker:
        return Refusal("Nobody approves their own request. Someone else of the approvers has to look at it.")
    members = {group: in_group(group) for group in standing.groups}
    if empty := [group for group, people in members.items() if not people]:
        return Refusal(f"No approver exists: the group @{empty[0]} is empty. Ask the platform team.")
    if not any(person in people for people in members.values()):
        groups = " or ".join("@" + group for group in standing.groups)
        return Refusal(f"Only {groups} can decide this. You can point one of them to this thread.")
    if person in {one.person for one in standing.approvals}:
        return Refusal("You have already said yes; another group's yes is still missing.")
    return None


def _move(session: Session, digest: str, state: State, now: int) -> bool:
    result = session.execute(
        update(ProposalRow)
        .where(col(ProposalRow.digest) == digest, col(ProposalRow.state) == "open")
        .values(state=state, decided_at=now)
    )
    return result.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # a CursorResult for an UPDATE


def void_others(session: Session, app: str, now: int) -> int:
    """Void every open or approved Proposal of an app, because it changed; return how many."""
    result = session.execute(
        update(ProposalRow)
        .where(col(ProposalRow.app) == app, col(ProposalRow.state).in_(("open", "approved")))
        .values(state="void", decided_at=now)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def expire(session: Session, now: int) -> tuple[str, ...]:
    """Expire what nobody decided in time; return the digests."""
    late = session.exec(
        select(ProposalRow.digest).where(ProposalRow.state == "open", ProposalRow.expires_at <= now)
    ).all()
    return tuple(one for one in late if _move(session, one, "expired", now))


def approved(session: Session, digest: str) -> bool:
    """Whether exactly this Proposal may go live (Invariant 1)."""
    row = session.get(ProposalRow, digest)
    return row is not None and row.state == "approved"
