"""Selves: which Persons are one human. Each account's rows stay its own, so that a link can be undone."""

from collections.abc import Collection, Mapping

from sqlmodel import Field, Session, SQLModel, col, delete, select

Selves = Mapping[str, str]
"""For each Person id that is linked, the id that stands for the human; who is not in it stands for themselves."""


class SelfRow(SQLModel, table=True):
    __tablename__ = "same_person"

    person: str = Field(primary_key=True)
    workspace: str = Field(index=True)
    same_as: str = Field(index=True)
    joined_at: int


def join(session: Session, workspace: str, first: str, second: str, now: int) -> bool:
    """From now on both are one human, with whoever they were one with before; False when they were already."""
    root, ours = one_of(session, first), all_of(session, first) | all_of(session, second)
    if one_of(session, second) == root:
        return False
    session.execute(delete(SelfRow).where(col(SelfRow.person).in_(ours)))
    session.add_all(SelfRow(person=one, workspace=workspace, same_as=root, joined_at=now) for one in sorted(ours))
    session.flush()
    return True


def part(session: Session, workspace: str, person: str, now: int) -> bool:
    """From now on this one is nobody but themselves; the others stay one human. False when they were alone."""
    left = sorted(all_of(session, person) - {person})
    if not left:
        return False
    session.execute(delete(SelfRow).where(col(SelfRow.person).in_([person, *left])))
    if len(left) > 1:
        session.add_all(SelfRow(person=one, workspace=workspace, same_as=left[0], joined_at=now) for one in left)
    session.flush()
    return True


def known(session: Session, workspace: str) -> Selves:
    """Every link of a workspace."""
    rows = session.exec(select(SelfRow.person, SelfRow.same_as).where(SelfRow.workspace == workspace))
    return dict(rows.all())


def one_of(session: Session, person: str) -> str:
    """The id that stands for the human behind this Person."""
    row = session.get(SelfRow, person)
    return row.same_as if row else person


def all_of(session: Session, person: str) -> frozenset[str]:
    """Every Person that is this human, this one too."""
    row = session.get(SelfRow, person)
    if row is None:
        return frozenset({person})
    return frozenset(session.exec(select(SelfRow.person).where(SelfRow.same_as == row.same_as)).all())


def humans(people: Collection[str], selves: Selves) -> frozenset[str]:
    """These people, each human once."""
    return frozenset(selves.get(one, one) for one in people)
