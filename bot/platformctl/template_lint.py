"""`platformctl template lint`: all that is wrong with a version, or with a shelf, each with its line."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.platformctl.installation import Undone
from templates import release
from templates.catalog import Reading, read
from templates.errors import FaultyTemplate
from templates.fragments import FOLDER
from templates.offer import ledger_of
from templates.release import LEDGER, Ledger


def run(shelf: Path, what: str) -> list[str]:
    """Each fault as `path:line: why. fix`; `what` is a version, its folder, a shelf's folder, or all of `shelf`.

    Raises Undone when there is nothing to look at.
    """
    folder = Path(what).absolute()
    if what and (folder / "template.yaml").exists() and folder.parents[1] != shelf:
        return _elsewhere(shelf, folder)
    shelf, ref = _where(shelf, what)
    seen = read(shelf)
    known = sorted([*(one.ref for one in seen.templates), *seen.faults])
    if (ref and ref not in known) or not known:
        raise Undone(f"there is no {ref or 'template'} on {shelf}. There is {', '.join(known) or 'nothing'}.")
    try:
        ledger = ledger_of(shelf)
    except FaultyTemplate as fault:
        return [*map(str, fault.every), *_faults(seen, ref)]
    return [*_faults(seen, ref), *_changed(seen, ledger, ref), *([] if ref else _gone(shelf, seen, ledger))]


def _elsewhere(shelf: Path, folder: Path) -> list[str]:
    """A version that lies somewhere else is looked through as if it stood on the shelf, beside its fragments."""
    name, version = folder.parent.name, folder.name
    with tempfile.TemporaryDirectory(prefix="slipway-") as made:
        copy = Path(shutil.copytree(shelf, Path(made) / "shelf"))
        if (copy / name / version).exists():
            shutil.rmtree(copy / name / version)
        shutil.copytree(folder, copy / name / version)
        return run(copy, f"{name}@{version}")


def _where(shelf: Path, what: str) -> tuple[Path, str]:
    """The shelf, and the version on it; empty for all of them."""
    folder = Path(what).absolute()
    if not what:
        return shelf, ""
    if (folder / "template.yaml").exists():
        return folder.parents[1], f"{folder.parent.name}@{folder.name}"
    if folder.is_dir():
        return folder, ""
    return shelf, what


def _faults(seen: Reading, ref: str) -> Iterator[str]:
    for name, fault in seen.faults.items():
        if ref in ("", name):
            yield from dict.fromkeys(map(str, fault.every))


def _changed(seen: Reading, ledger: Ledger, ref: str) -> Iterator[str]:
    """Versions that are not what they were released as."""
    for one in seen.templates:
        if ref in ("", one.ref) and (why := release.mismatch(one, ledger)):
            yield f"{one.name}/{one.version}/template.yaml: {why}"


def _gone(shelf: Path, seen: Reading, ledger: Ledger) -> Iterator[str]:
    """Versions that were released and are not there any more: apps were made of them."""
    there = {*(one.ref for one in seen.templates), *seen.faults}
    for ref in ledger.releases:
        folder = shelf / Path(*ref.split("@"))
        if ref not in there and not (ref.startswith(f"{FOLDER}/") and folder.is_dir()):
            yield f"{LEDGER}: {ref} was released, and its folder is gone. Put it back: apps may be made of it."
