"""Copies of a live app's entries: written whole, bounded, purged, and put back without losing a row."""

from pathlib import Path

import pytest
from sqlmodel import Session

from runtime import snapshots
from runtime.appdata import SqliteAppData
from runtime.errors import Corrupt
from runtime.snapshots import KEPT, Restore, Snapshot
from tests.runtime import scene
from tests.runtime.scene import DAY, NOW


@pytest.fixture
def data(tmp_path: Path) -> SqliteAppData:
    return SqliteAppData(tmp_path / "data")


def enter(data: SqliteAppData, *meals: str, by: str = "cy") -> None:
    box = data.open("app_1", "live", 1)
    for meal in meals:
        box.insert("answers", {"meal": meal}, at=NOW, by=by, most=100)
    box.close()


def meals(data: SqliteAppData) -> list[object]:
    return [row["meal"] for row in data.export("app_1", "live").get("answers", ())]


def test_what_is_put_back_is_exactly_what_was_there_with_its_ids(data: SqliteAppData, tmp_path: Path) -> None:  # D12
    enter(data, "soup", "rice")
    enter(data, "secret", by="")
    before = data.export("app_1", "live")
    file = snapshots.path(tmp_path, "app_1", "snap_1")
    assert snapshots.write(file, before)
    enter(data, "bread")
    restore = Restore("rest_1", "app_1", "snap_1", "dep_1", NOW, (1,))
    assert snapshots.put_back(data, tmp_path, restore, "snap_2") == 4
    assert data.export("app_1", "live") == before
    aside = snapshots.read(snapshots.path(tmp_path, "app_1", "snap_2"))
    assert [row["meal"] for row in aside["answers"]].count("bread") == 1
    enter(data, "cake")
    ids = [row["id"] for rows in data.export("app_1", "live").values() for row in rows]
    assert len(ids) == len(set(ids))
    assert aside["answers"][-1]["id"] not in ids, "an id that was given out is not given out again"


def test_done_once_more_it_loses_nothing_that_came_meanwhile(data: SqliteAppData, tmp_path: Path) -> None:  # D12
    enter(data, "soup")
    snapshots.write(snapshots.path(tmp_path, "app_1", "snap_1"), data.export("app_1", "live"))
    enter(data, "bread")
    restore = Restore("rest_1", "app_1", "snap_1", "dep_1", NOW, (1,))
    snapshots.put_back(data, tmp_path, restore, "snap_2")
    enter(data, "cake")
    snapshots.put_back(data, tmp_path, restore, "snap_2")
    aside = snapshots.read(snapshots.path(tmp_path, "app_1", "snap_2"))
    assert sorted(str(row["meal"]) for row in aside["answers"]) == ["bread", "cake", "soup"]
    assert meals(data) == ["soup"]


def test_a_snapshot_that_cannot_be_read_changes_nothing(data: SqliteAppData, tmp_path: Path) -> None:  # D12
    enter(data, "soup")
    snapshots.path(tmp_path, "app_1", "snap_1").write_bytes(b"no gzip")
    with pytest.raises(Corrupt):
        snapshots.put_back(data, tmp_path, Restore("rest_1", "app_1", "snap_1", "dep_1", NOW, ()), "snap_2")
    assert meals(data) == ["soup"]


def test_when_what_is_there_cannot_be_set_aside_nothing_is_replaced(data: SqliteAppData) -> None:  # D12
    enter(data, "soup")

    def full(_: object) -> None:
        raise OSError("disk is full")

    with pytest.raises(OSError, match="disk is full"):
        data.replace("app_1", "live", {}, full)
    assert meals(data) == ["soup"]
    enter(data, "rice")


def test_only_so_many_are_kept_and_only_so_large_ones(session: Session, tmp_path: Path) -> None:
    scene.app(session)
    for number in range(KEPT + 2):
        one = Snapshot(f"snap_{number}", "app_1", NOW + number, (1,), 1)
        snapshots.write(snapshots.path(tmp_path, "app_1", one.id), {"answers": [{"id": "1", "at": NOW, "by": ""}]})
        snapshots.note(session, tmp_path, workspace="T1", snapshot=one)
    assert [one.id for one in snapshots.of(session, "app_1")] == ["snap_5", "snap_4", "snap_3", "snap_2"]
    assert len(list(tmp_path.glob("*.gz"))) == KEPT
    assert not snapshots.write(tmp_path / "large.json.gz", {"answers": [{"id": "1"}]}, largest=5)


def test_old_rows_and_old_snapshots_go(session: Session, tmp_path: Path) -> None:  # T15
    scene.app(session)
    for number, at in enumerate((NOW - 40 * DAY, NOW)):
        one = Snapshot(f"snap_{number}", "app_1", at, (1,), 1)
        rows = [{"id": str(age), "at": at - age * DAY, "by": "cy"} for age in (1, 9)]
        # Strings and numbers are no list of JSON values to mypy: lists are invariant.
        snapshots.write(snapshots.path(tmp_path, "app_1", one.id), {"answers": rows})  # type: ignore[dict-item]
        snapshots.note(session, tmp_path, workspace="T1", snapshot=one)
    snapshots.forget(session, tmp_path, NOW - 30 * DAY, ())
    assert [one.id for one in snapshots.of(session, "app_1")] == ["snap_1"]
    kept = snapshots.rewrite(tmp_path, "app_1", lambda row: row if int(str(row["at"])) > NOW - 5 * DAY else None)
    assert list(kept) == [1]
    left = snapshots.read(snapshots.path(tmp_path, "app_1", "snap_1"))
    assert [row["id"] for row in left["answers"]] == ["1"]
    snapshots.forget(session, tmp_path, 0, ("app_1",))
    assert list(tmp_path.glob("*.gz")) == []
