"""Requests of several hands are understood about as well as when they were last measured."""

from functools import cache

import pytest

from evals.report import bootstrap, fallen, floors, line, measures, wilson
from evals.requests import FOLDER, batches, differing, load, plain
from evals.scoring import Score, f1, judge, offline, score

pytestmark = pytest.mark.scenario

CHAT = FOLDER.with_name("chat.txt")
NAMES = tuple(path.stem for path in batches())


@cache
def measured(name: str) -> Score:
    return score(load(FOLDER / f"{name}.jsonl"))


@pytest.mark.parametrize("name", NAMES)
def test_no_set_has_fallen_below_its_floor(name: str) -> None:
    assert fallen(name, measured(name)) == [], measured(name).misses


def test_nothing_is_built_that_nobody_asked_for() -> None:
    assert [miss for name in NAMES for miss in measured(name).misses if "became build" in miss] == []


def test_unrelated_chat_is_hardly_ever_built() -> None:
    said = CHAT.read_text(encoding="utf-8").splitlines()
    built = [one for one in said if offline(one)["action"] == "build"]
    assert len(said) > 200 and len(built) <= 0.03 * len(said), built


def test_a_request_is_understood_in_time() -> None:
    spent = sorted(one.seconds for name in NAMES for one in measured(name).outcomes)
    assert spent[int(len(spent) * 0.95)] < 0.06, "30 ms of processor time on an idle machine, more while others run"


def test_every_set_has_floors_and_asks_for_every_kind() -> None:
    assert set(NAMES) == set(floors())
    requests = [one for name in NAMES for one in load(FOLDER / f"{name}.jsonl")]
    assert len({one.template for one in requests if one.action == "build"}) == 12
    assert len({one.id for one in requests}) == len(requests)


def test_no_request_is_among_the_examples_that_are_taught() -> None:
    from generator.examples import sentences

    taught = {plain(text) for text, _ in sentences()}
    assert [one.id for name in NAMES for one in load(FOLDER / f"{name}.jsonl") if plain(one.text) in taught] == []


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


def test_what_differs_is_named() -> None:
    assert differing({"a": "x", "b": 1}, {"a": "X", "c": True}) == ["b", "c"]


def test_the_scorer_counts_what_is_wrong() -> None:
    request = next(one for one in load(FOLDER / "hij.jsonl") if one.template == "survey")
    outcome, misses = judge(request, {"action": "build", "template": "poll", "params": {}, "alternatives": []})
    assert (outcome.kind_right, outcome.offered, outcome.through) == (False, False, False)
    assert misses[0] == "survey became build poll"
    told = Score([outcome])
    assert told.wrongly_built == 1 and measures(told)["whole"] == (0, 1)
    assert "wrongly" not in line("one", Score([outcome, outcome]))


def test_a_share_stands_with_the_interval_that_its_number_of_cases_allows() -> None:
    assert [round(one, 2) for one in wilson(9, 10)] == [0.6, 0.98]
    assert wilson(0, 0) == (0.0, 1.0)
    outcomes = measured("hij").of(wanted="build")
    low, high = bootstrap(outcomes, f1)
    assert low <= f1(outcomes) <= high


def test_a_set_below_its_floor_is_told() -> None:
    said = fallen("hij", Score())
    assert said and all(one.startswith("hij: ") for one in said)
