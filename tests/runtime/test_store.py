"""The store as an app can ask of it: only what is declared, never too much, and nothing half done."""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from runtime.appdata import AppData, Box, Row, SqliteAppData
from runtime.call import Answer, HostResult
from runtime.store import DAY, Store
from runtime.wasm import WasmSandbox
from templates.manifest import Limits, StoreCapability, Table
from tests.runtime.stores import POSTGRES, SQLITE, stores
from tests.runtime.test_wasm import CALL, LIMITS, NOW, handling

FIELDS = {"meal": "text", "price": "number", "cost": "money", "hot": "checkbox", "with": "choices"}
TABLES = StoreCapability(
    tables={
        "answers": Table.model_validate({"fields": FIELDS}),
        "secret": Table.model_validate({"fields": {"vote": "text"}, "anonymous": True}),
    }
)


class Asked:
    """One Call's store, as the host's table of operations has it."""

    def __init__(self, box: Box, by: str = "v_ana", now: int = NOW, limits: Limits = LIMITS) -> None:
        self.store = Store(TABLES, limits, lambda: box, by=by, now=now)
        self.operations = self.store.operations()

    def __call__(self, name: str, **asked: Any) -> HostResult:
        return self.operations[f"store.{name}"](asked)

    def ok(self, name: str, **asked: Any) -> Any:
        told = self(name, **asked)
        assert "ok" in told, told
        return told["ok"]

    def no(self, name: str, **asked: Any) -> str:
        told = self(name, **asked)
        assert set(told) - {"full"} == {"error"}, told
        return str(told["error"])


@pytest.fixture(params=[SQLITE, POSTGRES])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> AppData:
    """Every app's store, behind each of the two engines: what holds for one holds for the other."""
    return stores(request.param, tmp_path)


@pytest.fixture
def box(data: AppData) -> Iterator[Box]:
    opened = data.open("app_1", "live", 1)
    yield opened
    opened.close()


@pytest.fixture
def ask(box: Box) -> Asked:
    return Asked(box)


# What is declared


def test_a_row_is_kept_with_its_id_its_moment_and_whose_it_is(ask: Asked) -> None:
    row = {"meal": "soup", "price": 3.5, "cost": 2, "hot": True, "with": ["bread"], "id": "77", "at": 1, "by": "cy"}
    kept = ask.ok("insert", table="answers", row=row)
    assert ask.ok("get", table="answers", id=kept) == {**row, "id": kept, "at": NOW, "by": "v_ana"}


@pytest.mark.parametrize("table", ["nobody", "", None, 7, ["answers"], {"a": 1}, "entry", "answers; DROP TABLE entry"])
@pytest.mark.parametrize("name", ["insert", "get", "list", "count", "update", "remove"])
def test_an_undeclared_table_does_not_exist(ask: Asked, name: str, table: object) -> None:
    asked: Mapping[str, Any] = {"row": {}, "changes": {}, "id": "1", "table": table}
    assert ask.no(name, **asked).startswith("store: the Manifest declares no ")


@pytest.mark.parametrize("field", ["nobody", "meal'", "$.meal", "by; --", ""])
def test_an_undeclared_field_does_not_exist(ask: Asked, field: str) -> None:
    no = f"store: the Manifest declares no field {field!r} in answers"
    assert ask.no("insert", table="answers", row={field: "x"}) == no
    assert ask.no("update", table="answers", id="1", changes={field: "x"}) == no
    assert ask.no("list", table="answers", where={field: "x"}) == no
    assert ask.no("list", table="answers", orderBy=field) == no
    assert ask.no("count", table="answers", where={field: "x"}) == no


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("meal", 7),
        ("meal", ["soup"]),
        ("meal", "x" * 20_001),
        ("price", "7"),
        ("price", True),
        ("price", int("9" * 400)),
        ("price", -int("9" * 400)),
        ("cost", float("inf")),
        ("cost", float("nan")),
        ("hot", 1),
        ("with", "bread"),
        ("with", [1]),
        ("with", ["x" * 20_001]),
    ],
)
def test_a_value_of_another_type_is_refused(ask: Asked, field: str, value: object) -> None:
    assert ask.no("insert", table="answers", row={field: value}).startswith(f"store: answers.{field} is a ")
    assert ask.ok("count", table="answers") == 0


