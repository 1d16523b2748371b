"""The gateway's whole path, beside bare ASGI without isolation: `python -m bench.gateway`.

Pages of two apps (the shelf's survey with its store, and the small survey of `survey.js`), a form that changes a stored
row, and a file. One worker on one core, wrk with 8 connections on the other; needs wrk (Debian's package) and two
cores. Both servers are measured in the same run, in turns, because a shared machine drifts: only ratios mean something.
"""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import httpx2
from sqlmodel import Session, SQLModel

from bot.clockwork import ClockRow
from bot.control import ControlSocket
from bot.database import connect
from guardrails import grants
from runtime import apps, deployments
from runtime.appdata import SqliteAppData
from runtime.apps import Stage
from runtime.bundles import BundleStore
from runtime.identity import COOKIE, VisitSessionRow, open_session, token_digest
from runtime.worker import GatewayConfig, serve
from templates import catalog
from templates.audience import Audience
from templates.bundle import Bundle
from templates.render import render

SECONDS = 3
ROUNDS = 3
CONNECTIONS = 8
SERVER_CORE, CLIENT_CORE = 0, 1
ROWS = 50
UNBOUNDED = 1_000_000
"""Requests a minute that no run here comes near."""
DAY = 86_400
TABLES = (ClockRow, grants.GrantRow)
"""Tables of other rooms that a worker reads."""


@dataclass(frozen=True)
class App:
    """A live app, and who visits it."""

    bundle: Bundle
    host: str
    cookie: str
    csrf: str


@dataclass(frozen=True)
class Measured:
    """One run of wrk: answers a second, and milliseconds."""

    rate: float
    p50: float
    p99: float


def survey() -> Bundle:
    """The survey of the shelf, with its questions as the template's defaults have them, for many more visits."""
    shelf = catalog.load()
    made = render(shelf.get("survey"), {"title": "Lunch survey"}, name="lunch-survey")
    limits = made.manifest.limits.model_copy(update={"requests_per_minute": UNBOUNDED})
    return replace(made, manifest=made.manifest.model_copy(update={"limits": limits}))


def small() -> Bundle:
    """The survey that every host of docs/performance.md serves."""
    source = Path(__file__).with_name("survey.js").read_bytes()
    manifest = survey().manifest.model_copy(update={"name": "simple-survey", "title": "Simple survey"})
    return Bundle(manifest, {"app.js": source})


def fill(folder: Path, *bundles: Bundle) -> list[App]:
    """A control database with live apps and their data, and a visitor who is signed in to each."""
    engine = connect(f"sqlite:///{folder / 'control.db'}")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        made = [live(session, folder, f"app_{number}", bundle) for number, bundle in enumerate(bundles)]
    engine.dispose()
    return made


def live(session: Session, folder: Path, name: str, bundle: Bundle) -> App:
    """Publish one app and sign ana in."""
    now = int(time.time())
    audience = Audience(kind="channel", id="C1", label="#ops")
    digest = BundleStore(folder / "bundles").put(bundle)
    app = apps.create(
        session,
        app=name,
        workspace="T1",
        title=bundle.manifest.title,
        template=bundle.manifest.template,
        owner="ana",
        collaborators=(),
        named=(),
        audience=audience,
        channel="C1",
        trace="0" * 32,
        now=now,
    )
    apps.move(session, name, Stage.APPROVED, now)
    deployments.go_live(
        session,
        name,
        proposal="p",
        bundle=digest,
        audience=audience,
        days=30,
        backing=deployments.Backing(digest, bundle.manifest.limits, "bench"),
        approved=lambda _session, _proposal: True,
        now=now,
    )
    wanted = grants.names(bundle.manifest.capabilities)
    grants.grant(session, workspace="T1", app=name, wanted=wanted, proposal="p", until=now + DAY, now=now)
    token = open_session(
        session, workspace="T1", app=name, stage="live", person="ana", name="Ana", handle="ana", now=now
    )
    session.flush()
    row = session.get(VisitSessionRow, token_digest(token))
    assert row is not None
    box = SqliteAppData(folder / "data").open(name, "live", 10)
    table = next(iter(bundle.manifest.capabilities[0].tables))  # type: ignore[union-attr]  # the survey's is its store
    for _ in range(ROWS):
        box.insert(table, {}, at=now, by="v_1", most=ROWS)
    box.close()
    return App(bundle, f"{app.slug}.localhost", f"{COOKIE}={token}", row.csrf)


