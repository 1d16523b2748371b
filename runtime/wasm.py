"""The sandbox: a fresh instance of the guest for every Call, stopped at its limits.

A Call costs an instance (copy-on-write from the guest's booted image), a copy of the pages that the app's source
changed, and one call into the guest, with another for each time that it waited for the outside. `runtime.pooled` makes
instances where it can, `runtime.engine` where not.
"""

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from runtime import delta, outcome
from runtime.call import Breach, Call, HostResult, Outcome
from runtime.delta import ROOM, Delta
from runtime.engine import PlainInstances
from runtime.hostcalls import TICK, HostCalls, Run, inside
from runtime.instance import HostFunctions, Instance, Instances, Stopped, Trapped
from runtime.pooled import NoPool, PooledInstances
from runtime.sandbox import BrokenApp, Dispatch, Prepared, Question
from runtime.ticker import Ticker
from templates.manifest import Limits

GUEST = Path(__file__).parent / "guest"
LOAD_MS = 300
"""CPU for parsing a source, and for evaluating it once, at deploy. A worker does nothing else meanwhile."""
MOST_HELD = 8 << 20
"""Bytes that an evaluated source may hold; every worker keeps them for every app it serves."""
MOST_CODE = 8 << 20
"""Bytes of a parsed source."""
MOST_ERROR = 8192
"""Bytes that are read of an app's own error."""
MOST_ASKED = 2 << 20
"""Bytes of what a Call asks of the outside at once."""
FAILED, WAITING = 1, 2
FAULTS = (Stopped, Trapped, MemoryError, ValueError, IndexError)
"""What a guest can bring about, even one whose engine was taken over."""

Make = Callable[[bytes, Path, HostFunctions], Instances]
Step = Callable[[Instance, int, int], int]


def fastest(guest: bytes, cache: Path, functions: HostFunctions) -> Instances:
    """Pooled instances; plain ones where this machine or its limits do not allow for a pool."""
    try:
        return PooledInstances(guest, cache, functions)
    except NoPool:
        return PlainInstances(guest, cache, functions)


def verified(guest: Path) -> tuple[bytes, bytes, int]:
    """The guest, its SHA-256 and the size of its stack; ValueError when it is not the one that guest.json names."""
    wasm = (guest / "guest.wasm").read_bytes()
    about = json.loads((guest / "guest.json").read_text())
    digest = hashlib.sha256(wasm).digest()
    if digest.hex() != about["sha256"]:
        raise ValueError("guest.wasm is not the one that guest.json names: run `make guest`")
    return wasm, digest, int(about["stack"])


