"""The vault: envelope encryption. A value is sealed under a data key of its own, that key under one of the keyring.

What a value is *for* (workspace, app, name, approved hosts) is sealed in with it: a row that somebody moves to another
app or opens to another host in the database can no longer be opened.
"""

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from templates.bundle import canonical_json

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class Locked(Exception):
    """The keyring cannot be read, or has not the key that is needed. The message never tells of a value."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that only a keyring with the key `key` opens. Texts are base64."""

    key: str
    wrapped: str
    value: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a value is for; `app` is empty for a platform secret."""

    workspace: str
    app: str
    name: str
    hosts: Sequence[str]

    @property
    def bound(self) -> bytes:
        """What the seal covers beside the value."""
        return canonical_json([self.workspace, self.app, self.name, list(self.hosts)])


@dataclass(frozen=True)
class Keyring:
    """Key-encryption keys by id; the first seals, all open."""

    keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def current(self) -> str:
        """The id of the key that seals; Locked when there is none."""
        if not self.keys:
            raise Locked("the vault has no key: see docs/outside.md")
        return next(iter(self.keys))

    def seal(self, purpose: Purpose, value: bytes) -> Sealed:
        """Seal a value under a fresh data key."""
        data_key = bytearray(os.urandom(KEY_BYTES))
        try:
            nonce = os.urandom(NONCE_BYTES)
            sealed = nonce + AESGCM(data_key).encrypt(nonce, value, purpose.bound)
            return Sealed(self.current, self._wrap(data_key, purpose), _text(sealed))
        finally:
            zero(data_key)

    def open(self, purpose: Purpose, sealed: Sealed) -> bytearray:
        """The value, for the caller to `zero`; Locked when the key is missing or anything was changed."""
        data_key = self._unwrap(purpose, sealed)
        try:
            return _open(data_key, _bytes(sealed.value), purpose.bound)
        finally:
            zero(data_key)

    def rewrap(self, purpose: Purpose, sealed: Sealed) -> Sealed:
        """The same value under the current key; the value itself is not opened."""
        data_key = self._unwrap(purpose, sealed)
        try:
            return Sealed(self.current, self._wrap(data_key, purpose), sealed.value)
        finally:
            zero(data_key)

    def _wrap(self, data_key: bytearray, purpose: Purpose) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return _text(nonce + AESGCM(self.keys[self.current]).encrypt(nonce, bytes(data_key), purpose.bound))

    def _unwrap(self, purpose: Purpose, sealed: Sealed) -> bytearray:
        key = self.keys.get(sealed.key)
        if key is None:
            raise Locked(f"the vault has no key {sealed.key}")
        return _open(key, _bytes(sealed.wrapped), purpose.bound)


def parse_keys(text: str) -> Keyring:
    """A keyring from lines of `id:base64 of 32 bytes`, the current key first; Locked says which line is wrong."""
    keys: dict[str, bytes] = {}
    for number, line in enumerate(filter(None, (one.strip() for one in text.splitlines())), start=1):
        name, _, encoded = line.partition(":")
        key = _bytes(encoded, f"key {number} of the vault is not base64")
        if not name or len(key) != KEY_BYTES or name in keys:
            raise Locked(f"key {number} of the vault is not `id:base64 of 32 bytes` with an id of its own")
        keys[name] = key
    return Keyring(keys)


def zero(value: bytearray) -> None:
    """Overwrite a value in place."""
    value[:] = bytes(len(value))


def _open(key: bytes | bytearray, sealed: bytes, bound: bytes) -> bytearray:
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Locked("a sealed value is damaged")
    opened = bytearray(len(sealed) - NONCE_BYTES - TAG_BYTES)
    try:
        AESGCM(key).decrypt_into(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound, opened)
    except InvalidTag:
        raise Locked("a sealed value is damaged, or was moved to where it does not belong") from None
    return opened


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str, why: str = "a sealed value is damaged") -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Locked(why) from None
