"""What proves one published bundle, as the pack's own files: its SBOM, signature, receipt and, when wanted, words."""

from collections.abc import Iterator
from contextlib import suppress

from sqlmodel import Session

from bot.platformctl import pack
from bot.platformctl.pack import Asked
from bot.rows.requests import Request
from guardrails import evidence, keys
from guardrails.envelope import NotSigned
from guardrails.evidence import Evidence
from guardrails.proof import problem, proof
from guardrails.standing import Standing
from runtime.bundles import BundleStore
from runtime.errors import Corrupt
from templates.bundle import canonical_json
from templates.manifest import Frozen


def put(
    session: Session,
    bundles: BundleStore,
    standing: Standing,
    request: Request | None,
    folder: str,
    into: dict[str, bytes],
    *,
    words: bool,
) -> Iterator[str]:
    """Put what proves one published bundle into the pack, in this folder; what is missing of it."""
    bundle = standing.proposal.bundle
    try:
        bundles.get(bundle)
    except (Corrupt, OSError):
        yield "bundle: its files are missing or damaged"
    resting = evidence.of_bundle(session, bundle, request.id if request else "")
    signatures, trusted = bundles.signatures(bundle), keys.trusted(session)
    for signature in signatures:
        with suppress(NotSigned, Corrupt):  # `problem` says which of them it is
            found, _ = proof(bundle, signature, trusted)
            into |= {f"{folder}/{pack.SIGNATURE}": signature, f"{folder}/{pack.SBOM}": bundles.blob(found.sbom)}
            break
    if why := problem(bundle, signatures, trusted, bundles.holds):
        yield f"signature: {why}"
    if not resting:
        yield "origin: what the signature rests on is not kept"
        return
    into |= dict(_origin(resting[0], folder, words=words))


def _origin(resting: Evidence, folder: str, *, words: bool) -> Iterator[tuple[str, bytes]]:
    if resting.receipt:
        yield f"{folder}/{pack.RECEIPT}", resting.receipt.encode()
    if words:
        answers = canonical_json(dict(resting.answers)).decode()
        yield f"{folder}/{pack.SAID}", json_of(Asked(words=resting.words, answers=answers))


def json_of(value: Frozen) -> bytes:
    """A value as a file that people can read, too."""
    return value.model_dump_json(indent=2).encode() + b"\n"
