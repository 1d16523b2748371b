"""The usage spool: one line of JSON for each Call, appended by a worker, read by control. It survives a kill."""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_encoded = json.JSONEncoder(separators=(",", ":")).encode

LONGEST = 8 << 20
"""Bytes after which a worker begins a new file."""
NEWEST_FILES, NEWEST_BYTES = 16, 256 << 10
"""How much of the spool is looked through for what happened just now."""
LONGEST_LINE = 64 << 10
"""Bytes of one record at most, by far."""


class Spool:
    """One worker's end: each record is in the kernel's hands before the visitor has the answer."""

    def __init__(self, folder: Path, worker: str) -> None:
        """Begin a new file; `worker` is a name that no other running worker has."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._worker = worker
        self._begin()

    def keep(self, record: Mapping[str, Any]) -> None:
        """Append one record."""
        self._size += os.write(self._file, _encoded(record).encode() + b"\n")
        if self._size >= LONGEST:
            self.close()
            self._begin()

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _begin(self) -> None:
        number = sum(1 for _ in self._folder.glob(f"{self._worker}-*.jsonl")) + 1
        path = self._folder / f"{self._worker}-{number:06}.jsonl"
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._size = 0


def files(folder: Path) -> Sequence[str]:
    """The names of the spool's files."""
    return sorted(path.name for path in folder.glob("*.jsonl"))


def records(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Every record, each worker's own in their order; a line that a kill cut off is left out."""
    for name in files(folder):
        yield from read(folder / name, 0)[0]


def read(path: Path, offset: int, most: int = -1) -> tuple[Sequence[Mapping[str, Any]], int]:
    """The records from `offset` on, of about `most` bytes, and where they end: a half-written line is left for later.

    A line that is no record, because a kill cut the one before it off, is passed over.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            content = file.read(most)
            if 0 < most == len(content) and not content.endswith(b"\n"):
                content += file.readline(LONGEST_LINE)
    except FileNotFoundError:
        return (), offset
    whole = content[: content.rfind(b"\n") + 1]
    return [one for one in map(_record, whole.splitlines()) if one is not None], offset + len(whole)


def _record(line: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def first_line(path: Path) -> bytes:
    """The first whole line, which tells this file from an earlier one of its name; empty while there is none."""
    try:
        with path.open("rb") as file:
            line = file.readline(LONGEST_LINE)
    except FileNotFoundError:
        return b""
    return line if line.endswith(b"\n") else b""


def new_request_id(now: int) -> str:
    """A visit's id: `r`, its UNIX second and randomness, sixteen hex digits in all."""
    return f"r{now & 0xFFFFFFFF:08x}{os.urandom(4).hex()}"


def visited_at(request: str) -> int:
    """UNIX seconds at which a visit with this id was; ids are made by `new_request_id`."""
    return int(request[1:9], 16)


def find(folder: Path, request: str) -> Mapping[str, Any] | None:
    """The record of the Call that answered this visit, or None: expired, or no Call was made for it."""
    return next((one for one in records(folder) if one["request"] == request), None)


def recent(folder: Path, app: str, since: int) -> Sequence[Mapping[str, Any]]:
    """An app's newest live Calls after `since`, UNIX seconds; of a very busy spool the last of each file alone."""
    newest = sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)[-NEWEST_FILES:]
    found = (one for path in newest for one in read(path, max(0, path.stat().st_size - NEWEST_BYTES))[0])
    return [one for one in found if one.get("app") == app and one.get("stage") == "live" and int(one["at"]) > since]


def forget(folder: Path, before: int, but: Collection[str] = ()) -> None:
    """Remove the files that nothing was added to since `before`, UNIX seconds; `but` names those still needed."""
    for path in folder.glob("*.jsonl"):
        if path.name not in but and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def last_used(folder: Path, app: str) -> int:
    """UNIX seconds of an app's last visit, 0 when there was none. What it does by itself is no use of it."""
    found = (int(one["at"]) for one in records(folder) if one["app"] == app and "schedule" not in one)
    return max(found, default=0)
