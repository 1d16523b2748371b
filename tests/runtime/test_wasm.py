"""The sandbox, on both kinds of instances: a fresh world for every Call, and each limit its own Outcome."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import JsonValue

from runtime.call import Answer, Breach, Call, HostResult, Outcome, Visitor
from runtime.instance import Instances
from runtime.sandbox import BrokenApp, Dispatch
from runtime.ticker import Ticker
from runtime.wasm import WasmSandbox
from templates.manifest import Limits

NOW = 1_795_514_400
CALL = Call("GET", "/", Visitor("v_1", "Ana", owner=True, handle="ana"), NOW, "r1", csrf="token")
LIMITS = Limits(cpu_ms=60, wall_ms=400, memory_mb=16, output_kb=64, log_kb=2)
PATIENT = LIMITS.model_copy(update={"wall_ms": 5000})
"""Where the processor's time is to be over first, however busy this machine is."""
MARK = b"a secret of app one "


def handling(body: str, before: str = "") -> bytes:
    return f"{before}\nexport function handle(call) {{ {body} }}".encode()


def run(
    sandbox: WasmSandbox, source: bytes, call: Call = CALL, limits: Limits = LIMITS, dispatch: Dispatch | None = None
) -> Outcome:
    return sandbox.run(sandbox.prepare(source, limits), call, limits, dispatch or {})


def answered(outcome: Outcome) -> str:
    assert isinstance(outcome, Answer), outcome
    return outcome.body.decode()


def breached(outcome: Outcome) -> Breach:
    assert isinstance(outcome, Breach), outcome
    return outcome


# A fresh world


def test_an_app_sees_its_call_and_answers_it(either: WasmSandbox) -> None:
    call = Call("POST", "/a", CALL.visitor, NOW, "r7", {"q": ["1", "2"]}, {"meal": ["Süppchen 🍲"]}, "preview", "t")
    body = 'return { status: 201, headers: { "X-One": 1 }, body: JSON.stringify(call) };'
    outcome = run(either, handling(body), call)
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.headers) == (201, {"x-one": "1"})
    assert json.loads(outcome.body) == {
        "method": "POST",
        "path": "/a",
        "query": {"q": ["1", "2"]},
        "form": {"meal": ["Süppchen 🍲"]},
        "visitor": {"id": "v_1", "name": "Ana", "owner": True, "handle": "ana"},
        "now": NOW,
        "requestId": "r7",
        "stage": "preview",
        "csrf": "t",
    }


def test_nothing_that_a_call_changes_is_there_in_the_next(either: WasmSandbox) -> None:
    source = handling(
        "n++; globalThis.seen = (globalThis.seen || 0) + 1; Object.prototype.left = (({}).left || 0) + 1;"
        "kept.push(call.path); return `${n} ${seen} ${({}).left} ${kept.length}`;",
        before="let n = 41; const kept = [];",
    )
    prepared = either.prepare(source, LIMITS)
    assert {answered(either.run(prepared, CALL, LIMITS, {})) for _ in range(5)} == {"42 1 1 1"}
    # The control: within one Call the same code does remember.
    twice = b"export function handle(call) { once(call); return once(call); }"
    both = source.replace(b"export function handle", b"function once") + twice
    assert answered(run(either, both)) == "43 2 2 2"


def test_a_fresh_instance_holds_nothing_of_the_one_before(instances: Instances) -> None:
    first = instances.fresh(16 << 20)
    room = first.alloc(1 << 20)
    first.write(room, MARK * 50_000)
    below = 4096
    first.write(below, MARK)
    assert first.read(0, first.size()).count(MARK) > 50_000, "the control: it is found where it was written"
    first.close()
    for _ in range(20):
        after = instances.fresh(16 << 20)
        after.alloc(1 << 20)
        assert MARK not in after.read(0, after.size())
        after.close()


def test_nothing_outside_of_its_memory_is_read_or_written(instances: Instances) -> None:
    one = instances.fresh(16 << 20)
    for at, length in ((one.size(), 1), (one.size() - 1, 2), (-1, 1), (0, -1), (1 << 40, 1)):
        with pytest.raises(IndexError):
            one.read(at, length)
    for at in (one.size(), one.size() - 3, -1, 1 << 40):
        with pytest.raises(IndexError):
            one.write(at, b"four")
    one.write(one.size() - 4, b"four")
    assert one.read(one.size() - 4, 4) == b"four"
    one.close()


def test_two_apps_do_not_meet(either: WasmSandbox) -> None:
    one = either.prepare(handling("return 'one ' + typeof theirs;", "globalThis.mine = 1;"), LIMITS)
    two = either.prepare(handling("return 'two ' + typeof mine;", "globalThis.theirs = 1;"), LIMITS)
    for _ in range(3):
        assert answered(either.run(one, CALL, LIMITS, {})) == "one undefined"
        assert answered(either.run(two, CALL, LIMITS, {})) == "two undefined"


