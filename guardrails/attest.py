"""Attest: what an app is made of and how it came about, listed and signed."""

from collections.abc import Mapping

from guardrails import envelope, provenance, sbom
from guardrails.provenance import Source
from guardrails.sbom import Whole
from guardrails.signing import SigningKey
from templates.bundle import digest_of
from templates.manifest import Digest, Frozen


class Attestation(Frozen):
    """What is kept beside a bundle: its SBOM and the signed statement, which names both."""

    bundle: Digest
    sbom: bytes
    signature: bytes
    key: str

    @property
    def digest(self) -> Digest:
        """Names the signed statement."""
        return digest_of(self.signature)


def attest(whole: Whole, source: Source, builder: Mapping[str, str], key: SigningKey) -> Attestation:
    """List and sign one bundle. Equal facts and the same key give equal bytes, so it may be done again."""
    listed = sbom.build(whole)
    said = provenance.statement(whole.name, whole.bundle, source, digest_of(listed), builder)
    return Attestation(bundle=whole.bundle, sbom=listed, signature=envelope.sign(said, key), key=key.id)
