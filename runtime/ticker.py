"""Raises the engine's epoch while a Call runs, so that a busy guest is stopped in time.

The time is that of the Call's own thread, as long as one thread runs Calls, which is how a worker does it: where the
machine has no processor to spare, an app has used nothing and is not stopped for it.
"""

import threading
import time
from collections.abc import Callable

ENOUGH = 0.9
"""Of a tick that a thread must have computed for it to count; clocks are not that exact."""
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
        self._clock: int | None = None
        self._seen = 0.0
        self.ends = 0.0
        """When the Call's time is over by the wall (`time.perf_counter`), whatever its thread computed."""

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

    def _tick(self) -> None:
        # It competes with the Calls for the interpreter: between two ticks it only sleeps and looks.
        idle = 0
        while True:
            self._wake.wait()
            time.sleep(self._seconds)  # noqa: TID251  # a clock of the Calls that run; nothing is due at its end
            if self._computed():
                self._raise_epoch()
            idle = 0 if self._running else idle + 1
            if idle < LINGER:
                continue
            with self._lock:
                if not self._running:
                    self._wake.clear()
            idle = 0

    def _computed(self) -> bool:
        """Whether the thread that runs a Call has computed for a tick since this was last true."""
        clock = self._clock
        if clock is None or time.perf_counter() > self.ends:
            return True
        try:
            now = time.clock_gettime(clock)
        except OSError:
            return True  # the thread has ended
        if 0 <= now - self._seen < ENOUGH * self._seconds:
            return False
        self._seen = now
        return True


def _own_clock() -> int | None:
    """Of the thread that asks, for others to read; None where there is none."""
    return time.pthread_getcpuclockid(threading.get_ident()) if hasattr(time, "pthread_getcpuclockid") else None
