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
    """A decision that was not taken, and why, in words for the one who tried.

    `by` and `at` say which Person decided before, and when; empty and 0 when that was not the reason.
    """

    why: str
    by: str = ""
    at: int = 0


def propose(session: Session, proposal: Proposal, verdict: Verdict, asker: str, now: int) -> Standing | Refusal:
    """Put a Proposal up. Allow approves it at once; a denial is refused; an earlier one of the same app is void.

    Putting the very same one up again changes nothing.
    """
    if verdict.decision == "deny":
        return Refusal(verdict.findings[0].why)
    known = get(session, proposal.digest)
    if known is not None:
        return known if known.state in ("open", "approved") else _late(known)
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
    row = session.get(ProposalRow, digest, populate_existing=True)
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


def of_app(session: Session, app: str) -> tuple[Standing, ...]:
    """Every Proposal this app has had, oldest first."""
    mine = select(ProposalRow.digest).where(ProposalRow.app == app).order_by(col(ProposalRow.created_at))
    return tuple(found for one in session.exec(mine) if (found := get(session, one)))


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
    held = _hold(session, digest)
    standing = get(session, digest)
    if standing is None:
        return Refusal("This request for approval is not known any more. Nothing was changed.")
    if not held:
        return _late(standing)
    refusal = _refuse(standing, person, in_group, now)
    if refusal is not None:
        return refusal
    workspace = standing.proposal.workspace
    session.add(ApprovalRow(proposal=digest, person=person, workspace=workspace, yes=yes, reason=reason, at=now))
    said_yes = {one.person for one in standing.approvals} | {person}
    if not yes:
        _move(session, digest, "rejected", now)
    elif all(said_yes & in_group(group) for group in standing.groups):
        _move(session, digest, "approved", now)
    session.flush()
    decided = get(session, digest)
    assert decided is not None
    return decided


def _hold(session: Session, digest: str) -> bool:
    """Keep everybody else's decision on an open Proposal waiting until this transaction ends; False if not open.

    The update changes nothing. It locks the row, so that what is read after it stays true until the commit.
    """
    result = session.execute(
        update(ProposalRow)
        .where(col(ProposalRow.digest) == digest, col(ProposalRow.state) == "open")
        .values(state="open")
    )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def _late(standing: Standing) -> Refusal:
    last = standing.approvals[-1] if standing.approvals else None
    why = f"This was already {standing.state}; your click changed nothing."
    if standing.state == "void":
        why = "The app was changed since; this request for approval is void. Your click changed nothing."
    if standing.state == "expired":
        why = "This request for approval has expired. Ask for it again with Publish."
    return Refusal(why, last.person, last.at) if last else Refusal(why)


def _refuse(standing: Standing, person: str, in_group: Callable[[str], frozenset[str]], now: int) -> Refusal | None:
    if now >= standing.expires_at:
        return Refusal("This request for approval has expired. Ask for it again with Publish.")
    if person == standing.asker:
        return Refusal("Nobody approves their own request. Someone else of the approvers has to look at it.")
    members = {group: in_group(group) for group in standing.groups}
    for group, people in members.items():
        if not people - {standing.asker}:
            nobody = f"in @{group} there is nobody but the asker" if people else f"the group @{group} is empty"
            return Refusal(f"No approver exists: {nobody}. Ask the platform team.")
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
    return int(result.rowcount) == 1  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


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
    """Whether exactly this Proposal may go live (Invariant 1).

    Read anew from the rows: the content must still have this digest, and where the policies named approvers,
    someone else than the asker must have said yes to it.
    """
    standing = get(session, digest)
    if standing is None or standing.state != "approved" or standing.proposal.digest != digest:
        return False
    return not standing.groups or any(one.yes and one.person != standing.asker for one in standing.approvals)
