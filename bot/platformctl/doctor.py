"""What is in order on this machine and what is not, in plain words: `platformctl doctor`."""

import json
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot import channels, clockwork, database, named, postgres
from bot.channels import BadChannels
from bot.operating import anchoring, keyring
from bot.platformctl import owners
from bot.platformctl.line import Line
from bot.platformctl.owners import Owner
from bot.wording import words
from guardrails import anchors, audit, keys
from guardrails.envelope import short
from guardrails.signing import NoKey
from runtime import landlock, retention, supervisor, walls
from runtime.pooled import NoPool, probe
from runtime.stores import in_postgres
from runtime.wasm import GUEST, verified
from templates.catalog import SHELF
from templates.offer import offered

LEAST_ROOM = 1 << 30
"""Bytes of disk below which an installation is soon full."""
NOT_YET = "not there yet"
LEAST_PYTHON = (3, 11)
SANE = 1_767_225_600
"""1 January 2026: a clock before it was never set, and every Lease would be wrong."""


def examine(home: Path, ports: Mapping[str, int]) -> Iterator[Line]:
    """Look at everything, one after the other."""
    version = sys.version_info[:2]
    yield Line("Python", version >= LEAST_PYTHON, sys.version.split()[0], "Install Python 3.11 or newer")
    now = clockwork.wall()
    yield Line("clock", now > SANE, f"{clockwork.day(now)}", "Set this machine's clock")
    yield from _home(home)
    for name, port in ports.items():
        yield _port(name, port)
    yield _guest()
    yield _pool()
    yield from _walls()
    yield from _database(home)
    yield from shelf(SHELF, owners.asked())
    yield channel_file()
    yield Line(
        "chromium",
        bool(shutil.which("chromium")),
        shutil.which("chromium") or "not installed",
        "Only `make test-browser` needs it: install the package chromium",
        needed=False,
    )


def channel_file() -> Line:
    """The file of channels that control would start with, by its digest."""
    path = named.channels()
    try:
        found = channels.load(path)
    except BadChannels as error:
        return Line("channels", False, str(error), "Mend the file: control does not start with it")
    held = f"{words.counted(len(found.named), 'channel', 'channels')} in {path} ({found.digest})"
    return Line("channels", True, held if path else "what holds everywhere; SLIPWAY_CHANNELS names a file for more")


def shelf(folder: Path, owner: Owner) -> Iterator[Line]:
    """Whether what was released is as it was, and whether its owners are groups of the chat, where it can be asked."""
    found = offered(folder)
    wrong = [why for ref, why in found.withheld.items() if ref in found.refused or found.known(ref) is None]
    what = f"{len(found.templates)} versions, as they were released"
    yield Line("templates", not wrong, wrong[0] if wrong else what, "See `platformctl template lint`", needed=False)
    states = {one: owner(one) for one in sorted({one.owner for one in found.templates})}
    for group, does in (("none", "is no group of the chat"), ("disabled", "was deactivated: no new apps are made")):
        missing = [handle for handle, state in states.items() if state == group]
        if missing:
            do = "Make a group with this handle, or release versions with another owner"
            yield Line("owners", False, f"{', '.join(missing)} {does}", do, needed=False)


def _home(home: Path) -> Iterator[Line]:
    there = next(one for one in (home, *home.parents) if one.exists())
    writable = os.access(there, os.W_OK | os.X_OK)
    yield Line("home", writable, f"{home} {'is ours' if writable else 'cannot be written'}", "Set SLIPWAY_HOME")
    free = shutil.disk_usage(there).free
    yield Line("disk", free >= LEAST_ROOM, f"{free >> 30} GB free", "Make room: 1 GB at least")


def _port(name: str, port: int) -> Line:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return Line(f"port {port}", True, f"in use; well if it is the {name} that uses it")
    return Line(f"port {port}", True, f"free for the {name}")


def _guest() -> Line:
    try:
        return Line("guest", True, f"guest.wasm is the one that was shipped ({verified(GUEST)[1].hex()[:12]})")
    except (OSError, ValueError) as error:
        return Line("guest", False, str(error), "Install Slipway again, or run `make guest`")


def _pool() -> Line:
    try:
        probe()
    except NoPool as error:
        return Line(
            "instances",
            False,
            f"plain, three to four times slower: {error}",
            "Allow processes 64 GB of address space (ulimit -v)",
            needed=False,
        )
    return Line("instances", True, "pooled: a fresh one for every Call in microseconds")


def _walls() -> Iterator[Line]:
    """Built for real, in a process of its own, and tried there."""
    with tempfile.TemporaryDirectory() as folder:
        found = _within(lambda: _try(Path(folder)))
    rules = landlock.version()
    yield Line(
        "files",
        bool(found.get("files")),
        f"a worker reaches only its own (Landlock {rules})" if rules else "a worker reaches whatever its user can",
        "Use Linux 5.13 or newer with landlock among its lsm=",
        needed=False,
    )
    yield Line(
        "network",
        bool(found.get("network")),
        "a worker connects nowhere" if found.get("network") else "a worker could connect out",
        "Use Linux with seccomp and Landlock 4 (6.7), or deny it in the network",
        needed=False,
    )
    yield Line(
        "programs",
        bool(found.get("programs")),
        "a worker starts none" if found.get("programs") else "a worker could start programs",
        "Use Linux with seccomp, on x86-64 or arm64",
        needed=False,
    )
    yield Line(
        "limits", bool(found.get("limits")), "files, memory and descriptors of a worker are bounded", needed=False
    )
    yield Line("namespaces", True, "not used: the walls above need no rights and hold inside containers, too")