def test_a_number_larger_than_javascript_has_spoils_no_table(either: WasmSandbox, ask: Asked) -> None:
    source = handling(
        "try { store.insert('answers', { price: 1e308 }) } catch (e) { return e.message }"
        "return JSON.stringify(store.list('answers').map((row) => row.price));"
    )
    outcome = either.run(either.prepare(source, LIMITS), CALL, LIMITS, ask.operations)
    assert isinstance(outcome, Answer)
    assert outcome.body == b"[1e+308]"


@pytest.mark.parametrize("row", [None, 7, "x", [], [{"meal": "x"}]])
def test_a_row_is_an_object(ask: Asked, row: object) -> None:
    assert ask.no("insert", table="answers", row=row) == "store: a row must be an object"
    assert ask.no("update", table="answers", id="1", changes=row) == "store: a row must be an object"


def test_what_is_missing_from_a_question_is_said(ask: Asked) -> None:
    assert ask.no("insert", table="answers") == "store: 'row' is missing"
    assert ask.no("insert") == "store: 'table' is missing"
    assert ask.no("update", table="answers", id="1") == "store: 'changes' is missing"


# Whose rows


@pytest.mark.parametrize(
    "id_", ["0", "-1", "1 OR 1=1", "r", "rzz", "r" + "f" * 17, "1" * 30, "", None, 1.5, {"a": 1}, "١"]
)
def test_an_id_that_is_none_finds_nothing(ask: Asked, id_: object) -> None:
    ask.ok("insert", table="answers", row={"meal": "soup"})
    assert ask.ok("get", table="answers", id=id_) is None
    assert ask.ok("update", table="answers", id=id_, changes={"meal": "x"}) is False
    assert ask.ok("remove", table="answers", id=id_) is False
    assert [row["meal"] for row in ask.ok("list", table="answers")] == ["soup"]


def test_the_id_of_a_row_opens_it_in_its_own_table_alone(ask: Asked) -> None:
    kept = ask.ok("insert", table="answers", row={"meal": "soup"})
    assert ask.ok("get", table="secret", id=kept) is None
    assert ask.ok("update", table="secret", id=kept, changes={"vote": "x"}) is False
    assert ask.ok("remove", table="secret", id=kept) is False
    assert ask.ok("get", table="answers", id=kept)["meal"] == "soup"


def test_an_update_cannot_change_whose_row_it_is_or_when_it_came(box: Box, ask: Asked) -> None:
    kept = ask.ok("insert", table="answers", row={"meal": "soup"})
    cy = Asked(box, by="v_cy", now=NOW + 5)
    assert cy.ok("update", table="answers", id=kept, changes={"meal": "pie", "by": "v_cy", "at": 1, "id": "9"}) is True
    assert ask.ok("get", table="answers", id=kept) == {"meal": "pie", "id": kept, "at": NOW, "by": "v_ana"}


def test_anonymous_rows_tell_neither_who_nor_when_nor_in_which_order(box: Box) -> None:
    for number in range(40):
        asked = Asked(box, by=f"v_{number}", now=NOW + number)
        asked.ok("insert", table="answers", row={})
        asked.ok("insert", table="secret", row={"vote": str(number)})
    rows: list[Row] = Asked(box).ok("list", table="secret")
    assert {(row["by"], row["at"]) for row in rows} == {("", NOW - NOW % DAY)}
    assert [row["vote"] for row in rows] != [str(number) for number in range(40)]
    assert {str(row["id"])[0] for row in rows} == {"r"}
    assert [row["id"] for row in Asked(box).ok("list", table="answers")] == [str(number) for number in range(1, 41)], (
        "the control: other rows count up, and the anonymous ones leave no gap between them"
    )


# Questions


def without(text: str) -> str:
    return text.replace("hunter2", "<password#1>")


