"""A model on this machine fills in free text and nothing else, and its end is nobody's end (A4)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from generator.local_model import RESTARTS, LocalModel, NoLocalModel
from generator.offline_model import OfflineModel
from generator.understand import understand
from tests.generator import tiny

pytestmark = pytest.mark.scenario
TODAY = date(2026, 11, 23)
WISH = "a poll about lunch: pizza, sushi or burgers, anonymous, till Friday"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def model(file: Path) -> Iterator[LocalModel]:
    made = LocalModel(file, secret=lambda text: False)
    assert made.wait()
    yield made
    made.stop()


def answers(read: Any) -> dict[str, Any]:
    return {one.name: one.value for one in read.understanding.answers}


def test_it_fills_free_text_where_rules_read_what_has_a_type(model: LocalModel) -> None:
    reads = [understand(WISH, TODAY, model) for _ in range(6)]  # one of nine texts of the model's is empty
    assert {one.understanding.model for one in reads} == {"tiny on this machine"}, reads[0].understanding.note
    given = next(one for one in map(answers, reads) if set(one["question"]) == {"a"})
    by_rules = answers(understand(WISH, TODAY, OfflineModel()))
    assert (given["deadline"], given["anonymous"]) == (by_rules["deadline"], by_rules["anonymous"])


def test_it_never_chooses_what_is_built(model: LocalModel) -> None:
    for words in (WISH, "what is the weather like?", "make something for the team"):
        chosen, alone = (understand(words, TODAY, one).understanding for one in (model, OfflineModel()))
        assert (chosen.action, chosen.kind, chosen.alternatives) == (alone.action, alone.kind, alone.alternatives)
        assert chosen.confidence == alone.confidence


def test_what_it_was_told_is_kept_and_costs_nobody_anything(model: LocalModel) -> None:
    receipt = understand(WISH, TODAY, model).receipt
    assert receipt is not None and "pizza" in str(receipt.exchanges[0].messages) and receipt.tokens == 0


def test_rules_carry_on_when_its_process_is_killed_and_it_comes_back(model: LocalModel) -> None:
    def kill() -> None:
        model._server._process.kill()
        model._server._process.wait()

    kill()
    first = understand(WISH, TODAY, model)
    assert first.understanding.kind == "poll" and answers(first) == answers(understand(WISH, TODAY, OfflineModel()))
    assert model.wait(), "it was started again"
    assert understand(WISH, TODAY, model).understanding.note == ""
    for _ in range(RESTARTS + 1):
        kill()
        again = understand(WISH, TODAY, model)
        assert again.understanding.kind == "poll"
    assert "could not be reached" in again.understanding.note
    assert model._server.ended, "a model that always ends is left alone"


def test_its_process_gets_none_of_our_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-planted-canary")
    made = LocalModel(file, secret=lambda text: False)
    try:
        assert made.wait()
        pid = made._server._process.pid
        held = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
        assert b"planted" not in held and made._server.key.encode() not in held
    finally:
        made.stop()


def test_a_stranger_on_this_machine_without_the_key_gets_nothing(model: LocalModel) -> None:
    import httpx2

    asked = httpx2.post(f"{model._server.url}/chat/completions", json={"messages": [{"role": "user", "content": "x"}]})
    assert asked.status_code == 401


def test_a_file_that_is_no_model_never_answers_and_rules_read(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.gguf"
    garbage.write_bytes(b"GGUF" + bytes(1000))
    made = LocalModel(garbage, secret=lambda text: False)
    try:
        assert not made.wait()
        assert understand(WISH, TODAY, made).understanding.kind == "poll"
    finally:
        made.stop()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoLocalModel, match="There is no model at"):
        LocalModel(tmp_path / "none.gguf", secret=lambda text: False)
