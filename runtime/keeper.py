"""The keeper: a process beside each worker that shares the worker's open files, and nothing else of it. When the worker
is gone, its keeper sends a page to whoever still waited for an answer; then the connections end.

A hung worker can tell nobody anything, so what it owes whom stands in memory that both see: a few bytes a connection,
written without a system call. The kernel closes a connection only when the last one that shares it is gone.
"""

import ctypes
import gc
import mmap
import os
import platform
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress

from runtime import pages, seccomp, visit

WAITS = "slipway.waits"
"""Where a request's scope has the Mark of its connection."""
CLONE_FILES = 0x400
HURRY = 1
"""Seconds in which a keeper answers for its worker; then it ends."""
REQUEST = 17
"""Characters of a request id."""
_NOBODY, _PAGE, _HEAD = 0, 1, 2
_SIZE = 1 + REQUEST
_DRAINED = 1 << 18
"""Bytes that are read of what a visitor had sent on top: to close on unread bytes would take the page back."""


class Unanswered:
    """Who waits for an answer of this worker's, by the number of the connection's open file."""

    def __init__(self, connections: int) -> None:
        """`connections` is more than the highest number of an open file."""
        self._memory = mmap.mmap(-1, connections * _SIZE)
        self._most = connections

    def mark(self, connection: int) -> "Mark":
        """Of a connection that was just opened."""
        return Mark(self._memory, connection * _SIZE)

    def all(self) -> Iterator[tuple[int, str, bool]]:
        """Each connection that waits, the id of its request, and whether its answer has a body."""
        for connection in range(self._most):
            at = connection * _SIZE
            if self._memory[at] != _NOBODY:
                request = self._memory[at + 1 : at + _SIZE].decode(errors="replace")
                yield connection, request, self._memory[at] == _PAGE


class Mark:
    """One connection's."""

    __slots__ = ("_at", "_memory")

    def __init__(self, memory: mmap.mmap | bytearray, at: int) -> None:
        self._memory = memory
        self._at = at

    def begin(self, request: str, *, body: bool) -> None:
        """Somebody waits from now on; `request` is an id of `spool.new_request_id`."""
        memory, at = self._memory, self._at
        memory[at + 1 : at + _SIZE] = request.encode()
        memory[at] = _PAGE if body else _HEAD

    def end(self) -> None:
        """The answer begins."""
        self._memory[self._at] = _NOBODY

    def close(self) -> None:
        """The connection is gone, and its number may soon be another's."""
        self.end()
        self._memory, self._at = bytearray(_SIZE), 0


def stand_by(unanswered: Unanswered, confine: Callable[[], object]) -> str:
    """Start this process's keeper, which first calls `confine`; why there is none, or empty. Have one thread."""
    worker = os.getpid()
    try:
        child = _fork_sharing_files()
    except OSError as error:
        return f"who waits for an answer of a killed worker gets none: {error}"
    if child:
        return ""
    try:
        # Whatever Python cleared away here, it would close in the worker.
        gc.disable()
        signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())
        _wait(worker, confine)
        for connection, request, body in unanswered.all():
            # A visitor who has gone must not keep the others from their page.
            with suppress(OSError):
                _answer(connection, page(request, body=body))
    except BaseException:
        # The rim of a process.
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _fork_sharing_files() -> int:
    """As `os.fork`, but both have one table of open files. OSError where that cannot be."""
    columns = seccomp.MACHINES.get(platform.machine())
    if columns is None or not hasattr(os, "pidfd_open"):
        raise OSError(f"no two processes share files on this {platform.machine()}")
    python, clone = ctypes.pythonapi, ctypes.PyDLL(None, use_errno=True).syscall
    clone.argtypes, clone.restype = [ctypes.c_long] * 6, ctypes.c_long
    python.PyOS_BeforeFork()
    child = int(clone(seccomp.CLONE[columns[0]], CLONE_FILES | signal.SIGCHLD, 0, 0, 0, 0))
    if child == 0:
        python.PyOS_AfterFork_Child()
        return 0
    python.PyOS_AfterFork_Parent()
    if child < 0:
        raise OSError(os.strerror(ctypes.get_errno()))
    return child


def _wait(worker: int, confine: Callable[[], object]) -> None:
    """Until the worker has ended; from then on there is little time."""
    ended = select.poll()
    ended.register(os.pidfd_open(worker))
    confine()
    if os.getppid() == worker:
        ended.poll()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    signal.alarm(HURRY)


def page(request: str, *, body: bool) -> bytes:
    """What a visitor gets whose worker is gone: a whole response."""
    return visit.last(pages.reply(pages.INTERRUPTED, request), request, body=body)


def _answer(connection: int, content: bytes) -> None:
    """To a connection alone, whatever else may have its number; nobody is waited for."""
    with socket.socket(fileno=connection) as one:
        one.send(content, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        one.shutdown(socket.SHUT_WR)
        one.recv(_DRAINED, socket.MSG_DONTWAIT)
