"""A fresh instance of the guest, as the sandbox uses it. `plain` and `pooled` each make them; both behave the same."""

from collections.abc import Callable, Mapping
from typing import Protocol

from runtime.delta import Delta

MEMORY = "memory"
ALLOC, COMPILE, LOAD = "slipway_alloc", "slipway_compile", "slipway_load"
RUN, RESUME = "slipway_run", "slipway_resume"
"""What the guest exports."""
CALL, TAKE, LOG = "host_call", "host_take", "host_log"
"""What it imports, from `HOST`; each takes 32-bit integers, and only CALL gives one back."""
HOST = "slipway"

HostFunctions = Mapping[str, Callable[[int, int], int | None]]
"""CALL, TAKE and LOG. They must never raise: an exception would travel through a variable of the whole process."""


class Stopped(Exception):
    """The instance was still busy at its deadline."""


class Trapped(Exception):
    """The guest did what no guest may; the message is the engine's."""


class Instance(Protocol):
    """One instance. Every read and write is checked against the memory as it is now, for the guest may grow it."""

    def size(self) -> int:
        """Bytes of its memory."""

    def start_from(self, start: Delta) -> None:
        """Put an evaluated app in. MemoryError when there is no room."""

    def read(self, at: int, length: int) -> bytes:
        """Bytes of its memory; IndexError when they are not all inside."""

    def write(self, at: int, content: bytes) -> None:
        """Put bytes into its memory; IndexError when they do not all fit."""

    def allow(self, ticks: int) -> None:
        """Let the guest go on until the epoch rose this often."""

    def alloc(self, length: int) -> int:
        """The guest's `slipway_alloc`; as the others, it may raise Stopped or Trapped."""

    def compile(self, at: int, length: int) -> int:
        """The guest's `slipway_compile`."""

    def load(self, at: int, length: int) -> int:
        """The guest's `slipway_load`."""

    def run(self, at: int, length: int, seed: int, now_ms: int) -> int:
        """The guest's `slipway_run`."""

    def resume(self, at: int, length: int) -> int:
        """The guest's `slipway_resume`."""

    def close(self) -> None:
        """Let go of it and of its memory."""


class Instances(Protocol):
    """One compiled guest, ready to be instantiated again and again."""

    def fresh(self, memory: int) -> Instance:
        """A new instance that may use so many bytes of memory (-1: any); MemoryError when there is none."""

    def raise_epoch(self) -> None:
        """One tick nearer to every deadline."""
