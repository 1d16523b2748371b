"""The door to wasmtime's private bindings: instances from a pool of slots, and calls without conversions.

The pool resets a slot by forgetting the pages that a Call wrote, so that a fresh instance costs microseconds. What is
used here has no public form in wasmtime-py: the pooling allocator, unchecked calls, and raw memory.
`runtime.engine.PlainInstances` does the same through the public interface; one suite of tests holds for both.
"""

import ctypes
import mmap
from collections.abc import Callable
from ctypes import POINTER, byref, c_bool, c_char_p, c_int64, c_size_t, c_uint64, c_void_p, memmove, string_at
from pathlib import Path
from typing import Any

from wasmtime import Config, Engine, Linker, Trap, WasmtimeError
from wasmtime import _ffi as ffi

from runtime.delta import Delta
from runtime.engine import compiled, config, fault, last_line, signature
from runtime.instance import ALLOC, CALL, COMPILE, HOST, LOAD, MEMORY, RESUME, RUN, HostFunctions, Trapped

SLOTS = 8
"""Instances at once: a worker runs one Call after the other, and those that wait for something outside hold theirs."""
LARGEST = 64 << 20
"""Bytes of memory of one instance: the most that a Manifest can ask for."""
RESIDENT = 704 << 10
"""Bytes at the start of a slot that are written anew after a Call rather than given back: its stack, the booted heap
and a usual app. Without them each page costs a fault, and with more each Call pays for memory that few apps use."""
RESERVED = SLOTS * (4 << 30) + (4 << 30)
"""Bytes of address space that the slots take, with room to spare: each 4 GB, so that no access needs a check."""


class NoPool(Exception):
    """This machine does not give the address space; the instances of `runtime.engine` do without."""


class PooledInstances:
    """Implements `runtime.instance.Instances`. Raises NoPool when it cannot be set up."""

    def __init__(self, guest: bytes, cache: Path, functions: HostFunctions) -> None:
        probe()
        self._engine = Engine(_pooling(config()))
        linker = Linker(self._engine)
        # wasmtime keeps only the address of a callback: whoever drops the object leaves it a wild pointer.
        self._callbacks = [_define(linker, name, function) for name, function in functions.items()]
        self._pre = linker.instantiate_pre(compiled(self._engine, guest, cache))
        self._engine_at, self._pre_at = _address(self._engine), _address(self._pre)

    def fresh(self, memory: int) -> "PooledInstance":
        """A new instance in a slot that is free."""
        return PooledInstance(self._engine_at, self._pre_at, memory)

    def raise_epoch(self) -> None:
        """One tick."""
        self._engine.increment_epoch()


