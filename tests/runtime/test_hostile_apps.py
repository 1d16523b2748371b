"""Hostile apps, on both kinds of instances: each ends as an Outcome, soon, and the next Call is served (S1, S6)."""

import time

import pytest

from runtime.call import Answer, Breach
from runtime.hostcalls import TICK
from runtime.sandbox import BrokenApp, Dispatch
from runtime.wasm import WasmSandbox
from templates.manifest import Limits
from tests.hostile.corpus import CRASHES, TOO_LONG, TOO_MUCH
from tests.runtime.test_wasm import CALL, handling

pytestmark = pytest.mark.scenario

LIMITS = Limits(cpu_ms=40, wall_ms=5000, memory_mb=16, output_kb=64, log_kb=2)
SOON = 5.0
"""Seconds, on a machine that does other things too."""


def ended(
    sandbox: WasmSandbox, body: str, dispatch: Dispatch | None = None, before: str = "", limits: Limits = LIMITS
) -> Answer | Breach:
    """What became of it; whatever that is, the sandbox serves the next Call."""
    started = time.perf_counter()
    outcome = sandbox.run(sandbox.prepare(handling(body, before), limits), CALL, limits, dispatch or {})
    assert time.perf_counter() - started < SOON
    neighbour = sandbox.run(sandbox.prepare(handling("return 'hello'"), LIMITS), CALL, LIMITS, {})
    assert isinstance(neighbour, Answer)
    assert neighbour.body == b"hello"
    return outcome


@pytest.mark.parametrize("body", TOO_LONG.values(), ids=TOO_LONG)
def test_whoever_takes_too_long_is_stopped(either: WasmSandbox, body: str) -> None:
    outcome = ended(either, body)
    assert isinstance(outcome, Breach)
    assert outcome.kind == "OutOfCpu"
    assert outcome.cpu_ms > LIMITS.cpu_ms - 1000 * TICK


@pytest.mark.parametrize("body", TOO_MUCH.values(), ids=TOO_MUCH)
def test_whoever_takes_too_much_is_stopped(either: WasmSandbox, body: str) -> None:
    outcome = ended(either, body)
    assert isinstance(outcome, Breach)
    # On a slow machine its time may be over before its memory is.
    assert outcome.kind in ("OutOfMemory", "OutOfCpu", "Crashed")


@pytest.mark.parametrize(("body", "reason"), CRASHES.values(), ids=CRASHES)
def test_whoever_breaks_is_told_how(either: WasmSandbox, body: str, reason: str) -> None:
    outcome = ended(either, body)
    assert isinstance(outcome, Breach)
    assert outcome.kind in ("Crashed", "OutOfMemory", "OutOfCpu") if not reason else outcome.kind == "Crashed"
    assert outcome.detail.startswith(reason)


def test_a_flood_of_log_lines_costs_no_more_than_its_limit(either: WasmSandbox) -> None:
    outcome = ended(either, "for (;;) console.log('y'.repeat(1000));")
    assert isinstance(outcome, Breach)
    assert outcome.kind == "OutOfCpu"
    assert sum(len(line) for line in outcome.logs) == 2048


def test_a_flood_of_host_operations_is_counted_and_ended(either: WasmSandbox) -> None:
    flood = "let n = 0; for (;;) { try { store.count('t'); n++; } catch (error) { return n + ' ' + error.message; } }"
    outcome = ended(either, flood, {"store.count": lambda _: {"ok": 1}})
    if isinstance(outcome, Breach):
        assert outcome.kind in ("OutOfCpu", "TimedOut")
    else:
        assert outcome.body == b"5000 too many host operations in one call"


def test_a_question_or_a_reply_without_measure_is_refused(either: WasmSandbox) -> None:
    patient = Limits(cpu_ms=1000, memory_mb=64)
    asked = ended(
        either, "try { store.count('x'.repeat(2 << 20)) } catch (error) { return error.message }", limits=patient
    )
    assert isinstance(asked, Answer)
    assert asked.body == b"the question to the host is too large"
    reply = "x" * (5 << 20)
    told = ended(
        either,
        "try { store.count('t') } catch (error) { return error.message }",
        {"store.count": lambda _: {"ok": reply}},
        limits=patient,
    )
    assert isinstance(told, Answer)
    assert told.body == b"the reply is too large; ask for fewer rows"


def test_a_host_operation_that_fails_becomes_an_answer(either: WasmSandbox) -> None:
    def broken(_: object) -> dict[str, object]:
        raise RuntimeError("disk")

    outcome = ended(either, "try { store.count('t') } catch (error) { return error.message }", {"store.count": broken})
    assert isinstance(outcome, Answer)
    assert outcome.body == b"the host could not do that"


def test_spoilt_prototypes_spoil_only_their_own_call(either: WasmSandbox) -> None:
    spoil = "Object.prototype.status = 666; Array.prototype.push = null; JSON.stringify = () => 'x'; JSON.parse = null;"
    outcome = ended(either, spoil + "return {};")
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.body) == (666, b"")


def test_code_made_from_text_finds_nothing_more(either: WasmSandbox) -> None:
    outcome = ended(either, "return (function () {}).constructor('return Object.keys(globalThis).join()')();")
    assert isinstance(outcome, Answer)
    assert outcome.body == b"performance"


def test_halves_of_characters_become_whole_text(either: WasmSandbox) -> None:
    outcome = ended(either, "return 'a\\ud800b';")
    assert isinstance(outcome, Answer)
    assert outcome.body.decode().replace("\ufffd", "") == "ab"


def test_html_escapes_whatever_is_no_markup(either: WasmSandbox) -> None:
    hostile = "const x = `<a href='x' title=\"y\">&${String.fromCharCode(96)}`;"
    spoofed = "{ text: '<b>', toString() { return '<i>' } }"
    outcome = ended(
        either,
        hostile + "return html`${x}|${html`<b>${1}</b>`}|${[x[0], html`<p>`, [null, undefined, false, true, 0]]}|"
        f"${{{spoofed}}}|<input${{attributes({{ value: x, disabled: true, id: null, 'on<x': 'y' }})}}>`;",
    )
    assert isinstance(outcome, Answer)
    safe = "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;&#96;"
    assert outcome.body.decode() == (
        f'{safe}|<b>1</b>|&lt;<p>true0|&lt;i&gt;|<input value="{safe}" disabled on&lt;x="y">'
    )


@pytest.mark.parametrize(
    "source",
    [
        "const a = {}; for (;;) a[Math.random()] = new Array(999).fill(0);",
        "const a = new Uint8Array(12 << 20).fill(7);",
    ],
)
def test_a_source_that_takes_too_much_at_load_is_refused(either: WasmSandbox, source: str) -> None:
    with pytest.raises(BrokenApp):
        either.prepare(handling("return 'x'", source), LIMITS)
