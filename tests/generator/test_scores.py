"""Requests of several hands are understood about as well as when they were last measured (A4: per backend)."""

from functools import cache

import pytest

from evals.__main__ import PAGE, main
from evals.report import bootstrap, fallen, floors, kept, line, measures, shares, table, wilson
from evals.requests import FOLDER, TODAY, batches, differing, load, plain
from evals.scoring import Read, Score, f1, judge, score
from generator import scores
from generator.offline_model import OfflineModel
from generator.openai_model import OpenAIModel
from generator.understand import understand
from tests.generator.endpoint import Said, endpoint

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
    built = [one for one in said if understand(one, TODAY, OfflineModel()).understanding.action == "build"]
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
    told = {"action": "build", "template": "poll", "params": {}, "alternatives": []}
    outcome, misses = judge(request, Read(told, {}, 0.0, fell_back=False))
    assert (outcome.kind_right, outcome.offered, outcome.through) == (False, False, False)
    assert misses[0] == "survey became build poll"
    alone = Score([outcome])
    assert alone.wrongly_built == 1 and measures(alone)["whole"] == (0, 1)
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


def test_the_page_and_the_record_say_what_is_measured_now() -> None:
    rows = {name: measured(name) for name in NAMES}
    total = Score([one for each in rows.values() for one in each.outcomes])
    day = scores.measured()[scores.RULES].day
    assert scores.measured()[scores.RULES] == shares(total, day), "make eval"
    assert table(rows, total, day) in PAGE.read_text("utf-8"), "make eval"


def test_a_table_takes_its_own_place_on_the_page_and_no_other() -> None:
    page = "# x\n\n<!-- measured: rules -->\nold\n<!-- end: rules -->\n\nrest\n"
    again = kept(page, "rules", "new")
    assert "old" not in again and "<!-- measured: rules -->\nnew\n<!-- end: rules -->\n\nrest" in again
    more = kept(again, "remote m", "theirs")
    assert more.index("rules -->\n\n### remote m\n") < more.index("theirs") < more.index("rest")
    assert kept(more, "remote m", "theirs") == more


def test_any_backend_is_scored_over_its_own_protocol_and_its_silence_is_counted() -> None:
    asked = load(FOLDER / "p.jsonl")[:8]
    with endpoint(lambda question: Said(status=500)) as silent:
        told = score(asked, OpenAIModel(model="m", base_url=silent.url, timeout=5))
    alone = score(asked)
    assert all(one.fell_back for one in told.outcomes) and not any(one.fell_back for one in alone.outcomes)
    assert measures(told) == measures(alone), "rules carried on"
    with endpoint(lambda question: Said('{"kind": "none", "sure": true}')) as refusing:
        none = score(asked, OpenAIModel(model="m", base_url=refusing.url, timeout=5))
    assert measures(none)["kind"][0] == 0 and not any(one.fell_back for one in none.outcomes)
    assert scores.below("remote m", {"remote m": shares(none, "2026-11-26")}).startswith("The backend 'remote m' was")
    assert "gave no answer to 8 of 8" in table({}, told, "2026-11-26")


def test_rules_are_good_enough_to_be_the_default_and_an_unmeasured_model_may_start() -> None:
    assert scores.below(scores.RULES, scores.measured()) == "" == scores.below("remote other", scores.measured())


def test_a_backend_that_cannot_be_used_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_UNDERSTANDING", "local")
    assert main(["--most", "1"]) == 2
    assert "SLIPWAY_LOCAL_MODEL is not set" in capsys.readouterr().err
