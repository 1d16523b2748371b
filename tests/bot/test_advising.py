"""All live SBOMs against a snapshot: each owner told once, with the move that mends it, and the data's age."""

import json
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.clockwork import DAY
from bot.operating import advising
from bot.platformctl import command
from bot.rows.requests import Request
from guardrails.audit import AuditRow
from tests.bot.desk import Desk

pytestmark = pytest.mark.scenario

HOUR = 3600


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def asked(desk: Desk) -> Request:
    return desk.press("slipway.publish", desk.ask())


def advise(desk: Desk, folder: Path, name: str = "wasmtime", ecosystem: str = "PyPI", fixed: str = "51") -> Path:
    osv = folder / "osv"
    osv.mkdir(exist_ok=True)
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    document = {
        "id": "OSV-2027-1",
        "modified": "2026-01-01T00:00:00Z",
        "summary": "It lets everything out.",
        "database_specific": {"severity": "CRITICAL"},
        "affected": [{"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges}],
    }
    (osv / "OSV-2027-1.json").write_text(json.dumps(document))
    (osv / "fetched").write_text(datetime.fromtimestamp(desk.now - 2 * HOUR, UTC).isoformat())
    return osv


def warnings(desk: Desk) -> list[str]:
    desk.tick()
    return [one.text for one in desk.chat.messages.values() if "warns" in one.text]


def test_the_owner_is_told_once_of_each_finding(desk: Desk, asked: Request, tmp_path: Path) -> None:  # K2
    osv = advise(desk, tmp_path)
    for _ in range(3):
        advising.tick(desk.wiring, osv)
        desk.now += DAY
        (osv / "fetched").write_text(datetime.fromtimestamp(desk.now, UTC).isoformat())
    [said] = warnings(desk)
    assert said.startswith(
        ":warning: *Lunch* is made with `wasmtime 50.0.1`, of which OSV-2027-1 warns "
        "(critical): It lets everything out. "
        "The platform team has to renew it; there is nothing you need to do. _Advisories of "
    )
    assert "2 hours old" in said
    with Session(desk.wiring.engine) as session:
        told = session.exec(select(AuditRow).where(AuditRow.action == "advisory.found")).all()
    assert len(told) == 1


def test_a_better_template_on_the_shelf_is_named(desk: Desk, asked: Request, tmp_path: Path) -> None:  # K2
    osv = advise(desk, tmp_path, "survey", "Slipway", "1.3")
    shelf = desk.wiring.catalog
    better = replace(shelf.get("survey"), version="1.3")
    desk.wiring = replace(desk.wiring, catalog=replace(shelf, templates=(*shelf.templates, better)))
    advising.tick(desk.wiring, osv)
    [said] = warnings(desk)
    assert "Move to template `survey@1.3`" in said


def test_without_one_nobody_is_sent_anywhere(desk: Desk, asked: Request, tmp_path: Path) -> None:  # K2
    advising.tick(desk.wiring, advise(desk, tmp_path, "survey", "Slipway", "1.3"))
    [said] = warnings(desk)
    assert "There is no better version on the shelf yet" in said


def test_it_is_done_once_a_day(desk: Desk, asked: Request, tmp_path: Path) -> None:
    advising.tick(desk.wiring, tmp_path / "osv")
    osv = advise(desk, tmp_path)
    advising.tick(desk.wiring, osv)
    assert warnings(desk) == []
    desk.now += DAY
    advising.tick(desk.wiring, osv)
    assert len(warnings(desk)) == 1


@pytest.mark.parametrize(
    ("old", "said"), [(49 * HOUR, "THE ADVISORIES ARE 49 HOURS OLD, of "), (None, "there is no folder ")]
)
def test_old_or_missing_data_is_said_loudly(  # K2
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture, old: int | None, said: str
) -> None:
    if old is not None:
        osv = advise(desk, tmp_path)
        (osv / "fetched").write_text(datetime.fromtimestamp(desk.now - old, UTC).isoformat())
    caplog.set_level(logging.WARNING, "slipway.advisories")
    advising.tick(desk.wiring, tmp_path / "osv")
    assert said in caplog.text


def ask(tmp_path: Path, *words: str) -> int:
    return command.main(["advisories", "--home", str(tmp_path), *words])


def test_an_operator_asks_at_any_time_and_hears_the_datas_age_first(  # K2
    desk: Desk, asked: Request, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    osv = advise(desk, tmp_path)
    (osv / "broken.json").write_text("{")
    (osv / "fetched").write_text(datetime.fromtimestamp(time.time() - 2 * HOUR - 1, UTC).isoformat())
    assert ask(tmp_path) == 1
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("Advisories of ") and first.endswith(", 2 hours old.")
    assert rest == [
        "1 advisory against 2 deployments: 2 found.",
        "lunch  live  OSV-2027-1  critical  wasmtime 50.0.1",
        "lunch  preview  OSV-2027-1  critical  wasmtime 50.0.1",
        "UNREAD: broken.json is no OSV record",
    ]


def test_what_has_no_sbom_is_not_taken_for_sound(
    desk: Desk, asked: Request, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # K2
    (desk.wiring.bundles.folder / "referrers" / f"{str(asked.bundle)[7:]}.json").unlink()
    assert ask(tmp_path, "--osv", str(advise(desk, tmp_path, "nothing"))) == 1
    assert "UNKNOWN: lunch (live) has no SBOM that can be read" in capsys.readouterr().out


def test_no_folder_is_an_error_and_not_all_well(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # K2
    assert ask(tmp_path) == 1
    assert capsys.readouterr().err == f"platformctl: there is no folder {tmp_path / 'osv'}\n"
