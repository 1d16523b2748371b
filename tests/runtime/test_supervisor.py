"""Workers that die or hang are replaced; none outlives its supervisor. Real processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime import supervisor
from runtime.supervisor import Supervisor

pytestmark = pytest.mark.scenario

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Supervised:
    process: subprocess.Popen[bytes]
    port: int

    def ask(self, order: bytes = b"p") -> int:
        """A worker's process id, or 0 when it gave none."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as one:
            one.sendall(order)
            return int(one.recv(20) or b"0")

    def workers(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(one) for one in children.split()}


def until(true: Callable[[], bool], seconds: float) -> float:
    """Seconds until it was true; fails when it is not in time."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < seconds, "not in time"
        time.sleep(0.01)
    return time.monotonic() - start


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Supervised]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.runtime.supervised", str(tmp_path), "2"], cwd=ROOT, stdout=subprocess.PIPE
    )
    until(lambda: (tmp_path / "port").exists(), 10)
    found = Supervised(process, int((tmp_path / "port").read_text()))
    until(lambda: len(found.workers()) == 2, 5)
    yield found
    process.kill()
    process.communicate()


def test_a_worker_that_dies_is_replaced_and_its_neighbour_untouched(two: Supervised) -> None:  # S1
    before = two.workers()
    assert two.ask(b"d") == 0
    until(lambda: len(two.workers()) == 2 and two.workers() != before, 2)
    assert len(two.workers() & before) == 1
    assert two.ask() in two.workers()


def test_a_worker_that_hangs_is_killed_and_replaced_within_two_seconds(two: Supervised) -> None:  # S1
    before = two.workers()
    with socket.create_connection(("127.0.0.1", two.port)) as one:
        one.sendall(b"h")
        assert until(lambda: two.workers() - before != set(), 3) < 2
        assert two.ask() in two.workers()
    assert len(two.workers() & before) == 1


def test_workers_end_with_sigterm(two: Supervised) -> None:
    before = two.workers()
    two.process.terminate()
    assert two.process.wait(5) == 0
    assert all(gone(pid) for pid in before)


def test_no_worker_outlives_a_supervisor_that_was_killed(two: Supervised) -> None:
    before = two.workers()
    two.process.kill()
    two.process.wait()
    until(lambda: all(gone(pid) for pid in before), 2)


def test_a_worker_may_write_no_core_and_open_few_files(two: Supervised) -> None:
    worker = Path(f"/proc/{min(two.workers())}/limits")

    def limits() -> dict[str, str]:
        return {line[:26].strip(): line[26:].split()[0] for line in worker.read_text().splitlines()}

    # It is there a moment before it is confined.
    until(lambda: int(limits()["Max open files"]) <= supervisor.OPEN_FILES, 2)
    found = limits()
    assert found["Max core file size"] == "0"
    assert int(found["Max address space"]) <= supervisor.ADDRESS_SPACE


def test_a_worker_that_cannot_start_is_tried_again_ever_more_slowly() -> None:
    now, ends = [0.0], list[float]()
    failing = Supervisor(
        (), lambda _sockets, _alive: os._exit(7), 1, lambda line: ends.append(now[0]), clock=lambda: now[0]
    )
    failing.start()
    while len(ends) < 5:
        failing.tick()
        now[0] += 0 if failing.pids() else 0.5
    failing.stop()
    assert ends == [0.0, 0.0, 0.5, 1.5, 3.0], "the first replacement comes at once"


def test_a_slow_start_is_no_hang(tmp_path: Path) -> None:
    now, reports = [100.0], list[str]()

    def starting(_sockets: object, alive: int) -> None:
        signal.pause()

    slow = Supervisor((), starting, 1, reports.append, clock=lambda: now[0])
    slow.start()
    first = slow.pids()
    for now[0] in (110.0, 159.0):
        slow.tick()
        assert slow.pids() == first
    now[0] = 161.0
    slow.tick()
    assert reports == [f"worker {first[0]} hangs", f"worker {first[0]} ended (-9)"]
    slow.stop()


def test_it_is_said_of_each_worker_once_that_it_serves() -> None:
    reports = list[str]()

    def beating(_sockets: object, alive: int) -> None:
        while True:
            os.write(alive, b".")
            time.sleep(0.01)

    one = Supervisor((), beating, 1, reports.append)
    one.start()
    (pid,) = one.pids()
    until(lambda: (one.tick(), len(reports))[1] == 1, 10)
    for _ in range(5):
        one.tick()
    assert reports == [f"worker {pid} serves"]
    one.stop()


def test_the_local_socket_is_ours_alone(tmp_path: Path) -> None:
    tcp, unix = supervisor.listen("127.0.0.1", 0, tmp_path / "run" / "smoke.sock")
    assert (tmp_path / "run" / "smoke.sock").stat().st_mode & 0o777 == 0o600
    tcp.close()
    unix.close()
    for one in supervisor.listen("127.0.0.1", 0, tmp_path / "run" / "smoke.sock"):
        one.close()
