"""The door to wasmtime: a fresh instance of the guest for every Call, stopped at its limits.

Only wasmtime's public Python API is used. A Call costs an instantiation (copy-on-write from the guest's booted image),
a copy of the pages that the app's source changed, and one call.
"""

import ctypes
import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wasmtime import (
    Config,
    Engine,
    FuncType,
    InstancePre,
    Linker,
    Module,
    Store,
    Trap,
    TrapCode,
    ValType,
    WasmtimeError,
)

from runtime import delta
from runtime.call import Answer, Breach, Call, Outcome
from runtime.delta import Delta
from runtime.hostcalls import TICK, HostCalls, Run
from runtime.sandbox import BrokenApp, Dispatch, Prepared
from runtime.ticker import Ticker
from templates.manifest import Limits

GUEST = Path(__file__).parent / "guest"
LOAD_MS = 500
"""CPU for evaluating a source once, at deploy."""
MOST_HELD = 8 << 20
"""Bytes that an evaluated source may hold; every worker keeps them for every app it serves."""
MOST_ERROR = 8192
"""Bytes that are read of an app's own error."""
FAILED = 1
FAULTS = (Trap, WasmtimeError, MemoryError, ValueError, IndexError)
"""What a guest can bring about, even one whose engine was taken over."""
_PLACE = re.compile(r"app\.js:([0-9]+)(?::([0-9]+))?")


