"""A table that belongs to each visitor: an app that knows every id still reads and changes its visitor's rows alone."""

import json
from collections.abc import Iterator

import pytest

from runtime.appdata import SqliteAppData
from templates.bundle import Bundle
from templates.manifest import Limits, Manifest, StoreCapability, Table
from tests.runtime import scene
from tests.runtime.door import Door
from tests.runtime.scene import BUNDLE, NOW

HOSTILE = """
const tried = (work) => { try { return work(); } catch (error) { return String(error.message); } };
export function handle(call) {
  const id = (call.query.id || [""])[0];
  const by = (call.query.by || [""])[0];
  const pages = {
    "/add": () => store.insert("notes", { text: call.visitor.name, by, at: 1 }),
    "/list": () => store.list("notes"),
    "/theirs": () => store.list("notes", { where: { by } }),
    "/nobodys": () => [null, "", 0, [], { "$ne": "" }].map((one) => store.list("notes", { where: { by: one } }).length),
    "/sorted": () => store.list("notes", { orderBy: "by", desc: true, limit: 1000, offset: 0 }),
    "/byid": () => store.list("notes", { where: { id } }),
    "/get": () => store.get("notes", id),
    "/count": () => [store.count("notes"), store.count("notes", { by })],
    "/update": () => store.update("notes", id, { text: "stolen" }),
    "/sign": () => store.update("notes", id, { by, text: "signed" }),
    "/remove": () => store.remove("notes", id),
    "/other": () => store.get("shared", id),
    "/within": () => store.transaction(() => [store.get("notes", id), store.update("notes", id, { text: "stolen" })]),
  };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(tried(pages[call.path]) ?? null) };
}
"""
TABLES = {
    "notes": Table(fields={"text": "text"}, per_user=True),
    "shared": Table(fields={"text": "text"}),
}


@pytest.fixture
def hostile(door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    manifest = Manifest(
        name="notes",
        template="survey@1.0",
        template_digest=BUNDLE,
        title="Notes",
        capabilities=(StoreCapability(tables=TABLES),),
        limits=Limits(store_rows=3),
    )
    monkeypatch.setattr(scene, "bundle", lambda source, **_: Bundle(manifest, {"app.js": source.encode()}))
    door.publish(HOSTILE, granted=("store",))
    yield door


def ask(door: Door, person: str, path: str, **query: str) -> object:
    reply = door.visitor(person).get(path, params=query)
    assert reply.status_code == 200, reply.text
    return json.loads(reply.text)


def test_an_app_gets_its_visitors_rows_and_no_others_whatever_it_asks_for(hostile: Door) -> None:  # T3
    first, second = ask(hostile, "ana", "/add"), ask(hostile, "ben", "/add")
    stored = SqliteAppData(hostile.folder / "data").export("app_1", "live")["notes"]
    anas, bens = (str(row["by"]) for row in stored)
    mine = [{"id": second, "at": NOW, "by": bens, "text": "Ben"}]
    assert ask(hostile, "ben", "/list") == mine
    assert ask(hostile, "ben", "/sorted") == mine
    assert ask(hostile, "ben", "/theirs", by=bens) == mine
    assert ask(hostile, "ben", "/theirs", by=anas) == []
    assert ask(hostile, "ben", "/nobodys") == [0, 0, 0, 0, 0]
    assert ask(hostile, "ben", "/byid", id=str(first)) == []
    assert ask(hostile, "ben", "/get", id=str(first)) is None
    assert ask(hostile, "ben", "/other", id=str(first)) is None
    assert ask(hostile, "ben", "/count", by=anas) == [1, 0]
    assert ask(hostile, "ben", "/get", id=str(second)) == mine[0]


def test_an_app_changes_its_visitors_rows_and_no_others(hostile: Door) -> None:  # T3
    first = str(ask(hostile, "ana", "/add"))
    before = ask(hostile, "ana", "/list")
    for path in ("/update", "/sign", "/remove"):
        assert ask(hostile, "ben", path, id=first, by="v_ben") is False
    assert ask(hostile, "ben", "/within", id=first) == [None, False]
    assert ask(hostile, "ana", "/list") == before
    assert ask(hostile, "ana", "/sign", id=first, by="v_ben") is True
    assert [row["text"] for row in ask(hostile, "ana", "/list")] == ["signed"]
    assert ask(hostile, "ben", "/list") == []
    assert ask(hostile, "ana", "/remove", id=first) is True


def test_an_app_signs_no_row_for_another(hostile: Door) -> None:  # T3
    ask(hostile, "ana", "/add", by="v_somebody")
    (row,) = SqliteAppData(hostile.folder / "data").export("app_1", "live")["notes"]
    assert str(row["by"]).startswith("v_") and row["by"] != "v_somebody"
    assert row["at"] == NOW


def test_a_full_store_is_told_to_the_app_in_words(hostile: Door) -> None:  # T3
    for _ in range(3):
        ask(hostile, "ana", "/add")
    assert ask(hostile, "ben", "/add") == "store: notes has 3 rows, which is all it may have"


def test_rows_that_nobody_signs_cannot_belong_to_somebody() -> None:
    with pytest.raises(ValueError, match="a table whose rows nobody signs cannot be per user"):
        Table(fields={}, anonymous=True, per_user=True)


def test_a_table_of_before_keeps_its_digest() -> None:
    assert Table(fields={"a": "text"}).model_dump(mode="json") == {"fields": {"a": "text"}, "anonymous": False}
    assert Table.model_validate(TABLES["notes"].model_dump(mode="json")) == TABLES["notes"]