class PooledInstance:
    """Implements `runtime.instance.Instance`."""

    __slots__ = ("_base", "_context", "_instance", "_memory", "_store")

    def __init__(self, engine: int, pre: int, memory: int) -> None:
        self._store = _store_new(engine, None, None)
        self._context = _store_context(self._store)
        _limit(self._store, memory, -1, 1, 1, 1)
        _deadline(self._context, 1)
        self._instance = ffi.wasmtime_instance_t()
        trap = c_void_p()
        error = _instantiate(pre, self._context, byref(self._instance), byref(trap))
        if error or trap:
            self.close()
            raise MemoryError(last_line(_error(error) if error else _trap(trap)))
        # A copy: `of` lies within the extern, which goes.
        self._memory = ffi.wasmtime_memory_t.from_buffer_copy(self._export(_MEMORY).of.memory)
        # A slot's address space is its own for as large as a memory may grow: it never moves.
        self._base = _memory_data(self._context, byref(self._memory))

    def size(self) -> int:
        """Bytes of its memory."""
        return int(_memory_size(self._context, byref(self._memory)))

    def start_from(self, start: Delta) -> None:
        """One move a run; each lies within `size`, for `delta` made it so, or checked it."""
        missing = start.size - self.size()
        if missing > 0:
            error = _memory_grow(self._context, byref(self._memory), missing >> 16, byref(c_uint64()))
            if error:
                raise MemoryError(last_line(_error(error)))
        for at, run in start.runs:
            memmove(self._base + at, run, len(run))

    def read(self, at: int, length: int) -> bytes:
        """Bytes of its memory."""
        if at < 0 or length < 0 or at + length > self.size():
            raise IndexError("outside of the guest's memory")
        return string_at(self._base + at, length)

    def write(self, at: int, content: bytes) -> None:
        """Put bytes into its memory."""
        if at < 0 or at + len(content) > self.size():
            raise IndexError("outside of the guest's memory")
        memmove(self._base + at, content, len(content))

    def allow(self, ticks: int) -> None:
        """Until when it may go on."""
        _deadline(self._context, ticks)

    def alloc(self, length: int) -> int:
        """Room in the guest; 0 when there is none."""
        return self._called(_ALLOC, _One(length)) & 0xFFFFFFFF

    def compile(self, at: int, length: int) -> int:
        """Parse a source."""
        return self._called(_COMPILE, _Two(at, 0, length))

    def load(self, at: int, length: int) -> int:
        """Evaluate bytecode."""
        return self._called(_LOAD, _Two(at, 0, length))

    def run(self, at: int, length: int, seed: int, now_ms: int) -> int:
        """One Call."""
        return self._called(_RUN, _Four(at, 0, length, 0, seed, 0, now_ms))

    def resume(self, at: int, length: int) -> int:
        """The rest of a Call."""
        return self._called(_RESUME, _Two(at, 0, length))

    def close(self) -> None:
        """Give the slot back."""
        if self._store:
            _store_delete(self._store)
            self._store = None

    def _called(self, name: bytes, values: Any) -> int:
        """Call an export; its result comes back in the place of the first argument."""
        trap = c_void_p()
        function = self._export(name).of.func
        error = _call_unchecked(self._context, byref(function), values, len(values) // 2, byref(trap))
        if trap:
            raise fault(_trap(trap))
        if error:
            raise fault(_error(error))
        return int(values[0])

    def _export(self, name: bytes) -> Any:
        found = ffi.wasmtime_extern_t()
        if not _export_get(self._context, byref(self._instance), name, len(name), byref(found)):
            raise Trapped(f"the guest has no {name.decode()}")
        return found


def probe() -> None:
    """Ask for the address space first: the engine would end the process when it gets none. Raises NoPool."""
    try:
        mmap.mmap(-1, RESERVED, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=0).close()
    except (OSError, AttributeError) as error:
        raise NoPool(str(error)) from error


def _pooling(made: Config) -> Config:
    pool = ffi.wasmtime_pooling_allocation_config_new()
    settings = {
        "total_memories": SLOTS,
        "total_tables": SLOTS,
        "total_core_instances": SLOTS,
        "max_unused_warm_slots": SLOTS,
        "max_memory_size": LARGEST,
        "linear_memory_keep_resident": RESIDENT,
        "table_keep_resident": 1 << 16,
    }
    for name, value in settings.items():
        getattr(ffi, f"wasmtime_pooling_allocation_config_{name}_set")(pool, value)
    ffi.wasmtime_pooling_allocation_strategy_set(made.ptr(), pool)
    ffi.wasmtime_pooling_allocation_config_delete(pool)
    return made


def _define(linker: Linker, name: str, function: Callable[[int, int], int | None]) -> object:
    """Define a host function once for every instance; it gets the two numbers and may give one back."""
    if name == CALL:

        def called(_: object, __: object, values: Any, ___: int) -> None:
            values[0].i32 = function(values[0].i32, values[1].i32)
    else:

        def called(_: object, __: object, values: Any, ___: int) -> None:
            function(values[0].i32, values[1].i32)

    callback = _callback(called)
    module, encoded, kind = HOST.encode(), name.encode(), signature(name)
    error = _linker_define(
        _address(linker), module, len(module), encoded, len(encoded), _address(kind), callback, None, None
    )
    if error:
        raise _error(error)
    return callback


def _address(managed: Any) -> int:
    return ctypes.cast(managed.ptr(), c_void_p).value or 0


def _trap(at: c_void_p) -> Trap:
    return Trap._from_ptr(ctypes.cast(at, POINTER(ffi.wasm_trap_t)))


def _error(at: int) -> WasmtimeError:
    return WasmtimeError._from_ptr(ctypes.cast(at, POINTER(ffi.wasmtime_error_t)))


def _bound(library: ctypes.CDLL, name: str, result: Any, *parameters: Any) -> Any:
    # By index: a function object of our own, whose types nobody else sets.
    function = library[name]
    function.restype, function.argtypes = result, parameters
    return function


# What is over in microseconds keeps the GIL. Only the guest's own code gives it up, or the epoch would not rise.
_HOLDING, _RELEASING = ctypes.PyDLL(str(ffi.filename)), ctypes.CDLL(str(ffi.filename))
_MEMORY, _ALLOC, _COMPILE, _LOAD, _RUN, _RESUME = (
    name.encode() for name in (MEMORY, ALLOC, COMPILE, LOAD, RUN, RESUME)
)
# Raw arguments are 16 bytes each, of which ours use the first 8.
_One, _Two, _Four = c_int64 * 2, c_int64 * 4, c_int64 * 8
_P = c_void_p
_callback = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p, POINTER(ffi.wasmtime_val_raw_t), c_size_t)
_call_unchecked = _bound(_RELEASING, "wasmtime_func_call_unchecked", _P, _P, _P, _P, c_size_t, _P)
_linker_define = _bound(
    _HOLDING, "wasmtime_linker_define_func_unchecked", _P, _P, c_char_p, c_size_t, c_char_p, c_size_t, _P, _P, _P, _P
)
_store_new = _bound(_HOLDING, "wasmtime_store_new", _P, _P, _P, _P)
_store_context = _bound(_HOLDING, "wasmtime_store_context", _P, _P)
_store_delete = _bound(_HOLDING, "wasmtime_store_delete", None, _P)
_limit = _bound(_HOLDING, "wasmtime_store_limiter", None, _P, c_int64, c_int64, c_int64, c_int64, c_int64)
_deadline = _bound(_HOLDING, "wasmtime_context_set_epoch_deadline", None, _P, c_uint64)
_instantiate = _bound(_HOLDING, "wasmtime_instance_pre_instantiate", _P, _P, _P, _P, _P)
_export_get = _bound(_HOLDING, "wasmtime_instance_export_get", c_bool, _P, _P, c_char_p, c_size_t, _P)
_memory_data = _bound(_HOLDING, "wasmtime_memory_data", _P, _P, _P)
_memory_size = _bound(_HOLDING, "wasmtime_memory_data_size", c_size_t, _P, _P)
_memory_grow = _bound(_HOLDING, "wasmtime_memory_grow", _P, _P, _P, c_uint64, _P)