class WasmSandbox:
    """Implements `runtime.sandbox.Sandbox` with one compiled guest, shared by every app of this process."""

    def __init__(self, cache: Path, guest: Path = GUEST) -> None:
        """`cache` is a private folder of ours for the compiled guest, made when missing; `guest` holds guest.wasm."""
        self._engine = Engine(_config())
        wasm = (guest / "guest.wasm").read_bytes()
        about = json.loads((guest / "guest.json").read_text())
        self._digest = hashlib.sha256(wasm).digest()
        if self._digest.hex() != about["sha256"]:
            raise ValueError("guest.wasm is not the one that guest.json names: run `make guest`")
        self._stack: int = about["stack"]
        self._ticker = Ticker(self._engine.increment_epoch, TICK)
        self._calls = HostCalls()
        self._pre = self._linked(_compiled(self._engine, wasm, cache))
        self._image = self._booted()

    def prepare(self, source: bytes, limits: Limits) -> Delta:
        """Evaluate the source once in a fresh instance and keep what changed. Raises BrokenApp."""
        run, exports = self._instance(None, limits, {}, cpu_ms=LOAD_MS, wall_ms=LOAD_MS)
        try:
            with self._calls.of(run), self._ticker:
                room = self._give(run, exports, source)
                run.rearm()
                packed = exports["slipway_load"](run.store, room, len(source))
            tag, text = self._result(run, packed, MOST_ERROR)
        except FAULTS as error:
            raise BrokenApp(self._breach(run, error, limits).detail) from None
        if tag == FAILED:
            raise _broken(text.decode(errors="replace"))
        image = bytes(run.memory.read(run.store))
        made = delta.between(self._image, image, self._stack, self._origin(source))
        if made.held() > MOST_HELD:
            raise BrokenApp(f"it holds {made.held() >> 20} MB once it is loaded; the limit is {MOST_HELD >> 20} MB")
        return made

    def restore(self, kept: bytes, source: bytes) -> Delta:
        """Read what `Delta.to_bytes` wrote; ValueError when it is damaged, or of another guest or source."""
        return delta.read(kept, self._origin(source))

    def run(self, prepared: Prepared, call: Call, limits: Limits, dispatch: Dispatch) -> Outcome:
        """One Call in a fresh instance; whatever the app does, an Outcome comes back."""
        assert isinstance(prepared, Delta)
        try:
            run, exports = self._instance(prepared, limits, dispatch, cpu_ms=limits.cpu_ms, wall_ms=limits.wall_ms)
        except FAULTS as error:
            return Breach("OutOfMemory", f"no instance: {_first(error)}")
        asked = json.dumps(_document(call)).encode()
        try:
            with self._calls.of(run), self._ticker:
                room = self._give(run, exports, asked)
                run.rearm()
                # A seed that tells nothing of the next one: the next Call may be another app's.
                packed = exports["slipway_run"](run.store, room, len(asked), secrets.randbits(63), call.now * 1000)
            tag, text = self._result(run, packed, limits.output_kb * 1024)
        except FAULTS as error:
            return self._breach(run, error, limits)
        if tag == FAILED:
            return self._failed(run, text.decode(errors="replace"))
        return _answer(text, run)

    def _origin(self, source: bytes) -> bytes:
        return hashlib.sha256(self._digest + hashlib.sha256(source).digest()).digest()

    def _linked(self, module: Module) -> InstancePre:
        """One Linker for all: the host functions find their Call by the thread, and never raise into the guest."""
        i32, linker = ValType.i32(), Linker(self._engine)
        linker.define_func("slipway", "host_call", FuncType([i32, i32], [i32]), self._calls.call)
        linker.define_func("slipway", "host_take", FuncType([i32, i32], []), self._calls.take)
        linker.define_func("slipway", "host_log", FuncType([i32, i32], []), self._calls.log)
        return linker.instantiate_pre(module)

    def _booted(self) -> bytes:
        store = Store(self._engine)
        exports = self._pre.instantiate(store).exports(store)
        return bytes(exports["memory"].read(store))  # type: ignore[union-attr]  # the guest's memory

    def _instance(
        self, start: Delta | None, limits: Limits, dispatch: Dispatch, *, cpu_ms: float, wall_ms: float
    ) -> tuple[Run, Mapping[str, Any]]:
        started = time.perf_counter()
        store = Store(self._engine)
        store.set_limits(memory_size=limits.memory_mb << 20, instances=1, memories=1, tables=1)
        store.set_epoch_deadline(int(LOAD_MS / 1000 / TICK))
        exports: Any = self._pre.instantiate(store).exports(store)
        memory = exports["memory"]
        if start is not None:
            missing = start.size - memory.data_len(store)
            if missing > 0:
                memory.grow(store, missing >> 16)
            _copy(store, memory, start)
        return Run(store, memory, dispatch, cpu_ms, wall_ms, limits.log_kb * 1024, started), exports

    def _give(self, run: Run, exports: Mapping[str, Any], content: bytes) -> int:
        """Put bytes and a NUL into guest memory; the guest frees them."""
        room = exports["slipway_alloc"](run.store, len(content)) & 0xFFFFFFFF
        if not room:
            raise MemoryError("the app has no memory left")
        if content:
            run.memory.write(run.store, bytearray(content), room)
        return int(room)

    def _result(self, run: Run, packed: int, most: int) -> tuple[int, bytes]:
        packed &= 0xFFFFFFFFFFFFFFFF
        at, length = packed >> 32, (packed & 0xFFFFFFFF) >> 2
        if not at:
            raise MemoryError("the app has no memory left")
        tag = packed & 3
        if tag == FAILED:
            length = min(length, MOST_ERROR)
        if length > most and tag != FAILED:
            raise ValueError(f"{length} bytes; the limit is {most}")
        if at + length > run.memory.data_len(run.store):
            raise IndexError("a result outside of memory")
        return tag, bytes(run.memory.read(run.store, at, at + length))

    def _breach(self, run: Run, error: Exception, limits: Limits) -> Breach:
        """Which limit ended the Call."""
        logs, used = tuple(run.logs), run.used_ms()
        if isinstance(error, Trap) and error.trap_code == TrapCode.INTERRUPT:
            if run.wall_left() <= 0:
                return Breach("TimedOut", f"no answer after {run.wall_ms:g} ms", logs, used)
            return Breach("OutOfCpu", f"more than {run.cpu_ms:g} ms of computing time", logs, used)
        if isinstance(error, MemoryError):
            return Breach("OutOfMemory", f"more than {limits.memory_mb} MB of memory", logs, used)
        if isinstance(error, ValueError):
            return Breach("TooMuchOutput", f"its answer has {error}", logs, used)
        return Breach("Crashed", _first(error), logs, used)

    def _failed(self, run: Run, text: str) -> Breach:
        """An exception that the app did not catch."""
        logs, used = tuple(run.logs), run.used_ms()
        if text.startswith("InternalError: out of memory") or text == "out of memory":
            return Breach("OutOfMemory", "the app ran out of memory", logs, used)
        denied = text.startswith("Error: not granted: ")
        return Breach("Denied" if denied else "Crashed", text.strip()[:2000], logs, used)