SCRUBBED = StoreCapability(
    tables={
        "told": Table.model_validate({"fields": {"text": "text", "picked": "choices", "n": "number"}, "scrub": True}),
        "kept": Table.model_validate({"fields": {"text": "text"}}),
    }
)


def test_secrets_are_taken_out_of_entries_whose_table_says_so(box: Box) -> None:
    store = Store(SCRUBBED, LIMITS, lambda: box, by="v_ana", now=NOW, scrub=without).operations()
    row = {"text": "the pw is hunter2", "picked": ["hunter2", "soup"], "n": 2}
    (_, told), (_, kept) = (
        next(iter(store["store.insert"]({"table": name, "row": one}).items()))
        for name, one in (("told", row), ("kept", {"text": row["text"]}))
    )
    assert box.get("told", str(told)) | {"id": 0} == {
        "id": 0,
        "at": NOW,
        "by": "v_ana",
        "text": "the pw is <password#1>",
        "picked": ["<password#1>", "soup"],
        "n": 2,
    }
    assert box.get("kept", str(kept))["text"] == "the pw is hunter2"
    store["store.update"]({"table": "told", "id": told, "changes": {"text": "now it is hunter2"}})
    assert box.get("told", str(told))["text"] == "now it is <password#1>"


def test_where_nobody_can_take_secrets_out_nothing_is_kept_of_a_text(box: Box) -> None:
    store = Store(SCRUBBED, LIMITS, lambda: box, by="v_ana", now=NOW).operations()
    (row,) = store["store.insert"]({"table": "told", "row": {"text": "soup"}}).values()
    assert box.get("told", str(row))["text"] == "<unreadable#1>"


def test_rows_come_in_order_and_in_parts(ask: Asked) -> None:
    for meal in ("pie", "soup", "apple"):
        ask.ok("insert", table="answers", row={"meal": meal})

    def meals(**options: object) -> list[str]:
        return [row["meal"] for row in ask.ok("list", table="answers", **options)]

    assert meals() == ["pie", "soup", "apple"]
    assert meals(orderBy="meal") == ["apple", "pie", "soup"]
    assert meals(orderBy="meal", desc=True, limit=1) == ["soup"]
    assert meals(orderBy="meal", limit=1, offset=1) == ["pie"]
    assert meals(where={"meal": "soup"}) == ["soup"]
    assert meals(where={"by": "v_ana", "meal": "pie"}) == ["pie"]
    assert meals(where={"by": "v_cy"}) == meals(limit=0) == meals(offset=1000) == []


@pytest.mark.parametrize("nonsense", [-1, 1.5, "1", None, True, 1 << 40, [1], {}])
def test_limits_and_offsets_are_whole_numbers(ask: Asked, nonsense: object) -> None:
    no = "store: limit and offset must be whole numbers, 0 or more"
    assert ask.no("list", table="answers", limit=nonsense) == no
    assert ask.no("list", table="answers", offset=nonsense) == no


@pytest.mark.parametrize("order", [None, 7, ["meal"], {"meal": 1}, "meal DESC", "id, at", "rowid", "fields"])
def test_an_order_is_a_declared_field(ask: Asked, order: object) -> None:
    assert ask.no("list", table="answers", orderBy=order) == (
        f"store: the Manifest declares no field {order!r} in answers"
    )


def test_a_condition_is_an_object_whose_values_are_only_compared(ask: Asked) -> None:
    ask.ok("insert", table="answers", row={"meal": "soup", "with": ["bread", "salt"], "hot": True})
    for where in ("meal = 'soup'", 7, ["meal"]):
        assert ask.no("list", table="answers", where=where) == "store: where must be an object"
    found = {"meal": "soup"}, {"with": ["bread", "salt"]}, {"hot": True}, {"price": None}
    assert [ask.ok("count", table="answers", where=where) for where in found] == [1, 1, 1, 1]
    strange = {"meal": "soup' OR 1=1"}, {"meal": {"$ne": ""}}, {"meal": None}, {"id": "1 OR 1=1"}, {"by": ["v_ana"]}
    assert [ask.ok("count", table="answers", where=where) for where in strange] == [0, 0, 0, 0, 0]


