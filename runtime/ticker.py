"""Raises the engine's epoch while a Call runs, so that a busy guest is stopped in time."""

import threading
from collections.abc import Callable

LINGER = 500
"""Ticks without a Call after which the thread sleeps. To wake it for each Call would cost more than the Call."""


class Ticker:
    """A context: between enter and exit the epoch rises. One thread a process, started at the first Call."""

    def __init__(self, raise_epoch: Callable[[], None], seconds: float) -> None:
        self._raise_epoch = raise_epoch
        self._seconds = seconds
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._running = 0
        self._idle = 0
        self._started = False

    def __enter__(self) -> None:
        with self._lock:
            self._running += 1
            self._idle = 0
            if not self._started:
                self._started = True
                threading.Thread(target=self._tick, name="epoch", daemon=True).start()
        if not self._wake.is_set():
            self._wake.set()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._running -= 1

    def _tick(self) -> None:
        never = threading.Event()
        while True:
            self._wake.wait()
            never.wait(self._seconds)
            self._raise_epoch()
            with self._lock:
                self._idle = 0 if self._running else self._idle + 1
                if self._idle >= LINGER:
                    self._wake.clear()
