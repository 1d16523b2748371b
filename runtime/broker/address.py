"""Addresses: which of them an app may ever reach. Whatever is not plainly the public internet is refused."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is routed on the internet (RFC 4291); NAT64, mapped and local forms lie outside it."""
REFUSED: Sequence[tuple[str, str]] = (
    ("0.0.0.0/8", "this machine"),
    ("10.0.0.0/8", "a private network"),
    ("100.64.0.0/10", "a provider's own network"),
    ("127.0.0.0/8", "this machine"),
    ("168.63.129.16/32", "a cloud's metadata"),
    ("169.254.0.0/16", "link-local, where clouds keep metadata"),
    ("172.16.0.0/12", "a private network"),
    ("192.0.0.0/24", "a special purpose"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "a relay to IPv6"),
    ("192.168.0.0/16", "a private network"),
    ("198.18.0.0/15", "benchmarks"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "many machines at once"),
    ("240.0.0.0/4", "a special purpose"),
    ("2001::/23", "a special purpose"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "an IPv4 address in disguise"),
    ("3fff::/20", "documentation"),
)
"""From the IANA special-purpose registries, with the metadata address that one cloud keeps on the public internet."""
_REFUSED = tuple((ip_network(network), what) for network, what in REFUSED)


def forbidden(text: str, also: Sequence[Network] = ()) -> str:
    """What stands against connecting to an address, in words; empty when nothing does.

    `also` are networks that may be reached all the same; only tests, where loopback plays the internet, have any.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return "no address"
    if any(address in network for network in also):
        return ""
    if isinstance(address, IPv6Address) and (address.scope_id or address not in GLOBAL_UNICAST):
        return "a local or translated IPv6 address"
    for network, what in _REFUSED:
        if address in network:
            return what
    # The library's own opinion comes on top: a table may lag behind the registries, but not both at once.
    return "" if address.is_global and not address.is_multicast else "a special purpose"
