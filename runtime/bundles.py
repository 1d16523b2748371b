"""The bundle store: a folder in OCI image layout, every blob named by its digest and checked when read."""

import json
import os
from pathlib import Path

from runtime import file
from runtime.errors import Corrupt
from templates.bundle import Bundle, canonical_json, digest_of
from templates.manifest import Digest, Manifest

MOST_BLOB = 16 << 20
"""Bytes of one file of a bundle, by far."""
LAYOUT = {"imageLayoutVersion": "1.0.0"}


class BundleStore:
    """Keeps bundles. Writing the same bundle again changes nothing; a half-written blob is never seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blobs = folder / "blobs" / "sha256"
        self._blobs.mkdir(parents=True, exist_ok=True)
        if not (folder / "oci-layout").exists():
            _write(folder / "oci-layout", canonical_json(LAYOUT))

    def put(self, bundle: Bundle) -> Digest:
        """Keep a bundle and return its digest."""
        for content in bundle.files.values():
            self._keep(content)
        return self._keep(canonical_json(bundle.index))

    def get(self, digest: Digest) -> Bundle:
        """The bundle with this digest; Corrupt when any byte is missing or not what its name says."""
        index = json.loads(self.blob(digest))
        files = {path: self.blob(one) for path, one in index["files"].items()}
        return Bundle(Manifest.model_validate(index["manifest"]), files)

    def blob(self, digest: Digest) -> bytes:
        """The bytes with this digest."""
        try:
            content = file.read(self._path(digest), MOST_BLOB)
        except OSError as error:
            raise Corrupt(f"{digest} cannot be read: {error.strerror}") from error
        if digest_of(content) != digest:
            raise Corrupt(f"{digest} on disk is something else")
        return content

    def _keep(self, content: bytes) -> Digest:
        digest = digest_of(content)
        try:
            self.blob(digest)
        except Corrupt:
            _write(self._path(digest), content)
        return digest

    def _path(self, digest: Digest) -> Path:
        algorithm, _, name = digest.partition(":")
        if algorithm != "sha256" or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise Corrupt(f"{digest!r} is no digest")
        return self._blobs / name


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, and still there after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    with draft.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.rename(path)