def _try(scratch: Path) -> Mapping[str, bool]:
    supervisor.confine(os.getppid())
    built = walls.build(read=(), write=(), scratch=scratch)
    return {
        "files": _refused(lambda: list(Path("/").iterdir())),
        "network": built.landlock >= landlock.NETWORK_SINCE and _refused(lambda: socket.socket(socket.AF_INET)),
        "programs": _refused(lambda: os.execv("/bin/true", ["true"])),
        "limits": True,
    }


def _refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except PermissionError:
        return True
    return False


def _within(act: Callable[[], Mapping[str, bool]]) -> Mapping[str, bool]:
    """What it gives in a process that ends with it."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, json.dumps(act()).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        content = told.read()
    os.waitpid(child, 0)
    return dict(json.loads(content or b"{}"))


def _database(home: Path) -> Iterator[Line]:
    url = named.control(home)
    looked = _server(url) if in_postgres(url) else _file(Path(url.removeprefix(database.SQLITE)))
    yield looked
    if looked.ok and not looked.said.startswith(NOT_YET):
        yield from _kept(home, url)


def _server(url: str) -> Line:
    """Whether PostgreSQL answers and has our tables. Its address is not shown: it may hold a password."""
    do = "Start it, or set SLIPWAY_DATABASE to its address: docs/postgres.md"
    try:
        shown = postgres.shown(url)
    except ValueError as error:
        return Line("database", False, f"SLIPWAY_DATABASE is no address of a PostgreSQL database: {error}", do)
    try:
        with database.reading(url) as session:
            there = inspect(session.connection()).has_table("alembic_version")
    except DBAPIError as error:
        return Line("database", False, f"{shown} does not answer ({type(error.orig).__name__})", do)
    return Line(
        "database", True, f"{shown} answers" if there else f"{NOT_YET}: {shown} gets its tables at the first start"
    )


def _file(path: Path) -> Line:
    if not path.exists():
        return Line("database", True, f"{NOT_YET}: {path} is made at the first start")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as one:
            (said,) = one.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    return Line("database", said == "ok", f"{path} is {'whole' if said == 'ok' else said}", "Put a backup in its place")


def _kept(home: Path, url: str) -> Iterator[Line]:
    """What stands in the database."""
    engine = database.connect(url)
    current = database.current(engine)
    with database.transaction(engine) as session:
        now = clockwork.Clock(session).now()
        broken = list(_breaks(session, home))
        late = retention.overdue(session, now)
        key = _signing(session, home, now) if current else None
    engine.dispose()
    if key is not None:
        yield key
    yield Line(
        "audit",
        not broken,
        f"the chain is {'whole, and has all that was anchored' if not broken else f'broken: {broken[0]}'}",
        "See `platformctl audit verify`",
    )
    yield _anchors(home)
    yield Line(
        "entries",
        not late,
        f"kept too long by {', '.join(late[:10])}" if late else "none too old",
        "Start control, which removes them",
    )


def _breaks(session: Session, home: Path) -> Iterator[object]:
    """What is wrong with the chains, by themselves and by what was anchored; a chain that is gone altogether, too."""
    try:
        known = anchors.read(anchoring.file(home, named.anchors()))
    except anchors.Unreadable as error:
        yield error
        known = ()
    for workspace in sorted({*audit.workspaces(session), *(one.workspace for one in known)}):
        yield from audit.verify(session, workspace, known)


def _anchors(home: Path) -> Line:
    """Whether the chain's heads are kept where whoever writes the database does not write as well."""
    path = anchoring.file(home, named.anchors())
    outside = not path.is_relative_to(home)
    do = "Set SLIPWAY_AUDIT_ANCHORS to a file on another disk, append-only or under object lock"
    said = f"the audit chain's head is written down in {path}"
    return Line("anchors", outside, said if outside else f"{said}, beside the database", do, needed=False)


def _signing(session: Session, home: Path, now: int) -> Line | None:
    """Whether the key that signs may still do so for a while; None where there is none yet."""
    try:
        current = keyring.current_key(home)
    except (NoKey, OSError) as error:
        return Line("signing key", False, str(error), "Make it readable by us alone, or run `platformctl key rotate`")
    known = keys.get(session, current.id) if current is not None else None
    if known is None:
        return None
    over, soon = now >= known.ends_at, now >= known.ends_at - keys.NOTICE
    when = (
        f"ended on {words.when(known.ends_at)}: nothing new is built"
        if over
        else f"ends on {words.when(known.ends_at)}"
    )
    do = f"Run `platformctl key rotate`; what it signed runs until {words.when(known.grace_at)}"
    return Line("signing key", not soon, f"{short(known.id)} {when}", do, needed=over)
