"""Bundles made ready to run: prepared once, kept on disk by digest, and in memory while they are used.

Each worker keeps deltas in a folder of its own, sealed with a key that ends with it: what one of them wrote, or
anybody else, never runs in another.
"""

import logging
import os
import shutil
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runtime import file
from runtime.bundles import BundleStore
from runtime.errors import Corrupt, RuntimeFault, Unproved
from runtime.sandbox import Prepared, Sandbox
from templates.bundle import digest_of
from templates.manifest import Digest, Manifest

KEEP = 200
"""Apps held in memory by one worker; an idle one's comes back from disk by its digest."""
KEEP_ON_DISK = 2000
"""Deltas that one worker keeps on disk, some 300 KB each; beyond them the oldest is made again from its source."""
MOST_DELTA = 16 << 20
"""Bytes of one: what an evaluated source may hold, and a little more."""

Verify = Callable[[Digest, Sequence[bytes], Callable[[Digest], bool]], str]
"""Why a bundle must not run, by its signatures and what the store holds; empty when it may. Uses no network."""

log = logging.getLogger("slipway.loader")


@dataclass(frozen=True, slots=True)
class Loaded:
    """One bundle, ready."""

    manifest: Manifest
    static: Mapping[str, bytes]
    prepared: Prepared


class Loader:
    """Gives bundles ready to run. An app never triggers a compile; a damaged delta is rebuilt from its bundle."""

    def __init__(self, bundles: BundleStore, sandbox: Sandbox, deltas: Path, verify: Verify) -> None:
        self._bundles = bundles
        self._verify = verify
        self._revoked = 0
        self._sandbox = sandbox
        self._deltas = deltas
        self._deltas.mkdir(parents=True, exist_ok=True)
        self._kept: OrderedDict[Path, None] = OrderedDict()
        self._held: OrderedDict[str, Loaded] = OrderedDict()
        self._idle: dict[str, int] = {}
        """Minutes, about, since each of these was asked for."""

    def get(self, digest: Digest, revoked: int) -> Loaded:
        """The bundle with this digest, ready. Raises Corrupt, Unproved or BrokenApp.

        `revoked` is how many signing keys are: when one more is, everything is verified anew.
        """
        if revoked > self._revoked:
            self.forget()
            self._revoked = revoked
        loaded = self._held.get(digest)
        if loaded is None:
            loaded = self._held[digest] = self._load(digest)
            if len(self._held) > KEEP:
                self._held.popitem(last=False)
        self._held.move_to_end(digest)
        self._idle[digest] = 0
        return loaded

    def age(self, most: int) -> int:
        """See `runtime.sleeping.Held`."""
        for digest in self._held:
            self._idle[digest] = self._idle.get(digest, 0) + 1
        gone = [digest for digest in self._held if self._idle[digest] > most]
        for digest in gone:
            del self._held[digest]
        self._idle = {digest: self._idle[digest] for digest in self._held}
        return len(gone)

    def sbom(self, digest: Digest) -> bytes:
        """What the bundle with this digest is made of, listed; empty when nobody listed it, or there is no bundle."""
        return next(iter(self._bundles.sboms(digest) if digest else ()), b"")

    def manifest(self, digest: Digest) -> Manifest:
        """What the bundle with this digest declares. Raises Corrupt."""
        held = self._held.get(digest)
        return held.manifest if held else self._bundles.get(digest).manifest

    def template(self, digest: str) -> str:
        """What the bundle with this digest is made of, `name@version`; empty when that cannot be read."""
        try:
            return self.manifest(Digest(digest)).template
        except (RuntimeFault, OSError):
            return ""

    def forget(self) -> None:
        """Let go of everything in memory; it comes back by its digest."""
        self._held.clear()

    def _load(self, digest: Digest) -> Loaded:
        bundle = self._bundles.get(digest)
        source = bundle.files.get("app.js")
        if source is None:
            raise Corrupt(f"{digest} has no app.js")
        why = self._verify(digest, self._bundles.signatures(digest), self._bundles.holds)
        if why:
            raise Unproved(why)
        static = {"/" + path: content for path, content in bundle.files.items() if path.startswith("static/")}
        return Loaded(bundle.manifest, static, self._prepared(source, bundle.manifest))

    def _prepared(self, source: bytes, manifest: Manifest) -> Prepared:
        path = self._deltas / _name(source)
        try:
            return self._sandbox.restore(file.read(path, MOST_DELTA), source)
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            log.error("delta %s is not used: %s; it is made again from its source", path.name, error)
        prepared = self._sandbox.prepare(source, manifest.limits)
        try:
            self._keep(path, prepared)
        except OSError as error:
            log.error("delta %s is not kept: %s; it will be made again from its source", path.name, error)
        return prepared

    def _keep(self, path: Path, prepared: Prepared) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
        draft.write_bytes(self._sandbox.keep(prepared))
        draft.rename(path)
        self._kept[path] = None
        self._kept.move_to_end(path)
        if len(self._kept) > KEEP_ON_DISK:
            self._kept.popitem(last=False)[0].unlink(missing_ok=True)


def own_folder(deltas: Path) -> Path:
    """This worker's own folder for deltas, empty; those of workers that are gone are removed."""
    own = deltas / str(os.getpid())
    deltas.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in deltas.iterdir():
        if one == own or not (one.name.isdigit() and Path("/proc", one.name).exists()):
            # Another worker that starts just now may remove it as well; what stays is looked at by the next one.
            with suppress(OSError):
                shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
    own.mkdir(mode=0o700)
    return own


def unload(bundles: BundleStore, deltas: Path, digest: Digest) -> None:
    """Remove every worker's delta of a bundle's source; whoever runs that source again makes it anew."""
    source = bundles.get(digest).files.get("app.js")
    if source is not None:
        for path in deltas.glob(f"*/{_name(source)}"):
            path.unlink(missing_ok=True)


def prepared(bundles: BundleStore, deltas: Path, digest: Digest) -> bool:
    """Whether any worker has a delta of a bundle's source; not known, and so not, of a damaged bundle."""
    try:
        source = bundles.get(digest).files.get("app.js")
    except Corrupt:
        return False
    return source is not None and any(True for _ in deltas.glob(f"*/{_name(source)}"))


def _name(source: bytes) -> str:
    return digest_of(source).removeprefix("sha256:")
