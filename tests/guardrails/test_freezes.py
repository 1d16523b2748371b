"""Freezes: one that stands over each thing, and another human who lets it go on."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, create_engine

from guardrails import freezes, selves
from guardrails.freezes import FreezeRow, Target

NOW = 1_800_000_000
LUNCH = Target("T1", "app", "app_1")


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as one:
        yield one
    engine.dispose()


def freeze(session: Session, person: str = "ben", account: str = "", target: Target = LUNCH) -> str:
    made = freezes.freeze(session, target, reason="", person=person, account=account, now=NOW)
    assert made is not None
    return made.id


def test_whoever_froze_it_does_not_thaw_it_and_somebody_else_does(session: Session) -> None:  # N14
    name = freeze(session)
    assert freezes.thaw(session, name, "ben", NOW + 1) == "own"
    assert freezes.standing(session, "T1") != ()
    assert freezes.thaw(session, name, "dora", NOW + 2) == "thawed"
    assert freezes.standing(session, "T1") == ()
    assert freezes.thaw(session, name, "eve", NOW + 3) == "gone"


def test_another_account_of_whoever_froze_it_is_the_same_human(session: Session) -> None:  # N14
    name = freeze(session)
    selves.join(session, "T1", "ben", "ben2", NOW)
    assert freezes.thaw(session, name, "ben2", NOW) == "own"


def test_what_nobody_known_froze_takes_two_humans(session: Session) -> None:  # N14
    name = freeze(session, person="", account="root")
    selves.join(session, "T1", "ben", "ben2", NOW)
    assert freezes.thaw(session, name, "ben", NOW) == "agreed"
    assert freezes.thaw(session, name, "ben", NOW) == "own"
    assert freezes.thaw(session, name, "ben2", NOW) == "own"
    assert freezes.thaw(session, name, "dora", NOW) == "thawed"


def test_what_stands_frozen_is_not_frozen_twice_and_can_be_again(session: Session) -> None:  # N14
    name = freeze(session)
    assert freezes.freeze(session, LUNCH, reason="", person="dora", account="", now=NOW) is None
    freezes.thaw(session, name, "dora", NOW)
    assert freeze(session, "dora") != name


def test_the_database_itself_keeps_to_one_freeze_a_name(session: Session) -> None:  # N14
    for name in ("a", "b"):
        session.add(
            FreezeRow(
                id=name, workspace="T1", kind="app", name="app_1", reason="", person="", account="", frozen_at=NOW
            )
        )
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_offer_is_one_persons_for_ten_minutes(session: Session) -> None:  # N14
    made = freezes.offer(session, LUNCH, "U1", "ben", "", NOW)
    found = freezes.offered(session, made.id)
    assert found == made and found.until == NOW + 600 and not found.settled
    freezes.settle(session, made.id, NOW)
    settled = freezes.offered(session, made.id)
    assert settled is not None and settled.settled
    freezes.offer(session, LUNCH, "U1", "ben", "", NOW + 3600)
    assert freezes.offered(session, made.id) is None  # old ones go


@pytest.mark.parametrize(
    ("spans", "began"),
    [
        ([(5, 20)], 5),
        ([(5, 20), (2, 8)], 2),
        ([(5, 20), (1, 3)], 5),
        ([(5, 20), (2, 6), (1, 3)], 1),
        ([(10, 20), (2, 15), (14, 16)], 2),
        ([], 20),
    ],
)
def test_freezes_that_overlap_are_one_standstill(spans: list[tuple[int, int]], began: int) -> None:  # N14
    assert freezes.began(spans, 20) == began


# Hypothesis types a sorted pair as a list, and the tuple made of it by no length.
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted).map(tuple), max_size=8))  # type: ignore[arg-type]
def test_it_stood_still_at_every_moment_since_it_began(spans: list[tuple[int, int]]) -> None:
    ended = [*spans, (50, 50)]
    began = freezes.began(ended, 50)
    assert all(any(start <= at <= until for start, until in ended) for at in range(began, 51))
