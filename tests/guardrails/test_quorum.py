"""Quorum: one group, any of several, or one after the other; what several rules name is needed all together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails import quorum

MEMBERS = {
    "legal": frozenset({"ben"}),
    "security": frozenset({"dora", "gil"}),
    "finance": frozenset({"ben", "gil"}),
    "empty": frozenset(),
    "hers": frozenset({"ana"}),
}


@pytest.mark.parametrize(
    ("needs", "yes", "enough"),
    [
        (["legal"], ["ben"], True),
        (["legal"], ["dora"], False),
        (["legal|security"], ["gil"], True),
        (["legal|security"], ["cy"], False),
        (["legal", "security"], ["ben"], False),
        (["legal", "security"], ["dora", "ben"], True),
        (["security>legal"], ["dora", "ben"], True),
        (["security>legal"], ["ben", "dora"], False),
        (["finance>security"], ["gil"], False),
        (["finance>security"], ["gil", "dora"], True),
        ([], [], True),
    ],
)
def test_enough_yeses_are_told_from_too_few(needs: list[str], yes: list[str], enough: bool) -> None:  # G2 N4
    assert quorum.met(needs, yes, MEMBERS) is enough


def test_who_comes_later_is_not_asked_yet() -> None:  # N4
    assert quorum.asked(["security>legal"], [], MEMBERS) == {"dora", "gil"}
    assert quorum.asked(["security>legal"], ["dora"], MEMBERS) == {"ben"}


@pytest.mark.parametrize(
    ("need", "missing"),
    [("empty", "empty"), ("legal", ""), ("empty|legal", ""), ("empty|hers", "empty"), ("legal>hers", "hers")],
)
def test_a_need_that_nobody_but_the_asker_could_meet_is_found(need: str, missing: str) -> None:  # G2
    assert quorum.nobody([need], MEMBERS, {"ana"}) == missing


def test_needs_are_said_in_words() -> None:
    assert quorum.said("legal") == "@legal"
    assert quorum.said("legal|security") == "@legal or @security"
    assert quorum.said("security>legal") == "@security, then @legal"


@given(
    st.lists(st.sampled_from(["legal", "legal|security", "security>legal", "finance"]), min_size=1, max_size=3),
    st.permutations(["ben", "dora", "gil"]),
)
def test_as_long_as_it_is_not_met_somebody_is_asked(needs: list[str], order: list[str]) -> None:
    yes: list[str] = []
    for person in order:
        if quorum.met(needs, yes, MEMBERS):
            return
        assert quorum.asked(needs, yes, MEMBERS)
        yes.append(person)
    assert quorum.met(needs, ["dora", "gil", "ben"], MEMBERS)