class WasmSandbox:
    """Implements `runtime.sandbox.Sandbox` with one compiled guest, shared by every app of this process."""

    def __init__(self, cache: Path, guest: Path = GUEST, make: Make = fastest) -> None:
        """`cache` is a private folder of ours for the compiled guest, made when missing; `guest` holds guest.wasm."""
        wasm, self._digest, self._stack = verified(guest)
        self._key = secrets.token_bytes(32)
        self._calls = HostCalls()
        self._instances = make(wasm, cache, self._calls.functions())
        self._ticker = Ticker(self._instances.raise_epoch, TICK)
        booted = self._instances.fresh(-1)
        self._image = booted.read(0, booted.size())
        booted.close()

    def prepare(self, source: bytes, limits: Limits) -> Delta:
        """Parse the source, evaluate it once in a fresh instance, and keep what changed. Raises BrokenApp."""
        with self._loading(source, lambda one, at, length: one.compile(at, length), limits) as (_, parsed):
            code = parsed
        with self._loading(code, lambda one, at, length: one.load(at, length), limits) as (instance, _):
            instance.allow(1 + int(LOAD_MS / 1000 / TICK))
            room = instance.alloc(ROOM - 1)
            loaded = instance.read(0, instance.size())
            made = delta.between(self._image, loaded, self._stack, room, self._origin(source))
        if made.held() > MOST_HELD:
            raise BrokenApp(f"it holds {made.held() >> 20} MB once it is loaded; the limit is {MOST_HELD >> 20} MB")
        return made

    def keep(self, prepared: Prepared) -> bytes:
        """A delta as bytes, sealed with this sandbox's key."""
        assert isinstance(prepared, Delta)
        return prepared.to_bytes(self._key)

    def restore(self, kept: bytes, source: bytes) -> Delta:
        """Read what `keep` gave; ValueError when it is damaged, or of another sandbox or source."""
        return delta.read(kept, self._origin(source), self._key)

    def run(self, prepared: Prepared, call: Call, limits: Limits, dispatch: Dispatch) -> Outcome:
        """One Call in a fresh instance; whatever the app does, an Outcome comes back."""
        step = self.start(prepared, call, limits, dispatch)
        while not isinstance(step, Outcome):
            step = step.resume([inside(dispatch, one) for one in step.questions])
        return step

    def start(self, prepared: Prepared, call: Call, limits: Limits, dispatch: Dispatch) -> "Outcome | Suspended":
        """A Call up to where it waits."""
        assert isinstance(prepared, Delta)
        started = time.perf_counter()
        asked = outcome.document(call)
        try:
            instance = self._instances.fresh(limits.memory_mb << 20)
        except MemoryError as error:
            return Breach("OutOfMemory", f"no instance: {error}")
        run = Run(instance, dispatch, limits.cpu_ms, limits.wall_ms, limits.log_kb * 1024, started)
        # A seed that tells nothing of the next one: the next Call may be another app's.
        seed, now_ms = int.from_bytes(os.urandom(8), "little", signed=True), call.now * 1000

        def begin(one: Instance, at: int, length: int) -> int:
            return one.run(at, length, seed, now_ms)

        try:
            instance.start_from(prepared)
        except FAULTS as error:
            instance.close()
            return outcome.breach(run, error, limits.memory_mb)
        return self.proceed(run, limits, asked, begin, prepared.room)

    def proceed(self, run: Run, limits: Limits, content: bytes, step: Step, room: int = 0) -> "Outcome | Suspended":
        """Have the guest go on with some bytes, to its end or to where it waits. At `room` ROOM bytes are free."""
        keeps = False
        try:
            tag, text = _result(run.instance, self._called(run, content, step, room), limits.output_kb * 1024)
            if tag == FAILED:
                return outcome.failed(text.decode(errors="replace"), run)
            if tag != WAITING:
                return outcome.answer(text, run)
            waits = Suspended(self, run, limits, outcome.questions(text))
            keeps = True
            return waits
        except FAULTS as error:
            return outcome.breach(run, error, limits.memory_mb)
        finally:
            if not keeps:
                run.instance.close()

    @contextmanager
    def _loading(self, content: bytes, step: Step, limits: Limits) -> Iterator[tuple[Instance, bytes]]:
        """One step of a deploy in an instance of its own, and what it gave. Raises BrokenApp."""
        instance = self._instances.fresh(limits.memory_mb << 20)
        run = Run(instance, {}, LOAD_MS, 4 * LOAD_MS, limits.log_kb * 1024, time.perf_counter())
        try:
            tag, text = _result(instance, self._called(run, content, step), MOST_CODE)
            if tag == FAILED:
                raise outcome.broken(text.decode(errors="replace"))
            yield instance, text
        except FAULTS as error:
            raise BrokenApp(outcome.breach(run, error, limits.memory_mb).detail) from None
        finally:
            instance.close()

    def _called(self, run: Run, content: bytes, step: Step, room: int = 0) -> int:
        """Put bytes and a NUL into the guest, which frees them, and have it go on with them."""
        with self._calls.of(run), self._ticker.of(run):
            run.rearm()
            try:
                if not room or len(content) >= ROOM:
                    room = run.instance.alloc(len(content))
                if not room:
                    raise MemoryError("the app has no memory left")
                run.instance.write(room, content + b"\0")
                return step(run.instance, room, len(content))
            finally:
                run.rest()

    def _origin(self, source: bytes) -> bytes:
        return hashlib.sha256(self._digest + hashlib.sha256(source).digest()).digest()


def _result(instance: Instance, packed: int, most: int) -> tuple[int, bytes]:
    """The tag and the bytes that an export gave: their place, their length and the tag, packed into one number."""
    packed &= 0xFFFFFFFFFFFFFFFF
    at, length, tag = packed >> 32, (packed & 0xFFFFFFFF) >> 2, packed & 3
    if not at:
        raise MemoryError("the app has no memory left")
    if tag == FAILED:
        length = min(length, MOST_ERROR)
    elif tag == WAITING and length > MOST_ASKED:
        raise ValueError(f"what it asks for outside has {length} bytes; the limit is {MOST_ASKED}")
    elif tag != WAITING and length > most:
        raise ValueError(f"its answer has {length} bytes; the limit is {most}")
    return tag, instance.read(at, length)


class Suspended:
    """Implements `runtime.sandbox.Waiting`."""

    def __init__(self, sandbox: WasmSandbox, run: Run, limits: Limits, questions: Sequence[Question]) -> None:
        self._sandbox = sandbox
        self._run = run
        self._limits = limits
        self.questions = questions

    def left(self) -> float:
        """Of the wall's time."""
        return self._run.wall_left()

    def resume(self, answers: Sequence[HostResult]) -> "Outcome | Suspended":
        """Into the same instance, under the same two clocks."""
        told = outcome.told(answers)
        return self._sandbox.proceed(self._run, self._limits, told, lambda one, at, length: one.resume(at, length))

    def late(self) -> Outcome:
        """As if it had gone on computing until then."""
        self._run.by_wall = True
        self.close()
        return outcome.breach(self._run, Stopped(), self._limits.memory_mb)

    def close(self) -> None:
        """Give the instance back."""
        self._run.instance.close()
