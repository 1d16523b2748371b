"""Exceptions: one app spared one rule until a day, for a reason that somebody answers for. They end by themselves."""

from collections.abc import Sequence

from sqlmodel import Field, Session, SQLModel, col, select

from guardrails.review import verdict
from guardrails.verdict import Excepted, Verdict
from templates.manifest import Frozen


class ExceptionRow(SQLModel, table=True):
    __tablename__ = "policy_exception"

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    subject: str = Field(index=True)
    rule: str
    owner: str
    reason: str
    since: int
    until: int = Field(index=True)
    ended_at: int | None = None


class Exemption(Frozen):
    """What was agreed: `subject` is an app's id, or a Request's before it has an app; times are UNIX seconds."""

    workspace: str
    subject: str
    rule: str
    owner: str
    """Who answers for it, by name."""
    reason: str
    since: int
    until: int


def agree(session: Session, one: Exemption) -> None:
    """Keep an exception; one for the same rule that still holds ends now."""
    for row in _standing(session, one.subject):
        if row.rule == one.rule:
            row.ended_at = one.since
            session.add(row)
    session.add(ExceptionRow(**one.model_dump()))


def held(session: Session, now: int, *subjects: str | None) -> tuple[Exemption, ...]:
    """The exceptions that hold now for an app or its Request, oldest first."""
    rows = _standing(session, *(one for one in subjects if one))
    return tuple(_exemption(row) for row in rows if row.since <= now < row.until)


def lapse(session: Session, now: int) -> tuple[Exemption, ...]:
    """End what is over, and say what. It spared nobody any more already."""
    over = session.exec(
        select(ExceptionRow).where(col(ExceptionRow.ended_at).is_(None), ExceptionRow.until <= now)
    ).all()
    for row in over:
        row.ended_at = now
        session.add(row)
    return tuple(map(_exemption, over))


def excuse(judged: Verdict, exemptions: Sequence[Exemption]) -> Verdict:
    """The Verdict without what the exceptions spare, which stands beside it. A firm rule is never spared."""
    by_rule = {one.rule: one for one in exemptions}
    spared = [one for one in judged.findings if one.rule in by_rule and not one.firm and one.decision != "allow"]
    if not spared:
        return judged
    left = verdict((one for one in judged.findings if one not in spared), judged.policy)
    beside = (
        Excepted(
            finding=one, owner=by_rule[one.rule].owner, reason=by_rule[one.rule].reason, until=by_rule[one.rule].until
        )
        for one in spared
    )
    return left.model_copy(update={"warned": judged.warned, "shadowed": judged.shadowed, "excepted": tuple(beside)})


def _standing(session: Session, *subjects: str) -> Sequence[ExceptionRow]:
    chosen = select(ExceptionRow).where(col(ExceptionRow.subject).in_(subjects), col(ExceptionRow.ended_at).is_(None))
    return session.exec(chosen.order_by(col(ExceptionRow.id))).all()


def _exemption(row: ExceptionRow) -> Exemption:
    return Exemption.model_validate({name: getattr(row, name) for name in Exemption.model_fields})
