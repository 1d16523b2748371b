"""The evidence pack: from each control to its proof, as a page and as JSON, and every missing link is named."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.conversation import Thread
from bot.platformctl import command
from guardrails import audit
from templates.bundle import digest_of
from tests.bot.house import House

EVERYONE = "a feedback survey about the new office for everyone in the company, the password is hunter2hunter2!"


@pytest.fixture
def approved(house: House) -> Thread:
    """A survey for everyone, which ben approved."""
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    return thread


def evidence(house: House, out: Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON and page of the pack of the only app."""
    app = str(house.request().app)
    code = command.main(["evidence", app, "--out", str(out), "--home", str(house.home)])
    held = contents(out)
    return code, json.loads(held["pack.json"]), held["index.html"]


def contents(out: Path) -> dict[str, str]:
    """Every file of a pack."""
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_every_control_leads_to_its_proof(  # S16 N13
    house: House, approved: Thread, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, pack, page = evidence(house, tmp_path / "pack.zip")
    assert (code, pack["gaps"]) == (0, [])
    assert capsys.readouterr().out == f"{tmp_path / 'pack.zip'}: complete\n"
    assert {
        "control": "Wider than the channel needs a second pair of eyes",
        "rule": "audience",
        "owner": "platform",
        "decision": "needs_approval",
        "approvers": "platform-approvers",
    } in pack["controls"]
    assert len(pack["controls"]) > 8, "rules with nothing to say are listed as well"
    [word] = pack["approvals"]
    assert f"({house.ben.id})" in word["who"] and word["yes"] is True
    assert {"request.received", "publish.proposed", "approval.given", "app.live"} <= {
        one["action"] for one in pack["audit"]
    }
    assert pack["removed"] == ["1 password"]
    for shown in (pack["bundle"], pack["policy"], pack["proposal"], "no model was asked", "whole", "1 password"):
        assert shown in page


def test_the_pack_holds_no_words_and_no_secrets(house: House, approved: Thread, tmp_path: Path) -> None:  # N13
    evidence(house, tmp_path / "pack.zip")
    whole = "".join(contents(tmp_path / "pack.zip").values())
    assert "hunter2hunter2" not in whole
    assert "for everyone in the company" not in whole


@pytest.mark.parametrize(
    ("edit", "gap"),
    [
        ("DELETE FROM approval", "approval: nobody of platform-approvers said yes"),
        ("UPDATE approval SET person = 'person_x'", "audit: it does not tell of the word of person_x"),
        ("UPDATE request SET proposal = NULL", "verdict: its findings are not kept"),
        ("DELETE FROM request", "request: the words that it began with are not kept"),
    ],
)
def test_a_missing_link_is_a_gap_and_the_exit_code_says_so(  # S16
    house: House, approved: Thread, tmp_path: Path, capsys: pytest.CaptureFixture[str], edit: str, gap: str
) -> None:
    app = str(house.request().app)
    with Session(house.engine) as session, session.begin():
        session.execute(text(edit))
    out = tmp_path / "pack.zip"
    code = command.main(["evidence", app, "--out", str(out), "--home", str(house.home)])
    printed = capsys.readouterr().out
    assert code == 1
    assert f"GAP  {gap}" in printed and "INCOMPLETE" in printed
    assert "This pack is incomplete." in contents(out)["index.html"]


def test_damaged_files_are_a_gap(house: House, approved: Thread, tmp_path: Path) -> None:  # S16, G5
    with Session(house.engine) as session:
        story = audit.story(session, house.request().id, str(house.request().app))
    [live] = [one for one in story if one.action == "app.live"]
    code, pack, _ = evidence(house, tmp_path / "before.zip")
    assert code == 0 and live.digest in [one["digest"] for one in pack["audit"]]
    bundle = str(pack["bundle"]).removeprefix("sha256:")
    # The bundle may have been built, and listed, for other tests' requests as well.
    sboms = [f"blobs/sha256/{digest_of(one)[7:]}" for one in house.wiring.bundles.sboms(pack["bundle"])]
    for paths, gap in (
        ([f"blobs/sha256/{bundle}"], "bundle: its files are missing or damaged"),
        ([f"referrers/{bundle}.json"], "signature: nobody signed it"),
        (sboms, "signature: its SBOM is missing or damaged"),
    ):
        kept = {path: (house.home / "bundles" / path).read_bytes() for path in paths}
        for path in kept:
            (house.home / "bundles" / path).write_bytes(b"{}")
        try:
            code, pack, _ = evidence(house, tmp_path / "after.zip")
        finally:
            for path, content in kept.items():
                (house.home / "bundles" / path).write_bytes(content)
        assert (code, pack["gaps"]) == (1, [gap])


def test_what_was_never_published_has_nothing_to_show(house: House, tmp_path: Path) -> None:  # S16
    house.ask(EVERYONE)
    code, pack, _ = evidence(house, tmp_path / "pack.zip")
    assert (code, pack["gaps"]) == (1, ["publishing: nothing of it was ever published"])


def test_an_app_that_nobody_knows_is_said_so(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["evidence", "nothing", "--home", str(house.home)]) == 1
    assert capsys.readouterr().err == "platformctl: there is no app nothing\n"
