"""Raises the engine's epoch while a Call runs, so that a busy guest is stopped in time."""

import threading
import time
from collections.abc import Callable

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

    def __enter__(self) -> None:
        with self._lock:
            self._running += 1
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
            self._raise_epoch()
            idle = 0 if self._running else idle + 1
            if idle < LINGER:
                continue
            with self._lock:
                if not self._running:
                    self._wake.clear()
            idle = 0
