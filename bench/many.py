"""Many apps: how soon a gateway that knows 10,000 answers, and what 1,000 visited ones hold: `python -m bench.many`.

The gateway is started as people start it, `platformctl gateway`, on a guest that was compiled before. Beside it, in the
same run and in turns: a gateway that knows one app. Goals: 10,000 apps in 2 s, 1,000 apps in 250 MB a worker.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx2

from bench.gateway import page
from bench.installation import App, Installation
from bench.load import megabytes
from bench.target import workload

KNOWN, HELD, ROUNDS = 10_000, 1000, 3
COPIED = {"app": ("id", "slug"), "deployment": ("id", "app"), "lease": ("app",), "app_grant": ("app",)}
"""The tables that a worker reads its routes from, and what of a row is one app's own."""


def multiply(installation: Installation, app: str, times: int) -> None:
    """Enter an app so many times more, row by row as it stands: by deploys it would take minutes."""
    with sqlite3.connect(installation.settings.database) as connection:
        for table, own in COPIED.items():
            given = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            kept = [name for name in given if name not in own and not (table == "app_grant" and name == "id")]
            names = ", ".join((*own, *kept))
            values = ", ".join(("? || ?",) * len(own) + tuple(kept))
            source = f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {own[-1]} = ?"
            mark = [part for _ in own for part in (f"{app}-", "")]
            for number in range(times):
                mark[1::2] = [str(number)] * len(own)
                connection.execute(source, (*mark, app))
    connection.close()


@contextmanager
def started(installation: Installation) -> Iterator[int]:
    """`platformctl gateway` of an installation, until the block ends; gives its process."""
    settings = installation.settings
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {
        **kept,
        "SLIPWAY_HOME": str(settings.home),
        "SLIPWAY_GATEWAY_PORT": str(settings.port),
        "SLIPWAY_CLIENT_ID": settings.client_id,
        "SLIPWAY_WORKERS": str(settings.workers),
        "SLIPWAY_TEAM_REQUESTS_PER_MINUTE": str(settings.team_requests_per_minute),
    }
    with (settings.home / "gateway.log").open("ab") as log:
        gateway = subprocess.Popen([sys.executable, "-m", "bot.platformctl", "gateway"], env=environment, stderr=log)
    try:
        yield gateway.pid
    finally:
        gateway.send_signal(signal.SIGTERM)
        gateway.wait()


def seconds_to_a_page(installation: Installation, app: App) -> float:
    """From the start of the gateway to the first page of an app."""
    began = time.perf_counter()
    with started(installation):
        page(installation, app)
        return time.perf_counter() - began


def starts(folder: Path) -> None:
    """Print how long a start takes with many apps, and with one."""
    one, many = Installation(folder / "one"), Installation(folder / "many")
    apps = []
    for installation in (one, many):
        apps += installation.registered({"first": workload("First")})
        installation.answer()
        seconds_to_a_page(installation, apps[-1])
    multiply(many, "first", KNOWN - 1)
    spent: dict[int, list[float]] = {1: [], KNOWN: []}
    for _ in range(ROUNDS):
        for known, installation, app in zip(spent, (one, many), apps, strict=True):
            spent[known].append(seconds_to_a_page(installation, app))
    few, all_of_them = (median(some) for some in spent.values())
    print(f"start -> first page: {KNOWN:,} apps {all_of_them:.2f} s, one app {few:.2f} s")


def held(folder: Path) -> None:
    """Print what a gateway holds that has served very many apps, each visited once."""
    installation = Installation(folder / "held")
    (first,) = installation.registered({"first": workload("First")})
    with installation.serving(core=None) as pid:
        page(installation, first)
        before = megabytes(pid)
        apps = installation.registered({f"held-{number}": workload(f"Held {number}") for number in range(HELD)})
        with httpx2.Client(base_url=f"http://127.0.0.1:{installation.settings.port}", verify=False, timeout=30) as ana:
            began = time.perf_counter()
            for number, app in enumerate(apps):
                reply = ana.get("/", headers={"host": app.host, "cookie": app.cookie})
                assert f"<h1>Held {number}</h1>" in reply.text, reply.text
            spent = time.perf_counter() - began
        after = megabytes(pid)
    print(
        f"{HELD:,} apps visited: {after:.0f} MB in all, {before:.0f} MB with one; "
        f"{1000 * spent / HELD:.1f} ms for the first page of each"
    )


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as name:
        starts(Path(name))
        held(Path(name))


if __name__ == "__main__":
    main()
