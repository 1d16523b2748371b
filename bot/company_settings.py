"""What the environment says of the organisation's own sign-in, beside the chat's: a sibling of `bot.settings`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

VARIABLES = ("SLIPWAY_OIDC_ISSUER", "SLIPWAY_OIDC_CLIENT_ID", "SLIPWAY_OIDC_CLIENT_SECRET")
LONGEST = 40


@dataclass(frozen=True)
class CompanySettings:
    """An OpenID Connect provider, and what we are to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


def name(environ: Mapping[str, str]) -> str:
    """What people call it; empty where there is none. All that a gateway needs, which never sees the secret."""
    issuer = environ.get(VARIABLES[0], "")
    return (environ.get("SLIPWAY_OIDC_NAME") or urlsplit(issuer).hostname or "")[:LONGEST] if issuer else ""


def read(environ: Mapping[str, str]) -> CompanySettings | None:
    """All of it, or None where nothing of it is set. ValueError names what is missing or wrong."""
    said = {one: environ.get(one, "") for one in VARIABLES}
    if not any(said.values()):
        return None
    if missing := [one for one, value in said.items() if not value]:
        raise ValueError(f"{', '.join(missing)} is not set: the sign-in of your organisation needs all three.")
    issuer = said[VARIABLES[0]]
    parts = urlsplit(issuer)
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise ValueError(f"{VARIABLES[0]} is {issuer!r}: set it to an address that begins with https://.")
    return CompanySettings(issuer, said[VARIABLES[1]], said[VARIABLES[2]], name(environ))
