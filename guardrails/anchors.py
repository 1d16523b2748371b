"""Anchors: how far each chain had come, a line each in a file that lies outside of the installation.

Whoever can rewrite the whole database can rewrite the whole chain; what was written down elsewhere they cannot.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from guardrails.chain import Anchor


class Unreadable(Exception):
    """A line of the file is no anchor: somebody was there. The message names it."""


def read(path: Path) -> tuple[Anchor, ...]:
    """Every anchor of the file, oldest first; none when there is no file yet. Raises Unreadable."""
    if not path.exists():
        return ()
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            one = Anchor.model_validate_json(line)
        except ValidationError:
            raise Unreadable(f"{path}, line {number} is no anchor") from None
        found.append(one.model_copy(update={"place": f"anchored on {_day(one.at)}, {path.name} line {number}"}))
    return tuple(found)


def add(path: Path, anchor: Anchor) -> None:
    """Append one, and come back when it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(anchor.model_dump_json(exclude={"place"}).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def newest(anchors: Sequence[Anchor], workspace: str) -> int:
    """When the workspace's chain was anchored last; 0 when it never was."""
    return max((one.at for one in anchors if one.workspace == workspace), default=0)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
