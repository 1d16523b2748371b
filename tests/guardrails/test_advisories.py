"""Advisories are matched with what an SBOM lists, and never pass for newer than they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from guardrails import advisories, sbom
from guardrails.advisories import Snapshot
from guardrails.sbom import Listed
from tests.guardrails import signed

HOUR = 3600


def record(ident: str = "OSV-1", **changes: Any) -> dict[str, Any]:
    events = changes.pop("events", [{"introduced": "0"}, {"fixed": "51.0.0"}])
    package = {"ecosystem": "PyPI", "name": changes.pop("name", "wasmtime")}
    versions = changes.pop("versions", [])
    ranges = [{"type": changes.pop("type", "ECOSYSTEM"), "events": events}] if events else []
    return {
        "id": ident,
        "modified": "2027-01-15T00:00:00Z",
        "summary": "It escapes.",
        "database_specific": {"severity": "CRITICAL"},
        "affected": [{"package": package, "ranges": ranges, "versions": versions}],
        **changes,
    }


def snapshot(folder: Path, *records: object) -> Snapshot:
    for number, one in enumerate(records):
        (folder / f"{number}.json").write_text(one if isinstance(one, str) else json.dumps(one))
    return advisories.load(folder)


def found(folder: Path, version: str = "50.0.1", **changes: Any) -> list[tuple[str, str]]:
    listed = [Listed(name="wasmtime", version=version, ecosystem="PyPI")]
    return [(one.advisory.id, one.fixed) for one in advisories.matches(listed, snapshot(folder, record(**changes)))]


@pytest.mark.parametrize(
    ("version", "events", "hit"),
    [
        ("50.0.1", [{"introduced": "0"}, {"fixed": "51.0.0"}], True),
        ("51.0.0", [{"introduced": "0"}, {"fixed": "51.0.0"}], False),
        ("49.0", [{"introduced": "50"}, {"fixed": "51.0.0"}], False),
        ("50.0.1", [{"introduced": "50.0.1"}], True),
        ("50.0.1", [{"introduced": "0"}, {"last_affected": "50.0.1"}], True),
        ("50.0.2", [{"introduced": "0"}, {"last_affected": "50.0.1"}], False),
        ("50.0.1", [{"fixed": "51"}, {"introduced": "50"}, {"fixed": "40"}, {"introduced": "0"}], True),
        ("45.0", [{"fixed": "51"}, {"introduced": "50"}, {"fixed": "40"}, {"introduced": "0"}], False),
        ("50.0.1rc1", [{"introduced": "0"}, {"fixed": "50.0.1"}], True),
        ("not a version", [{"introduced": "0"}, {"fixed": "51"}], True),
    ],
)
def test_a_version_is_affected_as_the_events_say(  # K2
    tmp_path: Path, version: str, events: list[dict[str, str]], hit: bool
) -> None:
    assert bool(found(tmp_path, version, events=events)) == hit


def test_a_version_that_is_named_is_affected(tmp_path: Path) -> None:
    assert found(tmp_path, events=[], versions=["50.0.1"]) == [("OSV-1", "")]


def test_the_least_fixed_version_is_told(tmp_path: Path) -> None:  # K2
    events = [{"introduced": "0"}, {"fixed": "3"}, {"introduced": "40"}, {"fixed": "51.1"}, {"introduced": "51.2"}]
    assert found(tmp_path, events=[*events, {"fixed": "52"}]) == [("OSV-1", "51.1")]


def test_names_are_compared_as_the_registry_does(tmp_path: Path) -> None:
    assert found(tmp_path, name="WasmTime") and not found(tmp_path, name="wasmtime-py")


def test_git_ranges_say_nothing_about_versions(tmp_path: Path) -> None:
    assert not found(tmp_path, type="GIT")


def test_what_was_withdrawn_warns_of_nothing(tmp_path: Path) -> None:
    assert not found(tmp_path, withdrawn="2027-01-02T00:00:00Z")


def test_a_file_that_is_no_record_is_named(tmp_path: Path) -> None:  # K2
    read = snapshot(tmp_path, record(), "{", "[]", {"id": "OSV-2"})
    assert (len(read.advisories), read.unread) == (1, ("1.json", "2.json", "3.json"))


def test_the_datas_age_is_when_it_was_fetched(tmp_path: Path) -> None:  # K2
    (tmp_path / "fetched").write_text("2027-01-15T06:00:00+00:00\n")
    read = snapshot(tmp_path, record())
    assert read.age(signed.AT) == 2 * HOUR and not read.stale(signed.AT)
    assert read.stale(read.at + 48 * HOUR + 1) and not read.stale(read.at + 48 * HOUR)


def test_without_that_it_is_as_old_as_its_newest_record(tmp_path: Path) -> None:  # K2
    assert snapshot(tmp_path, record()).age(signed.AT) == 8 * HOUR


def test_an_empty_folder_is_of_unknown_age(tmp_path: Path) -> None:  # K2
    assert snapshot(tmp_path).stale(signed.AT)


def test_no_folder_is_not_taken_for_no_advisories(tmp_path: Path) -> None:  # K2
    with pytest.raises(OSError, match="there is no folder"):
        advisories.load(tmp_path / "osv")


def test_what_an_sbom_lists_is_what_is_looked_up() -> None:
    assert sbom.listed(signed.made().sbom) == (
        Listed(name="survey", version="1.0", ecosystem="Slipway"),
        Listed(name="wasmtime", version="50.0.1", ecosystem="PyPI"),
    )
    with pytest.raises(ValueError, match="no SBOM of ours"):
        sbom.listed(b'{"components": [3]}')
