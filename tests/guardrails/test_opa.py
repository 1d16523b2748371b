"""The engine against OPA itself, on recorded answers: it may refuse to answer, but it never loses a denial."""

import gzip
import json
from pathlib import Path

import pytest

from guardrails.policy import Policies, PolicyError
from tests.guardrails.opa import EACH, RECORD, answers

pytestmark = pytest.mark.scenario


def test_the_engine_finds_what_opa_found_or_says_that_it_cannot(tmp_path: Path) -> None:
    kept = json.loads(gzip.decompress(RECORD.read_bytes()))
    for name, text in kept["sources"].items():
        (tmp_path / name).write_text(text)
    policies, engine_raised = Policies(tmp_path), 0
    for asked, said in zip(kept["asked"], kept["said"], strict=True):
        try:
            found = policies.found(asked)
        except PolicyError:
            engine_raised += 1
            continue
        assert said in (None, answers(found)), asked
    assert len(kept["asked"]) == 200 * (1 + EACH)
    assert engine_raised < 40, "an engine that mostly refuses was compared with nothing"
    assert sum(one.startswith("deny ") for said in kept["said"] for one in said or ()) > 500
