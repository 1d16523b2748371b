"""What is caught and what is left alone, on lines made by a seed. The goals are those of the acceptance criteria."""

from collections import Counter

import pytest

from guardrails.scrub import Scrubbed, scrub
from tests.guardrails.lines import disguised_lines, plain_lines, secret_lines

SEED = 20
GOALS = {
    "chat prefixed": 0.99,
    "chat opaque": 0.97,
    "chat password": 0.95,
    "chat passphrase": 0.95,
    "chat pin": 0.95,
    "code prefixed": 0.96,
    "code opaque": 0.96,
    "connection": 0.96,
}
DISGUISED = 0.95


def is_removed(text: str, secret: str) -> bool:
    """At most four characters or 15 % of the secret are left where it stood."""
    at = text.index(secret)
    gone = {i for one in scrub(text).found for i in range(one.start, one.end)}
    return sum(i not in gone for i in range(at, at + len(secret))) <= max(4, 0.15 * len(secret))


@pytest.fixture(scope="module")
def recall() -> dict[str, float]:
    seen, removed = Counter[str](), Counter[str]()
    for family, text, secret in secret_lines(SEED, 4):
        seen[family] += 1
        removed[family] += is_removed(text, secret)
    return {family: removed[family] / seen[family] for family in seen}


# R7
@pytest.mark.parametrize("family", GOALS)
def test_enough_of_each_family_is_removed(family: str, recall: dict[str, float]) -> None:
    assert recall[family] >= GOALS[family]


def test_every_family_has_a_goal(recall: dict[str, float]) -> None:
    assert set(recall) == set(GOALS)


def test_a_disguise_does_not_help() -> None:
    worn = [(disguise, is_removed(text, secret)) for disguise, text, secret in disguised_lines(SEED, 10)]
    assert sum(removed for _, removed in worn) / len(worn) >= DISGUISED


def test_lines_without_a_secret_are_left_alone() -> None:
    assert [text for _, text in plain_lines(SEED, 2) if scrub(text) != Scrubbed(text)] == []