def test_calls_in_many_threads_get_their_own_replies(either: WasmSandbox) -> None:
    prepared = either.prepare(
        handling("let all = ''; for (let i = 0; i < 20; i++) all += store.count('t'); return all;"), LIMITS
    )

    def one(number: int) -> bool:
        def count(_: Mapping[str, JsonValue]) -> HostResult:
            return {"ok": number}

        return answered(either.run(prepared, CALL, patient, {"store.count": count})) == str(number) * 20

    patient = LIMITS.model_copy(update={"cpu_ms": 1000})  # four threads share what cores there are
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(60)))


def test_chance_is_new_in_each_call_and_the_clock_is_the_hosts(either: WasmSandbox) -> None:
    prepared = either.prepare(handling("return Math.random() + ' ' + Math.random() + ' ' + Date.now();"), LIMITS)
    drawn = [answered(either.run(prepared, CALL, LIMITS, {})).split() for _ in range(10)]
    assert len({number for first, second, _ in drawn for number in (first, second)}) == 20
    assert {now for *_, now in drawn} == {str(NOW * 1000)}


def test_nothing_of_the_machine_is_within_reach(either: WasmSandbox) -> None:
    names = ["fetch", "process", "require", "std", "os", "Deno", "setTimeout", "WebAssembly", "scriptArgs"]
    names += ["__host", "__log", "__random", "__later"]
    tried = ", ".join(f"typeof {name}" for name in names)
    assert set(answered(run(either, handling(f"return [{tried}].join(' ')"))).split()) == {"undefined"}


def test_what_the_platform_gives_cannot_be_replaced(either: WasmSandbox) -> None:
    source = handling("return [typeof store.count, typeof notify, typeof html].join(' ')", "globalThis.x = 1;")
    spoilt = source.replace(
        b"globalThis.x = 1;",
        b"for (const name of ['store', 'notify', 'html']) { try { globalThis[name] = null } catch {} }"
        b"try { store.count = null } catch {}",
    )
    assert answered(run(either, spoilt)) == "function function function"


# Limits


def test_an_endless_loop_is_out_of_cpu(either: WasmSandbox) -> None:  # S6
    outcome = breached(run(either, handling("for (;;);"), limits=PATIENT))
    assert (outcome.kind, outcome.detail) == ("OutOfCpu", "more than 60 ms of computing time")
    assert 50 < outcome.cpu_ms < 400


def test_more_memory_than_allowed_is_out_of_memory(either: WasmSandbox) -> None:  # S7
    outcome = breached(run(either, handling("const a = []; for (;;) a.push(new ArrayBuffer(1 << 20));")))
    assert (outcome.kind, outcome.detail) == ("OutOfMemory", "the app ran out of memory")


def test_waiting_in_the_host_is_timed_out_and_no_computing_time(either: WasmSandbox) -> None:  # S6
    def slow(_: Mapping[str, JsonValue]) -> HostResult:
        time.sleep(0.09)
        return {"ok": 1}

    source = handling("for (;;) store.count('t');")
    outcome = breached(
        run(either, source, dispatch={"store.count": slow}, limits=LIMITS.model_copy(update={"wall_ms": 200}))
    )
    assert (outcome.kind, outcome.detail) == ("TimedOut", "no answer after 200 ms")
    assert outcome.cpu_ms < 60


def test_too_long_an_answer_is_too_much_output(either: WasmSandbox) -> None:  # S6
    outcome = breached(run(either, handling("return 'x'.repeat(70000)")))
    assert outcome.kind == "TooMuchOutput"
    assert outcome.detail.endswith(" bytes; the limit is 65536")
    assert len(answered(run(either, handling("return 'x'.repeat(65000)")))) == 65_000


def test_logs_are_kept_up_to_their_limit_and_the_app_goes_on(either: WasmSandbox) -> None:  # S6
    outcome = run(
        either, handling("log('first', { a: 1 }); for (let i = 0; i < 99; i++) log('y'.repeat(99)); return 'ok'")
    )
    assert answered(outcome) == "ok"
    assert outcome.logs[0] == 'first {"a":1}'
    assert sum(len(line) for line in outcome.logs) == 2048


def test_an_error_of_the_app_says_where_it_was(either: WasmSandbox) -> None:
    outcome = breached(run(either, b"export function handle(call) {\n  return call.nobody.name;\n}"))
    assert outcome.kind == "Crashed"
    assert "cannot read property 'name' of undefined" in outcome.detail
    assert "app.js:2:10" in outcome.detail


def test_what_is_not_granted_is_denied_and_says_which_line_would_ask_for_it(either: WasmSandbox) -> None:  # S11
    outcome = breached(run(either, handling("return notify('hello')")))
    assert outcome.kind == "Denied"
    assert outcome.detail.startswith(
        "Error: not granted: notify; the template.yaml line that asks for it: - kind: notify"
    )


