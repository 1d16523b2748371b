"""Envelope: a statement and its one signature, DSSE in a sigstore bundle (v0.3) whose key is named by a hint.

Others' tools read it as well: https://github.com/secure-systems-lab/dsse/blob/v1.0.2/protocol.md and
https://github.com/sigstore/protobuf-specs (sigstore_bundle.proto). Here only this one shape is read; whatever else the
format allows (certificates, logs, several signatures) is refused.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from guardrails.signing import SigningKey
from templates.bundle import canonical_json

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
MOST = 1 << 20
"""Characters of an envelope; ours have some 4,000."""


class NotSigned(Exception):
    """No trusted key signed this; the message says what is wrong with it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class _Signature(_Part):
    sig: str
    keyid: str


class _Envelope(_Part):
    payload: str
    payload_type: Literal["application/vnd.in-toto+json"]
    signatures: Annotated[tuple[_Signature, ...], Field(min_length=1, max_length=1)]


class _Hint(_Part):
    hint: str


class _Material(_Part):
    public_key: _Hint


class _Bundle(_Part):
    media_type: Literal["application/vnd.dev.sigstore.bundle.v0.3+json"]
    verification_material: _Material
    dsse_envelope: _Envelope


def sign(statement: bytes, key: SigningKey) -> bytes:
    """The statement in its envelope. The same statement and key give the same bytes."""
    envelope = {
        "payload": base64.b64encode(statement).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"sig": base64.b64encode(key.sign(_framed(statement))).decode(), "keyid": key.id}],
    }
    material = {"publicKey": {"hint": key.id}}
    return canonical_json({"mediaType": MEDIA_TYPE, "verificationMaterial": material, "dsseEnvelope": envelope})


def opened(enveloped: bytes, keys: Mapping[str, EllipticCurvePublicKey]) -> tuple[bytes, str]:
    """The statement and the id of the key that signed it; NotSigned unless it is one of these."""
    try:
        if len(enveloped) > MOST:
            raise NotSigned(f"its signature has more than {MOST} bytes")
        bundle = _Bundle.model_validate_json(enveloped)
        (signature,) = bundle.dsse_envelope.signatures
        statement = base64.b64decode(bundle.dsse_envelope.payload, validate=True)
        signed = base64.b64decode(signature.sig, validate=True)
    except (ValidationError, binascii.Error) as error:
        raise NotSigned("its signature cannot be read") from error
    named = bundle.verification_material.public_key.hint
    if signature.keyid != named:
        raise NotSigned("its signature names two keys")
    if named not in keys:
        raise NotSigned(f"the key {short(named)} is not trusted here")
    try:
        keys[named].verify(signed, _framed(statement), ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise NotSigned(f"the key {short(named)} did not sign this") from error
    return statement, named


def _framed(statement: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is signed is the type as well."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(statement), statement)


def short(key: str) -> str:
    """A key's id as people read it: its first twelve digits."""
    return "".join(one for one in key.removeprefix("sha256:")[:12] if one.isalnum()) or "(none)"
