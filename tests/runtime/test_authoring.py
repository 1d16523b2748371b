"""What docs/authoring.md and guest.d.ts promise to whoever writes an app."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import JsonValue, TypeAdapter

from runtime.appdata import SqliteAppData
from runtime.call import Answer, Call, HostResult, scheduled
from runtime.sandbox import Dispatch
from runtime.store import Store
from runtime.wasm import GUEST, WasmSandbox
from templates.manifest import Limits, StoreCapability, Table
from templates.template import Need
from tests.runtime.test_wasm import CALL, NOW, handling

PAGE = (Path(__file__).parents[2] / "docs" / "authoring.md").read_text()
APP, STORE, TRANSACTION, MENU, INVITE, SCHEDULED = re.findall(r"```js\n(.*?)```", PAGE, re.DOTALL)
DECLARED = StoreCapability(tables={"wishes": Table(fields={"wish": "text"}), "seats": Table(fields={})})


def visited(sandbox: WasmSandbox, folder: Path, source: bytes, *calls: Call) -> Answer:
    """The answer to the last of some Calls on one store."""
    box = SqliteAppData(folder).open("app_1", "live", 1)
    prepared = sandbox.prepare(source, Limits())
    for call in calls:
        store = Store(DECLARED, Limits(), lambda: box, by=call.visitor.id, now=NOW)
        outcome = sandbox.run(prepared, call, Limits(cpu_ms=500), store.operations())
        store.finish()
        assert isinstance(outcome, Answer), outcome
    box.close()
    return outcome


def test_the_example_app_does_what_it_shows(sandbox: WasmSandbox, tmp_path: Path) -> None:
    post = Call("POST", "/", CALL.visitor, NOW, "r1", form={"wish": ["<a swing>"]}, csrf="token")
    assert visited(sandbox, tmp_path, APP.encode(), post).headers == {"location": "/"}
    page = visited(sandbox, tmp_path, APP.encode(), CALL).body.decode()
    assert "<li>&lt;a swing&gt;</li>" in page
    assert 'name="_csrf" value="token"' in page


def test_the_examples_of_the_store_run(sandbox: WasmSandbox, tmp_path: Path) -> None:
    assert visited(sandbox, tmp_path, handling(STORE + "return String(store.count('wishes'));"), CALL).body == b"0"
    seats = handling(TRANSACTION + "return String(taken);")
    assert visited(sandbox, tmp_path, seats, *[CALL] * 12).body == b"true"
    assert visited(sandbox, tmp_path, seats, CALL).body == b"false"


def page(sandbox: WasmSandbox, source: str, operations: Dispatch) -> str:
    """The page of an app for which the table answers as the outside would."""
    outcome = sandbox.run(sandbox.prepare(source.encode(), Limits()), CALL, Limits(cpu_ms=500), operations)
    assert isinstance(outcome, Answer), outcome
    return outcome.body.decode()


def test_the_example_of_a_call_to_the_outside_runs(sandbox: WasmSandbox) -> None:
    asked: list[Mapping[str, JsonValue]] = []

    def menu(args: Mapping[str, JsonValue]) -> HostResult:
        asked.append(args)
        return {"ok": {"status": 200, "headers": {}, "body": '{"dish": "soup & bread"}', "encoding": "text"}}

    assert page(sandbox, MENU, {"egress.fetch": menu}) == "<p>Today: soup &amp; bread</p>"
    headers = {"authorization": "Bearer {{secret:menu-key}}", "accept": "application/json"}
    assert asked == [{"url": "https://menu.example.com/today", "headers": headers}]
    refused = {"egress.fetch": lambda _: {"error": "no", "kind": "preview"}}
    assert page(sandbox, MENU, refused) == "<p>The menu is not here right now (preview).</p>"


def test_the_example_of_a_mail_runs(sandbox: WasmSandbox) -> None:
    sent: list[Mapping[str, JsonValue]] = []

    def send(args: Mapping[str, JsonValue]) -> HostResult:
        sent.append(args)
        return {"ok": {"sent": True}}

    source = f"{INVITE} export async function handle() {{ await invite('ben@example.com', 'soup'); return 'sent'; }}"
    assert page(sandbox, source, {"mail.send": send}) == "sent"
    assert sent == [{"to": "ben@example.com", "subject": "Lunch", "text": "There is soup today."}]


def test_the_example_of_a_schedule_says_what_is_new(sandbox: WasmSandbox, tmp_path: Path) -> None:
    source, told = APP + SCHEDULED, list[JsonValue]()
    for wish in ("a swing", "a slide"):
        visited(sandbox, tmp_path, source.encode(), Call("POST", "/", CALL.visitor, NOW, "r1", form={"wish": [wish]}))
    box = SqliteAppData(tmp_path).open("app_1", "live", 1)
    for due in (NOW, NOW + 48 * 3600):
        store = Store(DECLARED, Limits(), lambda: box, by="", now=due)
        operations: Dispatch = {**store.operations(), "notify": lambda args: {"ok": told.append(args["text"])}}
        prepared = sandbox.prepare(source.encode(), Limits())
        outcome = sandbox.run(prepared, scheduled("daily_summary", due, due, "r1"), Limits(cpu_ms=500), operations)
        assert isinstance(outcome, Answer), outcome
        store.finish()
    box.close()
    assert told == ["2 new wishes: a slide, a swing"]


def test_the_example_of_a_declaration_is_one() -> None:
    (declared,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    needs = yaml.safe_load(declared)["capabilities"]
    (schedule,) = [TypeAdapter[Any](Need).validate_python(one) for one in needs if one["kind"] == "schedule"]
    assert {name: (time.every, time.at) for name, time in schedule.times.items()} == {
        "daily_summary": ("weekday", "09:00")
    }


@pytest.mark.parametrize("kind", ["const", "function", "class"])
def test_what_the_types_declare_is_there(sandbox: WasmSandbox, tmp_path: Path, kind: str) -> None:
    names = re.findall(rf"^declare {kind} (\w+)", (GUEST / "guest.d.ts").read_text(), re.MULTILINE)
    assert names
    told = visited(sandbox, tmp_path, handling(f"return [{', '.join(f'typeof {one}' for one in names)}].join();"), CALL)
    assert set(told.body.decode().split(",")) == {"object" if kind == "const" else "function"}
