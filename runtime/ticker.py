"""Raises the engine's epoch while a Call runs, so that a busy guest is stopped in time."""

import threading
from collections.abc import Callable


class Ticker:
    """A context: between enter and exit the epoch rises. One thread a process, started at the first Call."""

    def __init__(self, raise_epoch: Callable[[], None], seconds: float) -> None:
        self._raise_epoch = raise_epoch
        self._seconds = seconds
        self._busy = threading.Event()
        self._lock = threading.Lock()
        self._running = 0
        self._started = False

    def __enter__(self) -> None:
        with self._lock:
            self._running += 1
            if not self._started:
                self._started = True
                threading.Thread(target=self._tick, name="epoch", daemon=True).start()
        self._busy.set()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._running -= 1
            if not self._running:
                self._busy.clear()

    def _tick(self) -> None:
        never = threading.Event()
        while True:
            self._busy.wait()
            never.wait(self._seconds)
            self._raise_epoch()
