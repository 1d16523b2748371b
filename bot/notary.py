"""The notary: lists and signs what this installation built, with a key that no gateway worker can read."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic import JsonValue

from bot.rows.requests import Request
from generator.receipt import Receipt
from generator.router import WEIGHTS
from guardrails import provenance, signing
from guardrails.attest import Attestation, attest
from guardrails.evidence import Evidence
from guardrails.provenance import ROUTER, Source
from guardrails.sbom import Part, Whole
from runtime.bundles import BundleStore
from runtime.parts import parts
from templates.bundle import Bundle, canonical_json, digest_of
from templates.catalog import Catalog
from templates.manifest import Digest, Manifest
from templates.template import Template

KEY = "signing.key"
"""Its file in the installation's folder, readable by our user alone and by no gateway worker (`runtime.walls`)."""
UNJUDGED = Digest("sha256:" + "0" * 64)
"""The policies of a bundle from before bundles were signed, when nobody remembers them."""


class Notary:
    """Attests bundles. What it writes beside a bundle is the same when it is written again."""

    def __init__(self, home: Path, bundles: BundleStore, catalog: Catalog) -> None:
        self.key = home / KEY
        self._bundles = bundles
        self._catalog = catalog

    def attest(self, request: Request, bundle: Bundle) -> Evidence:
        """List and sign a bundle as what came of a Request, beside it. NoKey or OSError when it cannot be."""
        whole, source = whole_of(request, bundle, self._catalog), source_of(request, bundle)
        made = attest(whole, source, builder(), signing.read(self.key))
        self._bundles.attach(bundle, made.sbom, made.signature)
        return evidence_of(request, made)


def source_of(request: Request, bundle: Bundle) -> Source:
    """Where a bundle came from, link by link."""
    receipt = Receipt.model_validate_json(request.receipt) if request.receipt else None
    manifest = bundle.manifest
    return Source(
        id=request.id,
        at=request.created_at,
        words=provenance.words_digest(request.text),
        prompt=receipt.digest if receipt else "",
        model=model_of(request),
        prompts=receipt.prompts if receipt else "",
        answers=provenance.answers_digest(answers_of(request)),
        template=manifest.template,
        template_digest=manifest.template_digest,
        policy=request.verdict.policy if request.verdict else UNJUDGED,
    )


def model_of(request: Request) -> str:
    """Which model read the words: the router when nothing left the machine, or when no answer came back."""
    read_by = request.understanding.model if request.understanding else "offline"
    return ROUTER if read_by == "offline" else read_by


def answers_of(request: Request) -> Mapping[str, JsonValue]:
    """What the template was filled in with."""
    return {one.name: one.value for one in request.brief.answers} if request.brief else {}


def evidence_of(request: Request, made: Attestation) -> Evidence:
    """What an attestation rests on, to be kept."""
    return Evidence(
        attestation=made.digest,
        workspace=request.workspace,
        request=request.id,
        bundle=made.bundle,
        key=made.key,
        words=request.text,
        receipt=request.receipt,
        answers=answers_of(request),
        created_at=request.created_at,
    )


def whole_of(request: Request, bundle: Bundle, catalog: Catalog) -> Whole:
    """Everything that an app is made of."""
    source = source_of(request, bundle)
    template = on_shelf(bundle.manifest, catalog)
    return Whole(
        name=bundle.manifest.name,
        bundle=bundle.digest,
        at=request.created_at,
        parts=(
            _template(bundle.manifest, known=template is not None),
            *_files(bundle, template),
            *_slots(request),
            *platform(),
            Part(name="policies", kind="data", digest=source.policy, known=source.policy != UNJUDGED),
            _model(source),
            *((Part(name="prompts", kind="data", digest=source.prompts),) if source.prompts else ()),
        ),
    )


def on_shelf(manifest: Manifest, catalog: Catalog) -> Template | None:
    """The very template that a Manifest came from, None when the shelf has another or none."""
    same = (one for one in catalog.templates if (one.ref, one.digest) == (manifest.template, manifest.template_digest))
    return next(same, None)


def unknown(manifest: Manifest, catalog: Catalog) -> tuple[str, ...]:
    """What of an app nobody can say anything about; such an app is never open to the public (G4)."""
    return () if on_shelf(manifest, catalog) else (f"template {manifest.template}",)


def _template(manifest: Manifest, *, known: bool) -> Part:
    name, _, template_version = manifest.template.partition("@")
    return Part(
        name=name,
        kind="framework",
        version=template_version,
        digest=manifest.template_digest,
        known=known,
    )


def _files(bundle: Bundle, template: Template | None) -> Iterator[Part]:
    """Each file, and whether it is the template's own or was filled in."""
    for path, content in bundle.files.items():
        digest = digest_of(content)
        own = template is not None and template.files.get(path) == content
        origin = "template" if own else "filled in" if template else "unknown"
        about = {"slipway:origin": origin}
        yield Part(name=path, kind="file", digest=digest, known=template is not None, about=about)


def _slots(request: Request) -> Iterator[Part]:
    """What was put into the template's blanks, as digests: who said it is told, what was said is not."""
    for one in request.brief.answers if request.brief else ():
        digest = digest_of(canonical_json(one.value))
        yield Part(name=f"slot {one.name}", kind="data", digest=digest, about={"slipway:origin": one.origin})


@cache
def platform() -> tuple[Part, ...]:
    """What runs every app, by version and digest."""
    found = [
        Part(
            name=one.name, kind="library" if one.pypi else "file", version=one.version, digest=one.digest, pypi=one.pypi
        )
        for one in parts()
    ]
    return (*found, Part(name="slipway", kind="platform", version=version("slipway")))


@cache
def builder() -> Mapping[str, str]:
    """The versions of what builds, for the statement."""
    return {one.name: one.version or one.digest for one in platform()}


def _model(source: Source) -> Part:
    weights = digest_of(WEIGHTS.read_bytes()) if source.model == ROUTER else ""
    return Part(name=source.model, kind="machine-learning-model", digest=weights)
