"""A store as bytes: the very same store again, on each engine; and with rows changed in bytes that nobody opened."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runtime.appdata import AppData
from tests.runtime.stores import POSTGRES, SQLITE, stores

NOW = 1_800_000_000
ROWS: list[dict[str, Any]] = [{"x": "ä\0\ud800", "n": 1e308}, {"x": "", "n": None}, {"x": "\ue000", "n": [1, True]}]


@pytest.fixture(params=[SQLITE, POSTGRES])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> AppData:
    return stores(request.param, tmp_path)


def filled(data: AppData, app: str = "app_1") -> None:
    with closing(data.open(app, "live", 1)) as box:
        for n, row in enumerate(ROWS):
            box.insert("answers", row, at=NOW + n, by="v_ana" if n else "", most=10)
        box.remove("notes", box.insert("notes", {"x": "gone"}, at=NOW, by="v_ben", most=10))


def test_a_restored_store_is_the_same_and_counts_on(data: AppData) -> None:  # D9
    filled(data)
    kept, before = data.snapshot("app_1", "live"), data.export("app_1", "live")
    filled(data)
    assert data.snapshot("app_1", "live") != kept
    data.restore("app_1", "live", kept)
    assert data.snapshot("app_1", "live") == kept
    assert data.export("app_1", "live") == before
    assert data.measure("app_1", "live").rows == len(ROWS)
    data.drop("app_1", "live")
    assert data.snapshot("app_1", "live") == b""
    data.restore("app_1", "live", kept)
    assert data.snapshot("app_1", "live") == kept
    with closing(data.open("app_1", "live", 1)) as box:
        assert int(box.insert("answers", {}, at=NOW, by="v_ana", most=10)) > 3, "no id is given away twice"
        assert box.count("answers", {}) == len(ROWS) + 1


def test_of_nothing_nothing_is_restored(data: AppData) -> None:  # D9
    filled(data)
    data.restore("app_1", "live", b"")
    assert data.export("app_1", "live") == {}
    with pytest.raises(ValueError, match="no store"):
        data.restore("app_2", "live", b"garbage")
    assert data.export("app_2", "live") == {}


def test_rows_are_changed_in_the_bytes_and_nothing_else_is(data: AppData) -> None:
    filled(data)
    kept = data.snapshot("app_1", "live")
    assert data.rewritten(kept, lambda row: row) == kept
    fresh = data.rewritten(kept, lambda row: None if row["x"] == "" else {**row, "by": "somebody"})
    assert b"v_ana" not in fresh
    data.restore("app_1", "live", fresh)
    [rows] = data.export("app_1", "live").values()
    assert [one["x"] for one in rows] == ["ä\0\ud800", "\ue000"]
    assert {one["by"] for one in rows} == {"somebody"}


def test_rows_give_way_to_others_and_are_kept_first(data: AppData) -> None:  # D12
    filled(data)
    before, aside = data.export("app_1", "live"), []
    fewer = {"answers": before["answers"][:1]}
    data.replace("app_1", "live", fewer, aside.append)
    assert data.export("app_1", "live") == fewer
    assert aside == [before]
    with pytest.raises(OSError, match="no room"):
        data.replace("app_1", "live", before, no_room)
    assert data.export("app_1", "live") == fewer
    data.replace("app_1", "live", before, aside.append)
    assert data.export("app_1", "live") == before


def no_room(_: object) -> None:
    raise OSError("no room")
