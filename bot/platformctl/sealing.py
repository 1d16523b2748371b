"""The evidence pack as one zip file, sealed: a signed statement names every file in it by its digest."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from bot.platformctl import pack
from guardrails import envelope
from guardrails.signing import SigningKey
from templates.bundle import canonical_json
from templates.manifest import Digest

MOST = 16 << 20
"""Bytes of one file of a pack, and of one line of its record; the record as a whole may be longer."""
MOST_FILES = 5000
EPOCH = (1980, 1, 1, 0, 0, 0)


class Unreadable(Exception):
    """The file is no evidence pack; the message says why."""


def write(path: Path, files: Mapping[str, bytes], record: Iterable[str], app: str, key: SigningKey | None) -> None:
    """Write the pack so that it is there whole or not at all. Without a key it is not sealed."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            digests = {name: _put(archive, name, [content]) for name, content in files.items()}
            digests[pack.RECORD] = _put(archive, pack.RECORD, (one.encode() + b"\n" for one in record))
            if key is not None:
                _put(archive, pack.SEAL, [envelope.sign(statement(app, digests), key)])
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def statement(app: str, digests: Mapping[str, Digest]) -> bytes:
    """What is sealed: these files, as the evidence of this app."""
    named = [{"name": name, "digest": {"sha256": digests[name].removeprefix("sha256:")}} for name in sorted(digests)]
    return canonical_json(
        {"_type": pack.STATEMENT, "subject": named, "predicateType": pack.EVIDENCE, "predicate": {"app": app}}
    )


def _put(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> Digest:
    found = hashlib.sha256()
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as file:
        for one in pieces:
            found.update(one)
            file.write(one)
    return Digest(f"sha256:{found.hexdigest()}")


class Opened:
    """A pack that somebody gave us: nothing of it is believed, nothing is written to disk, and all of it is bounded."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Raises Unreadable."""
        self._archive = archive
        self.names = archive.namelist()
        if len(self.names) > MOST_FILES or len(set(self.names)) != len(self.names):
            raise Unreadable("it has too many files, or one of them twice")

    def read(self, name: str) -> bytes | None:
        """A file of the pack, None when it is not there, damaged or too long."""
        if name not in self.names:
            return None
        try:
            with self._archive.open(name) as file:
                content = file.read(MOST + 1)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
            return None
        return content if len(content) <= MOST else None

    def record(self, done: Callable[[Digest], object]) -> Iterator[str]:
        """The record's lines, one after the other; at its end `done` is told its digest. Raises Unreadable."""
        found = hashlib.sha256()
        try:
            with self._archive.open(pack.RECORD) as file:
                while line := file.readline(MOST):
                    found.update(line)
                    yield line.decode(errors="replace").rstrip("\n")
        except (KeyError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
            raise Unreadable("its record is missing or damaged") from error
        done(Digest(f"sha256:{found.hexdigest()}"))
