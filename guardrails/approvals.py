"""Approvals: one person's yes or no to one Proposal digest. Every decision is a compare-and-set."""

import json
from collections.abc import Callable, Collection

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from guardrails import delegation, quorum, selves
from guardrails.delegation import StandIns
from guardrails.proposal import Proposal
from guardrails.standing import Approval, Refusal, Standing, State, late, refuse
from guardrails.verdict import Verdict

OPEN_SECONDS = 7 * 86_400
"""An undecided Proposal expires after a week."""


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
    authors: str = Field(default="[]", sa_column_kwargs={"server_default": "[]"})


class ApprovalRow(SQLModel, table=True):
    __tablename__ = "approval"

    proposal: str = Field(primary_key=True, foreign_key="proposal.digest")
    person: str = Field(primary_key=True)
    workspace: str
    yes: bool
    reason: str
    at: int
    stands_for: str = Field(default="", sa_column_kwargs={"server_default": ""})


def propose(
    session: Session, proposal: Proposal, verdict: Verdict, asker: str, now: int, others: Collection[str] = ()
) -> Standing | Refusal:
    """Put a Proposal up. Allow approves it at once; a denial is refused; an earlier one of the same app is void.

    Putting the very same one up again changes nothing. It can be decided for a week, and no longer than the
    exceptions last that the Verdict rests on. `others` are people beside the asker whose own work it is.
    """
    if verdict.decision == "deny":
        return Refusal(verdict.findings[0].why)
    known = get(session, proposal.digest)
    if known is not None:
        return known if known.state in ("open", "approved") else late(known)
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
            expires_at=min([now + OPEN_SECONDS, *(one.until for one in verdict.excepted)]),
            decided_at=now if automatic else None,
            authors=json.dumps(sorted({asker, *others})),
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
    same = selves.known(session, row.workspace)
    return Standing(
        proposal=Proposal.model_validate_json(row.content),
        asker=same.get(row.asker, row.asker),
        needs=tuple(row.groups.split(",")) if row.groups else (),
        state=row.state,  # type: ignore[arg-type]  # only this module writes it
        expires_at=row.expires_at,
        approvals=tuple(
            Approval(one.person, one.yes, one.reason, one.at, one.stands_for, same.get(one.person, one.person))
            for one in given
        ),
        authors=selves.humans({row.asker, *json.loads(row.authors)}, same),
    )


def open_of(session: Session, app: str) -> Standing | None:
    """The Proposal of this app that waits for its approvers."""
    digest = session.exec(select(ProposalRow.digest).where(ProposalRow.app == app, ProposalRow.state == "open")).first()
    return get(session, digest) if digest else None


def every(session: Session, app: str) -> tuple[Standing, ...]:
    """Every Proposal that this app has had, oldest first."""
    digests = session.exec(select(ProposalRow.digest).where(ProposalRow.app == app)).all()
    found = [one for digest in digests if (one := get(session, digest))]
    return tuple(sorted(found, key=lambda one: one.proposal.revision))


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
    stand_ins: StandIns | None = None,
) -> Standing | Refusal:
    """Record one person's yes or no. `in_group` gives the Person ids in a group, asked live.

    One no rejects; a yes counts for every group that the person is in, and the Proposal is approved when all that
    the policies named have said theirs. Being late, a stranger, or one of its authors is a Refusal, and nothing
    changes. Several accounts of one human are that one human (G2).
    """
    held = _hold(session, digest)
    standing = get(session, digest)
    if standing is None:
        return Refusal("This request for approval is not known any more. Nothing was changed.")
    if not held:
        return late(standing)
    workspace = standing.proposal.workspace
    same = selves.known(session, workspace)
    human, speaking = same.get(person, person), stand_ins or {}
    own = {group: selves.humans(in_group(group), same) for group in standing.groups}
    members = delegation.widened(own, speaking, standing.authors)
    refusal = refuse(standing, human, own, members, now)
    if refusal is not None:
        return refusal
    session.add(
        ApprovalRow(
            proposal=digest,
            person=person,
            workspace=workspace,
            yes=yes,
            reason=reason,
            at=now,
            stands_for=delegation.spoken_for(human, own, speaking, standing.authors),
        )
    )
    if not yes:
        _move(session, digest, "rejected", now)
    elif quorum.met(standing.needs, [*(one.human for one in standing.approvals), human], members):
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


def _move(session: Session, digest: str, state: State, now: int) -> bool:
    result = session.execute(
        update(ProposalRow)
        .where(col(ProposalRow.digest) == digest, col(ProposalRow.state) == "open")
        .values(state=state, decided_at=now)
    )
    return int(result.rowcount) == 1  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def join(session: Session, app: str, person: str) -> None:
    """What waits for approval is this person's work as well from now on: they approve none of it."""
    for row in session.exec(select(ProposalRow).where(ProposalRow.app == app, ProposalRow.state == "open")):
        row.authors = json.dumps(sorted({person, *json.loads(row.authors)}))
        session.add(row)


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


def was_approved(session: Session, digest: str) -> bool:
    """Whether exactly this Proposal was let go live once; that the app ended since does not change who said yes.

    Read anew from the rows, as `approved` does. Whoever asks knows that it stood live: a Proposal that was void before
    it had all its words never did.
    """
    standing = get(session, digest)
    if standing is None or standing.state not in ("approved", "void") or standing.proposal.digest != digest:
        return False
    return not standing.groups or any(one.yes and one.human not in standing.authors for one in standing.approvals)


def approved(session: Session, digest: str) -> bool:
    """Whether exactly this Proposal may go live (Invariant 1).

    Read anew from the rows: the content must still have this digest, and where the policies named approvers,
    someone whose own work it is not must have said yes to it.
    """
    standing = get(session, digest)
    if standing is None or standing.state != "approved" or standing.proposal.digest != digest:
        return False
    return not standing.groups or any(one.yes and one.human not in standing.authors for one in standing.approvals)


def given(session: Session, digest: str) -> bool:
    """Whether exactly this Proposal was approved once and nobody said no, also when it was made void since."""
    standing = get(session, digest)
    if standing is None or standing.state not in ("approved", "void") or standing.proposal.digest != digest:
        return False
    yes = any(one.yes and one.human not in standing.authors for one in standing.approvals)
    return all(one.yes for one in standing.approvals) and (not standing.groups or yes)
