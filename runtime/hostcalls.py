"""The host's three functions, as the guest calls them: bounds checked, time kept, never an exception back."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from runtime.call import HostResult
from runtime.instance import CALL, LOG, TAKE, HostFunctions, Instance
from runtime.sandbox import OUTSIDE, Dispatch, Question

TICK = 0.004
"""Seconds between two epochs: how finely CPU time is cut. Each costs a switch of threads."""
MAX_ASKED = 1 << 20
"""Bytes of one question to the host: reading JSON takes the host many times its size in memory."""
MAX_REPLY = 4 << 20
"""Bytes of one host operation's reply."""
MAX_HOST_CALLS = 5_000
MAX_IN_HOST = 0.5
"""Seconds after which a Call gets no further host operation. A Call blocks its worker, and a worker that is silent
for `supervisor.HUNG_AFTER` is replaced: an app that only asks its store must not bring that about."""


def operated(dispatch: Dispatch, name: str, args: Mapping[str, JsonValue]) -> HostResult:
    """What an operation of this table answers; what is not in it was not granted."""
    operation = dispatch.get(name)
    if operation is not None:
        return operation(args)
    kind = str(name).partition(".")[0]
    return {"error": f"not granted: {kind}; the template.yaml line that asks for it: - kind: {kind}"}


def inside(dispatch: Dispatch, question: Question) -> HostResult:
    """What the table answers to a question to the outside; any other operation is not asked for in this way."""
    return operated(dispatch if question.op in OUTSIDE else {}, question.op, question.args)


@dataclass
class Run:
    """What the host functions need of the Call that runs in this thread."""

    instance: Instance
    dispatch: Dispatch
    cpu_ms: float
    wall_ms: float
    log_left: int
    started: float
    in_host: float = 0.0
    computed: float = 0.0
    """Seconds of its thread's own clock in the guest, up to where it last stood still."""
    since: float = 0.0
    """Where that clock stood when the guest went on; 0 while it stands still."""
    host_calls: int = 0
    reply: bytes = b""
    by_wall: bool = False
    """Which clock ends the Call, if it goes on: the wall's, or that of its computing time."""
    full: bool = False
    """Whether the store had no room for something: the host says so, an app could claim it."""
    logs: list[str] = field(default_factory=list)

    def cpu_left(self) -> float:
        """Seconds of CPU time left; the time inside host operations is not the app's."""
        return self.cpu_ms / 1000 - self.computed

    def wall_left(self) -> float:
        """Seconds left in all."""
        return self.wall_ms / 1000 - (time.perf_counter() - self.started)

    def rearm(self) -> None:
        """Let the guest go on for as long as both clocks allow."""
        self.since = time.thread_time()
        cpu, wall = self.cpu_left(), self.wall_left()
        self.by_wall, left = wall < cpu, min(cpu, wall)
        # One more: the next tick may come at once.
        self.instance.allow(1 + int(left / TICK) if left > 0 else 0)

    def rest(self) -> None:
        """The guest stands still."""
        self.computed += time.thread_time() - self.since
        self.since = 0.0

    def used_ms(self) -> float:
        """Milliseconds of CPU time used, while it stands still."""
        return self.computed * 1000


class HostCalls:
    """The functions. They stand once on a shared Linker and find their Call by the thread it runs in."""

    def __init__(self) -> None:
        self._here = threading.local()

    def functions(self) -> HostFunctions:
        """What the guest imports."""
        return {CALL: self.call, TAKE: self.take, LOG: self.log}

    def of(self, run: Run) -> "Here":
        """A context in which this thread runs this Call; nothing of it is kept afterwards."""
        return Here(self._here, run)

    def call(self, at: int, length: int) -> int:
        """Do what the JSON there asks; return the length of the reply."""
        run: Run = self._here.run
        run.rest()
        began = time.perf_counter()
        try:
            run.reply = self._operate(run, at & 0xFFFFFFFF, length)
        except Exception:
            # An exception would travel through a process-wide variable of the engine; the guest gets an answer.
            run.reply = b'{"error":"the host could not do that"}'
        run.in_host += time.perf_counter() - began
        run.rearm()
        return len(run.reply)

    def _operate(self, run: Run, at: int, length: int) -> bytes:
        run.host_calls += 1
        if run.host_calls > MAX_HOST_CALLS:
            return b'{"error":"too many host operations in one call"}'
        if run.in_host > MAX_IN_HOST:
            return b'{"error":"no time left for host operations in this call"}'
        if not 0 <= length <= MAX_ASKED:
            return b'{"error":"the question to the host is too large"}'
        asked = json.loads(run.instance.read(at, length))
        reply = operated(run.dispatch, asked["op"], asked["args"])
        run.full = run.full or "full" in reply
        encoded = json.dumps(reply).encode()
        return encoded if len(encoded) <= MAX_REPLY else b'{"error":"the reply is too large; ask for fewer rows"}'

    def take(self, at: int, length: int) -> None:
        """Copy the reply to the guest, if it is the one it was told of and there is room."""
        run: Run = self._here.run
        at &= 0xFFFFFFFF
        if length == len(run.reply) and at + length <= run.instance.size():
            run.instance.write(at, run.reply)

    def log(self, at: int, length: int) -> None:
        """Keep a line of the app's log, as far as its limit goes."""
        run: Run = self._here.run
        at &= 0xFFFFFFFF
        taken = max(0, min(length, run.log_left, run.instance.size() - at))
        run.log_left -= taken
        if taken:
            run.logs.append(run.instance.read(at, taken).decode(errors="replace"))


class Here:
    """What `HostCalls.of` gives."""

    __slots__ = ("_here", "_run")

    def __init__(self, here: threading.local, run: Run) -> None:
        self._here = here
        self._run = run

    def __enter__(self) -> None:
        self._here.run = self._run

    def __exit__(self, *_: object) -> None:
        del self._here.run
