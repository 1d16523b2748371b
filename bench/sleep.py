"""Sleep: what a worker holds of apps that were used, and how soon a sleeping one answers: `python -m bench.sleep`.

The parts of a worker in one process: routes, loader with the real verification, host and sandbox, on an installation
whose apps are signed. A warm Call and the first one after sleep are measured in turns, in the same run.
Goals: the first visit after sleep within 1 s; nothing of the apps is held (C4).
"""

import asyncio
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bench.installation import App, Installation, wall
from bot.gateway import verify
from runtime import sleeping
from runtime.appdata import SqliteAppData
from runtime.call import Breach, Call, Visitor
from runtime.host import Host
from runtime.loaded import Loader
from runtime.routes import Routes
from runtime.wasm import WasmSandbox
from templates.bundle import Bundle
from templates.catalog import SHELF, load
from templates.manifest import Digest
from templates.render import render

ROUNDS, SETS = 10, 8
GOAL_MS = 1000
ANA = Visitor("v_ana", "Ana", owner=True, handle="ana")


def shelf(suffix: str = "") -> dict[str, Bundle]:
    """Every app of the shelf, by its template's name; a suffix makes others of them."""
    made = {}
    for template in load().templates:
        answers = json.loads((SHELF / template.name / template.version / "golden/answers.json").read_text())
        words = {name: f"{value}{suffix}" for name, value in answers.items() if name in ("title", "question")}
        made[re.sub(r"[^a-z0-9]", "", f"{template.name}{suffix}")] = render(template, {**answers, **words}, name="app")
    return made


class Worker:
    """What of a gateway worker a Call goes through, without HTTP."""

    def __init__(self, installation: Installation) -> None:
        (installation.home / "data").mkdir(exist_ok=True)
        self._runner = asyncio.Runner()
        self.sandbox = WasmSandbox(installation.home / "guest")
        proved = verify(installation.settings.database)
        self.loader = Loader(installation.bundles, self.sandbox, installation.home / "deltas" / "bench", proved)
        self.routes = Routes(installation.settings.database, self.loader.template)
        self.host = Host(self.sandbox, SqliteAppData(installation.home / "data"))

    def call(self, app: App) -> None:
        """The first page, as ana."""
        self._runner.run(self._call(app))

    async def _call(self, app: App) -> None:
        route = self.routes.find(app.host.partition(".")[0], "live")
        assert route is not None, app.host
        loaded = self.loader.get(Digest(route.bundle), self.routes.revoked)
        ran = await self.host.run(loaded, route, Call("GET", "/", ANA, wall(), "r_bench"), self.routes)
        assert not isinstance(ran.outcome, Breach), ran.outcome

    def sleep(self) -> int:
        """Nobody has used anything for long."""
        return sleeping.rest(0, self.loader, self.host, self.routes)


def private() -> float:
    """Megabytes that are this process's own."""
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return sum(int(one) for one in re.findall(r"^Private_\w+:\s+(\d+)", rollup, re.M)) / 1024


def timed(work: Callable[[], None]) -> float:
    """Milliseconds that it takes."""
    began = perf_counter()
    work()
    return 1000 * (perf_counter() - began)


def woken(worker: Worker, apps: list[App]) -> None:
    """Print how long a warm Call takes and the first one after sleep."""
    warm: list[float] = []
    cold: list[float] = []
    for _ in range(ROUNDS):
        for app in apps:
            worker.call(app)
            warm.append(timed(lambda app=app: worker.call(app)))
            worker.sleep()
            cold.append(timed(lambda app=app: worker.call(app)))
    for name, spent in (("warm", warm), ("first after sleep", cold)):
        print(
            f"{name}: p50 {median(spent):.2f} ms, p99 {quantiles(spent, n=100)[98]:.2f} ms, worst {max(spent):.2f} ms"
        )
    print(f"ratio of the medians: {median(cold) / median(warm):.1f}; goal of {GOAL_MS} ms: {max(cold) <= GOAL_MS}")


def held(worker: Worker, apps: list[App]) -> None:
    """Print what is held before any app is used, with many in use, and once they sleep."""
    worker.sleep()
    before = private()
    for app in apps:
        worker.call(app)
    awake = private()
    gone = worker.sleep()
    asleep = private()
    print(
        f"{len(apps)} apps used: {awake - before:.1f} MB more than before; asleep {asleep - before:.1f} MB more "
        f"({gone} bundles and stores let go of)"
    )


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as name:
        installation = Installation(Path(name) / "sleep")
        some = shelf()
        many = {key: one for number in range(SETS) for key, one in shelf(f" {number}").items()}
        few = installation.registered(some)
        more = installation.registered(many)
        worker = Worker(installation)
        # Once for the deltas on disk, which a worker makes when an app is deployed.
        for app in (*few, *more):
            worker.call(app)
        held(worker, more)
        woken(worker, few)


if __name__ == "__main__":
    main()
