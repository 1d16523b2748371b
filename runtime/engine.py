"""The door to wasmtime's public interface: the compiled guest, and instances of it.

`PlainInstances` are for where the pool of `runtime.pooled` cannot be had. Each maps its memory anew, and each of its
calls goes through checked conversions, so that a Call costs three to four times as much.
"""

import ctypes
import hashlib
import secrets
from pathlib import Path
from typing import Any

from wasmtime import Config, Engine, FuncType, Linker, Module, Store, Trap, TrapCode, ValType, WasmtimeError

from runtime.delta import Delta
from runtime.instance import ALLOC, CALL, COMPILE, HOST, LOAD, MEMORY, RESUME, RUN, HostFunctions, Stopped, Trapped

FAULTS = (Trap, WasmtimeError)


class PlainInstances:
    """Implements `runtime.instance.Instances`."""

    def __init__(self, guest: bytes, cache: Path, functions: HostFunctions) -> None:
        self._engine = Engine(config())
        linker = Linker(self._engine)
        for name, function in functions.items():
            linker.define_func(HOST, name, signature(name), function)
        self._pre = linker.instantiate_pre(compiled(self._engine, guest, cache))

    def fresh(self, memory: int) -> "PlainInstance":
        """A new instance."""
        store = Store(self._engine)
        store.set_limits(memory_size=memory, instances=1, memories=1, tables=1)
        store.set_epoch_deadline(1)
        try:
            return PlainInstance(store, self._pre.instantiate(store).exports(store))
        except FAULTS as error:
            raise MemoryError(last_line(error)) from None

    def raise_epoch(self) -> None:
        """One tick."""
        self._engine.increment_epoch()


class PlainInstance:
    """Implements `runtime.instance.Instance`."""

    def __init__(self, store: Store, exports: Any) -> None:
        self._store = store
        self._exports = exports
        self._memory = exports[MEMORY]

    def size(self) -> int:
        """Bytes of its memory."""
        return int(self._memory.data_len(self._store))

    def start_from(self, start: Delta) -> None:
        """One move a run, for `Memory.write` costs ten times as much."""
        missing = start.size - self.size()
        if missing > 0:
            try:
                self._memory.grow(self._store, missing >> 16)
            except WasmtimeError as error:
                raise MemoryError(last_line(error)) from None
        base = ctypes.addressof(self._memory.data_ptr(self._store).contents)
        for at, run in start.runs:
            # Each run lies within `size`: `delta` made it so, or checked it.
            ctypes.memmove(base + at, run, len(run))

    def read(self, at: int, length: int) -> bytes:
        """Bytes of its memory."""
        if at < 0 or length < 0 or at + length > self.size():
            raise IndexError("outside of the guest's memory")
        return bytes(self._memory.read(self._store, at, at + length))

    def write(self, at: int, content: bytes) -> None:
        """Put bytes into its memory."""
        if at < 0 or at + len(content) > self.size():
            raise IndexError("outside of the guest's memory")
        if content:
            self._memory.write(self._store, bytearray(content), at)

    def allow(self, ticks: int) -> None:
        """Until when it may go on."""
        self._store.set_epoch_deadline(ticks)

    def alloc(self, length: int) -> int:
        """Room in the guest; 0 when there is none."""
        return self._called(ALLOC, length) & 0xFFFFFFFF

    def compile(self, at: int, length: int) -> int:
        """Parse a source."""
        return self._called(COMPILE, at, length)

    def load(self, at: int, length: int) -> int:
        """Evaluate bytecode."""
        return self._called(LOAD, at, length)

    def run(self, at: int, length: int, seed: int, now_ms: int) -> int:
        """One Call."""
        return self._called(RUN, at, length, seed, now_ms)

    def resume(self, at: int, length: int) -> int:
        """The rest of a Call."""
        return self._called(RESUME, at, length)

    def close(self) -> None:
        """Let go of its memory now, and not when Python comes to it."""
        self._store.close()

    def _called(self, name: str, *given: int) -> int:
        try:
            return int(self._exports[name](self._store, *given))
        except FAULTS as error:
            raise fault(error) from None


def config() -> Config:
    """How the guest is compiled, whoever instantiates it."""
    made = Config()
    made.epoch_interruption = True
    made.memory_init_cow = True
    made.wasm_threads = False
    made.max_wasm_stack = 1 << 20
    return made


def signature(name: str) -> FuncType:
    """The type of a host function."""
    i32 = ValType.i32()
    return FuncType([i32, i32], [i32] if name == CALL else [])


def fault(error: Trap | WasmtimeError) -> Stopped | Trapped:
    """What ended a call into the guest."""
    if isinstance(error, Trap) and error.trap_code == TrapCode.INTERRUPT:
        return Stopped()
    return Trapped(last_line(error))


def last_line(error: Exception) -> str:
    """The engine's reason, behind its list of frames."""
    return (str(error).splitlines() or [type(error).__name__])[-1].strip()[:300]


def compiled(engine: Engine, guest: bytes, cache: Path) -> Module:
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
    engine = Engine(config())
    module, linker = Module(engine, raw), Linker(engine)
    foreign = [f"{one.module}.{one.name}" for one in module.imports if one.module != HOST]
    if foreign:
        raise ValueError(f"the guest must import nothing but the host's three functions, but imports {foreign}")
    linker.define_unknown_imports_as_traps(module)
    store = Store(engine)
    store.set_epoch_deadline(1 << 40)
    exports: Any = linker.instantiate(store, module).exports(store)
    code = exports["slipway_boot"](store)
    if code:
        raise ValueError(f"the guest does not boot: {code}")
    return bytes(exports[MEMORY].read(store))
