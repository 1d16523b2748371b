"""Landlock: which files a worker can reach, and that it connects to nothing, kept by the kernel.

What is not named is out of reach, whoever owns it; a rule names a folder with all that is in it, or one file.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

CREATE, ADD, RESTRICT = 444, 445, 446
"""The three system calls, by the same numbers on every machine."""
VERSION_ONLY, BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG = 1 << 7, 1 << 8
TRUNCATE = 1 << 14
RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights on files each version of the interface has; in between nothing was added."""
NETWORK_SINCE, SCOPES_SINCE = 4, 6
BIND_AND_CONNECT = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
"""Sockets without a file, and signals to any process outside of these walls."""
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE
ON_FILES = READ_FILE | WRITE_FILE | TRUNCATE


class NoLandlock(Exception):
    """This kernel does not have it, or it is switched off."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of the kernel's interface; 0 when there is none."""
    return max(0, _call(CREATE, None, 0, VERSION_ONLY))


def restrict(read: Iterable[Path], write: Iterable[Path]) -> int:
    """Leave this process these files and folders, and no connection; return the version. Raises NoLandlock.

    `no_new_privs` must be set. What does not exist is left out.
    """
    have = version()
    if not have:
        raise NoLandlock("this kernel has no Landlock, or it is not switched on (lsm=landlock)")
    handled = (1 << max(bits for since, bits in RIGHTS_BY_VERSION.items() if since <= have)) - 1
    rules = _Ruleset(
        handled,
        BIND_AND_CONNECT if have >= NETWORK_SINCE else 0,
        ABSTRACT_SOCKETS_AND_SIGNALS if have >= SCOPES_SINCE else 0,
    )
    size = 24 if have >= SCOPES_SINCE else 16 if have >= NETWORK_SINCE else 8
    ruleset = _call(CREATE, ctypes.byref(rules), size, 0)
    if ruleset < 0:
        raise NoLandlock(f"Landlock {have} takes no rules: {os.strerror(ctypes.get_errno())}")
    try:
        for paths, rights in ((read, READ), (write, WRITE)):
            for path in paths:
                _allow(ruleset, path, rights & handled)
        if _call(RESTRICT, ruleset, 0, 0):
            raise NoLandlock(f"Landlock {have} does not close: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(ruleset)
    return have


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = _Beneath(rights if path.is_dir() else rights & ON_FILES, place)
        if _call(ADD, ruleset, BENEATH, ctypes.byref(rule), 0):
            raise NoLandlock(f"Landlock takes no rule for {path}: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return int(library.syscall(ctypes.c_long(number), *given)) if hasattr(library, "syscall") else -1
