"""Proof: whether a bundle may run, by its signatures, the trusted keys and what is kept; without network."""

import json
from collections.abc import Callable, Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from guardrails import envelope, provenance
from guardrails.envelope import NotSigned
from guardrails.provenance import Proof
from templates.manifest import Digest

UNSIGNED = "nobody signed it"


def proof(bundle: Digest, signature: bytes, keys: Mapping[str, EllipticCurvePublicKey]) -> tuple[Proof, str]:
    """What a signature proves of this bundle, and by which key; NotSigned when that is nothing."""
    said, key = envelope.opened(signature, keys)
    try:
        found = provenance.read(json.loads(said))
    except ValueError as error:
        raise NotSigned("what was signed is no provenance of ours") from error
    if found.bundle != bundle:
        raise NotSigned("what was signed is another app")
    return found, key


def problem(
    bundle: Digest,
    signatures: Sequence[bytes],
    keys: Mapping[str, EllipticCurvePublicKey],
    holds: Callable[[Digest], bool],
) -> str:
    """Why this bundle must not run; empty when one of its signatures is good and the SBOM that it names is there.

    Of several signatures, a good one without its SBOM says more than one by a key that nobody trusts.
    """
    why, good = UNSIGNED, False
    for one in signatures:
        try:
            found, _ = proof(bundle, one, keys)
        except NotSigned as error:
            why = str(error)
            continue
        if holds(found.sbom):
            return ""
        good = True
    return "its SBOM is missing or damaged" if good else why
