"""SBOM: what one app is made of, as CycloneDX 1.6. The door to cyclonedx-python-lib; equal parts give equal bytes."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from templates.bundle import canonical_json
from templates.manifest import Digest, Frozen

Kind = Literal["library", "framework", "file", "data", "platform", "machine-learning-model"]
UNKNOWN = "slipway:unknown"
"""The property of a component that nobody can say anything about."""


class Part(Frozen):
    """One component. `digest` and `version` are empty where there is none; `about` is what else is known of it."""

    name: str
    kind: Kind
    version: str = ""
    digest: str = ""
    pypi: str = ""
    """Its name on PyPI, for advisories."""
    known: bool = True
    about: Mapping[str, str] = {}


class Whole(Frozen):
    """An app to be listed: its bundle by name and digest, when it was asked for, and every part."""

    name: str
    bundle: Digest
    at: int
    parts: tuple[Part, ...]


def build(whole: Whole) -> bytes:
    """The SBOM's bytes. Nothing of the clock or of chance is in them."""
    app = Component(name=whole.name, type=ComponentType.APPLICATION, bom_ref="app", hashes=_hashes(whole.bundle))
    bom = Bom(
        # Named by the bundle, so that building it again names the same document.
        serial_number=uuid5(NAMESPACE_OID, whole.bundle),
        metadata=BomMetaData(component=app, timestamp=datetime.fromtimestamp(whole.at, UTC)),
        components=[_component(one) for one in whole.parts],
    )
    bom.register_dependency(app, bom.components)
    return canonical_json(json.loads(JsonV1Dot6(bom).output_as_string()))


def _component(part: Part) -> Component:
    about = {**part.about, **({} if part.known else {UNKNOWN: "true"})}
    return Component(
        name=part.name,
        type=ComponentType(part.kind),
        version=part.version or None,
        bom_ref=f"{part.kind}:{part.name}",
        hashes=_hashes(part.digest),
        purl=PackageURL("pypi", name=part.pypi, version=part.version) if part.pypi else None,
        properties=[Property(name=name, value=value) for name, value in sorted(about.items())],
    )


def _hashes(digest: str) -> Iterable[HashType]:
    return [HashType(alg=HashAlgorithm.SHA_256, content=digest.removeprefix("sha256:"))] if digest else []


class Listed(Frozen):
    """A component as an SBOM names it: `pypi` with its name there, `template` with the template's, or nothing."""

    name: str
    version: str
    ecosystem: Literal["PyPI", "Slipway", ""]


def listed(sbom: bytes) -> tuple[Listed, ...]:
    """The components that advisories can be about; ValueError when it is no SBOM of ours."""
    try:
        return tuple(_listed(json.loads(sbom)["components"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("it is no SBOM of ours") from error


def _listed(components: Iterable[Mapping[str, str]]) -> Iterator[Listed]:
    for one in components:
        if one.get("purl", "").startswith("pkg:pypi/"):
            purl = PackageURL.from_string(one["purl"])
            yield Listed(name=purl.name, version=purl.version or "", ecosystem="PyPI")
        elif one["type"] == "framework":
            yield Listed(name=one["name"], version=one.get("version", ""), ecosystem="Slipway")
