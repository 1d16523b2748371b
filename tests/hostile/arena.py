"""A real gateway with hostile apps on it, a good neighbour whose every visit is timed, and a table of what happened."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx2
from sqlmodel import Session

from runtime import apps
from runtime.bundles import BundleStore
from runtime.identity import COOKIE
from templates.bundle import Bundle
from tests.hostile.requests import Hostile
from tests.runtime import scene
from tests.runtime.door import SOURCE, Control, sign_in
from tests.runtime.test_wasm import handling

ROOT = Path(__file__).parents[2]
WORKERS = 2
PAUSE = 0.004
MOST_VISITS = 1_000_000
"""Seconds between two visits of the neighbour's."""


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    name: str
    tries: str
    ended: str
    ms: float
    p99: float
    """The neighbour's meanwhile, in milliseconds."""
    baseline: float


@dataclass
class Neighbour:
    """Somebody who uses a good app all the time, opening a connection for each visit as strangers do."""

    port: int
    cookie: str
    spent: list[float] = field(default_factory=list)
    starved: int = 0
    """Visits at which its app, though good, was stopped for its computing time."""
    failed: list[str] = field(default_factory=list)
    """What came instead of a page."""
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Visit until told to stop."""
        content = (
            f"GET / HTTP/1.1\r\nhost: good.localhost\r\ncookie: {self.cookie}\r\nconnection: close\r\n\r\n".encode()
        )
        while not self._ended.wait(PAUSE):
            began = time.perf_counter()
            try:
                told = exchange(self.port, content)
            except OSError as error:
                told = repr(error).encode()
            self.spent.append(1000 * (time.perf_counter() - began))
            if b"more computing time than it may use" in told:
                self.starved += 1
            elif not told.startswith(b"HTTP/1.1 200"):
                self.failed.append(told.decode(errors="replace").partition("<main>")[2][:200] or repr(told[:200]))

    def stop(self) -> None:
        """Visit no more."""
        self._ended.set()

    def p99(self, since: int) -> float:
        """Of the visits since then; so few that it is the slowest of a hundred."""
        return (
            quantiles(self.spent[since:], n=100)[98]
            if len(self.spent) - since > 1
            else max(self.spent[since:], default=0)
        )


@dataclass
class Arena:
    """The gateway, and whoever is on it."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    cookies: Mapping[str, str]
    neighbour: Neighbour
    baseline: float = 0.0
    lines: list[Line] = field(default_factory=list)

    def visit(self, host: str, path: str = "/") -> httpx2.Response:
        """Open a page as a signed-in visitor."""
        headers = {"host": f"{host}.localhost", "cookie": self.cookies[host]}
        return httpx2.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=10)

    def send(self, hostile: Hostile) -> Sequence[str]:
        """The statuses that came back for these bytes; `closed` when none did."""
        content = hostile.content.replace(b"%c", self.cookies["lunch-survey"].encode())
        try:
            told = exchange(self.port, content)
        except OSError:
            told = b""
        found = statuses(told)
        return found or ["closed"]

    def workers(self) -> set[int]:
        """The workers' process ids."""
        return {
            int(one) for one in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        }

    @contextmanager
    def measured(self, name: str, tries: str, least: float = 0.25) -> Iterator[list[str]]:
        """Note how it ended, and what the neighbour felt meanwhile, over `least` seconds."""
        since, began, ended = len(self.neighbour.spent), time.perf_counter(), list[str]()
        yield ended
        spent = time.perf_counter() - began
        time.sleep(max(0.0, least - spent))
        self.lines.append(Line(name, tries, " ".join(ended), 1000 * spent, self.neighbour.p99(since), self.baseline))


def statuses(told: bytes) -> list[str]:
    """The statuses of the responses in these bytes."""
    return [line.split(b" ")[1].decode() for line in told.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def exchange(port: int, content: bytes, seconds: float = 0.4) -> bytes:
    """Everything that comes back, until the other side closes or has nothing more to say."""
    told = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as one:
        # The gateway may refuse before it has read all.
        with suppress(OSError):
            one.sendall(content)
        try:
            while part := one.recv(1 << 16):
                told += part
                one.settimeout(seconds)
        except (TimeoutError, ConnectionError):
            pass
    return told


def often(source: str) -> Bundle:
    """An app that may be visited as often as all of this needs: here it is not the limit per minute that is tried."""
    made = scene.bundle(source)
    limits = made.manifest.limits.model_copy(update={"requests_per_minute": MOST_VISITS})
    return Bundle(made.manifest.model_copy(update={"limits": limits}), made.files)


@contextmanager
def arena(folder: Path, compiled: Path, sources: Mapping[str, str]) -> Iterator[Arena]:
    """Start it with these hostile apps, each `handle`'s body under its host name."""
    engine = scene.database(folder)
    bundles = BundleStore(folder / "bundles")
    (folder / "guest").symlink_to(compiled)
    now, cookies = int(time.time()), dict[str, str]()
    with Session(engine) as session, session.begin():
        good = {"good": SOURCE, "lunch-survey": SOURCE}
        hostile = {name: handling(body).decode() for name, body in sources.items()}
        for number, (host, source) in enumerate({**good, **hostile}.items()):
            made = scene.app(session, f"app_{number}", host)
            assert made.slug == host
            scene.publish(session, made.id, bundle=bundles.put(often(source)), now=now)
            cookies[host] = f"{COOKIE}={sign_in(session, 'ben', now, app=made.id)}"
        apps.touch_routes(session)
    control = Control(folder / "run" / "control.sock", lambda: Session(engine))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.runtime.serving", str(folder), str(port), str(WORKERS)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    neighbour = Neighbour(port, cookies["good"])
    made = Arena(folder, port, process, cookies, neighbour)
    thread = threading.Thread(target=neighbour.run)
    try:
        for _ in range(200):
            try:
                if made.visit("good").status_code == 200:
                    break
            except httpx2.HTTPError:
                time.sleep(0.05)
        thread.start()
        time.sleep(2)
        made.baseline = neighbour.p99(len(neighbour.spent) // 4)
        neighbour.failed.clear()
        yield made
    finally:
        neighbour.stop()
        thread.join()
        process.terminate()
        process.wait(10)
        control.stop()
        engine.dispose()
