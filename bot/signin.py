"""Sign in with Slack: the half of OpenID Connect that needs the client secret, and so lives in control."""

from dataclasses import dataclass, field
from functools import cache

import httpx2
import jwt

TIMEOUT = 5.0
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
        reply = (
            _web()
            .post(
                provider.token_url,
                data={
                    "grant_type": "authorization_code",
                    "client_id": client.ident,
                    "client_secret": client.secret,
                    "code": code,
                    "redirect_uri": redirect_uri,
                    "code_verifier": verifier,
                },
            )
            .json()
        )
        if not reply.get("ok"):
            raise SignInRefused("That sign-in was used already or has expired. Please sign in again.")
        key = _signing_key(provider, reply["id_token"])
        claims = jwt.decode(
            reply["id_token"],
            key=key,
            algorithms=["RS256"],
            audience=client.ident,
            issuer=provider.issuer,
            leeway=SKEW,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        if claims.get("nonce") != nonce:
            raise SignInRefused("That sign-in belongs to another visit. Please sign in again.")
        groups = claims.get(client.claim) if client.claim else None
        team, user = claims["https://slack.com/team_id"], claims["https://slack.com/user_id"]
        return Claims(team, user, claims.get("name", ""), groups)
    except (httpx2.HTTPError, jwt.PyJWTError, ValueError, KeyError) as error:
        raise SignInRefused("The sign-in could not be checked. Please try again.") from error


def _signing_key(provider: Provider, token: str) -> jwt.PyJWK:
    keys = jwt.PyJWKSet.from_dict(_web().get(provider.keys_url).raise_for_status().json())
    wanted = jwt.get_unverified_header(token).get("kid")
    for key in keys.keys:
        if key.key_id == wanted:
            return key
    raise SignInRefused("The sign-in was signed by an unknown key. Please try again.")
