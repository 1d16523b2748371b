"""Bearer: whom a gateway worker speaks for at the broker, shown by a service token: one app, one visit, some minutes.

The gateway's supervisor makes the key when it starts and leaves only its public half on disk, readable by our own user;
workers inherit the private half. A new start voids every older token. Where there is no issuer there are no tokens.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from jwt.types import Options

from runtime.routes import Where

ISSUER = "gateway"
ALGORITHM = "EdDSA"
SECONDS = 60
LONGEST = 900
"""Seconds that a token may be good for, whatever it says itself (S3)."""
SKEW = 5
# The library would look at the clock by itself; times are checked by the `now` that is given.
OPTIONS: Options = {
    "verify_exp": False,
    "verify_iat": False,
    "require": ["iss", "aud", "iat", "exp", "jti", "stage"],
}


class BadToken(Exception):
    """The token is not one for this app, now. The message says why, never what stood in it."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token speaks for: one app at one stage, for the visit `call`."""

    app: str
    stage: Where
    call: str


class Issuer:
    """The gateway's end. Made once, before the workers are forked."""

    def __init__(self, public: Path) -> None:
        """Make a key; its public half is left at `public`."""
        self._key = Ed25519PrivateKey.generate()
        public.parent.mkdir(parents=True, exist_ok=True)
        draft = public.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_bytes(self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        draft.rename(public)

    def mint(self, app: str, stage: Where, call: str, now: int, seconds: int = SECONDS) -> str:
        """A token for what the host does on this app's behalf in this visit. `now` is the wall's UNIX seconds."""
        claims = {"iss": ISSUER, "aud": app, "stage": stage, "jti": call, "iat": now, "exp": now + seconds}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)


class Verifier:
    """The broker's end. Reads the public key each time, so a gateway that starts anew needs no broker that does."""

    def __init__(self, public: Path) -> None:
        self._public = public

    def check(self, token: str, app: str, now: int) -> Bearer:
        """Whom the token speaks for; BadToken unless it was issued for `app` and is good `now`."""
        try:
            claims = jwt.decode(
                token, self._key(), algorithms=[ALGORITHM], audience=app, issuer=ISSUER, options=OPTIONS
            )
        except jwt.InvalidAudienceError:
            raise BadToken("the token is another app's") from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise BadToken("the token is not one that the gateway issued") from None
        issued, expires = claims["iat"], claims["exp"]
        if not isinstance(issued, int) or not isinstance(expires, int) or not isinstance(claims["aud"], str):
            raise BadToken("the token is not one that the gateway issued")
        if not issued - SKEW <= now < expires or expires - issued > LONGEST:
            raise BadToken("the token is not good now")
        if claims["stage"] not in get_args(Where):
            raise BadToken("the token names no stage")
        return Bearer(app, claims["stage"], str(claims["jti"]))

    def _key(self) -> Ed25519PublicKey:
        try:
            key = load_pem_public_key(self._public.read_bytes())
        except (OSError, ValueError, UnsupportedAlgorithm):
            raise BadToken("the gateway has issued no key") from None
        if not isinstance(key, Ed25519PublicKey):
            raise BadToken("the gateway has issued no key")
        return key
