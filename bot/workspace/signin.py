"""Sign in with Slack: the OpenID Connect provider of the workspace (code flow, PKCE, RS256)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.workspace.config import Config, Json
from bot.workspace.directory import User
from bot.workspace.errors import Refused
from bot.workspace.harbor import Harbor
from bot.workspace.keep import Keep

CODE_S = 600
TOKEN_S = 300
"""How long an id_token is good: Slack's are short, they prove a moment."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A sign-in that an app asks for, already checked."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    scope: str

    def back(self, **answer: str) -> str:
        """Where the browser goes with the answer."""
        joint = "&" if "?" in self.redirect_uri else "?"
        state = {"state": self.state} if self.state else {}
        return f"{self.redirect_uri}{joint}{urlencode({**answer, **state})}"


@dataclass(frozen=True, slots=True)
class _Code:
    wish: Wish
    user: str
    expires: float


class SignIn:
    """Codes given out, access tokens, and the key that signs. The key is made when first needed, and kept."""

    def __init__(self, harbor: Harbor) -> None:
        self._harbor = harbor
        self._codes: dict[str, _Code] = {}
        self._tokens: dict[str, str] = {}

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return _key(self._harbor.keep)

    @cached_property
    def _public(self) -> Json:
        public: dict[str, Any] = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        kid = hashlib.sha256(public["n"].encode()).hexdigest()[:16]
        return {**public, "use": "sig", "alg": "RS256", "kid": kid, "key_ops": ["verify"]}

    def keys(self) -> Json:
        """The JWKS document."""
        return {"keys": [self._public]}

    def wish(self, query: Mapping[str, str]) -> Wish:
        """What an authorize request asks for. Refused when the client or its address is not known."""
        config = self._harbor.config
        if query.get("client_id") != config.client_id:
            raise Refused("invalid_client_id")
        if not config.allows_redirect(query.get("redirect_uri", "")):
            raise Refused("bad_redirect_uri")
        return Wish(
            query["redirect_uri"],
            query.get("state", ""),
            query.get("nonce", ""),
            query.get("code_challenge", ""),
            query.get("scope", ""),
        )

    @staticmethod
    def objection(query: Mapping[str, str]) -> str:
        """The OAuth error that goes back to a known client, empty when there is none."""
        if query.get("response_type") != "code":
            return "unsupported_response_type"
        if "openid" not in query.get("scope", "").replace(",", " ").split():
            return "invalid_scope"
        if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
            return "invalid_request"
        return ""

    def allow(self, query: Mapping[str, str], user: str) -> str:
        """A person agrees: the address, with a code, that their browser goes to."""
        wish = self.wish(query)
        if error := self.objection(query):
            return wish.back(error=error)
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(wish, user, self._harbor.clock() + CODE_S)
        return wish.back(code=code)

    def token(self, form: Mapping[str, str]) -> Json:
        """Trade a code, once, for tokens."""
        config = self._harbor.config
        if form.get("client_id") != config.client_id:
            raise Refused("invalid_client_id")
        if not hmac.compare_digest(form.get("client_secret", "").encode(), config.client_secret.encode()):
            raise Refused("bad_client_secret")
        if form.get("grant_type", "authorization_code") != "authorization_code":
            raise Refused("invalid_grant_type")
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or self._harbor.clock() > code.expires:
            raise Refused("invalid_code")
        if form.get("redirect_uri") != code.wish.redirect_uri:
            raise Refused("bad_redirect_uri")
        if code.wish.challenge and _s256(form.get("code_verifier", "")) != code.wish.challenge:
            raise Refused("invalid_code_verifier")
        access = "xoxp-" + secrets.token_urlsafe(32)
        self._tokens[access] = code.user
        return {"ok": True, "access_token": access, "token_type": "Bearer", "id_token": self._id_token(code, access)}

    def user_info(self, token: str) -> Json:
        """The claims of whoever an access token belongs to."""
        if token not in self._tokens:
            raise Refused("invalid_auth" if token else "not_authed")
        return {"ok": True, **self._claims(self._harbor.directory.users[self._tokens[token]])}

    def _claims(self, user: User) -> Json:
        config = self._harbor.config
        first, _, last = user.name.partition(" ")
        return {
            "sub": user.id,
            "https://slack.com/user_id": user.id,
            "https://slack.com/team_id": self._harbor.directory.team_of(user.id),
            "https://slack.com/team_name": user.company or config.team,
            "https://slack.com/team_domain": (user.company or config.team).lower(),
            "email": user.email,
            "email_verified": True,
            "date_email_verified": self._harbor.directory.created,
            "name": user.name,
            "given_name": first,
            "family_name": last,
            "picture": self._harbor.directory.picture(user),
            "locale": "en-US",
            # Slack has no such claim; other providers do, and what reads it must be tried.
            "groups": [
                one.handle
                for one in self._harbor.directory.groups.values()
                if user.id in one.members and not one.disabled_at
            ],
        }

    def _id_token(self, code: _Code, access: str) -> str:
        now, config = int(self._harbor.clock()), self._harbor.config
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            "iss": config.base_url,
            "aud": config.client_id,
            "iat": now,
            "exp": now + TOKEN_S,
            "auth_time": now,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **({"nonce": code.wish.nonce} if code.wish.nonce else {}),
            **self._claims(self._harbor.directory.users[code.user]),
        }
        return jwt.encode(claims, self._key, "RS256", headers={"kid": self._public["kid"]})


def discovery(config: Config) -> Json:
    """The document at `/.well-known/openid-configuration`."""
    base = config.base_url
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/openid/connect/authorize",
        "token_endpoint": f"{base}/api/openid.connect.token",
        "userinfo_endpoint": f"{base}/api/openid.connect.userInfo",
        "jwks_uri": f"{base}/openid/connect/keys",
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "auth_time", "iss"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    }


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _key(keep: Keep) -> rsa.RSAPrivateKey:
    kept = keep.one("key", "rs256")
    if kept:
        loaded = serialization.load_pem_private_key(kept["pem"].encode(), None)
        assert isinstance(loaded, rsa.RSAPrivateKey)
        return loaded
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    keep.put("key", "rs256", {"pem": pem.decode()})
    return key
