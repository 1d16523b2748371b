"""The bundle store: a folder in OCI image layout, every blob named by its digest and checked when read.

What belongs to a bundle, its SBOM and signatures, is found without reading the whole `index.json`: each bundle has an
index of its own in `referrers/`. A bundle from before there were any is read as ever.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from runtime import file, layout
from runtime.errors import Corrupt
from runtime.layout import Descriptor
from templates.bundle import Bundle, canonical_json, digest_of
from templates.manifest import Digest, Manifest

MOST_BLOB = 16 << 20
"""Bytes of one file of a bundle, by far."""
MOST_INDEX = 256 << 20
"""Bytes of `index.json`: some 300 for each manifest."""
LAYOUT = {"imageLayoutVersion": "1.0.0"}


class BundleStore:
    """Keeps bundles. Writing the same bundle again changes nothing; a half-written blob is never seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._blobs = folder / "blobs" / "sha256"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._referrers = folder / "referrers"
        self._referrers.mkdir(exist_ok=True)
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

    def attach(self, bundle: Bundle, sbom: bytes, signature: bytes) -> None:
        """Keep an SBOM and a signature beside a bundle; the same ones again change nothing. One process does this."""
        about = layout.of_bundle(bundle)
        listed = layout.referring(layout.SBOM, sbom, about)
        signed = layout.referring(layout.SIGNATURE, signature, about)
        for one in (layout.EMPTY, sbom, signature, about, listed, signed):
            self._keep(one)
        new = (
            layout.described(listed, layout.SBOM, **{layout.STATEMENT_OF: digest_of(signature)}),
            layout.described(signed, layout.SIGNATURE),
        )
        artifact = layout.described(about, layout.BUNDLE)
        path, everything = self._referring(bundle.digest), self.folder / "index.json"
        # The bundle's own index last, for it is what counts: killed in between, this is done again.
        _write_new(everything, _manifests(everything) or self._everything(), (artifact, *new))
        _write_new(path, _manifests(path), new, artifact)

    def signatures(self, digest: Digest) -> Sequence[bytes]:
        """What was signed of this bundle, newest first; those that are damaged are left out."""
        return self._attached(digest, layout.SIGNATURE)

    def sboms(self, digest: Digest) -> Sequence[bytes]:
        """What was listed of this bundle, newest first."""
        return self._attached(digest, layout.SBOM)

    def holds(self, digest: Digest) -> bool:
        """Whether there is such a blob, whole."""
        try:
            return bool(self.blob(digest))
        except Corrupt:
            return False

    def blob(self, digest: Digest) -> bytes:
        """The bytes with this digest."""
        try:
            content = file.read(self._path(digest), MOST_BLOB)
        except OSError as error:
            raise Corrupt(f"{digest} cannot be read: {error.strerror}") from error
        if digest_of(content) != digest:
            raise Corrupt(f"{digest} on disk is something else")
        return content

    def _attached(self, digest: Digest, kind: str) -> Sequence[bytes]:
        found: list[bytes] = []
        for one in reversed(_manifests(self._referring(digest))):
            try:
                if one["artifactType"] == kind:
                    found.append(self.blob(layout.layer(json.loads(self.blob(Digest(str(one["digest"])))))))
            except (Corrupt, ValueError, KeyError, TypeError):
                continue
        return found

    def _everything(self) -> Sequence[Descriptor]:
        """What `index.json` must name, from each bundle's own index: for when it is missing or damaged."""
        found = [_index(path) for path in sorted(self._referrers.glob("*.json"))]
        return [one for index in found if "subject" in index for one in (index["subject"], *index["manifests"])]

    def _keep(self, content: bytes) -> Digest:
        digest = digest_of(content)
        try:
            self.blob(digest)
        except Corrupt:
            _write(self._path(digest), content)
        return digest

    def _path(self, digest: Digest) -> Path:
        return self._blobs / _name(digest)

    def _referring(self, digest: Digest) -> Path:
        return self._referrers / f"{_name(digest)}.json"


def _name(digest: Digest) -> str:
    algorithm, _, name = digest.partition(":")
    if algorithm != "sha256" or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
        raise Corrupt(f"{digest!r} is no digest")
    return name


def _index(path: Path) -> Mapping[str, Any]:
    """An index, empty when it is missing or damaged: whatever it names proves itself."""
    try:
        found = json.loads(file.read(path, MOST_INDEX))
        named = [one for one in found["manifests"] if isinstance(one, dict)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {"manifests": []}
    return {**found, "manifests": named}


def _manifests(path: Path) -> Sequence[Descriptor]:
    found: Sequence[Descriptor] = _index(path)["manifests"]
    return found


def _write_new(
    path: Path, there: Sequence[Descriptor], new: Sequence[Descriptor], subject: Descriptor | None = None
) -> None:
    """Name these manifests in an index as well, each once."""
    missing = [one for one in new if one not in there]
    if missing:
        _write(path, layout.index([*there, *missing], subject))


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, and still there after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    with draft.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.rename(path)
