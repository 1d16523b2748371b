"""The decision: may this app send something to this URL? Pure; the unknown is denied, and every answer has a reason."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from runtime.broker.address import Network, forbidden
from runtime.broker.refusal import Refusal

LONGEST_URL = 4096
_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_VISIBLE = re.compile(r"[!-~]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads, in one spelling: `path` begins with `/` and includes the query."""

    scheme: Literal["https", "http"]
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        """`host`, or `host:port` where the port is not HTTPS's own: as a Grant spells it."""
        return self.host if self.port == PORTS["https"] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL in this one spelling."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Connect to `address` and nowhere else; or a Refusal. `why` says what allowed it."""

    target: Target | None
    address: str
    why: str
    refusal: Refusal | None = None

    @property
    def allowed(self) -> bool:
        """Whether anything may be sent."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Reach:
    """What a test may widen: networks that play the internet, and ports on which plain HTTP is spoken."""

    networks: Sequence[Network] = ()
    plain: Collection[int] = ()


INTERNET = Reach()
"""The internet, and HTTPS alone but for port 80 where a Grant names it."""


def parse(url: str) -> Target | Refusal:
    """Read a URL strictly. What two programs could read in two ways is refused."""
    if len(url) > LONGEST_URL or not _VISIBLE.fullmatch(url) or "\\" in url:
        return _unreadable("a URL is at most 4,096 visible ASCII characters, without a backslash")
    found = _URL.fullmatch(url)
    if found is None:
        return _unreadable("a URL begins with https://")
    scheme: Literal["https", "http"] = "https" if found[1].lower() == "https" else "http"
    if "@" in found[2]:
        return _unreadable("a URL carries no user name")
    host, colon, digits = found[2].lower().partition(":")
    if colon and (not re.fullmatch(r"[0-9]{1,5}", digits) or not 0 < int(digits) < 65536):
        return _unreadable("a port is a number from 1 to 65535")
    labels = host.split(".")
    if len(host) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(one) for one in labels):
        return _unreadable("a host is a full name in ASCII, such as api.example.com")
    # What ends in a number is an address in one of its many spellings, never a name (the URL standard says so too).
    if _NUMBER.fullmatch(labels[-1]):
        return _unreadable("a host is a name, not an address")
    path = found[3] if found[3].startswith("/") else f"/{found[3]}"
    return Target(scheme, host, int(digits) if colon else PORTS[scheme], path)


def admit(url: str, granted: Collection[str], reach: Reach = INTERNET) -> Target | Refusal:
    """The first half, before any name is looked up: an ungranted name never reaches a resolver.

    `granted` are hosts as Grants spell them: `api.example.com` is its port 443, another port is written out.
    """
    target = parse(url)
    if isinstance(target, Refusal):
        return target
    if target.name not in {one.lower().removesuffix(":443") for one in granted}:
        line = f"- kind: egress, hosts: [{target.name}]"
        return _blocked(
            target, f"not granted: egress to {target.name}; the template.yaml line that asks for it: {line}"
        )
    if target.scheme == "http" and target.port != PORTS["http"] and target.port not in reach.plain:
        return _blocked(target, f"{target.name} is only called over https")
    if target.scheme == "https" and target.port == PORTS["http"]:
        return _blocked(target, f"{target.name} was granted for plain http")
    return target


def decide(url: str, granted: Collection[str], addresses: Sequence[str], reach: Reach = INTERNET) -> Decision:
    """The whole decision, once the name was looked up; no address is a denial, and so is one bad address of many."""
    target = admit(url, granted, reach)
    if isinstance(target, Refusal):
        return Decision(None, "", target.why, target)
    if not addresses:
        return _denied(target, f"{target.host} could not be looked up", "unavailable")
    for one in addresses:
        against = forbidden(one, reach.networks)
        if against:
            return _denied(target, f"{target.host} leads to {against}", "blocked")
    # IPv4 first: a host with both is then reached from where IPv6 is announced and does not work.
    address = min(addresses, key=lambda one: ":" in one)
    return Decision(target, address, f"granted: egress:{target.name}")


def _denied(target: Target, why: str, kind: Literal["blocked", "unavailable"]) -> Decision:
    refusal = Refusal(kind, f"blocked: {target.name}: {why}", {"blocked": target.name})
    return Decision(None, "", why, refusal)


def _blocked(target: Target, why: str) -> Refusal:
    return Refusal("blocked", f"blocked: {target.name}: {why}", {"blocked": target.name})


def _unreadable(why: str) -> Refusal:
    return Refusal("blocked", f"blocked: {why}")
