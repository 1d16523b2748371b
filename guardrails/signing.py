"""The signing key: a P-256 key in a file that control alone may read, named by the digest of its public half."""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from templates.bundle import digest_of
from templates.manifest import Digest


class NoKey(Exception):
    """There is no key that may be used; the message says why and what to do."""


class SigningKey:
    """A private key. It never leaves this object but into its own file."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = pem(private.public_key())
        self.id = key_id(private.public_key())

    def sign(self, content: bytes) -> bytes:
        """ECDSA over SHA-256, as DER; the same content gives the same bytes (RFC 6979): a step may be taken twice."""
        return self._private.sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    def keep(self, path: Path) -> None:
        """Write the key so that it is there whole or not at all, for our user alone."""
        draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(
                self._private.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
            opened.flush()
            os.fsync(opened.fileno())
        draft.rename(path)


def make() -> SigningKey:
    """A new key."""
    return SigningKey(ec.generate_private_key(ec.SECP256R1()))


def read(path: Path) -> SigningKey:
    """The key in this file; FileNotFoundError when there is none, NoKey when it may not be used."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as opened:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
            raise NoKey(f"{path} can be read by others, or is no plain file: chmod 600 it, or rotate the key")
        try:
            private = serialization.load_pem_private_key(opened.read(65536), password=None)
        except ValueError as error:
            raise NoKey(f"{path} holds no key: run `platformctl key rotate`") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise NoKey(f"{path} holds another kind of key: run `platformctl key rotate`")
    return SigningKey(private)


def pem(public: ec.EllipticCurvePublicKey) -> str:
    """A public key as text, as others' tools read it."""
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def key_id(public: ec.EllipticCurvePublicKey) -> Digest:
    """What names a key: the digest of its public half."""
    return digest_of(public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def public_key(text: str, name: str) -> ec.EllipticCurvePublicKey:
    """The public key in this text; ValueError when it is none of ours, or not the one with this name."""
    found = serialization.load_pem_public_key(text.encode())
    if not isinstance(found, ec.EllipticCurvePublicKey) or not isinstance(found.curve, ec.SECP256R1):
        raise ValueError("it is no P-256 key")
    if key_id(found) != name:
        raise ValueError("it is another key than its name says")
    return found
