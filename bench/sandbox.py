"""The sandbox by itself, on both kinds of instances: deploy, fresh Calls, a thousand apps: `python -m bench.sandbox`.

Goals (docs/performance.md): deploy of 4 KB in 2 ms, a fresh Call in p50 100 us and p99 300 us, 8,000 Calls a second on
one thread, 1,000 apps in 250 MB. Both kinds are measured in the same run, in turns.
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.installation import survey
from bench.load import megabytes
from bench.target import workload
from runtime.appdata import SqliteAppData
from runtime.call import Answer, Call, Outcome, Visitor
from runtime.capabilities import dispatch
from runtime.delta import Delta
from runtime.engine import PlainInstances
from runtime.pooled import PooledInstances
from runtime.wasm import WasmSandbox
from templates.bundle import Bundle
from templates.manifest import Limits

SMALL = workload("Survey").files["app.js"]
LIMITS = Limits(cpu_ms=200)
GET = Call("GET", "/", Visitor("v_1", "Ana", owner=True, handle="ana"), 1_795_514_400, "r1", csrf="token")
NOWHERE = Call("GET", "/nowhere", GET.visitor, GET.now, "r1")
ROUNDS, CALLS, DEPLOYS, APPS = 3, 1000, 30, 1000


def timed(act: Callable[[], object], times: int) -> list[float]:
    """Microseconds of doing it once, each time."""
    spent = []
    for _ in range(times):
        began = perf_counter()
        act()
        spent.append(1e6 * (perf_counter() - began))
    return spent


def page(outcome: Outcome) -> bytes:
    """The answer's body; anything but an answer ends the measurement."""
    if not isinstance(outcome, Answer):
        raise SystemExit(f"no answer: {outcome}")
    return outcome.body


def one(sandbox: WasmSandbox, folder: Path, shelf: Bundle) -> Mapping[str, list[float]]:
    """One round on one kind of instances."""
    small = sandbox.prepare(SMALL, LIMITS)
    real = sandbox.prepare(shelf.files["app.js"], shelf.manifest.limits)
    box = SqliteAppData(folder).open("app_1", "live", 10)

    def visit() -> None:
        granted = dispatch(shelf.manifest, lambda _: True, GET, lambda: box, lambda _: {"ok": None}, lambda _: None)
        page(sandbox.run(real, GET, shelf.manifest.limits, granted.dispatch))
        granted.finish()

    spent = {
        f"deploy, {len(SMALL):,} bytes": timed(lambda: sandbox.prepare(SMALL, LIMITS), DEPLOYS),
        "deploy, shelf's survey": timed(lambda: sandbox.prepare(shelf.files["app.js"], LIMITS), DEPLOYS),
        "Call, a line of text": timed(lambda: page(sandbox.run(small, NOWHERE, LIMITS, {})), CALLS),
        "Call, small survey's page": timed(lambda: page(sandbox.run(small, GET, LIMITS, {})), CALLS),
        "Call, shelf's survey with its store": timed(visit, CALLS),
    }
    box.close()
    return spent


def rate(sandbox: WasmSandbox) -> None:
    """Calls a second on one thread."""
    small = sandbox.prepare(SMALL, LIMITS)
    for what, call in (("a line of text", NOWHERE), ("small survey's page", GET)):
        began = perf_counter()
        for _ in range(4 * CALLS):
            sandbox.run(small, call, LIMITS, {})
        print(f"pooled  Calls a second, {what:<25}{4 * CALLS / (perf_counter() - began):10,.0f}")


def many(sandbox: WasmSandbox) -> None:
    """A thousand different apps in one process, each deployed and called."""
    sources = [workload(f"Survey {number}").files["app.js"] for number in range(APPS)]
    before = megabytes(os.getpid())
    began = perf_counter()
    apps: list[Delta] = [sandbox.prepare(source, LIMITS) for source in sources]
    spent = perf_counter() - began
    for number, app in enumerate(apps):
        assert b"Survey %d<" % number in page(sandbox.run(app, GET, LIMITS, {}))
    held = megabytes(os.getpid())
    print(f"{APPS:,} apps: {held:.0f} MB in all, {held - before:.0f} MB theirs, deployed in {spent:.2f} s")


def main() -> None:
    """Measure both kinds in turns, then what only the faster one is for."""
    shelf = survey()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = {
            "pooled": WasmSandbox(folder / "guest", make=PooledInstances),
            "plain": WasmSandbox(folder / "guest", make=PlainInstances),
        }
        spent: dict[tuple[str, str], list[float]] = {}
        for number in range(ROUNDS):
            for kind, sandbox in kinds.items():
                (folder / f"{kind}{number}").mkdir()
                for what, some in one(sandbox, folder / f"{kind}{number}", shelf).items():
                    spent.setdefault((kind, what), []).extend(some)
        for (kind, what), all_of_it in spent.items():
            p50, p99 = median(all_of_it), quantiles(all_of_it, n=100)[98]
            print(f"{kind:<7} {what:<38} p50 {p50:7,.0f} us   p99 {p99:7,.0f} us")
        rate(kinds["pooled"])
        many(kinds["pooled"])


if __name__ == "__main__":
    main()