def _config() -> Config:
    config = Config()
    config.epoch_interruption = True
    config.memory_init_cow = True
    config.wasm_threads = False
    config.max_wasm_stack = 1 << 20
    return config


def _copy(store: Store, memory: Any, start: Delta) -> None:
    """Put an evaluated app into a fresh instance: one move a run, for `Memory.write` costs ten times as much."""
    if start.size > memory.data_len(store):
        raise MemoryError("the app is larger than its instance")
    base = ctypes.addressof(memory.data_ptr(store).contents)
    for at, run in start.runs:
        # Each run lies within `size`: `delta` made it so, or checked it.
        ctypes.memmove(base + at, run, len(run))


def _compiled(engine: Engine, guest: bytes, cache: Path) -> Module:
    """The guest, compiled; from our own cache when this very guest was compiled before."""
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = cache / f"{hashlib.sha256(guest).hexdigest()}.cwasm"
    if path.exists():
        try:
            return Module.deserialize_file(engine, str(path))
        except WasmtimeError:
            # Of another version of wasmtime: compile again.
            path.unlink(missing_ok=True)
    module = Module(engine, guest)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    draft.write_bytes(module.serialize())
    draft.rename(path)
    return module


def booted_image(raw: bytes) -> bytes:
    """The memory of an unbooted guest after its boot; for the build alone."""
    engine = Engine(_config())
    module, linker = Module(engine, raw), Linker(engine)
    foreign = [f"{one.module}.{one.name}" for one in module.imports if one.module != "slipway"]
    if foreign:
        raise ValueError(f"the guest must import nothing but the host's three functions, but imports {foreign}")
    linker.define_unknown_imports_as_traps(module)
    store = Store(engine)
    store.set_epoch_deadline(1 << 40)
    exports: Any = linker.instantiate(store, module).exports(store)
    code = exports["slipway_boot"](store)
    if code:
        raise ValueError(f"the guest does not boot: {code}")
    return bytes(exports["memory"].read(store))


def _document(call: Call) -> Mapping[str, Any]:
    """A Call as the app sees it."""
    visitor = call.visitor
    return {
        "method": call.method,
        "path": call.path,
        "query": dict(call.query),
        "form": dict(call.form),
        "visitor": {"id": visitor.id, "name": visitor.name, "owner": visitor.owner, "handle": visitor.handle},
        "now": call.now,
        "requestId": call.request_id,
        "stage": call.stage,
        "csrf": call.csrf,
    }


def _answer(text: bytes, run: Run) -> Outcome:
    logs, used = tuple(run.logs), run.used_ms()
    try:
        found = json.loads(text)
        status, headers, body = found["status"], found["headers"], found["body"]
        if type(status) is not int or not isinstance(headers, dict):
            raise TypeError("status must be a whole number and headers an object")
        named = {str(name).lower(): str(value) for name, value in headers.items()}
        return Answer(status, named, body.encode(errors="replace"), logs, used)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Breach("Crashed", f"its answer cannot be read: {error}", logs, used)


def _broken(text: str) -> BrokenApp:
    place = _PLACE.search(text)
    reason = text.splitlines()[0] if text else "it does not load"
    return BrokenApp(reason, int(place[1]) if place else 0, int(place[2] or 1) if place else 0)


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[-1].strip()[:300]
