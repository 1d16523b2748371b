"""The walls around one gateway worker, behind the sandbox's own: whoever breaks out of the guest stands in a room
without doors. The kernel keeps them; where it has not all of them, a worker goes on with those it has and says so.
"""

import ctypes
import os
import sqlite3
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime import landlock, seccomp

ROOMS = ("bot", "generator", "guardrails", "migrations", "runtime", "templates")
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
CAP_DAC_OVERRIDE, LAST_CAP = 1, 63
CAPABILITY_VERSION = 0x20080522


@dataclass(frozen=True, slots=True)
class Walls:
    """Which stand."""

    landlock: int
    """The version of its interface, 0 for none."""
    seccomp: bool
    missing: Sequence[str] = ()
    """Why what is not there is not."""


def build(read: Sequence[Path], write: Sequence[Path], scratch: Path) -> Walls:
    """Wall this process in, for good: `read` and `write` are all of its files but Python's own; `scratch` is for
    files that are gone with it.

    It must have one thread. Memory cannot be dumped or looked into from outside, rights cannot be gained, and root is
    left nothing of root's but the way to files that another user owns.
    """
    tempfile.tempdir = str(scratch)
    os.putenv("SQLITE_TMPDIR", str(scratch))
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "prctl"):
        return Walls(0, seccomp=False, missing=("this is no Linux: only the sandbox itself holds",))
    missing: list[str] = []
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        missing.append("a thread that began before the walls stays outside of them")
    library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    library.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    _drop_capabilities(library)
    files, filtered = 0, False
    try:
        files = landlock.restrict([*read, *pythons()], [*write, scratch])
    except landlock.NoLandlock as error:
        missing.append(str(error))
    try:
        seccomp.strict()
        filtered = True
    except seccomp.NoFilter as error:
        missing.append(str(error))
    return Walls(files, filtered, tuple(missing))


def pythons() -> Sequence[Path]:
    """What an interpreter that runs us reads: its library, what is installed, and our own rooms; no folder of data."""
    named = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths = {Path(one) for one in named.union(one for one in sys.path if one.endswith("-packages"))}
    source = Path(__file__).parents[1]
    return [*sorted(paths), *(source / room for room in ROOMS), Path("/usr/share/zoneinfo"), Path("/etc/localtime")]


def database(path: Path | str) -> Sequence[Path]:
    """The files of a SQLite database in WAL mode, all of which are there afterwards; none for an address.

    A reader that may not write can neither make them nor do without, and its last user removes them when it closes
    the database. So they are made by a process that ends without closing.
    """
    if isinstance(path, str):
        return ()
    files = [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))]
    if path.exists() and not all(one.exists() for one in files):
        child = os.fork()
        if child == 0:
            try:
                sqlite3.connect(f"file:{path}?mode=rw", uri=True).execute("SELECT 1 FROM sqlite_master").fetchone()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
    return files


def _drop_capabilities(library: ctypes.CDLL) -> None:
    """Of root's rights only the one to files, which Landlock narrows; for anybody else there are none to drop."""
    for one in range(LAST_CAP + 1):
        if one != CAP_DAC_OVERRIDE:
            library.prctl(PR_CAPBSET_DROP, one, 0, 0, 0)
    kept = (1 << CAP_DAC_OVERRIDE) if os.geteuid() == 0 else 0
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    library.capset(header, (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0))
