"""Delegation: an approver names a stand-in until a date. Whether the approver belongs to a group is asked live."""

from collections import defaultdict
from collections.abc import Mapping

from sqlmodel import Field, Session, SQLModel, col, select

from guardrails.quorum import Members

StandIns = Mapping[str, frozenset[str]]
"""For whom each stand-in speaks now, as Person ids."""


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
            DelegationRow.approver == approver,
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
    for stand_in, approver in rows:
        found[stand_in].add(approver)
    return {stand_in: frozenset(approvers) for stand_in, approvers in found.items()}


def widened(members: Members, stand_ins: StandIns, asker: str) -> Members:
    """The groups with the stand-ins of those who are in them; nobody speaks for the asker about their own request."""
    return {
        group: people | {one for one, approvers in stand_ins.items() if (approvers - {asker}) & people}
        for group, people in members.items()
    }


def spoken_for(person: str, members: Members, stand_ins: StandIns, asker: str) -> str:
    """For whom this person speaks here; empty when they belong to one of the groups themselves."""
    if any(person in people for people in members.values()):
        return ""
    approvers = stand_ins.get(person, frozenset()) - {asker}
    return next(iter(sorted(approvers & frozenset().union(*members.values()))), "")
