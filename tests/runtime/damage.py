"""What may become of a file on disk, each way under its name."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

OVERSIZED = 1 << 30

Damage = Callable[[Path, Path], None]
"""Damages the first file; the second is a whole one of the same kind, of another app."""


def _flipped(path: Path, _: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def _link(path: Path, target: Path) -> None:
    path.unlink()
    path.symlink_to(target)


def _pipe(path: Path, _: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path, _: Path) -> None:
    path.unlink()
    path.mkdir()


def _copied(path: Path, other: Path) -> None:
    path.write_bytes(other.read_bytes())


def _moved(path: Path, _: Path) -> None:
    """Whole, but behind a link."""
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


WAYS: Mapping[str, Damage] = {
    "a byte": _flipped,
    "cut short": lambda path, _: os.truncate(path, 40),
    "empty": lambda path, _: os.truncate(path, 0),
    "another app's": _copied,
    "a link to another app's": _link,
    "a link to itself": lambda path, _: _link(path, path),
    "a link to its own bytes": _moved,
    "a pipe": _pipe,
    "a folder": _folder,
    "a device": lambda path, _: _link(path, Path("/dev/zero")),
    "far too large": lambda path, _: os.truncate(path, OVERSIZED),
    "gone": lambda path, _: path.unlink(),
}
