"""Raises the engine's epoch while a Call runs, so that a busy guest is stopped in time.

The time is that of the Call's own thread, as long as one thread runs Calls, which is how a worker does it: where the
machine has no processor to spare, an app has used nothing and is not stopped for it.
"""

import threading
import time
from collections.abc import Callable

from runtime.hostcalls import Run

LINGER = 250
"""Ticks without a Call after which the thread sleeps. To wake it for each Call would cost more than the Call."""


class Ticker:
    """A context: between enter and exit the epoch rises. One thread a process, started at the first Call."""

    def __init__(self, raise_epoch: Callable[[], None], seconds: float) -> None:
        self._raise_epoch = raise_epoch
        self._seconds = seconds
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._running = 0
        self._started = False
        self._run: Run | None = None
        self._clock: int | None = None
        """That of the thread that runs a Call, while there is one alone."""
        self._since = 0.0
        self._raised = 0
        """How often, since the guest went on last."""

    def of(self, run: Run) -> "Ticker":
        """The context in which this Call runs."""
        self._run = run
        return self

    def __enter__(self) -> None:
        with self._lock:
            self._running += 1
            self._clock = _own_clock() if self._running == 1 else None
            if not self._started:
                self._started = True
                threading.Thread(target=self._tick, name="epoch", daemon=True).start()
        if not self._wake.is_set():
            self._wake.set()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._running -= 1
            self._run = None

    def _tick(self) -> None:
        # It competes with the Calls for the interpreter: between two ticks it only sleeps and looks.
        idle = 0
        while True:
            self._wake.wait()
            time.sleep(self._seconds)  # noqa: TID251  # a clock of the Calls that run; nothing is due at its end
            for _ in range(self._due()):
                self._raise_epoch()
            idle = 0 if self._running else idle + 1
            if idle < LINGER:
                continue
            with self._lock:
                if not self._running:
                    self._wake.clear()
            idle = 0

    def _due(self) -> int:
        """How often the epoch is to rise: once a tick that the guest computed, and always when its time is over."""
        run, clock = self._run, self._clock
        if run is None or clock is None or run.wall_left() <= 0:
            return 1
        since = run.since
        if since != self._since:
            self._since, self._raised = since, 0
        if not since:
            return 0
        try:
            computed = int((time.clock_gettime(clock) - since) / self._seconds)
        except OSError:
            return 1  # the thread has ended
        due = max(0, computed - self._raised)
        self._raised += due
        return due


def _own_clock() -> int | None:
    """Of the thread that asks, for others to read; None where there is none."""
    return time.pthread_getcpuclockid(threading.get_ident()) if hasattr(time, "pthread_getcpuclockid") else None
