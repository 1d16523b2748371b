"""Slipway beside its peers, on the same work in the same run: `python -m bench.peers FOLDER`.

FOLDER holds the peers' harness (`bench.py`, `targets/`, ...) with the peers installed in it, as its README says. They
and Slipway are measured in turns, ROUNDS times, and the medians printed with ratios, and with the goals of
docs/performance.md. The environment may say ROUNDS (3), ONLY (names of targets, with commas), and WARM_S, the seconds
of each load. The machine should do nothing else meanwhile.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS = ("workerd-loader", "node-isolated-vm", "deno-workers", "py-quickjs-rs", "py-uvicorn-asgi")
PHASES = "conf,deploy,cold,warm,mem"
APPS = "1000"
ROWS: Mapping[str, Sequence[str]] = {
    "deploy -> first 200, p50 ms": ("deploy", "p50_ms"),
    "first Call after eviction, p50 ms": ("cold", "p50_ms"),
    "GET, 1 connection, p50 ms": ("get_c1", "p50_ms"),
    "GET, 8 connections, a second": ("get_c8", "rps"),
    "GET, 8 connections, p99 ms": ("get_c8", "p99_ms"),
    "POST, 8 connections, a second": ("post_c8", "rps"),
    "POST, 8 connections, p99 ms": ("post_c8", "p99_ms"),
    "results of 1,000 rows, a second": ("results_c8", "rps"),
    "1,000 apps, PSS MiB": ("mem", APPS, "pss_mib"),
}
Results = Mapping[str, Sequence[Mapping[str, Any]]]
"""By a host's name, what each round gave."""


def measured(folder: Path, names: Sequence[str], rounds: int) -> Results:
    """Run the harness: in each round every peer, then Slipway."""
    environment = {**os.environ, "SLIPWAY": str(HERE.parent), "SLIPWAY_PYTHON": sys.executable}
    targets = [*(str(folder / "targets" / f"{name}.json") for name in names), str(HERE / "slipway-target.json")]
    found: dict[str, list[Mapping[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as kept:
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}: {', '.join(names)}, slipway", file=sys.stderr, flush=True)
            out = Path(kept) / f"{number}.json"
            command = [sys.executable, str(folder / "bench.py"), "target", *targets]
            command += ["--phases", PHASES, "--n-mem", APPS, "--out", str(out)]
            subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)
            for one in json.loads(out.read_text()):
                found.setdefault(one["name"], []).append(one)
    return found


def number(results: Results, name: str, path: Sequence[str]) -> float | None:
    """The median of the rounds, or None where there is no such number."""
    values = []
    for found in results[name]:
        at: Any = found
        for key in path:
            at = at.get(key) if isinstance(at, dict) else None
        if isinstance(at, int | float):
            values.append(float(at))
    return median(values) if values else None


def complaints(results: Results) -> list[str]:
    """Who did not do the work: what came of a host that failed or serves something else is no number."""
    said = []
    for name, rounds in results.items():
        for one in rounds:
            wrong = one.get("conformance", {})
            if "error" in one or wrong.get("failed") or not wrong.get("page_same_as_reference"):
                said.append(f"{name} does not conform: {one.get('error') or wrong}")
            said += [f"{name}: {one[load]['bad']} bad answers in {load}" for load in one if _bad(one[load])]
    return said


def _bad(load: object) -> bool:
    return isinstance(load, dict) and bool(load.get("bad"))


def table(results: Results, ours: str = "slipway") -> list[str]:
    """Markdown: a column a host, each number with Slipway's share of it."""
    names = [ours, *(name for name in results if name != ours)]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for what, path in ROWS.items():
        mine = number(results, ours, path)
        cells = [_shown(mine)]
        for name in names[1:]:
            theirs = number(results, name, path)
            cells.append(f"{_shown(theirs)} ({mine / theirs:.2f})" if mine and theirs else _shown(theirs))
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return lines


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def goals(results: Results, ours: str = "slipway") -> list[str]:
    """Each goal, and whether it is met."""

    def of(what: str, name: str = ours) -> float:
        return number(results, name, ROWS[what]) or float("nan")

    get, post = "GET, 8 connections, a second", "POST, 8 connections, a second"
    met = {
        f"deploy -> first 200 in 3 ms: {of('deploy -> first 200, p50 ms'):.2f}": of("deploy -> first 200, p50 ms") <= 3,
        f"first Call after eviction in 1 ms: {of('first Call after eviction, p50 ms'):.2f}": (
            of("first Call after eviction, p50 ms") <= 1
        ),
        f"GET p99 in 2 ms: {of('GET, 8 connections, p99 ms'):.2f}": of("GET, 8 connections, p99 ms") <= 2,
        f"1,000 apps in 250 MB: {of('1,000 apps, PSS MiB'):.0f}": of("1,000 apps, PSS MiB") <= 250,
    }
    for what, name, least in ((get, "workerd-loader", 1.5), (get, "py-quickjs-rs", 10), (post, "workerd-loader", 2)):
        if name in results:
            times = of(what) / of(what, name)
            met[f"{what.partition(',')[0]} {least} times {name}: {times:.2f}"] = times >= least
    return [f"{'met   ' if good else 'missed'}  {what}" for what, good in met.items()]


def main() -> None:
    """Measure and print."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "bench.py").exists():
        raise SystemExit(f"{__doc__}\nThere is no bench.py in {sys.argv[1:] or 'no folder'}.")
    folder = Path(sys.argv[1]).resolve()
    names = tuple(filter(None, os.environ.get("ONLY", ",".join(PEERS)).split(",")))
    results = measured(folder, names, int(os.environ.get("ROUNDS", "3")))
    print("\n".join(table(results)))
    print("\nIn brackets: Slipway's number as a share of theirs.\n")
    print("\n".join([*goals(results), *complaints(results)]))
    if complaints(results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