def test_no_more_than_a_thousand_rows_and_three_megabytes_at_once(box: Box) -> None:
    for number in range(1100):
        box.insert("answers", {"price": number}, at=NOW, by="v", most=2000)
    assert len(Asked(box).ok("list", table="answers", limit=5000)) == 1000


def test_rows_that_are_too_large_together_are_asked_for_in_parts(data: AppData) -> None:
    box = data.open("app_2", "live", 10)
    for _ in range(170):
        box.insert("answers", {"meal": "x" * 20_000}, at=NOW, by="v", most=200)
    ask = Asked(box)
    assert ask.no("list", table="answers") == (
        "store: these rows are too large together; ask for fewer at a time (limit)"
    )
    assert len(ask.ok("list", table="answers", limit=100)) == 100
    box.close()


# Room


def test_a_table_takes_no_more_rows_than_its_limit(box: Box) -> None:
    ask = Asked(box, limits=LIMITS.model_copy(update={"store_rows": 2}))
    for _ in range(2):
        ask.ok("insert", table="answers", row={})
    assert ask.no("insert", table="answers", row={}) == "store: answers has 2 rows, which is all it may have"
    ask.ok("remove", table="answers", id="1")
    ask.ok("insert", table="answers", row={})
    ask.ok("insert", table="secret", row={})


def test_a_full_store_says_so_and_can_be_read_and_cleared(box: Box, ask: Asked) -> None:
    told: HostResult = {}
    for _ in range(100):
        told = ask("insert", table="answers", row={"meal": "x" * 20_000})
        if "error" in told:
            break
    assert told == {"error": "store: the store is full", "full": True}
    rows = ask.ok("list", table="answers", limit=10)
    assert all(ask.ok("remove", table="answers", id=row["id"]) for row in rows)
    ask.ok("insert", table="answers", row={"meal": "x" * 1000})


OLD = """
CREATE TABLE entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "table" TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, fields TEXT NOT NULL
);
INSERT INTO entry ("table", at, by, fields) VALUES ('answers', 1, 'v_1', '{}'), ('answers', 1, 'v_1', '{}');
"""
"""A store as it was before its rows were counted as they come and go."""


def test_a_store_from_before_its_rows_were_counted_counts_them_once(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "app_1.live.db")) as old:
        old.executescript(OLD)
    for _ in range(2):
        box = SqliteAppData(tmp_path).open("app_1", "live", 1)
        assert (box.count("answers", {}), box.count("secret", {})) == (2, 0)
        box.close()


def test_those_who_open_a_store_first_at_the_same_moment_all_find_it_whole(data: AppData, tmp_path: Path) -> None:
    """When each made it in its place, one in 150 such visits found it locked."""
    at_once = Barrier(32)

    def first_visit(app: str) -> None:
        at_once.wait()
        data.open(app, "live", 1).close()

    with ThreadPoolExecutor(32) as visitors:
        for number in range(20):
            list(visitors.map(first_visit, [f"app_{number}"] * 32))
    assert len(data.stores()) == 20
    assert not list(tmp_path.glob("*.making"))
    for number in range(20):  # of two that close at the same moment neither is the last to SQLite, and the log stays
        data.open(f"app_{number}", "live", 1).close()
    assert [one.name for one in tmp_path.iterdir() if not one.name.endswith(".db")] == []


def test_what_a_kill_left_of_a_store_that_was_being_made_goes_with_the_store(tmp_path: Path) -> None:
    data = SqliteAppData(tmp_path)
    data.open("app_1", "live", 1).close()
    (tmp_path / "app_1.live.db.0badcafe.making").touch()
    assert data.stores() == [("app_1", "live")]
    data.drop("app_1", "live")
    assert list(tmp_path.iterdir()) == []


