"""Delegation: an approver names a stand-in until a date. Whether the approver belongs to a group is asked live."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlmodel import Field, Session, SQLModel, col, select

from guardrails import selves
from guardrails.quorum import Members

StandIns = Mapping[str, frozenset[str]]
"""For whom each stand-in speaks now, each human by one Person id."""


class DelegationRow(SQLModel, table=True):
    __tablename__ = "delegation"

    id: int | None = Field(default=None, primary_key=True)
    workspace: str = Field(index=True)
    approver: str
    stand_in: str
    given_at: int
    until: int
    ended_at: int | None = None


def give(session: Session, *, workspace: str, approver: str, stand_in: str, until: int, now: int) -> None:
    """From now until then `stand_in` may speak for `approver`; an earlier stand-in of theirs may not any more."""
    end(session, workspace, approver, now)
    row = DelegationRow(workspace=workspace, approver=approver, stand_in=stand_in, given_at=now, until=until)
    session.add(row)


def end(session: Session, workspace: str, approver: str, now: int) -> bool:
    """Nobody speaks for this approver any more; whether anybody did."""
    standing = session.exec(
        select(DelegationRow).where(
            DelegationRow.workspace == workspace,
            col(DelegationRow.approver).in_(selves.all_of(session, approver)),
            col(DelegationRow.ended_at).is_(None),
        )
    ).all()
    for row in standing:
        row.ended_at = now
        session.add(row)
    return any(row.until > now for row in standing)


def active(session: Session, workspace: str, now: int) -> StandIns:
    """Who speaks for whom now."""
    rows = session.exec(
        select(DelegationRow.stand_in, DelegationRow.approver).where(
            DelegationRow.workspace == workspace, col(DelegationRow.ended_at).is_(None), DelegationRow.until > now
        )
    ).all()
    found: dict[str, set[str]] = defaultdict(set)
    same = selves.known(session, workspace)
    for stand_in, approver in rows:
        found[same.get(stand_in, stand_in)].add(same.get(approver, approver))
    return {stand_in: frozenset(approvers) for stand_in, approvers in found.items()}


def widened(members: Members, stand_ins: StandIns, authors: Collection[str]) -> Members:
    """The groups with the stand-ins of those who are in them; nobody speaks for the authors about their own work."""
    return {
        group: people | {one for one, approvers in stand_ins.items() if approvers.difference(authors) & people}
        for group, people in members.items()
    }


def spoken_for(person: str, members: Members, stand_ins: StandIns, authors: Collection[str]) -> str:
    """For whom this person speaks here; empty when they belong to one of the groups themselves."""
    if any(person in people for people in members.values()):
        return ""
    approvers = stand_ins.get(person, frozenset()).difference(authors)
    return next(iter(sorted(approvers & frozenset().union(*members.values()))), "")
