"""Destination: where archives go, a folder or a bucket. What is put there is whole and was read back, or is not there.

Templates may name a place. It is below the installation's own folder, or in a bucket that its operators named: with
our credentials no template chooses where people's entries go.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from runtime import file
from runtime.errors import RuntimeFault
from templates.bundle import digest_of

MOST_ARCHIVE = 1 << 30
"""Bytes of one archive, by far: a store has 100 MiB at most."""
PROBE_SECONDS = 20.0
"""So long a probe may take; who publishes waits for it."""
S3 = "s3://"
OWN = "."
"""The installation's own folder, as it is written down."""


class Unusable(RuntimeFault):
    """Nothing can be kept or read there now. The message is a sentence for people, without secrets."""


class Missing(Unusable):
    """It is not there."""


class Destination(Protocol):
    """One place for archives. Every method raises Unusable."""

    @property
    def place(self) -> str:
        """How it is written down, and found again by `Places.at`."""

    def put(self, name: str, content: bytes) -> None:
        """Keep this under a name, whole or not at all, and read it back; what stood there before is replaced."""

    def get(self, name: str) -> bytes:
        """What is kept under this name; Missing."""

    def remove(self, name: str) -> None:
        """Remove it, and see that it is gone; nothing happens when it is not there."""


class Folder:
    """A folder on this machine, or mounted here."""

    def __init__(self, path: Path, place: str) -> None:
        self._path = path
        self._place = place

    @property
    def place(self) -> str:
        """Its path below the installation's own."""
        return self._place

    def put(self, name: str, content: bytes) -> None:
        """A draft first, which is given its name once it is on the disk."""
        draft = self._path / f".{name}.draft"
        try:
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            draft.rename(self._path / name)
            self._sync()
        except OSError as error:
            raise Unusable(f"The folder for archives cannot be written: {error.strerror}.") from error
        if digest_of(self.get(name)) != digest_of(content):
            raise Unusable("The folder for archives does not give back what was written to it.")

    def get(self, name: str) -> bytes:
        """The file's bytes; no link is followed."""
        try:
            return file.read(self._path / name, MOST_ARCHIVE)
        except FileNotFoundError as error:
            raise Missing("The archive is not where it was put.") from error
        except OSError as error:
            raise Unusable(f"The folder for archives cannot be read: {error.strerror}.") from error

    def remove(self, name: str) -> None:
        """The file, and a draft of it."""
        try:
            for one in (name, f".{name}.draft"):
                (self._path / one).unlink(missing_ok=True)
            if self._path.exists():
                self._sync()
        except OSError as error:
            raise Unusable(f"The folder for archives cannot be cleared: {error.strerror}.") from error

    def _sync(self) -> None:
        """A name that was given or taken is so after a power cut, too."""
        descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def no_buckets(bucket: str, prefix: str) -> Destination:
    """An installation without access to any."""
    raise Unusable("Archives in buckets need access to them: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")


@dataclass(frozen=True)
class Places:
    """Every place that archives of this installation may go to."""

    root: Path
    """The folder that is its own; others lie below it."""
    usual: str = ""
    """Where archives go of which no template says where: empty for `root`, or `s3://bucket/prefix/`."""
    buckets: frozenset[str] = frozenset()
    """Buckets that templates may name, besides the usual one."""
    bucket: Callable[[str, str], Destination] = field(default=no_buckets, repr=False)
    """Opens a bucket, and what begins its names there."""

    def at(self, said: str) -> Destination:
        """The place that somebody wrote; Unusable when archives may not go there."""
        said = said or self.usual or OWN
        if said.startswith(S3):
            return self._bucket(said)
        root = self.root.resolve()
        path = (root / said).resolve()
        if not path.is_relative_to(root):
            raise Unusable("Its archives would lie outside of the installation's own folder, so they go nowhere.")
        return Folder(path, str(path.relative_to(root)))

    def _bucket(self, said: str) -> Destination:
        name, _, prefix = said.removeprefix(S3).partition("/")
        usual = self.usual.removeprefix(S3).partition("/")[0] if self.usual else ""
        if name not in self.buckets | {usual} - {""}:
            raise Unusable(
                f"Its archives would go to the bucket {name}, which this installation does not use. "
                "Operators name buckets in SLIPWAY_ARCHIVE_BUCKETS."
            )
        return self.bucket(name, prefix)


def probe(destination: Destination, token: str, seconds: float = PROBE_SECONDS) -> None:
    """Write something small there, read it back and remove it; Unusable, after so many seconds at the latest."""
    trouble: list[Unusable] = []
    done = threading.Event()

    def work() -> None:
        try:
            _try(destination, f"slipway-probe-{token}")
        except Unusable as error:
            trouble.append(error)
        done.set()

    # A mount that hangs lets nobody go: it is left behind.
    threading.Thread(target=work, name="probe", daemon=True).start()
    if not done.wait(seconds):
        raise Unusable("The place for archives did not answer in time.")
    if trouble:
        raise trouble[0]


def _try(destination: Destination, name: str) -> None:
    content = name.encode()
    try:
        destination.put(name, content)
        if destination.get(name) != content:
            raise Unusable("The place for archives does not give back what was written to it.")
    except Unusable:
        # What may lie there is small, and the first trouble is the one to tell.
        with suppress(Unusable):
            destination.remove(name)
        raise
    destination.remove(name)
