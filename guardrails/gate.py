"""Gate: a capability that an app declares and does not hold, allowed until a time by whom the policies name for it.

What is agreed on is one digest of the capability, the time, what is live and the policies. It replaces no Proposal.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, select

from guardrails import delegation, quorum, selves
from guardrails.delegation import StandIns
from guardrails.standing import Approval, Refusal, refuse
from templates.bundle import canonical_json, digest_of
from templates.manifest import Digest, Frozen


class GateRow(SQLModel, table=True):
    __tablename__ = "gate"

    digest: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    content: str
    needs: str
    owner: str
    authors: str
    agreed: str = "[]"
    asked_at: int
    given_at: int | None = None


class Gate(Frozen):
    """What approvers agree on: this capability of exactly what is live, until this UNIX second."""

    workspace: str
    app: str
    name: str
    until: int
    proposal: str
    bundle: Digest
    policy: Digest

    @property
    def digest(self) -> Digest:
        """Names exactly this Gate."""
        return digest_of(canonical_json(self.model_dump(mode="json")))


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a Gate stands: whose yes it needs, whose it has, and whether it is open."""

    gate: Gate
    needs: tuple[str, ...]
    asker: str
    """Whose app it is: like its authors they never decide."""
    authors: frozenset[str]
    approvals: tuple[Approval, ...]
    given: bool

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group that is asked."""
        return quorum.groups(self.needs)

    @property
    def expires_at(self) -> int:
        """Nobody agrees on a time that is over."""
        return self.gate.until


def ask(session: Session, gate: Gate, needs: Sequence[str], owner: str, authors: Collection[str], now: int) -> Asked:
    """Put a Gate before its approvers; the very same one is asked once."""
    if session.get(GateRow, gate.digest) is None:
        session.add(
            GateRow(
                digest=gate.digest,
                workspace=gate.workspace,
                app=gate.app,
                content=gate.model_dump_json(),
                needs=json.dumps(list(needs)),
                owner=owner,
                authors=json.dumps(sorted(authors)),
                asked_at=now,
            )
        )
        session.flush()
    asked = get(session, gate.digest)
    assert asked is not None
    return asked


def get(session: Session, digest: str) -> Asked | None:
    """Where the Gate with this digest stands."""
    row = session.get(GateRow, digest, populate_existing=True)
    if row is None:
        return None
    same = selves.known(session, row.workspace)
    words = tuple(
        Approval(**{**one, "human": same.get(one["person"], one["person"])}) for one in json.loads(row.agreed)
    )
    return Asked(
        gate=Gate.model_validate_json(row.content),
        needs=tuple(json.loads(row.needs)),
        asker=same.get(row.owner, row.owner),
        authors=selves.humans({row.owner, *json.loads(row.authors)}, same),
        approvals=words,
        given=row.given_at is not None,
    )


def given_to(session: Session, app: str) -> tuple[Asked, ...]:
    """Every Gate that was opened for an app, oldest first."""
    rows = session.exec(select(GateRow.digest, GateRow.given_at).where(GateRow.app == app)).all()
    opened = sorted((at, digest) for digest, at in rows if at is not None)
    return tuple(one for _, digest in opened if (one := get(session, digest)))


def agree(
    session: Session,
    digest: str,
    person: str,
    *,
    reason: str,
    in_group: Callable[[str], frozenset[str]],
    now: int,
    stand_ins: StandIns,
) -> Asked | Refusal:
    """Count one person's yes; the Gate is given when all whom the policies named have said theirs."""
    row, asked = session.get(GateRow, digest), get(session, digest)
    if row is None or asked is None:
        return Refusal("This is not known any more. Nothing was changed.")
    if asked.given:
        return Refusal("This was allowed already; your word changed nothing.")
    same = selves.known(session, row.workspace)
    human = same.get(person, person)
    own = {group: selves.humans(in_group(group), same) for group in asked.groups}
    members = delegation.widened(own, stand_ins, asked.authors)
    if refusal := refuse(asked, human, own, members, now):
        return refusal
    stands_for = delegation.spoken_for(human, own, stand_ins, asked.authors)
    word = {"person": person, "yes": True, "reason": reason, "at": now, "stands_for": stands_for}
    row.agreed = json.dumps([*json.loads(row.agreed), word])
    if quorum.met(asked.needs, [*(one.human for one in asked.approvals), human], members):
        row.given_at = now
    session.add(row)
    session.flush()
    return get(session, digest) or Refusal("This is not known any more. Nothing was changed.")
