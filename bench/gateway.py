"""GET of the survey through the gateway's whole path, beside bare ASGI without isolation: `python -m bench.gateway`.

One worker on one core, wrk with 8 connections on the other. Needs wrk (Debian's package) and two cores. Both servers
are measured in the same run, in turns, because a shared machine drifts: only the ratio means something.
"""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
from runtime.identity import COOKIE, open_session
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
DAY = 86_400
HOST = "lunch-survey.localhost"
TABLES = (ClockRow, grants.GrantRow)
"""Tables of other rooms that a worker reads."""


@dataclass(frozen=True)
class Measured:
    """One run of wrk: answers a second, and milliseconds."""

    rate: float
    p50: float
    p99: float


def survey() -> Bundle:
    """The survey of the shelf, with its questions as the template's defaults have them."""
    shelf = catalog.load()
    return render(shelf.get("survey"), {"title": "Lunch survey"}, name="lunch-survey")


def fill(folder: Path, bundle: Bundle) -> str:
    """A control database with one live app and its data; return the cookie of a visitor."""
    now = int(time.time())
    audience = Audience(kind="channel", id="C1", label="#ops")
    engine = connect(f"sqlite:///{folder / 'control.db'}")
    SQLModel.metadata.create_all(engine)
    digest = BundleStore(folder / "bundles").put(bundle)
    with Session(engine) as session, session.begin():
        apps.create(
            session,
            app="app_1",
            workspace="T1",
            title="Lunch survey",
            template=bundle.manifest.template,
            owner="ana",
            collaborators=(),
            named=(),
            audience=audience,
            channel="C1",
            trace="0" * 32,
            now=now,
        )
        apps.move(session, "app_1", Stage.APPROVED, now)
        deployments.go_live(
            session,
            "app_1",
            proposal="p",
            bundle=digest,
            audience=audience,
            days=30,
            approved=lambda _session, _proposal: True,
            now=now,
        )
        wanted = grants.names(bundle.manifest.capabilities)
        grants.grant(session, workspace="T1", app="app_1", wanted=wanted, proposal="p", until=now + DAY, now=now)
        token = open_session(
            session, workspace="T1", app="app_1", stage="live", person="ana", name="Ana", handle="ana", now=now
        )
    box = SqliteAppData(folder / "data").open("app_1", "live", 10)
    table = next(iter(bundle.manifest.capabilities[0].tables))  # type: ignore[union-attr]  # the survey's is its store
    for _ in range(ROWS):
        box.insert(table, {}, at=now, by="v_1", most=ROWS)
    box.close()
    engine.dispose()
    return f"{COOKIE}={token}"


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
    )
    serve(config, lambda: int(time.time()), lambda text: text, lambda _line: None)


def answered(port: int, cookie: str) -> httpx2.Response:
    """The page, as soon as the server gives it."""
    for _ in range(600):
        try:
            return httpx2.get(f"http://127.0.0.1:{port}/", headers={"host": HOST, "cookie": cookie}, timeout=30)
        except httpx2.TransportError:
            time.sleep(0.05)
    raise SystemExit(f"nothing answers on port {port}")


def measure(port: int, cookie: str, path: str = "/") -> Measured:
    """One run of wrk."""
    command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    command += ["-H", f"Host: {HOST}", "-H", f"Cookie: {cookie}", f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"some answers were errors:\n{said}")
    return Measured(_number(said, r"Requests/sec:\s+(\S+)"), _milliseconds(said, "50%"), _milliseconds(said, "99%"))


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
    print(f"{name:<44}{rate:>9,.0f}{p50:>9.2f}{p99:>9.2f}")
    return float(rate)


def main() -> None:
    """Measure both, in turns, and print the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder, ours, theirs = Path(name), _port(), _port()
        cookie = fill(folder, survey())
        control = ControlSocket(folder / "control.sock", {"admits": lambda _asked: {"admitted": True, "owner": True}})
        with process(gateway, folder, ours):
            control.start()
            page = answered(ours, cookie)
            if page.status_code != 200:
                raise SystemExit(f"the survey answers {page.status_code}:\n{page.text}")
            with process(bare, page.content, theirs):
                answered(theirs, cookie)
                measure(ours, cookie)
                rounds = [
                    (measure(ours, cookie), measure(ours, cookie, "/static/app.css"), measure(theirs, cookie))
                    for _ in range(ROUNDS)
                ]
        control.stop()
    print(f"GET of a {len(page.content):,}-byte page, {CONNECTIONS} connections, one core")
    print(f"{'':<44}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}")
    calls, files, bare_asgi = ([one[place] for one in rounds] for place in range(3))
    slipway = _line("Slipway: every check, a fresh instance a Call", calls)
    _line("Slipway: every check, a file of the bundle", files)
    ceiling = _line("uvicorn, bare ASGI, no isolation, same page", bare_asgi)
    print(f"ratio of the first to the last: {slipway / ceiling:.3f}")


if __name__ == "__main__":
    main()
