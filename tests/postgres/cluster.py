"""A PostgreSQL server of our own in a temporary folder, on a unix socket alone, for as long as one command runs:

    python -m tests.postgres.cluster pytest -m postgres

The command finds its address in SLIPWAY_TEST_DATABASE. A server that is named there already is used as it is.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

USER = "slipway"
SETTINGS = {
    "listen_addresses": "",
    # Two workers of pytest at once, each with houses whose engines keep up to fifteen.
    "max_connections": "500",
    # It is gone afterwards: nothing has to outlive a power cut.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
}


def programs() -> Path:
    """Where initdb and pg_ctl are; the newest, as Debian keeps them beside each other."""
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4]))
    found = str(kept[-1]) if kept else shutil.which("initdb")
    if found is None:
        raise SystemExit("PostgreSQL is not installed: run `make postgres-setup`.")
    return Path(found).parent


def account() -> str | None:
    """Who runs the server: ourselves, but never root, which it refuses."""
    if os.geteuid() != 0:
        return None
    return next(one.pw_name for one in sorted(pwd.getpwall(), key=_last) if one.pw_name in ("postgres", "nobody"))


def _last(one: pwd.struct_passwd) -> bool:
    return one.pw_name == "nobody"


@contextmanager
def running(**settings: str) -> Iterator[str]:
    """The address of a server that is there until the block ends."""
    with tempfile.TemporaryDirectory(prefix="slipway-pg-") as folder:
        who = account()
        if who is not None:
            shutil.chown(folder, who)
        data = Path(folder) / "data"
        made = [programs() / "initdb", "-D", data, "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        _run(made, who)
        options = " ".join(f"-c {name}='{value}'" for name, value in {**SETTINGS, **settings}.items())
        control = [programs() / "pg_ctl", "-D", data, "-w", "-s"]
        _run([*control, "-l", Path(folder) / "log", "-o", f"-k {folder} {options}", "start"], who)
        try:
            yield f"postgresql://{USER}@:{settings.get('port', 5432)}/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"], who)


def _run(command: Sequence[str | Path], who: str | None) -> None:
    done = subprocess.run(command, user=who, group=who and pwd.getpwnam(who).pw_gid, cwd="/", capture_output=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr.decode(errors='replace')}{done.stdout.decode()}")


def main(command: Sequence[str]) -> int:
    """Run a command beside a server."""
    if os.environ.get("SLIPWAY_TEST_DATABASE"):
        return subprocess.run(command).returncode
    with running() as address:
        return subprocess.run(command, env={**os.environ, "SLIPWAY_TEST_DATABASE": address}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
