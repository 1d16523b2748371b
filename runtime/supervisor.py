"""The supervisor: binds the sockets, starts the gateway workers, and replaces one that dies or hangs.

Workers are processes, so that a crash or a hang in one touches no other. They inherit the listening sockets; the
kernel gives each new connection to one of them.
"""

import asyncio
import contextlib
import ctypes
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HEARTBEAT = 0.25
"""Seconds between two signs of life of a worker."""
HUNG_AFTER = 1.5
"""Seconds without one after which a worker is killed; with the check below it is replaced in under 2 s (S1)."""
START_WITHIN = 60.0
"""Seconds until a new worker's first sign of life: the very first start compiles the guest."""
CHECK = 0.1
SETTLED = 5.0
"""A worker that lived this long, in seconds, did not fail at its start."""
LONGEST_DELAY = 1.5
"""Seconds before a worker that keeps failing at its start is tried again."""
LAST_WORDS = 1.0
"""Seconds that a dead worker's keeper gets; until it has ended, the worker's seat and files are not free."""
STOP_WITHIN = 3.0
"""Seconds that workers get to end politely."""
ADDRESS_SPACE = 64 << 30
"""Bytes of address space: instance pools reserve a lot and touch little."""
OPEN_FILES = 4096
LARGEST_FILE = 1 << 30
"""Bytes of one file: more than any store, log or compiled guest."""
PR_SET_PDEATHSIG = 1

Worker = Callable[[Sequence[socket.socket], int], None]
"""Runs one worker on the inherited sockets until it is told to end; writes to the descriptor to show it is alive."""


@dataclass(slots=True)
class _Child:
    alive: int
    """The reading end of its heartbeat pipe."""
    born: float
    heard: float = 0.0
    """When it last gave a sign of life; 0 while it starts."""

    def hangs(self, now: float) -> bool:
        return now - self.heard > HUNG_AFTER if self.heard else now - self.born > START_WITHIN


@dataclass
class Supervisor:
    """Keeps `count` workers running. `tick` is called again and again by `run`, or by a test."""

    sockets: Sequence[socket.socket]
    worker: Worker
    count: int
    report: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    _children: dict[int, _Child] = field(default_factory=dict)
    _due: list[float] = field(default_factory=list)
    """When each missing worker is to be started."""
    _failures: int = 0
    """Workers in a row that ended before they were settled."""

    def start(self) -> None:
        """Start every worker."""
        for _ in range(self.count):
            self._fork()

    def pids(self) -> Sequence[int]:
        """The workers that run now."""
        return tuple(self._children)

    def tick(self) -> None:
        """Wait a moment for signs of life; bury the dead, kill the hung, start replacements."""
        ready, _, _ = select.select([child.alive for child in self._children.values()], [], [], CHECK)
        now = self.clock()
        for pid, child in list(self._children.items()):
            if child.alive in ready:
                if os.read(child.alive, 4096):
                    if not child.heard:
                        self.report(f"worker {pid} serves")
                    child.heard = now
                else:
                    self._replace(pid, now)
            elif child.hangs(now):
                self.report(f"worker {pid} hangs")
                self._replace(pid, now)
        for due in [one for one in self._due if one <= now]:
            self._due.remove(due)
            self._fork()

    def stop(self) -> None:
        """End every worker, politely first."""
        deadline = time.monotonic() + STOP_WITHIN
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)
        for pid, child in list(self._children.items()):
            _closed(child.alive, deadline)
            self._bury(pid)

    def _replace(self, pid: int, now: float) -> None:
        born = self._children[pid].born
        self._bury(pid)
        self._failures = self._failures + 1 if now - born < SETTLED else 0
        # The first replacement comes at once; a worker that cannot start must not keep the machine busy.
        delay = min(0.1 * 2**self._failures, LONGEST_DELAY) if self._failures > 1 else 0.0
        self._due.append(now + delay)

    def _bury(self, pid: int) -> None:
        alive = self._children.pop(pid).alive
        # It may have closed its pipe and live on, or hang.
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        _closed(alive, time.monotonic() + LAST_WORDS)
        os.close(alive)
        self.report(f"worker {pid} ended ({os.waitstatus_to_exitcode(status)})")

    def _fork(self) -> None:
        read, write = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            os.close(write)
            self._children[pid] = _Child(read, born=self.clock())
            return
        code = 1
        try:
            os.close(read)
            for child in self._children.values():
                os.close(child.alive)
            confine(parent)
            self.worker(self.sockets, write)
            code = 0
        except KeyboardInterrupt:
            code = 0
        except BaseException:
            # The rim of a process: whatever ended it is said before the process goes.
            traceback.print_exc()
        finally:
            # Never run the parent's own clean-up in a child.
            sys.stderr.flush()
            os._exit(code)


def _closed(alive: int, deadline: float) -> None:
    """Wait until nobody holds the other end of this pipe any more: no worker, and no keeper of one."""
    while select.select([alive], [], [], max(0.0, deadline - time.monotonic()))[0] and os.read(alive, 4096):
        pass


def confine(parent: int) -> None:
    """Bound what this process may use, and end it with its parent."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_AS, ADDRESS_SPACE)
    _lower(resource.RLIMIT_FSIZE, LARGEST_FILE)
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (ceiling, ceiling))


def listen(host: str, port: int, local: Path) -> Sequence[socket.socket]:
    """The two listening sockets: HTTP on TCP, and the local one that only our own user can reach."""
    tcp = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    tcp.bind((host, port))
    tcp.listen(1024)
    return (tcp, listen_locally(local))


def listen_locally(path: Path) -> socket.socket:
    """A listening unix socket that only our own user can reach."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(path))
    path.chmod(0o600)
    unix.listen(64)
    return unix


def run(sockets: Sequence[socket.socket], worker: Worker, count: int, report: Callable[[str], None]) -> None:
    """Supervise until SIGTERM or Ctrl-C."""
    supervisor = Supervisor(sockets, worker, count, report)
    ending: list[int] = []
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, _: ending.append(number))
    supervisor.start()
    while not ending:
        # A signal woke us: what it asks for is looked at in the next round.
        with contextlib.suppress(InterruptedError):
            supervisor.tick()
    supervisor.stop()


async def beat(alive: int) -> None:
    """Show, from within a worker, that its loop turns."""
    while True:
        os.write(alive, b".")
        await asyncio.sleep(HEARTBEAT)
