"""Sign in with Slack: the half of OpenID Connect that needs the client secret, and so lives in control."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2
import jwt

TIMEOUT = 5.0
ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures by a key that only the provider has; never one by a secret that we hold as well."""
UNCHECKED = "The sign-in could not be checked. Please try again."
SKEW = 60
"""Seconds by which the provider's clock may differ from ours."""


class SignInRefused(Exception):
    """The provider or the token said no; the message may be shown to the visitor."""


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider, as its discovery document describes it."""

    issuer: str
    authorize_url: str
    token_url: str
    keys_url: str


@dataclass(frozen=True, slots=True)
class Claims:
    """Who signed in: the chat's own ids. `groups` is what the claim says that roles are read from, None without it."""

    workspace: str
    user: str
    name: str
    groups: object = None


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to the provider, and the name of the claim that roles are read from, if any."""

    ident: str
    secret: str = field(repr=False)
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who signed in at the organisation's own provider. Only `issuer` and `subject` together name an account."""

    issuer: str
    subject: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Company:
    """The organisation's own provider, and what we are to it."""

    issuer: str
    client: Client
    name: str
    """What people call it."""

    def begin(self) -> str:
        """Where a sign-in begins. SignInRefused when the provider cannot be had."""
        return self._provider().authorize_url

    def exchange(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> Subject:
        """Trade a visitor's code for who they are there; SignInRefused on any doubt."""
        provider = self._provider()
        try:
            claims = _verified(
                provider, self.client, _traded(provider, self.client, code, redirect_uri, verifier), nonce
            )
            several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
            if (several or "azp" in claims) and claims.get("azp") != self.client.ident:
                raise SignInRefused("That sign-in was made for another application.")
            subject = claims["sub"]
            if not isinstance(subject, str) or not subject:
                raise SignInRefused(UNCHECKED)
        except (httpx2.HTTPError, jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise SignInRefused(UNCHECKED) from error
        name, email = (one if isinstance(one := claims.get(what), str) else "" for what in ("name", "email"))
        return Subject(provider.issuer, subject, name, email)

    def _provider(self) -> Provider:
        """As it describes itself; another issuer's description is not taken for it, nor is one that leaves TLS."""
        found = discover(self.issuer)
        addresses = (found.authorize_url, found.token_url, found.keys_url)
        scheme = "http://" if self.issuer.startswith("http://") else "https://"
        if found.issuer != self.issuer or not all(one.startswith((scheme, "https://")) for one in addresses):
            raise SignInRefused("The sign-in provider is not the one that was set up. Please tell the platform team.")
        return found


@cache
def _web() -> httpx2.Client:
    """One for all sign-ins: to read the trusted certificates takes longer than a sign-in. It keeps no connection."""
    return httpx2.Client(timeout=TIMEOUT, limits=httpx2.Limits(max_keepalive_connections=0))


def discover(issuer: str) -> Provider:
    """Read the provider's discovery document; SignInRefused when it cannot be had."""
    try:
        reply = _web().get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        document = reply.raise_for_status().json()
        return Provider(
            issuer=document["issuer"],
            authorize_url=document["authorization_endpoint"],
            token_url=document["token_endpoint"],
            keys_url=document["jwks_uri"],
        )
    except (httpx2.HTTPError, ValueError, KeyError) as error:
        raise SignInRefused("Sign-in is not reachable right now. Please try again in a minute.") from error


def exchange(provider: Provider, client: Client, code: str, redirect_uri: str, verifier: str, nonce: str) -> Claims:
    """Trade the visitor's code for verified claims; SignInRefused on any doubt (signature, audience, nonce, expiry)."""
    try:
        claims = _verified(provider, client, _traded(provider, client, code, redirect_uri, verifier), nonce)
        groups = claims.get(client.claim) if client.claim else None
        team, user = claims["https://slack.com/team_id"], claims["https://slack.com/user_id"]
        return Claims(team, user, claims.get("name", ""), groups)
    except (httpx2.HTTPError, jwt.PyJWTError, ValueError, KeyError) as error:
        raise SignInRefused(UNCHECKED) from error


def _traded(provider: Provider, client: Client, code: str, redirect_uri: str, verifier: str) -> str:
    """The ID token for a code, which is good once."""
    given = {
        "grant_type": "authorization_code",
        "client_id": client.ident,
        "client_secret": client.secret,
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    reply = _web().post(provider.token_url, data=given)
    document = reply.json()
    # Slack says a refusal with 200 and `ok: false`, others with 400.
    if reply.is_error or document.get("ok") is False or not isinstance(document.get("id_token"), str):
        raise SignInRefused("That sign-in was used already or has expired. Please sign in again.")
    return str(document["id_token"])


def _verified(provider: Provider, client: Client, token: str, nonce: str) -> Mapping[str, Any]:
    """What an ID token claims, signed by this provider, for us and for this very visit."""
    claims: Mapping[str, Any] = jwt.decode(
        token,
        key=_signing_key(provider, token),
        algorithms=ALGORITHMS,
        audience=client.ident,
        issuer=provider.issuer,
        leeway=SKEW,
        options={"require": ["exp", "iat", "iss", "aud", "sub"]},
    )
    if not nonce or claims.get("nonce") != nonce:
        raise SignInRefused("That sign-in belongs to another visit. Please sign in again.")
    return claims


def _signing_key(provider: Provider, token: str) -> jwt.PyJWK:
    keys = jwt.PyJWKSet.from_dict(_web().get(provider.keys_url).raise_for_status().json())
    wanted = jwt.get_unverified_header(token).get("kid")
    for key in keys.keys:
        if key.key_id == wanted:
            return key
    raise SignInRefused("The sign-in was signed by an unknown key. Please try again.")
