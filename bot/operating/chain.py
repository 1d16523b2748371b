"""The chain: from the words to the bundle, each link computed again but for the model's own answer (G7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.notary import on_shelf
from generator.receipt import Receipt
from guardrails import provenance
from guardrails.envelope import NotSigned, short
from guardrails.evidence import Evidence
from guardrails.keys import Trusted
from guardrails.proof import UNSIGNED, proof
from guardrails.provenance import ROUTER, Proof
from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from templates.bundle import Bundle, digest_of
from templates.catalog import Catalog
from templates.errors import BadAnswer
from templates.manifest import Digest
from templates.render import render

LOST = "what it rests on is not kept here"


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the way, and whether it holds."""

    name: str
    ok: bool
    said: str

    def __str__(self) -> str:
        return f"{'ok    ' if self.ok else 'BROKEN'}  {self.name}: {self.said}"


def links(
    digest: Digest, kept: Sequence[Evidence], bundles: BundleStore, catalog: Catalog, trusted: Trusted
) -> Sequence[Link]:
    """Every link of a bundle's way, by its newest good signature of which something is kept."""
    try:
        bundle: Bundle | None = bundles.get(digest)
        whole = Link("files", True, f"{digest} is whole")
    except (Corrupt, ValueError, KeyError) as error:
        bundle, whole = None, Link("files", False, f"they are damaged: {error}")
    resting, found, signed = _signed(digest, kept, bundles, trusted)
    if found is None:
        return (whole, signed)
    there = bundles.holds(found.sbom)
    listed = Link("SBOM", there, found.sbom if there else f"{found.sbom} is missing or damaged")
    return (whole, signed, listed, *_origin(found, resting), _artefact(found, resting, bundle, catalog))


def trouble(checked: Sequence[Link]) -> str:
    """What is broken, in a sentence; empty when all holds."""
    broken = [f"{one.name} ({one.said})" for one in checked if not one.ok]
    return f"It is unattested, so it stays a preview. Broken: {', '.join(broken)}." if broken else ""


def _signed(
    digest: Digest, kept: Sequence[Evidence], bundles: BundleStore, trusted: Trusted
) -> tuple[Evidence | None, Proof | None, Link]:
    """The newest good signature: one that something is kept of before one of which nothing is."""
    by_digest = {one.attestation: one for one in kept}
    signatures = bundles.signatures(digest)
    good: list[tuple[Evidence | None, Proof, str]] = []
    why = UNSIGNED
    for one in signatures:
        try:
            found, key = proof(digest, one, trusted)
            good.append((by_digest.get(digest_of(one)), found, key))
        except NotSigned as error:
            why = str(error)
    if not good:
        return None, None, Link("signature", False, why)
    resting, found, key = next((one for one in good if one[0] is not None), good[0])
    return resting, found, Link("signature", True, f"by the key {short(key)}")


def _origin(found: Proof, resting: Evidence | None) -> Sequence[Link]:
    """Words, prompt, model and answers: the digests of what is kept, beside those that were signed."""
    source = found.source
    receipt = _receipt(resting)
    sent = receipt.digest if receipt else ""
    prompt = f"{short(sent)}, as it was sent" if sent else "nothing was sent to a model"
    model = f"{source.model}, prompts {short(source.prompts)}" if source.prompts else source.model
    by = receipt.model if receipt and source.model != ROUTER else ROUTER
    return (
        _link("request", resting, lambda one: provenance.words_digest(one.words), source.words, source.id),
        _link("prompt", resting, lambda _: sent, source.prompt, prompt),
        _link("model", resting, lambda _: by, source.model, f"{model}; its answer is not computed again"),
        _link(
            "parameters", resting, lambda one: provenance.answers_digest(one.answers), source.answers, source.answers
        ),
    )


def _receipt(resting: Evidence | None) -> Receipt | None:
    try:
        return Receipt.model_validate_json(resting.receipt) if resting and resting.receipt else None
    except ValueError:
        return None


def _link(name: str, resting: Evidence | None, again: Callable[[Evidence], str], signed: str, said: str) -> Link:
    if resting is None:
        return Link(name, False, LOST)
    same = again(resting) == signed
    return Link(name, same, said if same else "what is kept is not what was signed")


def _artefact(found: Proof, resting: Evidence | None, bundle: Bundle | None, catalog: Catalog) -> Link:
    """The template, filled in once more, gives the same bundle."""
    if resting is None or bundle is None:
        return Link("artefact", False, LOST)
    manifest = bundle.manifest
    template = on_shelf(manifest, catalog)
    if template is None or template.digest != found.source.template_digest:
        return Link("artefact", False, f"the shelf has no {found.source.template} as it was")
    try:
        again = render(
            template,
            resting.answers,
            name=manifest.name,
            purpose=manifest.purpose,
            budget_tag=manifest.budget_tag,
            labels=manifest.labels,
        )
    except (BadAnswer, ValueError):
        return Link("artefact", False, f"{found.source.template} cannot be filled in with these answers")
    same = again.digest == found.bundle == bundle.digest
    said = f"{found.source.template}, filled in again, gives the same"
    return Link("artefact", same, said if same else f"{found.source.template}, filled in again, gives something else")
