"""The engine against OPA itself, on recorded answers: it may refuse to answer, but it never loses a denial."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from guardrails.policy import Policies, PolicyError
from tests.guardrails.opa import EACH, RECORD, answers, questions

pytestmark = pytest.mark.timeout(300)

PARTS, ALWAYS = 10, 3
"""All 10,000 are asked by `make fuzz`, three tenths each time."""
ASKED = [pytest.param(part, marks=pytest.mark.scenario if part < ALWAYS else pytest.mark.fuzz) for part in range(PARTS)]


def denies(found: Iterable[str]) -> bool:
    return any(one.startswith("deny ") for one in found)


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(RECORD.read_bytes()))
    found["said"] = [json.loads(found["told"][number]) for number in found["said"]]
    return found


@pytest.mark.parametrize("part", ASKED)
def test_the_engine_finds_what_opa_found_or_says_that_it_cannot(
    part: int, kept: dict[str, Any], tmp_path: Path
) -> None:  # S13
    for name, text in kept["sources"].items():
        (tmp_path / name).write_text(text)
    policies, engine_raised, asked_in_all = Policies(tmp_path), 0, 0
    for number in range(part, len(kept["whole"]), PARTS):
        recorded = kept["said"][number * (1 + EACH) : (number + 1) * (1 + EACH)]
        for asked, said in zip(questions(kept["whole"][number], number), recorded, strict=True):
            asked_in_all += 1
            try:
                found = policies.found(asked)
            except PolicyError:
                engine_raised += 1
                continue
            if said is None:
                continue
            lost, more = Counter(said) - Counter(answers(found)), Counter(answers(found)) - Counter(said)
            assert not lost, asked
            # Where there is no shelf, `not x in shelf` is nothing to OPA: one denial more of what is denied anyhow.
            assert not more or (denies(more) and denies(said) and asked.get("shelf") is None), asked
    assert asked_in_all == 10_000 // PARTS
    assert engine_raised < asked_in_all / 5, "an engine that mostly refuses was compared with nothing"


@pytest.mark.scenario
def test_ten_thousand_answers_are_recorded_and_most_deny(kept: dict[str, Any]) -> None:
    assert len(kept["said"]) == 10_000
    assert sum(denies(said or ()) for said in kept["said"]) > 2_000
