"""A Bundle: a Manifest and its rendered files, frozen, named by its digest."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from templates.manifest import Digest, Manifest


def digest_of(content: bytes) -> Digest:
    """The name of these bytes."""
    return Digest("sha256:" + hashlib.sha256(content).hexdigest())


def canonical_json(value: object) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UTF-8. What digests are taken of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Bundle:
    """What is judged, approved and run. Equal manifests and files give an equal digest on every machine.

    `files` maps a relative POSIX path to bytes; `app.js` is the entry the guest evaluates, everything under
    `static/` is served by the gateway as it stands, without a Call.
    """

    manifest: Manifest
    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", MappingProxyType(dict(sorted(self.files.items()))))

    @property
    def index(self) -> dict[str, object]:
        """The document whose digest names the bundle: the manifest and each file's own digest."""
        return {
            "manifest": self.manifest.model_dump(mode="json"),
            "files": {path: digest_of(content) for path, content in self.files.items()},
        }

    @property
    def digest(self) -> Digest:
        """Digest of `index`."""
        return digest_of(canonical_json(self.index))