def bare(body: bytes, port: int) -> None:
    """uvicorn with a bare ASGI callable that gives the same bytes: the ceiling of a Python host."""
    import uvicorn

    async def application(scope, receive, send):  # type: ignore[no-untyped-def]  # ASGI's own shapes
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": body})

    uvicorn.run(application, port=port, http="httptools", lifespan="off", access_log=False, log_level="error")


@contextmanager
def process(work, *given) -> Iterator[None]:  # type: ignore[no-untyped-def]  # any function of this module
    """Run a function in a child pinned to the server's core, until the block ends."""
    pid = os.fork()
    if pid == 0:
        os.sched_setaffinity(0, {SERVER_CORE})
        work(*given)
        os._exit(0)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def gateway(folder: Path, port: int) -> None:
    """The product's own worker."""
    config = GatewayConfig(
        home=folder,
        database=folder / "control.db",
        control_socket=folder / "control.sock",
        smoke_socket=folder / "smoke.sock",
        authorize_url="http://localhost/authorize",
        client_id="bench",
        salt=b"bench",
        port=port,
        workers=1,
        team_requests_per_minute=UNBOUNDED,
    )
    serve(config, lambda: int(time.time()), lambda text: text, lambda _line: None)


def answered(port: int, app: App) -> httpx2.Response:
    """The page, as soon as the server gives it."""
    headers = {"host": app.host, "cookie": app.cookie}
    for _ in range(600):
        try:
            return httpx2.get(f"http://127.0.0.1:{port}/", headers=headers, timeout=30)
        except httpx2.TransportError:
            time.sleep(0.05)
    raise SystemExit(f"nothing answers on port {port}")


def measure(port: int, app: App, path: str = "/", script: Path | None = None) -> Measured:
    """One run of wrk; `script` makes it send something else than a GET."""
    command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    command += ["-H", f"Host: {app.host}", "-H", f"Cookie: {app.cookie}", *(["-s", str(script)] if script else [])]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"some answers were errors:\n{said}")
    return Measured(_number(said, r"Requests/sec:\s+(\S+)"), _milliseconds(said, "50%"), _milliseconds(said, "99%"))


def form(folder: Path, app: App) -> Path:
    """A script for wrk that sends the shelf's survey filled in."""
    body = urlencode({"_csrf": app.csrf, "q1": "4", "q2": "soup", "q3": "more soup"})
    script = folder / "form.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = "{body}"\nwrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
    )
    return script


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


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _line(name: str, runs: list[Measured]) -> float:
    rate, p50, p99 = (
        sorted(part)[len(runs) // 2] for part in zip(*((one.rate, one.p50, one.p99) for one in runs), strict=True)
    )
    print(f"{name:<46}{rate:>9,.0f}{p50:>9.2f}{p99:>9.2f}")
    return float(rate)


def main() -> None:
    """Measure all of them, in turns, and print the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder, ours, theirs = Path(name), _port(), _port()
        shelf, little = fill(folder, survey(), small())
        sent = form(folder, shelf)
        control = ControlSocket(folder / "control.sock", {"admits": lambda _asked: {"admitted": True, "owner": True}})
        runs: dict[str, Callable[[], Measured]] = {
            "GET of the shelf's survey, with its store": lambda: measure(ours, shelf),
            "POST of the shelf's survey, a row changed": lambda: measure(ours, shelf, script=sent),
            "GET of the small survey": lambda: measure(ours, little),
            "GET of a file of the bundle": lambda: measure(ours, shelf, "/static/app.css"),
            "uvicorn, bare ASGI, the small survey's page": lambda: measure(theirs, little),
        }
        with process(gateway, folder, ours):
            control.start()
            pages = [answered(ours, app) for app in (shelf, little)]
            if any(page.status_code != 200 for page in pages):
                raise SystemExit("\n".join(page.text for page in pages))
            with process(bare, pages[1].content, theirs):
                answered(theirs, little)
                runs["GET of the small survey"]()
                found: dict[str, list[Measured]] = {name: [] for name in runs}
                for _ in range(ROUNDS):
                    for what, run in runs.items():
                        found[what].append(run())
        control.stop()
    print(
        f"pages of {len(pages[0].content):,} and {len(pages[1].content):,} bytes, {CONNECTIONS} connections, one core"
    )
    print(f"{'every check, a fresh instance for each Call':<46}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}")
    rates = [_line(what, some) for what, some in found.items()]
    print("ratios to the last: " + ", ".join(f"{rate / rates[-1]:.3f}" for rate in rates[:-1]))


if __name__ == "__main__":
    main()
