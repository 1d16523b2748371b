"""The ledger's file, changed by one at a time, and whole after whatever happens."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.platformctl.installation import Undone
from templates import release
from templates.errors import FaultyTemplate
from templates.offer import ledger_of
from templates.release import LEDGER, Ledger


def ledger(shelf: Path) -> Ledger:
    """What the shelf's ledger says. Raises Undone."""
    try:
        return ledger_of(shelf)
    except FaultyTemplate as fault:
        raise Undone(str(fault)) from fault


@contextmanager
def alone(shelf: Path) -> Iterator[None]:
    """Nobody else changes this shelf by a command meanwhile; whoever comes second waits."""
    held = os.open(shelf, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def keep(shelf: Path, changed: Ledger) -> None:
    """Put this ledger in the place of the one before, alone on the shelf: written aside, then renamed."""
    aside = shelf / f".{LEDGER}.new"
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(release.spelled(changed))
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o644)  # It lies among the templates, which whoever runs Slipway reads.
        aside.replace(shelf / LEDGER)
    finally:
        aside.unlink(missing_ok=True)
