"""Bundles made ready to run: prepared once, kept on disk by digest, and in memory while they are used."""

import os
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from runtime.sandbox import Prepared, Sandbox
from templates.bundle import digest_of
from templates.manifest import Digest, Manifest

KEEP = 200
"""Apps held in memory by one worker; an idle one's comes back from disk by its digest."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One bundle, ready."""

    manifest: Manifest
    static: Mapping[str, bytes]
    prepared: Prepared


class Loader:
    """Gives bundles ready to run. An app never triggers a compile; a damaged delta is rebuilt from its bundle."""

    def __init__(self, bundles: BundleStore, sandbox: Sandbox, deltas: Path) -> None:
        self._bundles = bundles
        self._sandbox = sandbox
        self._deltas = deltas
        self._deltas.mkdir(parents=True, exist_ok=True)
        self._held: OrderedDict[str, Loaded] = OrderedDict()

    def get(self, digest: Digest) -> Loaded:
        """The bundle with this digest, ready. Raises Corrupt or BrokenApp."""
        loaded = self._held.get(digest)
        if loaded is None:
            loaded = self._held[digest] = self._load(digest)
            if len(self._held) > KEEP:
                self._held.popitem(last=False)
        self._held.move_to_end(digest)
        return loaded

    def forget(self) -> None:
        """Let go of everything in memory; it comes back by its digest."""
        self._held.clear()

    def _load(self, digest: Digest) -> Loaded:
        bundle = self._bundles.get(digest)
        source = bundle.files.get("app.js")
        if source is None:
            raise Corrupt(f"{digest} has no app.js")
        static = {"/" + path: content for path, content in bundle.files.items() if path.startswith("static/")}
        return Loaded(bundle.manifest, static, self._prepared(source, bundle.manifest))

    def _prepared(self, source: bytes, manifest: Manifest) -> Prepared:
        path = _path(self._deltas, source)
        try:
            return self._sandbox.restore(path.read_bytes(), source)
        except (OSError, ValueError):
            # Not there yet, damaged, or of an older guest: make it from the source again.
            prepared = self._sandbox.prepare(source, manifest.limits)
        draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
        draft.write_bytes(prepared.to_bytes())
        draft.rename(path)
        return prepared


def unload(bundles: BundleStore, deltas: Path, digest: Digest) -> None:
    """Remove the delta of a bundle's source; whoever runs that source again makes it anew."""
    source = bundles.get(digest).files.get("app.js")
    if source is not None:
        _path(deltas, source).unlink(missing_ok=True)


def _path(deltas: Path, source: bytes) -> Path:
    return deltas / digest_of(source).removeprefix("sha256:")
