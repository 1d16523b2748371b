"""Requests of several hands are understood about as well as when they were last measured."""

from functools import cache
from pathlib import Path

import pytest

from tests.generator.scoring import Score, load, plain, report, score

HELD_OUT = Path(__file__).with_name("heldout.jsonl")


@cache
def measured() -> Score:
    return score(load(HELD_OUT))


def test_the_right_kind_is_built_or_offered() -> None:
    total = measured()
    assert total.misrouted == 0, report(total)
    assert total.routed / total.builds >= 0.97, total.misses
    assert total.reachable == total.builds, total.misses


def test_nothing_is_built_that_nobody_asked_for() -> None:
    assert measured().built_wrongly == 0, measured().misses


def test_answers_are_read_right() -> None:
    total = measured()
    assert total.f1 >= 0.97, total.misses
    assert total.exact / total.builds >= 0.93, total.misses


def test_a_request_is_understood_in_time() -> None:
    spent = sorted(measured().seconds)
    assert spent[int(len(spent) * 0.95)] < 0.25, "50 ms on an idle machine, more while other tests run"


def test_every_kind_is_asked_for_in_both_languages() -> None:
    requests = [one for one in load(HELD_OUT) if one.action == "build"]
    assert len({one.template for one in requests}) == 12
    assert len({one.id for one in load(HELD_OUT)}) == len(load(HELD_OUT))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lunch survey ", "lunch  Survey."),
        (14, 14.0),
        ([{"name": "Tag", "type": "date"}], [{"name": "tag", "type": "date"}]),
    ],
)
def test_values_are_compared_without_case_and_end_signs(one: object, other: object) -> None:
    assert plain(one) == plain(other)


def test_the_scorer_counts_what_is_wrong() -> None:
    request = load(HELD_OUT)[0]
    total = score([request], lambda _: {"action": "build", "template": "poll", "params": {}, "alternatives": []})
    assert (total.routed, total.misrouted, total.reachable, total.through) == (0, 1, 0, 0)