def test_a_limit_of_one_call_is_no_limit_of_the_next(either: WasmSandbox) -> None:  # S6
    bad = either.prepare(handling("for (;;);"), LIMITS)
    good = either.prepare(handling("return 'hello'"), LIMITS)
    for _ in range(2):
        assert breached(either.run(bad, CALL, PATIENT, {})).kind == "OutOfCpu"
        assert answered(either.run(good, CALL, LIMITS, {})) == "hello"


def test_an_app_that_does_not_fit_its_memory_is_out_of_memory_from_the_start(either: WasmSandbox) -> None:
    large = either.prepare(handling("return 'x'", before="const held = new Array(600000).fill(1.5);"), LIMITS)
    outcome = breached(either.run(large, CALL, LIMITS.model_copy(update={"memory_mb": 4}), {}))
    assert outcome.kind == "OutOfMemory"


# Loading


@pytest.mark.parametrize(
    ("source", "reason", "place"),
    [
        ("for (;;);", "more than 300 ms of computing time", (0, 0)),
        ("const a = []; for (;;) a.push(new ArrayBuffer(1 << 20));", "InternalError: out of memory", None),
        ("import fs from 'fs'; export function handle() {}", "ReferenceError: could not load module 'fs'", None),
        ("export function handle(\n", "SyntaxError: ", (2, 1)),
        ("export const handle = 1;", "TypeError: app.js must have `export function handle(call)`", None),
        ("export function other() {}", "TypeError: app.js must have `export function handle(call)`", None),
        ("throw new Error('no');", "Error: no", (1, 11)),
        ("await new Promise(() => {});", "InternalError: the promise", None),
        ("store.count('t'); export function handle() {}", "Error: not granted: store", None),
    ],
)
def test_a_source_that_does_not_load_is_refused_with_its_reason(
    either: WasmSandbox, source: str, reason: str, place: tuple[int, int] | None
) -> None:
    with pytest.raises(BrokenApp) as broken:
        either.prepare(source.encode(), LIMITS)
    # To a busy machine the wall's time may be over before the processor's.
    assert broken.value.reason.startswith((reason, "no answer after") if "computing" in reason else reason)
    assert place is None or (broken.value.line, broken.value.column) == place


def test_a_prepared_app_comes_back_from_its_bytes(either: WasmSandbox) -> None:
    source = handling("return 'kept ' + n", "const n = 7;")
    kept = either.keep(either.prepare(source, LIMITS))
    assert answered(either.run(either.restore(kept, source), CALL, LIMITS, {})) == "kept 7"


def test_a_prepared_app_runs_on_either_kind_of_instances(either: WasmSandbox, sandbox: WasmSandbox) -> None:
    source = handling("return 'moved'")
    assert either.prepare(source, LIMITS) == sandbox.prepare(source, LIMITS)


def test_damaged_bytes_or_those_of_another_source_are_refused(either: WasmSandbox) -> None:
    source = handling("return 'x'")
    kept = either.keep(either.prepare(source, LIMITS))
    with pytest.raises(ValueError, match="not a delta of ours, of this guest and source"):
        either.restore(kept, source + b" ")
    flipped = [
        kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :] for at in (0, 20, 60, 82, 90, len(kept) // 2, len(kept) - 1)
    ]
    for damaged in (*flipped, b"", kept[:40], kept[:-1], kept + b"\0"):
        with pytest.raises(ValueError, match="not a delta"):
            either.restore(damaged, source)


# Where there is no pool


def test_without_address_space_for_a_pool_the_plain_instances_are_taken(compiled: Path) -> None:
    script = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (24 << 30, 24 << 30))
from runtime.wasm import WasmSandbox
from tests.runtime.test_wasm import CALL, LIMITS, handling, run
sandbox = WasmSandbox(Path(sys.argv[1]))
print(type(sandbox._instances).__name__, run(sandbox, handling("return 'served'")).body.decode())
"""
    done = subprocess.run([sys.executable, "-c", script, str(compiled)], capture_output=True, text=True, check=False)
    assert done.stdout == "PlainInstances served\n", done.stderr[-2000:]


def test_the_ticker_rests_when_nobody_calls_and_wakes_for_the_next() -> None:
    ticks: list[int] = []
    ticker = Ticker(lambda: ticks.append(1), 0.0001)
    with ticker:
        time.sleep(0.02)
    assert ticks
    counts = [0, -1]
    for _ in range(100):
        if counts[-1] == counts[-2]:
            break
        time.sleep(0.05)
        counts.append(len(ticks))
    assert counts[-1] == counts[-2], "it rests"
    with ticker:
        time.sleep(0.02)
    assert len(ticks) > counts[-1]
