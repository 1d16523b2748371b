"""What a process within the walls can still do, tried: `python -m tests.runtime.walled <home> <pid of another>`."""

import contextlib
import ctypes
import json
import mmap
import os
import resource
import socket
import sqlite3
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from runtime import seccomp, walls


def tries(home: Path, other: int, peer: socket.socket, port: int) -> Mapping[str, Callable[[], object]]:
    libc = ctypes.CDLL(None, use_errno=True)

    def call(number: int, *arguments: int | bytes | None) -> object:
        if libc.syscall(ctypes.c_long(number), *arguments) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return "done"

    def turned_round() -> None:
        """An accepted connection, taken apart and sent elsewhere."""
        call(42, peer.fileno(), b"\0" * 16, 16)
        peer.connect(("127.0.0.1", port))

    def fast_open() -> None:
        call(42, peer.fileno(), b"\0" * 16, 16)
        peer.sendto(b"x", 0x20000000, ("127.0.0.1", port))

    def linked() -> object:
        (home / "data" / "link").symlink_to(home / "demo.env")
        return (home / "data" / "link").read_text()

    def database() -> object:
        with contextlib.closing(sqlite3.connect(f"file:{home / 'control.db'}?mode=ro", uri=True)) as one:
            return one.execute("SELECT what FROM kept").fetchone()[0]

    def changed_database() -> None:
        with contextlib.closing(sqlite3.connect(home / "control.db")) as one:
            one.execute("DELETE FROM kept")

    def stored() -> object:
        with contextlib.closing(sqlite3.connect(home / "data" / "app.db", isolation_level=None)) as one:
            one.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(3000000))")
            return one.execute("SELECT count(*) FROM (SELECT a FROM t ORDER BY a)").fetchone()[0]

    def scratch() -> object:
        with tempfile.TemporaryDirectory() as folder:
            return Path(folder, "x").write_text("x")

    def threaded() -> object:
        done: list[int] = []
        thread = threading.Thread(target=lambda: done.append(1))
        thread.start()
        thread.join()
        return done[0]

    return {
        # What a worker needs.
        "read the database": database,
        "read a bundle": lambda: (home / "bundles" / "b").read_text(),
        "keep a store": stored,
        "keep a file for a moment": scratch,
        "spool": lambda: (home / "usage" / "1.jsonl").write_text("{}"),
        "start a thread": threaded,
        "talk over a local socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "load a module late": lambda: __import__("wave").__name__,
        # What it does not.
        "read the secrets": lambda: (home / "demo.env").read_text(),
        "read the salt": lambda: (home / "visitor.salt").read_bytes(),
        "read the signing key": lambda: (home / "signing.key").read_bytes(),
        "read the secrets by a link": linked,
        "read another's delta": lambda: (home / "deltas" / "2" / "d").read_text(),
        "plant a delta": lambda: (home / "deltas" / "2" / "e").write_text("x"),
        "change a bundle": lambda: (home / "bundles" / "b").write_text("x"),
        "change the compiled guest": lambda: (home / "guest" / "g").write_text("x"),
        "change the database": changed_database,
        "write its log": lambda: os.open(home / "control.db-wal", os.O_WRONLY),
        "write its shared memory": lambda: os.open(home / "control.db-shm", os.O_RDWR),
        "list the home": lambda: list(home.iterdir()),
        "read passwords": lambda: Path("/etc/passwd").read_text(),
        "read an environment": lambda: Path("/proc/self/environ").read_text(),
        "write beside": lambda: Path("/tmp/slipway-walled").write_text("x"),
        "connect": lambda: socket.create_connection(("127.0.0.1", port), timeout=1),
        "ask for a name": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "open a raw socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        "open a netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "fetch": lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1),
        "turn a visitor's connection round": turned_round,
        "send it elsewhere with fast open": fast_open,
        "bind": lambda: peer.bind(("127.0.0.1", 0)),
        "start a program": lambda: os.execv("/bin/true", ["true"]),
        "fork": os.fork,
        "signal another": lambda: os.kill(other, 0),
        "trace another": lambda: call(101, 16, other, 0, 0),
        "read another's memory": lambda: call(310, other, None, 0, None, 0, 0),
        "raise its limits": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20)),
        "change another's limits": lambda: resource.prlimit(other, resource.RLIMIT_NOFILE),
        "mount": lambda: call(165, b"none", b"/tmp", b"tmpfs", 0, None),
        "take a namespace": lambda: call(272, 0x10000000),
        "change its root": lambda: os.chroot("/tmp"),
        "be another user": lambda: os.setuid(1),
        "set a file's mode": lambda: (home / "data").chmod(0o777),
        "use io_uring": lambda: call(425, 1, None),
        "use bpf": lambda: call(321, 0, None, 0),
        "load a kernel": lambda: call(246, 0, 0, None, 0),
    }


def tried(act: Callable[[], object]) -> str:
    try:
        return f"done: {act()}"
    except Exception as error:
        # Whatever stands in the way is what the test wants to know.
        return type(error).__name__ if not isinstance(error, OSError) else f"{type(error).__name__} {error.errno}"


def main(home: Path, other: int) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    client = socket.create_connection(("127.0.0.1", port))
    peer, _ = listening.accept()
    walled = walls.build(
        read=[home / "bundles", home / "guest", *walls.database(home / "control.db")],
        write=[home / "data", home / "usage", home / "deltas" / "1"],
        scratch=home / "scratch",
    )
    found = {name: tried(act) for name, act in tries(home, other, peer, port).items()}
    seccomp.no_new_code()
    found["make memory code"] = tried(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC))
    found["the walls"] = f"landlock {walled.landlock > 0}, seccomp {walled.seccomp}, missing {list(walled.missing)}"
    print(json.dumps(found))
    client.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