def test_rows_are_counted_as_they_come_and_go(data: AppData, box: Box, ask: Asked) -> None:
    for table in ("answers", "answers", "secret"):
        ask.ok("insert", table=table, row={})
    ask.ok("begin")
    ask.ok("insert", table="answers", row={})
    ask.ok("rollback")
    assert data.purge("app_1", "live", NOW) == 1, "the anonymous row, which is of the day's beginning"
    assert ask.ok("remove", table="answers", id="1")
    assert not ask.ok("remove", table="answers", id="1")
    assert (box.count("answers", {}), box.count("secret", {})) == (1, 0)
    assert data.measure("app_1", "live").rows == 1


# Transactions


def test_a_transaction_is_all_or_nothing(either: WasmSandbox, box: Box) -> None:
    def body(work: str) -> str:
        source = handling(
            f"try {{ return String(store.transaction(() => {{ {work} }})) }} catch (e) {{ return e.message }}"
        )
        asked = Asked(box)
        outcome = either.run(either.prepare(source, LIMITS), CALL, LIMITS, asked.operations)
        asked.store.finish()
        assert isinstance(outcome, Answer), outcome
        return outcome.body.decode()

    def rows() -> int:
        return int(Asked(box).ok("count", table="answers"))

    assert body("store.insert('answers', {}); return 'kept';") == "kept"
    assert rows() == 1
    assert body("store.insert('answers', {}); throw new Error('no');") == "no"
    assert body("store.insert('answers', {}); store.insert('answers', { nobody: 1 });").startswith(
        "store: the Manifest"
    )
    assert body("store.insert('answers', {}); return Promise.resolve();") == (
        "store.transaction(work): work must not be async"
    )
    assert body("store.insert('answers', {}); return store.transaction(() => 1);") == (
        "store: a transaction cannot stand in another"
    )
    assert rows() == 1


def test_nothing_of_a_transaction_is_kept_in_which_the_store_was_full(ask: Asked) -> None:
    ask.ok("begin")
    while ask("insert", table="answers", row={"meal": "x" * 20_000}).get("error") != "store: the store is full":
        pass
    no = "store: the store was full, and nothing of this transaction is kept"
    assert ask.no("insert", table="answers", row={}) == no
    assert ask.no("commit") == no
    ask.ok("rollback")
    assert ask.ok("count", table="answers") == 0
    ask.ok("insert", table="answers", row={})


def test_what_a_call_leaves_open_never_happened(either: WasmSandbox, box: Box) -> None:
    for ending in ("for (;;);", "throw 1;"):
        asked = Asked(box)
        source = handling(f"store.transaction(() => {{ store.insert('answers', {{}}); {ending} }}); return '';")
        either.run(either.prepare(source, LIMITS), CALL, LIMITS, asked.operations)
        asked.store.finish()
        assert Asked(box).ok("count", table="answers") == 0
    Asked(box).ok("insert", table="answers", row={})


def test_a_write_that_meets_another_waits_a_moment_and_says_so(data: AppData, box: Box, ask: Asked) -> None:
    other = data.open("app_1", "live", 1)
    other.begin()
    assert ask.no("insert", table="answers", row={}) == "store: the store is busy"
    assert ask.no("begin") == "store: the store is busy"
    assert ask.ok("list", table="answers") == [], "whoever reads waits for nobody"
    other.rollback()
    ask.ok("insert", table="answers", row={})
    other.close()


def test_of_many_who_write_at_the_same_moment_each_finds_a_gap(data: AppData) -> None:
    data.open("app_1", "live", 1).close()

    def visit(number: int) -> None:
        with closing(data.open("app_1", "live", 1)) as opened:
            opened.begin()
            row = {"n": opened.count("answers", {})}
            time.sleep(0.003)  # what the app computes meanwhile
            opened.insert("answers", row, at=NOW, by=str(number), most=1000)
            opened.commit()

    with ThreadPoolExecutor(4) as visitors:
        list(visitors.map(visit, range(150)))
    rows = data.export("app_1", "live")["answers"]
    assert [row["n"] for row in rows] == list(range(150))


def test_a_stray_commit_or_rollback_does_no_harm(ask: Asked) -> None:
    ask.ok("insert", table="answers", row={})
    ask.ok("rollback")
    assert ask.no("commit") == "store: there is no transaction to commit"
    assert ask.ok("count", table="answers") == 1
