"""Calls that wait for the outside, on both kinds of instances: what holds for a Call holds across the wait."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from pydantic import JsonValue

from runtime.appdata import SqliteAppData
from runtime.call import Breach, HostResult, Outcome
from runtime.pooled import SLOTS, PooledInstances
from runtime.sandbox import BrokenApp, Dispatch, Waiting
from runtime.store import Store
from runtime.wasm import WasmSandbox
from templates.manifest import Limits, StoreCapability, Table
from tests.runtime.test_wasm import CALL, LIMITS, NOW, answered, breached

PAGE: HostResult = {"ok": {"status": 200, "headers": {"etag": "1"}, "body": "hello", "encoding": "text"}}
NO: HostResult = {"error": "blocked: api.example.com: not granted", "kind": "blocked"}
FETCH = "(await egress.fetch('https://api.example.com/')).body"


def handling(body: str, before: str = "") -> bytes:
    return f"{before}\nexport async function handle(call) {{ {body} }}".encode()


def begun(
    sandbox: WasmSandbox, source: bytes, limits: Limits = LIMITS, dispatch: Dispatch | None = None
) -> Outcome | Waiting:
    return sandbox.start(sandbox.prepare(source, limits), CALL, limits, dispatch or {})


def waiting(sandbox: WasmSandbox, source: bytes, limits: Limits = LIMITS, dispatch: Dispatch | None = None) -> Waiting:
    step = begun(sandbox, source, limits, dispatch)
    assert not isinstance(step, Outcome), step
    return step


def ended(step: Outcome | Waiting) -> Outcome:
    assert isinstance(step, Outcome)
    return step


def finished(sandbox: WasmSandbox, source: bytes, *answers: Sequence[HostResult]) -> Outcome:
    """The Outcome, when each wait in turn is answered so."""
    step = begun(sandbox, source)
    for one in answers:
        assert not isinstance(step, Outcome), step
        step = step.resume(one)
    return ended(step)


def test_a_call_waits_for_an_answer_and_goes_on_where_it_stood(either: WasmSandbox) -> None:
    source = handling(
        "const before = ++n; const got = await egress.fetch('https://a.example/x', {method: 'POST', body: 'b'});"
        "return [before, n, got.status, got.headers.etag, got.body].join(' ');",
        "let n = 0;",
    )
    step = waiting(either, source)
    (question,) = step.questions
    assert question.op == "egress.fetch"
    assert question.args == {"url": "https://a.example/x", "method": "POST", "body": "b"}
    assert answered(ended(step.resume([PAGE]))) == "1 1 200 1 hello"


def test_what_is_asked_at_the_same_time_is_asked_together_and_each_gets_its_own(either: WasmSandbox) -> None:
    source = handling(
        "const all = await Promise.allSettled([mail.send({to: 'a'}), egress.fetch('u'), mail.send({to: 'b'})]);"
        "return all.map((one) => one.value?.body ?? one.value?.sent ?? one.reason.message).join(' | ');"
    )
    step = waiting(either, source)
    assert [one.op for one in step.questions] == ["mail.send", "egress.fetch", "mail.send"]
    assert answered(ended(step.resume([{"ok": {"sent": True}}, PAGE, NO]))) == (
        "true | hello | blocked: api.example.com: not granted"
    )


def test_a_call_may_wait_again_and_again(either: WasmSandbox) -> None:
    source = handling(f"let all = ''; for (let i = 0; i < 5; i++) all += {FETCH}; return all;")
    assert answered(finished(either, source, *[[PAGE]] * 5)) == "hello" * 5


def test_a_refusal_is_an_error_with_its_kind_and_the_line_that_asked(either: WasmSandbox) -> None:  # S2
    source = handling(
        f"try {{ {FETCH} }} catch (error) {{\n"
        "return [error instanceof EgressError, error.name, error.kind, error.message, error.stack].join('|'); }"
    )
    said = answered(finished(either, source, [NO]))
    assert said.startswith("true|EgressError|blocked|blocked: api.example.com: not granted|")
    assert "app.js:2:" in said


def test_a_refusal_that_nobody_catches_is_denied(either: WasmSandbox) -> None:  # S2
    outcome = breached(finished(either, handling(f"return {FETCH}"), [NO]))
    assert outcome.kind == "Denied"
    assert outcome.detail.startswith("EgressError: blocked: api.example.com: not granted\n")
    slow = breached(finished(either, handling(f"return {FETCH}"), [{"error": "no answer", "kind": "timeout"}]))
    assert slow.kind == "Crashed"


def test_what_nobody_waits_for_is_done_before_the_answer(either: WasmSandbox) -> None:
    source = b"export function handle(call) { mail.send({to: 'a@b.example'}); return 'thanks'; }"
    step = waiting(either, source)
    assert [one.op for one in step.questions] == ["mail.send"]
    assert answered(ended(step.resume([NO]))) == "thanks"


def test_a_call_that_failed_asks_for_nothing_more(either: WasmSandbox) -> None:
    for source in (
        b"export function handle(call) { mail.send({}); throw new Error('no'); }",
        handling("mail.send({}); throw new Error('no');"),
    ):
        assert breached(ended(begun(either, source))).detail.startswith("Error: no")


def test_a_promise_that_nothing_settles_waits_for_nothing(either: WasmSandbox) -> None:
    said = "InternalError: the promise that handle returned waits for nothing: it never settles"
    assert breached(ended(begun(either, handling("await new Promise(() => {});")))).detail.startswith(said)
    after = handling(f"{FETCH}; await new Promise(() => {{}});")
    assert breached(finished(either, after, [PAGE])).detail.startswith(said)


def test_nothing_outside_is_asked_for_while_a_source_loads(either: WasmSandbox) -> None:
    for line, said in (
        ("egress.fetch('u');", "nothing outside can be asked for"),
        ("await mail.send({});", "waits for"),
    ):
        with pytest.raises(BrokenApp, match=said):
            either.prepare(f"{line} export function handle() {{}}".encode(), LIMITS)


def test_time_that_passes_in_a_wait_is_no_computing_time(either: WasmSandbox) -> None:  # S6
    step = waiting(either, handling(f"const got = {FETCH}; let n = 0; while (n < 1e5) n++; return got"))
    time.sleep(0.1)
    outcome = ended(step.resume([PAGE]))
    assert answered(outcome) == "hello"
    assert outcome.cpu_ms < LIMITS.cpu_ms


def test_computing_time_is_counted_on_behind_a_wait(either: WasmSandbox) -> None:  # S6
    outcome = breached(finished(either, handling(f"{FETCH}; for (;;);"), [PAGE]))
    assert outcome.kind == "OutOfCpu"
    endless = handling("for (;;) { try { await mail.send({}) } catch {} }")
    step = begun(either, endless)
    for _ in range(100_000):
        if isinstance(step, Outcome):
            break
        step = step.resume([NO])
    assert breached(ended(step)).kind == "OutOfCpu"


def test_the_wall_s_time_goes_on_in_a_wait(either: WasmSandbox) -> None:  # S6
    limits = LIMITS.model_copy(update={"wall_ms": 50})
    step = waiting(either, handling(f"return {FETCH}"), limits)
    assert 0 < step.left() <= 0.05
    time.sleep(0.06)
    assert step.left() < 0
    outcome = breached(step.late())
    assert (outcome.kind, outcome.detail) == ("TimedOut", "no answer after 50 ms")
    step = waiting(either, handling(f"return {FETCH}"), limits)
    time.sleep(0.06)
    assert breached(ended(step.resume([PAGE]))).kind == "TimedOut"


def test_more_memory_than_allowed_behind_a_wait_is_out_of_memory(either: WasmSandbox) -> None:  # S7
    bomb = handling(f"{FETCH}; const a = []; for (;;) a.push(new ArrayBuffer(1 << 20));")
    assert breached(finished(either, bomb, [PAGE])).kind == "OutOfMemory"


def test_what_is_asked_and_what_is_answered_have_limits(either: WasmSandbox) -> None:
    large = LIMITS.model_copy(update={"memory_mb": 64, "cpu_ms": 500})
    source = handling(
        "const body = 'x'.repeat(1 << 20); await Promise.all([1, 2].map((u) => egress.fetch(u, { body })))"
    )
    outcome = breached(ended(begun(either, source, large)))
    assert (outcome.kind, outcome.detail[:30]) == ("TooMuchOutput", "what it asks for outside has 2")
    both = handling(
        "const all = await Promise.allSettled(['a', 'b'].map((one) => egress.fetch(one)));"
        "return all.map((one) => one.reason?.kind ?? one.value.body.length).join()"
    )
    step = waiting(either, both, large)
    answers: list[HostResult] = [{"ok": {"body": "y" * (3 << 20)}}] * 2
    assert answered(ended(step.resume(answers))) == f"{3 << 20},too_large"


def test_all_at_once_a_call_gets_no_answer_but_what_its_table_says(either: WasmSandbox) -> None:  # S2
    source = handling(f"return {FETCH}")
    alone = breached(either.run(either.prepare(source, LIMITS), CALL, LIMITS, {}))
    assert alone.detail.startswith(
        "Error: not granted: egress; the template.yaml line that asks for it: - kind: egress"
    )

    def page(_: Mapping[str, JsonValue]) -> HostResult:
        return PAGE

    assert answered(either.run(either.prepare(source, LIMITS), CALL, LIMITS, {"egress.fetch": page})) == "hello"


def test_many_calls_wait_at_once_and_each_goes_on_by_itself(either: WasmSandbox) -> None:  # S1
    source = handling(
        "const mine = ++n; const got = await egress.fetch('u'); return `${mine} ${n} ${got.body}`", "let n = 0;"
    )
    steps = [waiting(either, source) for _ in range(SLOTS - 1)]
    quick = either.prepare(handling("return 'quick'"), LIMITS)
    assert answered(either.run(quick, CALL, LIMITS, {})) == "quick"
    for number, step in reversed(list(enumerate(steps))):
        assert answered(ended(step.resume([{"ok": {"body": str(number)}}]))) == f"1 1 {number}"


def test_an_instance_comes_back_however_a_wait_ends(sandbox: WasmSandbox) -> None:
    source = handling(f"return {FETCH}")
    for _ in range(3):
        steps = [waiting(sandbox, source) for _ in range(SLOTS)]
        for number, step in enumerate(steps):
            if number % 3 == 0:
                step.close()
            elif number % 3 == 1:
                breached(step.late())
            else:
                breached(ended(step.resume([NO])))


def test_with_every_instance_waiting_the_next_call_is_an_outcome_too(sandbox: WasmSandbox) -> None:
    assert isinstance(sandbox._instances, PooledInstances)
    prepared = sandbox.prepare(handling(f"return {FETCH}"), LIMITS)
    steps = [sandbox.start(prepared, CALL, LIMITS, {}) for _ in range(SLOTS)]
    try:
        refused = sandbox.run(prepared, CALL, LIMITS, {})
        assert isinstance(refused, Breach)
        assert refused.detail.startswith("no instance: ")
    finally:
        for step in steps:
            assert not isinstance(step, Outcome)
            step.close()


def test_a_transaction_does_not_outlast_a_wait(either: WasmSandbox, tmp_path: Path) -> None:
    box = SqliteAppData(tmp_path).open("app_1", "live", 1)
    store = Store(StoreCapability(tables={"t": Table(fields={})}), Limits(), lambda: box, by="v_1", now=NOW)
    source = handling(
        "try { await store.transaction(async () => { store.insert('t', {}); await egress.fetch('u'); }); }"
        "catch (error) { return error.message + ' ' + store.count('t'); }"
    )
    outcome = either.run(either.prepare(source, LIMITS), CALL, LIMITS, store.operations())
    assert answered(outcome) == "store.transaction(work): work must not be async 0"
    store.finish()
    box.close()
