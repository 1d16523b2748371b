"""One app, listed and signed, and eleven ways to pass something else off for it."""

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from guardrails import envelope, provenance, signing
from guardrails.attest import Attestation, attest
from guardrails.keys import Trusted
from guardrails.provenance import Source
from guardrails.sbom import Part, Whole
from guardrails.signing import SigningKey, public_key
from templates.bundle import digest_of
from templates.manifest import Digest

BUNDLE, OTHER = Digest("sha256:" + "a" * 64), Digest("sha256:" + "b" * 64)
AT = 1_800_000_000
VERSIONS = {"slipway": "0.1.0"}
SOURCE = Source(
    id="req_1",
    at=AT,
    words=digest_of(b"words"),
    prompt="",
    model="router",
    prompts="",
    answers=digest_of(b"answers"),
    template="survey@1.0",
    template_digest=digest_of(b"survey"),
    policy=digest_of(b"rules"),
)
PARTS = (
    Part(name="survey", kind="framework", version="1.0", digest=digest_of(b"survey")),
    Part(name="app.js", kind="file", digest=digest_of(b"handle"), about={"slipway:origin": "filled in"}),
    Part(name="wasmtime", kind="library", version="50.0.1", pypi="wasmtime"),
    Part(name="router", kind="machine-learning-model"),
)


@cache
def _made(name: str) -> SigningKey:
    return signing.make()


def key(name: str = "ours") -> SigningKey:
    """One for the whole run, by name."""
    return _made(name)


def trusted(*names: str) -> Trusted:
    return {key(one).id: public_key(key(one).public, key(one).id) for one in names or ("ours",)}


def whole(bundle: Digest = BUNDLE) -> Whole:
    return Whole(name="lunch", bundle=bundle, at=AT, parts=PARTS)


def made(bundle: Digest = BUNDLE, by: str = "ours") -> Attestation:
    return attest(whole(bundle), SOURCE, VERSIONS, key(by))


Document = dict[str, Any]


def _changed(change: Callable[[Document], None]) -> Callable[[], bytes]:
    """What is made of a good one by changing its JSON."""

    def manipulate() -> bytes:
        document = json.loads(made().signature)
        change(document)
        return json.dumps(document).encode()

    return manipulate


def _statement(change: Callable[[Document], None]) -> Callable[[Document], None]:
    """A change of what was signed, under the signature that it had."""

    def manipulate(document: Document) -> None:
        inner = document["dsseEnvelope"]
        said = json.loads(base64.b64decode(inner["payload"]))
        change(said)
        inner["payload"] = base64.b64encode(json.dumps(said).encode()).decode()

    return manipulate


def _flip(document: Document) -> None:
    signature = document["dsseEnvelope"]["signatures"][0]
    raw = bytearray(base64.b64decode(signature["sig"]))
    raw[-1] ^= 1
    signature["sig"] = base64.b64encode(raw).decode()


def _another_key(document: Document) -> None:
    document["verificationMaterial"]["publicKey"]["hint"] = key("theirs").id
    document["dsseEnvelope"]["signatures"][0]["keyid"] = key("theirs").id


def _unframed(document: Document) -> None:
    inner = document["dsseEnvelope"]
    signature = key().sign(base64.b64decode(inner["payload"]))
    inner["signatures"][0]["sig"] = base64.b64encode(signature).decode()


def _of_another(document: Document) -> None:
    other = json.loads(made(OTHER).signature)
    document["dsseEnvelope"]["signatures"] = other["dsseEnvelope"]["signatures"]


def _forged() -> bytes:
    """Signed by somebody else, who says that it was us."""
    forged = json.loads(made(by="theirs").signature)
    forged["verificationMaterial"]["publicKey"]["hint"] = key().id
    forged["dsseEnvelope"]["signatures"][0]["keyid"] = key().id
    return json.dumps(forged).encode()


def _another_kind() -> bytes:
    """A good signature of ours over something that is no provenance."""
    said = json.loads(provenance.statement("lunch", BUNDLE, SOURCE, digest_of(made().sbom), VERSIONS))
    said["predicateType"] = "https://example.com/anything"
    return envelope.sign(json.dumps(said).encode(), key())


MANIPULATIONS: Mapping[str, Callable[[], bytes]] = {
    "a digest in the statement": _changed(
        _statement(lambda said: said["subject"][0]["digest"].update(sha256="c" * 64))
    ),
    "the same statement, spelled otherwise": _changed(_statement(lambda said: None)),
    "a byte of the signature": _changed(_flip),
    "somebody else's signature under our key's name": _forged,
    "the name of a key that nobody trusts": _changed(_another_key),
    "another type of payload": _changed(lambda one: one["dsseEnvelope"].update(payloadType="application/json")),
    "no signature": _changed(lambda one: one["dsseEnvelope"].update(signatures=[])),
    "a signature over the bare payload": _changed(_unframed),
    "the signature of another statement": _changed(_of_another),
    "another app's attestation": lambda: made(OTHER).signature,
    "another kind of statement": _another_kind,
    "half of it": lambda: made().signature[:-200],
}
