"""Releases: the ledger, what it refuses, and what a shelf offers of it (T9, P3)."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path, PurePath

import pytest

from templates import release
from templates.catalog import SHELF, load
from templates.errors import FaultyTemplate
from templates.offer import ledger_of, offered
from templates.release import Deprecation, Forever, Ledger, Release
from tests.templates.editing import edit
from tests.templates.shelf import shelf

DAY = date(2026, 11, 26)
PATH = PurePath("releases.yaml")
NONE = "sha256:" + "0" * 64


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHELF, tmp_path / "shelf"))


def test_the_whole_shelf_is_released_as_it_stands() -> None:  # T9 P3
    found = offered()
    assert (dict(found.withheld), found.refused) == ({}, frozenset())
    assert [one.digest for one in found.templates] == [one.digest for one in load().templates]
    assert set(ledger_of().releases) >= {"survey@1.0", "_fragments/html@1"}


def test_a_ledger_is_what_it_was_written_as() -> None:
    ledger = release.released(shelf().get("survey@1.0"), Ledger(), DAY, by="ben")
    ledger = release.deprecated(ledger, "survey@1.0", Deprecation(since=DAY, why='a "better": one #2', instead=None))
    assert release.read(release.spelled(ledger), PATH) == ledger
    assert release.spelled(release.read(release.spelled(ledger), PATH)) == release.spelled(ledger)


def test_versions_are_listed_by_number_and_fragments_last() -> None:
    entry = Release(digest=NONE, released=DAY)
    ledger = Ledger(releases=dict.fromkeys(["_fragments/a@1", "b@1.10", "b@1.9", "a@2"], entry))
    assert list(release.read(release.spelled(ledger), PATH).releases) == ["a@2", "b@1.9", "b@1.10", "_fragments/a@1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"releases:\n  a@1:\n    digest: {NONE}\n    relased: 2026-11-26\n", "releases.yaml:4: unknown key 'relased'"),
        ("releases:\n  a@1:\n    digest: 12\n    released: 2026-11-26\n", "releases.yaml:3: releases.a@1.digest: "),
        (f"releases:\n  Big@1:\n    digest: {NONE}\n    released: 2026-11-26\n", "releases.yaml:2: "),
        (f"releases:\n  a@1: &x\n    digest: {NONE}\n  b@1: *x\n", "releases.yaml: an alias (*name) is used"),
        (
            f"releases:\n  a@1:\n    digest: {NONE}\n  a@1:\n    digest: {NONE}\n",
            "releases.yaml:4: a@1 stands here twice",
        ),
    ],
)
def test_a_ledger_that_cannot_be_believed_is_refused_with_its_line(text: str, expected: str) -> None:
    with pytest.raises(FaultyTemplate) as caught:
        release.read(text, PATH)
    assert any(str(one).startswith(expected) for one in caught.value.every)


def test_a_released_version_whose_bytes_changed_is_refused_and_the_others_go_on(copy: Path) -> None:  # T9 P3
    edit(copy / "poll/1.0/parts/tally.js", "\n", "\n// changed\n")
    before, after = shelf().get("poll@1.0").digest, load(copy).get("poll@1.0").digest
    found = offered(copy)
    assert found.withheld == {
        "poll@1.0": f"poll@1.0 was released as {before[7:19]}, and its files give {after[7:19]}. "
        "Put the released files back, or copy the folder and raise the number."
    }
    assert found.refused == {"poll@1.0"} and "poll@1.0" not in found.standing
    assert found.for_kind("poll") is None and found.for_kind("survey") is not None


def test_a_changed_fragment_is_named_and_refuses_all_that_are_made_with_it(copy: Path) -> None:  # T9 T12
    edit(copy / "_fragments/chart/1/chart.js", "Bars", "The bars")
    found = offered(copy)
    assert found.refused == {one.ref for one in shelf().templates if "chart@1" in one.pinned}
    assert all(why.startswith("_fragments/chart@1 was released as ") for why in found.withheld.values())


def test_golden_files_may_change_without_a_new_number(copy: Path) -> None:
    edit(copy / "poll/1.0/golden/answers.json", "Thai", "Greek")
    assert offered(copy).refused == frozenset()


def test_without_a_ledger_nothing_is_offered_and_everything_can_be_loaded(copy: Path) -> None:
    (copy / "releases.yaml").unlink()
    found = offered(copy)
    assert set(found.withheld) == {one.ref for one in found.templates} and found.refused == frozenset()
    assert found.for_kind("survey") is None and found.why_not("survey") == ""
    assert load(copy).for_kind("survey") is not None


def test_with_a_ledger_that_cannot_be_read_nothing_is_built(copy: Path) -> None:
    (copy / "releases.yaml").write_text("releases: [")
    found = offered(copy)
    assert found.refused == {one.ref for one in found.templates} and found.standing == ()


def test_what_is_not_released_stands_behind_what_is(copy: Path) -> None:  # P3
    newer = Path(shutil.copytree(copy / "poll/1.0", copy / "poll/1.1"))
    edit(newer / "template.yaml", 'version: "1.0"', 'version: "1.1"')
    found = offered(copy)
    assert found.for_kind("poll") is found.get("poll@1.0") and found.get("poll") is found.get("poll@1.0")
    assert load(copy).get("poll").version == "1.1"


def test_a_deprecated_version_makes_no_new_apps_and_can_still_be_built(copy: Path) -> None:  # P3
    ledger = release.deprecated(
        ledger_of(copy), "poll@1.0", Deprecation(since=DAY, why="It is slow.", instead="survey@1.0")
    )
    (copy / "releases.yaml").write_text(release.spelled(ledger))
    found = offered(copy)
    assert found.for_kind("poll") is None
    assert found.why_not("poll") == "poll@1.0 is deprecated since 2026-11-26: It is slow. Use survey@1.0 instead."
    assert "poll@1.0" in found.standing and found.known("poll@1.0") is not None


def test_a_number_is_not_used_again_for_other_bytes() -> None:  # T9 P3
    template = shelf().get("poll@1.0")
    ledger = Ledger(releases={"poll@1.0": Release(digest=NONE, released=DAY)})
    assert release.against(template, ledger) == [release.differs("poll@1.0", NONE, template.digest)]
    assert release.against(template, release.released(template, Ledger(), DAY)) == []


def test_a_release_rests_on_what_is_released() -> None:  # P3
    (why,) = release.against(shelf().get("simple-survey"), Ledger())
    assert why == "it builds on survey@1.0, which is not released. Publish that first."


def test_a_release_again_keeps_its_day_and_a_word_is_renewed_for_a_year() -> None:  # P4
    template = shelf().get("poll@1.0")
    first = release.released(template, Ledger(), DAY, by="ben")
    again = release.released(template, first, date(2027, 5, 1), by="dora")
    assert again.releases["poll@1.0"].released == DAY
    assert first.releases["poll@1.0"].forever == Forever(by="ben", until=date(2027, 11, 26))
    assert again.releases["poll@1.0"].forever == Forever(by="dora", until=date(2028, 4, 30))
    assert not release.lapsed(date(2027, 11, 26), date(2027, 11, 26))
    assert release.lapsed(date(2027, 11, 26), date(2027, 11, 27))


MACHINE = """
import json, locale, os, time
for setter in (time.tzset, lambda: locale.setlocale(locale.LC_ALL, "")):
    try:
        setter()
    except locale.Error:
        pass
from templates.catalog import SHELF, load
from templates.golden import rendered
print(json.dumps({
    one.ref: [one.digest, (made := rendered(one, SHELF / one.name / one.version / "golden")).digest,
              {path: content.hex() for path, content in made.files.items()}]
    for one in load().templates
}))
"""


def machine(folder: Path, **environ: str) -> dict[str, object]:
    """What a process that was started elsewhere makes of the shelf."""
    root = str(Path(__file__).parents[2])
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": root, **environ}
    ran = subprocess.run(
        [sys.executable, "-c", MACHINE], cwd=folder, env=given, capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_two_machines_make_identical_bytes_of_the_same_digest(tmp_path: Path) -> None:  # T9
    one = machine(tmp_path, PYTHONHASHSEED="1", TZ="Pacific/Kiritimati", LC_ALL="C", HOME=str(tmp_path))
    other = machine(Path("/"), PYTHONHASHSEED="4242", TZ="America/St_Johns", LC_ALL="C.UTF-8", PYTHONUTF8="0")
    assert one == other and len(one) == len(shelf().templates)
