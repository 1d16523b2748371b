"""The door to wasmtime: a fresh instance of the guest for every Call, stopped at its limits.

Only wasmtime's public Python API is used. A Call costs an instantiation (copy-on-write from the guest's booted image),
a copy of the pages that the app's source changed, and one call.
"""

import hashlib
import json
import random
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
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

from runtime.call import Answer, Breach, Call, Outcome
from runtime.guest.splice import pages
from runtime.sandbox import BrokenApp, Dispatch, Prepared
from templates.manifest import Limits

GUEST = Path(__file__).parent / "guest"
TICK = 0.002
"""Seconds between two epochs: how finely CPU time is cut."""
LOAD_MS = 500
"""CPU for evaluating a source once, at deploy."""
MAX_REPLY = 4 << 20
"""Bytes of one host operation's reply."""
MAX_HOST_CALLS = 5_000
FAILED = 1
MAGIC = b"slipway-delta-1\n"
_PLACE = re.compile(r"app\.js:([0-9]+)(?::([0-9]+))?")


@dataclass(frozen=True)
class Delta:
    """An app's source, evaluated: the pages of the guest's memory that differ from its booted image."""

    origin: bytes
    """SHA-256 over the guest and the source: a delta of another guest or source is never used."""
    size: int
    """Bytes of memory the instance needs."""
    runs: tuple[tuple[int, bytearray], ...]

    def to_bytes(self) -> bytes:
        """`MAGIC`, a checksum of the rest, then origin, size and runs."""
        body = self.origin + self.size.to_bytes(8, "little")
        body += b"".join(at.to_bytes(4, "little") + len(run).to_bytes(4, "little") + run for at, run in self.runs)
        return MAGIC + hashlib.sha256(body).digest() + body


@dataclass
class _Run:
    """What the host functions need of the Call that runs in this thread."""

    store: Store
    memory: Any
    dispatch: Dispatch
    cpu_ms: float
    wall_ms: float
    log_left: int
    started: float
    in_host: float = 0.0
    host_calls: int = 0
    reply: bytes = b""
    logs: list[str] = field(default_factory=list)

    def cpu_left(self) -> float:
        """Seconds of CPU time left; the time inside host operations is not the app's."""
        return self.cpu_ms / 1000 - (time.perf_counter() - self.started - self.in_host)

    def wall_left(self) -> float:
        """Seconds left in all."""
        return self.wall_ms / 1000 - (time.perf_counter() - self.started)

    def rearm(self) -> None:
        """Let the guest go on for as long as both clocks allow."""
        left = min(self.cpu_left(), self.wall_left())
        self.store.set_epoch_deadline(max(1, int(left / TICK)) if left > 0 else 0)

    def used_ms(self) -> float:
        """Milliseconds of CPU time used."""
        return (time.perf_counter() - self.started - self.in_host) * 1000


