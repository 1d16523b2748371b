"""The seam behind the store, on each engine: apps apart from each other, odd values, and an end that leaves nothing."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runtime.appdata import AppData, Full
from runtime.postgres_data import PostgresAppData
from tests.runtime.stores import POSTGRES, SQLITE, stores

NOW = 1_800_000_000


@pytest.fixture(params=[SQLITE, POSTGRES])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> AppData:
    return stores(request.param, tmp_path)


def put(data: AppData, row: dict[str, Any], app: str = "app_1", stage: Any = "live", at: int = NOW) -> str:
    with closing(data.open(app, stage, 1)) as box:
        return box.insert("answers", row, at=at, by="v_ana", most=1000)


def listed(data: AppData, order: str = "id", **where: Any) -> list[Any]:
    with closing(data.open("app_1", "live", 1)) as box:
        return [one.get("x") for one in box.list("answers", where, order=order, descending=False, limit=1000, offset=0)]


def test_each_app_and_stage_has_rows_ids_and_room_of_its_own(data: AppData) -> None:
    for app, stage in (("app_1", "live"), ("app_1", "preview"), ("app_2", "live")):
        assert put(data, {"x": f"{app} {stage}"}, app, stage) == "1"
    assert listed(data) == ["app_1 live"]
    assert data.stores() == [("app_1", "live"), ("app_1", "preview"), ("app_2", "live")]
    data.drop("app_1", "live")
    assert data.export("app_1", "preview")["answers"][0]["x"] == "app_1 preview"
    assert data.stores() == [("app_1", "preview"), ("app_2", "live")]


def test_an_app_is_no_name_that_leads_elsewhere(data: AppData) -> None:
    for name in ("../app_1", "a.b", "app'; DROP TABLE store; --", ""):
        with pytest.raises(ValueError, match="is no app id"):
            data.open(name, "live", 1)


PLAIN = ["ä", "", "\U0001f600", "\ue000", "\ue0000000", 1e308, -1e-300, 0.1, 10**15, -5, True, None, ["a", "b"]]
STRANGE = ["a\0b", "\ud800", ["a\0", "\udfff"], 10**20, False, "x" * 20_000]
"""SQLite keeps them, and does not find some of them again."""


@pytest.mark.parametrize("value", [*PLAIN, *STRANGE], ids=lambda value: ascii(value)[:12])
def test_a_value_comes_back_as_it_went_in(data: AppData, value: object) -> None:
    put(data, {"x": value})
    assert listed(data) == [value]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: ascii(value)[:12])
def test_a_value_is_found_by_itself_alone(data: AppData, value: object) -> None:
    put(data, {"x": value})
    put(data, {"x": "another"})
    assert listed(data, x=value) == [value]


def test_rows_come_in_the_order_of_their_values_whatever_these_are(data: AppData) -> None:
    for value in ("b", 10, 9.5, None, "B", "ä", -1, "a"):
        put(data, {"x": value})
    put(data, {})
    assert listed(data, "x") == [None, None, -1, 9.5, 10, "B", "a", "b", "ä"]


def test_where_is_no_way_to_any_other_row(data: AppData) -> None:
    put(data, {"x": "soup"})
    for where in (
        {"x": "%"},
        {"x": 7},
        {"x": ["soup"]},
        {"x": {"a": [1]}},
        {"by": None},
        {"by": 7},
        {"at": "then"},
        {"id": 1},
        {"x": float("nan")},
    ):
        assert listed(data, **where) == [], where
    assert listed(data, x="soup", by="v_ana", at=NOW, id="1") == ["soup"]


def test_a_field_that_becomes_nothing_goes_and_others_stay(data: AppData) -> None:
    with closing(data.open("app_1", "live", 1)) as box:
        kept = box.insert("answers", {"x": 1, "y": "two"}, at=NOW, by="v", most=10)
        assert box.update("answers", kept, {"x": None, "z": [3]})
        assert box.get("answers", kept) == {"y": "two", "z": [3], "id": kept, "at": NOW, "by": "v"}


def test_an_id_is_given_once(data: AppData) -> None:
    first = put(data, {})
    with closing(data.open("app_1", "live", 1)) as box:
        assert box.remove("answers", first)
    assert put(data, {}) == "2"


def test_an_update_that_does_not_fit_changes_nothing(data: AppData) -> None:
    with closing(data.open("app_1", "live", 1)) as box:
        for _ in range(20):
            kept = box.insert("answers", {"x": "small"}, at=NOW, by="v", most=1000)
        with pytest.raises(Full, match="the store is full"):
            box.update("answers", kept, {"x": "x" * (1 << 20)})
        assert box.get("answers", kept)["x"] == "small"  # type: ignore[index]  # it is there


def test_a_purge_leaves_nothing_of_what_was_old_and_gives_its_room_back(data: AppData) -> None:  # T15
    for number in range(30):
        put(data, {"x": "x" * 20_000}, at=NOW + number)
    full = data.measure("app_1", "live")
    assert (data.purge("app_1", "live", NOW + 29), data.purge("app_1", "live", NOW + 29)) == (29, 0)
    assert [row["at"] for row in data.export("app_1", "live")["answers"]] == [NOW + 29]
    left = data.measure("app_1", "live")
    assert (full.rows, left.rows) == (30, 1)
    assert left.used < full.used / 5
    for number in range(29):
        put(data, {"x": "x" * 20_000}, at=NOW + number)


def test_what_was_never_kept_is_empty_and_stays_so(data: AppData) -> None:
    assert data.export("app_9", "live") == {}
    assert data.purge("app_9", "live", NOW) == 0
    assert (data.measure("app_9", "live").used, data.measure("app_9", "live").rows) == (0, 0)
    data.drop("app_9", "live")
    assert data.stores() == []


def test_an_export_has_every_table_in_the_order_of_its_rows(data: AppData) -> None:
    with closing(data.open("app_1", "live", 1)) as box:
        for table, row in (("b", 1), ("a", 2), ("b", 3)):
            box.insert(table, {"n": row}, at=NOW + row, by="v", most=10)
    assert {table: [row["n"] for row in rows] for table, rows in data.export("app_1", "live").items()} == {
        "a": [2],
        "b": [1, 3],
    }


@pytest.mark.postgres
def test_a_person_can_be_taken_out_of_every_row(tmp_path: Path) -> None:
    data = stores("postgresql", tmp_path)
    assert isinstance(data, PostgresAppData)
    put(data, {"x": "ana was here", "n": 1})
    put(data, {"x": "nobody was"})
    before = data.measure("app_1", "live").used
    assert data.rewrite("app_1", "live", lambda row: {**row, "x": str(row["x"]).replace("ana was here", "-")}) == 1
    assert listed(data) == ["-", "nobody was"]
    assert data.measure("app_1", "live").used == before - len("ana was here") + 1
