"""A new rule replayed on what is live and what was asked: what it would stop, for whom and why."""

import shutil
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.platformctl import command
from guardrails.policy import RULES
from tests.bot.house import House
from tests.guardrails.test_policy import RULE

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
PENSIONS = "a survey about pensions, keep the answers for 10 years"
FORTNIGHT = RULE.replace('input.app.name == "weekend"', "input.app.retention_days > 10").replace(
    "app.name", "app.retention_days"
)


def rules(tmp_path: Path, stage: str = "block", decision: str = "deny") -> Path:
    """The shipped folder and one rule more."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    head = f"# METADATA\n# title: Weekend\n# custom:\n#   owner: ops\n#   stage: {stage}\n"
    said = FORTNIGHT.replace('"deny",', f'"{decision}",\n\t"approvers": "ops-leads",')
    (folder / "weekend.rego").write_text(head + said)
    return folder


def replayed(house: House, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert command.main(["policy", "replay", str(folder), "--home", str(house.home)]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def history(house: House) -> House:
    """A live app, a preview, and a denied request: all of ana's."""
    house.press(house.ask(SURVEY), "slipway.publish")
    house.ask("a survey about parking, keep it for three weeks")
    house.ask(PENSIONS)
    return house


def everything(house: House) -> list[str]:
    with Session(house.engine) as session:
        return list(session.connection().connection.iterdump())


def test_what_would_be_denied_has_its_app_owner_rule_and_reason_and_nothing_is_changed(  # N11, U11
    history: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(history)
    lines = replayed(history, rules(tmp_path), capsys)
    assert lines[0] == "app lunch (@ana) would be denied: weekend: Nobody looks after it."
    assert lines[1].startswith("request req_")
    assert lines[1].endswith(" (@ana) would be denied: weekend: Nobody looks after it.")
    assert lines[2:] == ["1 apps and 1 requests would be denied. Owners affected: 1."]
    assert everything(history) == before


@pytest.mark.parametrize("stage", ["shadow", "warn"])
def test_a_rule_that_stops_nobody_yet_is_seen_with_its_stage(  # N11, U11
    history: House, tmp_path: Path, stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = replayed(history, rules(tmp_path, stage), capsys)
    assert lines[0] == f"app lunch (@ana) would be denied: weekend, in {stage}: Nobody looks after it."
    assert len(lines) == 3


def test_what_would_newly_need_approval_and_what_would_be_allowed_are_told_apart(  # N11, U11
    history: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = rules(tmp_path, decision="needs_approval")
    assert replayed(history, folder, capsys)[-1] == "1 apps and 1 requests would need approval. Owners affected: 1."
    (folder / "weekend.rego").unlink()
    (folder / "retention.rego").unlink()
    (line, count) = replayed(history, folder, capsys)
    why = "Entries would be kept for 3650 days; the longest allowed is 365."
    assert line.endswith(f" (@ana) would be allowed: retention: {why}")
    assert count == "0 apps and 1 requests would be allowed. Owners affected: 1."


def test_the_same_policies_change_nothing_and_old_requests_are_left_alone(  # N11, U11
    history: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replayed(history, RULES, capsys) == ["nothing would be otherwise. Owners affected: 0."]
    history.later(days=31)
    history.later(days=4)  # an end that nobody was told of was put off once
    assert history.actions().count("app.archived") == 1
    assert replayed(history, rules(tmp_path), capsys)[-1].endswith("Owners affected: 0.")


def test_damaged_bundles_are_named_and_a_folder_without_policies_is_refused(  # N11, U11
    history: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = history.requests()[0].bundle
    path = history.home / "bundles" / "blobs" / "sha256" / str(bundle).removeprefix("sha256:")
    kept = path.read_bytes()
    path.write_bytes(b"{}")
    try:
        assert "cannot be judged" in replayed(history, RULES, capsys)[0]
    finally:
        path.write_bytes(kept)
    assert command.main(["policy", "replay", str(tmp_path), "--home", str(history.home)]) == 1
    assert command.main(["policy", "replay", str(RULES), "--home", str(tmp_path)]) == 1
