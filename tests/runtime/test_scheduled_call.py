"""A Call that nobody makes, on both kinds of instances: it goes to `scheduled` alone, and acts as no visitor."""

import json
from pathlib import Path

import pytest

from runtime.appdata import SqliteAppData
from runtime.call import Answer, Breach, Call, scheduled
from runtime.capabilities import dispatch
from runtime.wasm import WasmSandbox
from templates.manifest import Manifest, NotifyCapability, ScheduleCapability, StoreCapability, Table, Time
from tests.runtime.scene import BUNDLE
from tests.runtime.test_wasm import CALL, NOW, answered, breached, run

DUE = NOW - 7
MONDAY = scheduled("weekly", DUE, NOW, "r7")
HANDLE = "export function handle(call) { return 'a visit'; }\n"


def source(body: str, more: str = "") -> bytes:
    return f"{HANDLE}{more}export async function scheduled(call) {{ {body} }}".encode()


def test_it_goes_to_scheduled_and_a_visit_goes_to_handle(either: WasmSandbox) -> None:
    app = source("log('by itself')")
    outcome = run(either, app, MONDAY)
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.headers, outcome.body, outcome.logs) == (204, {}, b"", ("by itself",))
    assert answered(run(either, app)) == "a visit"


def test_it_knows_when_it_was_due_and_of_no_visitor(either: WasmSandbox) -> None:
    outcome = run(either, source("log(JSON.stringify(call))"), MONDAY)
    seen = {"schedule": "weekly", "due": DUE, "now": NOW, "requestId": "r7", "stage": "live"}
    assert json.loads(outcome.logs[0]) == seen


def test_no_visit_gets_to_scheduled(either: WasmSandbox) -> None:  # S4
    sly = {"schedule": ["weekly"], "__proto__": ["weekly"]}
    call = Call("POST", "/schedule", CALL.visitor, NOW, "r1", query=sly, form=sly)
    before = "Object.prototype.schedule = 'weekly';\n"
    for app in (source("log('reached')"), source("log('reached')", before)):
        outcome = run(either, app, call)
        assert (answered(outcome), outcome.logs) == ("a visit", ())


@pytest.mark.parametrize("returned", ["", "return 1", "return {status: 500}", "return 'x'.repeat(1e6)", "return null"])
def test_what_it_returns_is_nobodys(either: WasmSandbox, returned: str) -> None:
    outcome = run(either, source(returned), MONDAY)
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.body) == (204, b"")


def test_an_app_without_scheduled_says_what_is_missing(either: WasmSandbox) -> None:
    for app in (HANDLE.encode(), f"{HANDLE}export const scheduled = 'monday';".encode()):
        missing = breached(run(either, app, MONDAY))
        assert (missing.kind, missing.detail.splitlines()[0]) == (
            "Crashed",
            "TypeError: app.js must have `export function scheduled(call)`, for its Manifest has a schedule",
        )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("for (;;) {}", "OutOfCpu"),
        ("const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))", "OutOfMemory"),
        ("throw new Error('no soup')", "Crashed"),
        ("await new Promise(() => {})", "Crashed"),
        ("await null; egress.fetch('https://a.example/'); await 1; throw new Error('late')", "Crashed"),
        ("notify('hello')", "Denied"),
    ],
)
def test_its_limits_are_those_of_a_visit(either: WasmSandbox, body: str, kind: str) -> None:  # S6
    assert breached(run(either, source(body), MONDAY)).kind == kind


def test_a_promise_that_never_settles_names_who_made_it(either: WasmSandbox) -> None:
    detail = breached(run(either, source("await new Promise(() => {})"), MONDAY)).detail
    assert "the promise that scheduled returned waits for nothing" in detail


def test_it_waits_for_the_outside_as_a_visit_does(either: WasmSandbox) -> None:
    app = source("log((await egress.fetch('https://a.example/')).body)")
    page = {"egress.fetch": lambda _: {"ok": {"status": 200, "headers": {}, "body": "soup", "encoding": "text"}}}
    assert run(either, app, MONDAY, dispatch=page).logs == ("soup",)


def test_each_time_is_a_fresh_world(either: WasmSandbox) -> None:
    app = source("log(++n)", "let n = 0;\n")
    assert [run(either, app, MONDAY).logs for _ in range(2)] == [("1",), ("1",)]


MANIFEST = Manifest(
    name="notes",
    template="survey@1.0",
    template_digest=BUNDLE,
    title="Notes",
    capabilities=(
        StoreCapability(
            tables={
                "notes": Table(fields={"text": "text"}, per_user=True),
                "shared": Table(fields={"text": "text"}),
            }
        ),
        NotifyCapability(),
        ScheduleCapability(times={"weekly": Time(every="monday", at="09:00")}),
    ),
)
TRIES = """
const told = (error) => error.kind + ': ' + error.message;
const tried = (work) => { try { return JSON.stringify(work()); } catch (error) { return told(error); } };
for (const work of [
  () => store.insert("notes", { text: "planted", by: "v_ana" }), () => store.list("notes"),
  () => store.list("notes", { where: { by: "v_ana" } }), () => store.list("notes", { where: { by: "" } }),
  () => store.count("notes"), () => store.get("notes", "1"), () => store.update("notes", "1", { text: "stolen" }),
  () => store.remove("notes", "1"), () => store.transaction(() => store.list("notes")),
]) log(tried(work));
store.insert("shared", { text: "ours", by: "v_ana" });
log(JSON.stringify(store.list("shared").map(({ text, by }) => [text, by])));
"""


def test_it_is_nobody_in_the_store(sandbox: WasmSandbox, tmp_path: Path) -> None:  # S4
    box = SqliteAppData(tmp_path).open("app_1", "live", 1)
    box.insert("notes", {"text": "of ana"}, at=NOW, by="v_ana", most=9)
    box.insert("notes", {"text": "of nobody"}, at=NOW, by="", most=9)
    table = dispatch(MANIFEST, lambda name: name == "store", MONDAY, lambda: box, lambda _: {"ok": True}, print)
    app = sandbox.prepare(source(TRIES), MANIFEST.limits)
    outcome = sandbox.run(app, MONDAY, MANIFEST.limits, table.dispatch)
    table.finish()
    assert not isinstance(outcome, Breach), outcome
    *refused, shared = outcome.logs
    why = "store: in notes each visitor has rows of their own, and nobody visits an app that runs by itself"
    assert refused == [f"nobody: {why}"] * 9
    assert json.loads(shared) == [["ours", ""]]
    kept = box.list("notes", {}, order="by", descending=True, limit=9, offset=0)
    assert [one["text"] for one in kept] == ["of ana", "of nobody"]
    box.close()


def test_a_schedule_is_nothing_that_an_app_can_call(sandbox: WasmSandbox) -> None:  # S4
    table = dispatch(MANIFEST, lambda _: True, MONDAY, lambda: pytest.fail("no store"), lambda _: {"ok": True}, print)
    assert "schedule" not in {name.partition(".")[0] for name in table.dispatch}
    app = source("log(typeof schedule, Object.keys(globalThis).filter((one) => /sched|timer|cron/i.test(one)).length)")
    assert run(sandbox, app, MONDAY).logs == ("undefined 0",)
