"""The gateway's whole path, beside bare ASGI without isolation: `python -m bench.gateway`.

Pages of two apps (the shelf's survey with its store, and the survey of the peers' harness), forms that change a stored
row and that add one, a file, and the harness's own way in. One worker on one core, wrk with 8 connections on the other.
Then the same page with telemetry on, and from two workers. All in the same run, in turns, because a shared machine
drifts: only ratios mean something. Needs wrk (Debian's package) and two cores.
"""

import tempfile
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from statistics import median
from unittest.mock import patch

from bench.installation import CLIENT_CORE, App, Installation, answered, free_port, process, survey, wall
from bench.load import CONNECTIONS, Measured, computed, form, wrk
from bench.target import Fronted, workload
from runtime import worker
from runtime.appdata import SqliteAppData

ROUNDS = 3
ROWS = 50
ANSWERS = {"name": "Ada Lovelace", "rating": "4", "team": "design", "again": "yes", "comment": "More demos, please."}
SHELF_ANSWERS = {"q1": "4", "q2": "soup", "q3": "more soup"}


def bare(body: bytes, port: int) -> None:
    """uvicorn with a bare ASGI callable that gives the same bytes: the ceiling of a Python host."""
    import uvicorn

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": body})

    uvicorn.run(application, port=port, http="httptools", lifespan="off", access_log=False, log_level="error")


def sink(port: int) -> None:
    """Takes spans and forgets them."""

    class Taken(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's own name
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    HTTPServer(("127.0.0.1", port), Taken).serve_forever()


def pages(installation: Installation) -> tuple[App, App]:
    """The shelf's survey with rows in its store, and the small one."""
    shelf, small = installation.registered({"shelf": survey(), "small": workload()})
    box = SqliteAppData(installation.home / "data").open("shelf", "live", 100)
    table = next(iter(shelf.bundle.manifest.capabilities[0].tables))
    for _ in range(ROWS):
        box.insert(table, {}, at=wall(), by="v_1", most=ROWS)
    box.close()
    return shelf, small


def in_turns(runs: Mapping[str, Callable[[], Measured]]) -> Mapping[str, list[Measured]]:
    """Each of them once a round."""
    found: dict[str, list[Measured]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            found[name].append(run())
    return found


def whole_path(folder: Path) -> None:
    """Print the table of pages, forms and files, with their share of bare ASGI."""
    installation = Installation(folder / "one")
    ours, theirs = installation.settings.port, free_port()
    shelf, small = pages(installation)
    changed, added = form(folder, shelf, SHELF_ANSWERS), form(folder, small, ANSWERS)
    runs: dict[str, Callable[[], Measured]] = {
        "GET of the shelf's survey, with its store": lambda: wrk(ours, shelf),
        "POST of the shelf's survey, a row changed": lambda: wrk(ours, shelf, script=changed),
        "GET of the small survey": lambda: wrk(ours, small),
        "the same, through the front that peers need": lambda: wrk(ours, small, "/a/small/"),
        "POST of the small survey, a row added": lambda: wrk(ours, small, "/submit", added),
        "GET of a file of the bundle": lambda: wrk(ours, shelf, "/static/app.css"),
        "uvicorn, bare ASGI, the small survey's page": lambda: wrk(theirs, small),
    }
    with patch.object(worker, "Gateway", Fronted), installation.serving():
        body = page(installation, small)
        with process(bare, body, theirs):
            answered(f"http://127.0.0.1:{theirs}/")
            runs["GET of the small survey"]()
            found = in_turns(runs)
    print(f"pages of {len(body):,} bytes, {CONNECTIONS} connections, one worker on one core")
    print(f"{'every check, a fresh instance for each Call':<46}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'of bare':>9}")
    ceiling = median(one.rate for one in found["uvicorn, bare ASGI, the small survey's page"])
    for name, some in found.items():
        rate, p50, p99 = (median(getattr(one, part) for one in some) for part in ("rate", "p50", "p99"))
        print(f"{name:<46}{rate:>9,.0f}{p50:>9.2f}{p99:>9.2f}{rate / ceiling:>9.3f}")


def telemetry(folder: Path) -> None:
    """Print what spans cost that are sent to a collector (goal: 10 % of the rate)."""
    port = free_port()
    off, on = Installation(folder / "off"), Installation(folder / "on", otlp=f"http://127.0.0.1:{port}")
    apps = [pages(one)[1] for one in (off, on)]
    with process(sink, port, core=CLIENT_CORE), off.serving(), on.serving():
        runs = {
            name: lambda one=one, app=app: wrk(one.settings.port, app)
            for name, one, app in zip(("off", "on"), (off, on), apps, strict=True)
        }
        found = {name: median(one.rate for one in some) for name, some in in_turns(runs).items()}
    print(f"telemetry off {found['off']:,.0f} a second, on {found['on']:,.0f}: {share(found['on'], found['off'])}")


def workers(folder: Path) -> None:
    """Print what a visit costs one worker, and each of two that share the machine with wrk (goal: 15 % more)."""
    spent: dict[int, list[float]] = {1: [], 2: []}
    with_one, with_two = (Installation(folder / f"of-{count}", workers=count) for count in spent)
    apps = [pages(one)[1] for one in (with_one, with_two)]
    with with_one.serving(core=None) as one, with_two.serving(core=None) as two:
        for _ in range(ROUNDS):
            for count, pid, installation, app in zip(spent, (one, two), (with_one, with_two), apps, strict=True):
                before = computed(pid)
                run = wrk(installation.settings.port, app, core=None)
                spent[count].append((computed(pid) - before) / run.answers)
    single, double = (median(some) for some in spent.values())
    print(f"computing a visit: one worker {1e6 * single:.0f} us, two {1e6 * double:.0f} us: {share(double, single)}")


def share(one: float, other: float) -> str:
    """How much more or less."""
    return f"{100 * (one / other - 1):+.1f} %"


def page(installation: Installation, app: App) -> bytes:
    """An app's first page; anything but a page ends the measurement."""
    headers = {"host": app.host, "cookie": app.cookie}
    reply = answered(f"http://127.0.0.1:{installation.settings.port}/", headers)
    if reply.status_code != 200:
        raise SystemExit(reply.text)
    return reply.content


def main() -> None:
    """Measure all of it."""
    with tempfile.TemporaryDirectory() as name:
        whole_path(Path(name))
        telemetry(Path(name))
        workers(Path(name))


if __name__ == "__main__":
    main()
