"""Load on a server, and what it costs: wrk (Debian's package) on the second core, and what processes use meanwhile."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.installation import CLIENT_CORE, App

SECONDS = 3
CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One run of wrk: answers, answers a second, and milliseconds."""

    answers: int
    rate: float
    p50: float
    p99: float


def wrk(
    port: int,
    app: App,
    path: str = "/",
    script: Path | None = None,
    core: int | None = CLIENT_CORE,
    seconds: int = SECONDS,
) -> Measured:
    """One run as the app's visitor, with a cookie as a browser has it; `script` sends something else than a GET."""
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    command = [*pinned, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    command += ["-H", f"Host: {app.host}", "-H", f"Cookie: {app.cookie}", *(["-s", str(script)] if script else [])]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"some answers were errors:\n{said}")
    return Measured(
        int(_number(said, r"(\d+) requests in")),
        _number(said, r"Requests/sec:\s+(\S+)"),
        _milliseconds(said, "50%"),
        _milliseconds(said, "99%"),
    )


def form(folder: Path, app: App, fields: dict[str, str]) -> Path:
    """A script for wrk that sends a form filled in, with the token of the app's visitor."""
    body = urlencode({"_csrf": app.csrf, **fields})
    script = folder / f"{app.name}.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = "{body}"\nwrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
    )
    return script


def tree(pid: int) -> Iterator[int]:
    """A process and all that came from it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def computed(pid: int) -> float:
    """Seconds of computing, of a process and all that came from it."""
    spent = 0
    for one in tree(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def megabytes(pid: int) -> float:
    """Memory of a process and all that came from it: what they share is counted once."""
    found = (re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.M) for one in tree(pid))
    return sum(int(one[1]) for one in found if one) / 1024


def _number(said: str, pattern: str) -> float:
    found = re.search(pattern, said)
    if found is None:
        raise SystemExit(f"wrk said nothing of {pattern}:\n{said}")
    return float(found[1])


def _milliseconds(said: str, share: str) -> float:
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s)\b", said)
    if found is None:
        raise SystemExit(f"wrk gave no {share}:\n{said}")
    return float(found[1]) * unit[found[2]]