class _Ticker:
    """Raises the engine's epoch while a Call runs. One thread a process, started at the first Call."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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
            never.wait(TICK)
            self._engine.increment_epoch()


class WasmSandbox:
    """Implements `runtime.sandbox.Sandbox` with one compiled guest, shared by every app of this process."""

    def __init__(self, cache: Path) -> None:
        """`cache` is a private folder of ours for the compiled guest; it is made when missing."""
        self._engine = Engine(_config())
        self._guest = (GUEST / "guest.wasm").read_bytes()
        about = json.loads((GUEST / "guest.json").read_text())
        self._digest = hashlib.sha256(self._guest).digest()
        if self._digest.hex() != about["sha256"]:
            raise ValueError("guest.wasm is not the one that guest.json names: run `make guest`")
        self._stack: int = about["stack"]
        self._ticker = _Ticker(self._engine)
        self._here = threading.local()
        self._pre = self._linked(_compiled(self._engine, self._guest, cache))
        self._image = self._booted()

    def prepare(self, source: bytes, limits: Limits) -> Delta:
        """Evaluate the source once in a fresh instance and keep what changed. Raises BrokenApp."""
        run, exports = self._instance(None, limits, {}, cpu_ms=LOAD_MS, wall_ms=LOAD_MS)
        try:
            with self._ticker:
                run.rearm()
                packed = exports["slipway_load"](run.store, self._give(run, exports, source), len(source))
            tag, text = self._result(run, packed, 1 << 20)
        except (Trap, WasmtimeError, MemoryError, ValueError) as error:
            raise BrokenApp(self._breach(run, error, limits).detail) from None
        if tag == FAILED:
            raise _broken(text.decode(errors="replace"))
        image = bytes(run.memory.read(run.store))
        return Delta(self._origin(source), len(image), tuple(self._changed(image)))

    def restore(self, kept: bytes, source: bytes) -> Delta:
        """Read what `Delta.to_bytes` wrote; ValueError when it is damaged, or of another guest or source."""
        head, body = kept[: len(MAGIC) + 32], kept[len(MAGIC) + 32 :]
        if head != MAGIC + hashlib.sha256(body).digest() or body[:32] != self._origin(source):
            raise ValueError("not a delta of this guest and source")
        at, runs = 40, []
        while at < len(body):
            where, length = (int.from_bytes(body[at + i : at + i + 4], "little") for i in (0, 4))
            runs.append((where, bytearray(body[at + 8 : at + 8 + length])))
            at += 8 + length
        return Delta(body[:32], int.from_bytes(body[32:40], "little"), tuple(runs))

    def run(self, prepared: Prepared, call: Call, limits: Limits, dispatch: Dispatch) -> Outcome:
        """One Call in a fresh instance; whatever the app does, an Outcome comes back."""
        assert isinstance(prepared, Delta)
        try:
            run, exports = self._instance(prepared, limits, dispatch, cpu_ms=limits.cpu_ms, wall_ms=limits.wall_ms)
        except (Trap, WasmtimeError, MemoryError) as error:
            return Breach("OutOfMemory", f"no instance: {_first(error)}")
        asked = json.dumps(_document(call)).encode()
        try:
            room = self._give(run, exports, asked)
            with self._ticker:
                run.rearm()
                packed = exports["slipway_run"](run.store, room, len(asked), random.getrandbits(63), call.now * 1000)
            tag, text = self._result(run, packed, limits.output_kb * 1024)
        except (Trap, WasmtimeError, MemoryError, ValueError) as error:
            return self._breach(run, error, limits)
        if tag == FAILED:
            return self._failed(run, text.decode(errors="replace"))
        return _answer(text, run)

    def _origin(self, source: bytes) -> bytes:
        return hashlib.sha256(self._digest + hashlib.sha256(source).digest()).digest()

    def _linked(self, module: Module) -> InstancePre:
        """One Linker for all: the host functions find their Call by the thread, and never raise into the guest."""
        i32, linker = ValType.i32(), Linker(self._engine)
        linker.define_func("slipway", "host_call", FuncType([i32, i32], [i32]), self._host_call)
        linker.define_func("slipway", "host_take", FuncType([i32, i32], []), self._host_take)
        linker.define_func("slipway", "host_log", FuncType([i32, i32], []), self._host_log)
        return linker.instantiate_pre(module)

    def _booted(self) -> bytes:
        store = Store(self._engine)
        exports = self._pre.instantiate(store).exports(store)
        return bytes(exports["memory"].read(store))  # type: ignore[union-attr]  # the guest's memory

    def _changed(self, image: bytes) -> list[tuple[int, bytearray]]:
        """Pages that differ from the booted image, without the stack, which a Call starts empty."""
        padded = self._image + bytes(len(image) - len(self._image))
        same = bytes(4096)
        differing = bytearray(len(image))
        for at in range(self._stack, len(image), 4096):
            part = image[at : at + 4096]
            if part != padded[at : at + 4096]:
                # A page that became all zero must be copied too; mark it by a byte that `pages` cannot overlook.
                differing[at : at + 4096] = part if part != same else b"\x01" + same[1:]
        return [(at, bytearray(image[at : at + len(run)])) for at, run in pages(bytes(differing), range(0))]

    def _instance(
        self, delta: Delta | None, limits: Limits, dispatch: Dispatch, *, cpu_ms: float, wall_ms: float
    ) -> tuple[_Run, Mapping[str, Any]]:
        started = time.perf_counter()
        store = Store(self._engine)
        store.set_limits(memory_size=limits.memory_mb << 20, instances=1, memories=1, tables=1)
        store.set_epoch_deadline(int(LOAD_MS / 1000 / TICK))
        exports: Any = self._pre.instantiate(store).exports(store)
        memory = exports["memory"]
        if delta is not None:
            missing = delta.size - memory.data_len(store)
            if missing > 0:
                memory.grow(store, missing >> 16)
            for at, run in delta.runs:
                memory.write(store, run, at)
        run_ = _Run(store, memory, dispatch, cpu_ms, wall_ms, limits.log_kb * 1024, started)
        self._here.run = run_
        return run_, exports

    def _give(self, run: _Run, exports: Mapping[str, Any], content: bytes) -> int:
        """Put bytes and a NUL into guest memory; the guest frees them."""
        room = exports["slipway_alloc"](run.store, len(content)) & 0xFFFFFFFF
        if not room:
            raise MemoryError("the app has no memory left")
        run.memory.write(run.store, bytearray(content), room) if content else None
        return int(room)

    def _result(self, run: _Run, packed: int, most: int) -> tuple[int, bytes]:
        packed &= 0xFFFFFFFFFFFFFFFF
        at, length = packed >> 32, (packed & 0xFFFFFFFF) >> 2
        if not at:
            raise MemoryError("the app has no memory left")
        if length > most:
            raise ValueError(f"{length} bytes; the limit is {most}")
        if at + length > run.memory.data_len(run.store):
            raise ValueError("a result outside of memory")
        return packed & 3, bytes(run.memory.read(run.store, at, at + length))

    def _breach(self, run: _Run, error: Exception, limits: Limits) -> Breach:
        """Which limit ended the Call."""
        logs, used = tuple(run.logs), run.used_ms()
        if isinstance(error, Trap) and error.trap_code == TrapCode.INTERRUPT:
            if run.wall_left() <= 0:
                return Breach("TimedOut", f"no answer after {limits.wall_ms} ms", logs, used)
            return Breach("OutOfCpu", f"more than {run.cpu_ms:g} ms of computing time", logs, used)
        if isinstance(error, MemoryError):
            return Breach("OutOfMemory", f"more than {limits.memory_mb} MB of memory", logs, used)
        if isinstance(error, ValueError):
            return Breach("TooMuchOutput", f"its answer has {error}", logs, used)
        return Breach("Crashed", _first(error), logs, used)

    def _failed(self, run: _Run, text: str) -> Breach:
        """An exception that the app did not catch."""
        logs, used = tuple(run.logs), run.used_ms()
        if text.startswith("InternalError: out of memory") or text == "out of memory":
            return Breach("OutOfMemory", "the app ran out of memory", logs, used)
        denied = text.startswith("Error: not granted: ")
        return Breach("Denied" if denied else "Crashed", text.strip()[:2000], logs, used)

    # Host functions. An exception in one would travel through a process-wide variable, so none may leave.

    def _host_call(self, at: int, length: int) -> int:
        run: _Run = self._here.run
        began = time.perf_counter()
        try:
            run.reply = self._operate(run, at & 0xFFFFFFFF, length)
        except Exception:
            # The rim of the guest: whatever happened, the guest gets an answer that says nothing.
            run.reply = b'{"error":"the host could not do that"}'
        run.in_host += time.perf_counter() - began
        run.rearm()
        return len(run.reply)

    def _operate(self, run: _Run, at: int, length: int) -> bytes:
        run.host_calls += 1
        if run.host_calls > MAX_HOST_CALLS:
            return b'{"error":"too many host operations in one call"}'
        asked = json.loads(bytes(run.memory.read(run.store, at, at + length)))
        name = asked["op"]
        operation = run.dispatch.get(name)
        if operation is None:
            kind = str(name).partition(".")[0]
            reply: Mapping[str, Any] = {
                "error": f"not granted: {kind}; the template.yaml line that asks for it: - kind: {kind}"
            }
        else:
            reply = operation(asked["args"])
        encoded = json.dumps(reply).encode()
        return encoded if len(encoded) <= MAX_REPLY else b'{"error":"the reply is too large; ask for fewer rows"}'

    def _host_take(self, at: int, length: int) -> None:
        run: _Run = self._here.run
        at &= 0xFFFFFFFF
        if length == len(run.reply) and at + length <= run.memory.data_len(run.store) and length:
            run.memory.write(run.store, bytearray(run.reply), at)

    def _host_log(self, at: int, length: int) -> None:
        run: _Run = self._here.run
        at &= 0xFFFFFFFF
        taken = max(0, min(length, run.log_left, run.memory.data_len(run.store) - at))
        run.log_left -= taken
        if taken:
            run.logs.append(bytes(run.memory.read(run.store, at, at + taken)).decode(errors="replace"))


def _config() -> Config:
    config = Config()
    config.epoch_interruption = True
    config.memory_init_cow = True
    config.wasm_threads = False
    config.max_wasm_stack = 1 << 20
    return config


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
    draft = path.with_name(f".{path.name}.{random.getrandbits(48):x}")
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


def _answer(text: bytes, run: _Run) -> Outcome:
    logs, used = tuple(run.logs), run.used_ms()
    try:
        found = json.loads(text)
        status, headers, body = found["status"], found["headers"], found["body"]
        if not isinstance(status, int) or not isinstance(headers, dict):
            raise TypeError("status must be a number and headers an object")
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
