"""The OCI documents of the bundle store: manifests that others' tools read, and the index that names them.

A bundle is an artifact: its index is the config, its files are the layers. An SBOM and a signature refer to it by
`subject`. https://github.com/opencontainers/image-spec (manifest.md, image-index.md, image-layout.md)
"""

from collections.abc import Mapping, Sequence
from typing import Any

from templates.bundle import Bundle, canonical_json, digest_of
from templates.manifest import Digest

MANIFEST, INDEX = "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"
BUNDLE, FILE = "application/vnd.slipway.bundle.v1+json", "application/octet-stream"
NOTHING = "application/vnd.oci.empty.v1+json"
SBOM, SIGNATURE = "application/vnd.cyclonedx+json", "application/vnd.dev.sigstore.bundle.v0.3+json"
TITLE = "org.opencontainers.image.title"
STATEMENT_OF = "org.slipway.signature"
"""On an SBOM's descriptor: which signature names it."""
EMPTY = b"{}"

Descriptor = Mapping[str, Any]


def of_bundle(bundle: Bundle) -> bytes:
    """The manifest of a bundle; equal bundles have equal ones."""
    index = canonical_json(bundle.index)
    layers = [{**_blob(FILE, content), "annotations": {TITLE: path}} for path, content in bundle.files.items()]
    return _manifest(BUNDLE, _blob(BUNDLE, index), layers)


def referring(kind: str, content: bytes, to: bytes) -> bytes:
    """The manifest of something that is about the artifact with the manifest `to`."""
    return _manifest(kind, _blob(NOTHING, EMPTY), [_blob(kind, content)], subject=_blob(MANIFEST, to))


def described(manifest: bytes, kind: str, **annotations: str) -> Descriptor:
    """A manifest, as an index names it."""
    said = {"annotations": annotations} if annotations else {}
    return {**_blob(MANIFEST, manifest), "artifactType": kind, **said}


def index(descriptors: Sequence[Descriptor], subject: Descriptor | None = None) -> bytes:
    """An index of manifests; with `subject`, of those that are about that one."""
    about = {"subject": subject} if subject else {}
    return canonical_json({"schemaVersion": 2, "mediaType": INDEX, "manifests": list(descriptors), **about})


def layer(manifest: Mapping[str, Any]) -> Digest:
    """The one thing that a referring manifest is about; KeyError or ValueError when there is no one thing."""
    (only,) = manifest["layers"]
    return Digest(str(only["digest"]))


def _manifest(kind: str, config: Descriptor, layers: Sequence[Descriptor], **more: Descriptor) -> bytes:
    return canonical_json(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "artifactType": kind,
            "config": config,
            "layers": list(layers) or [_blob(NOTHING, EMPTY)],
            **more,
        }
    )


def _blob(kind: str, content: bytes) -> Descriptor:
    return {"mediaType": kind, "digest": digest_of(content), "size": len(content)}
