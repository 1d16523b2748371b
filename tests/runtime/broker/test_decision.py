"""The decision, pure: which URLs can be read at all, which are granted, and which addresses may be connected to."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.broker import decision
from runtime.broker.address import forbidden
from runtime.broker.decision import Target, decide
from runtime.broker.refusal import Refusal

GRANTED = frozenset(
    {"api.example.com", "api.example.com:8443", "plain.example.com:80", "2130706433", "[::1]", "127.0.0.1"}
)
PUBLIC = ["93.184.216.34"]


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://api.example.com", Target("https", "api.example.com", 443, "/")),
        ("HTTPS://API.Example.Com/A?b=C#d", Target("https", "api.example.com", 443, "/A?b=C")),
        ("https://api.example.com:443/", Target("https", "api.example.com", 443, "/")),
        ("https://api.example.com?a=1", Target("https", "api.example.com", 443, "/?a=1")),
        ("https://api.example.com:8443/x", Target("https", "api.example.com", 8443, "/x")),
        ("http://plain.example.com/", Target("http", "plain.example.com", 80, "/")),
    ],
)
def test_a_granted_url_is_allowed_with_its_reason(url: str, target: Target) -> None:  # S2
    decided = decide(url, GRANTED, PUBLIC)
    assert (decided.allowed, decided.target, decided.address) == (True, target, PUBLIC[0])
    assert decided.why == f"granted: egress:{target.name}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "//api.example.com/",
        "ftp://api.example.com/",
        "file:///etc/passwd",
        "https:api.example.com",
        "https:///api.example.com",
        "https://",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]:443/",
        "https://api.example.com./",
        "https://api.example.com.127/",
        "https://a.0x1/",
        "https://user@api.example.com/",
        "https://user:pw@api.example.com/",
        "https://api.example.com@evil.net/",
        "https://api.example.com:@evil.net/",
        "https://api.example.com\\@evil.net/",
        "https:\\\\api.example.com\\",
        "https://api.example.com%2eevil.net/",
        "https://api%2eexample.com/",
        "https://api.example.com:0/",
        "https://api.example.com:65536/",
        "https://api.example.com:443:443/",
        "https://api.example.com:+443/",
        "https://api.example.com:４４３/",
        "https://аpi.example.com/",
        "https://api。example.com/",
        "https://api.example.com/ü",
        "https://api.example.com/ /",
        "https://api.example.com/\r\nhost: evil",
        "https://api.example.com/\0",
        "\thttps://api.example.com/",
        "https://api.example.com /",
        "https://-api.example.com/",
        "https://api..example.com/",
        "https://.example.com/",
        "https://api_x.example.com/",
        f"https://{'a' * 64}.example.com/",
        f"https://{'a.' * 130}com/",
        "https://api.example.com/" + "a" * 4096,
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(url: str) -> None:  # S2
    decided = decide(url, {*GRANTED, "localhost", "a.0x1"}, PUBLIC)
    assert not decided.allowed
    assert decided.why.startswith("blocked: a ")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.net/",
        "https://example.com/",
        "https://sub.api.example.com/",
        "https://api.example.com.evil.net/",
        "https://xn--pi-6kc.example.com/",
        "https://api.example.com:8080/",
        "http://api.example.com/",
        "https://plain.example.com/",
        "http://api.example.com:443/",
        "http://api.example.com:8443/",
        "https://plain.example.com:80/",
    ],
)
def test_what_is_not_exactly_granted_is_denied(url: str) -> None:  # S2
    decided = decide(url, GRANTED, PUBLIC)
    assert not decided.allowed
    assert decided.refusal is not None
    assert decided.refusal.facts["blocked"] in decided.why


def test_the_port_of_https_may_be_written_out_in_a_grant() -> None:
    assert decide("https://api.example.com/", {"api.example.com:443"}, PUBLIC).allowed


def test_a_name_without_an_address_is_denied() -> None:  # S2
    decided = decide("https://api.example.com/", GRANTED, [])
    assert decided.refusal == Refusal(
        "unavailable",
        "blocked: api.example.com: api.example.com could not be looked up",
        {"blocked": "api.example.com"},
    )


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:93.184.216.34",
        "::ffff:0:127.0.0.1",
        "64:ff9b::1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:5db8:d822::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "api",
        "1",
    ],
)
def test_an_address_that_is_not_the_public_internet_is_refused(address: str) -> None:  # S2
    assert forbidden(address)
    assert not decide("https://api.example.com/", GRANTED, [address]).allowed
    assert not decide("https://api.example.com/", GRANTED, [*PUBLIC, address]).allowed


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111"])
def test_an_address_of_the_internet_is_fine(address: str) -> None:
    assert forbidden(address) == ""


def test_of_two_kinds_of_addresses_the_older_is_taken() -> None:
    assert decide("https://api.example.com/", GRANTED, ["2606:4700::1", "1.1.1.1"]).address == "1.1.1.1"


@given(st.one_of(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 2**128 - 1).map(IPv6Address)))
def test_no_address_is_let_through_that_the_library_calls_local(address: IPv4Address | IPv6Address) -> None:
    found = ip_address(str(address))
    if not found.is_global or found.is_multicast or found.is_private or found.is_reserved or found.is_loopback:
        assert forbidden(str(address))


@given(
    st.text("api.exmlco:84043/@[]%#?\\ xХ⁄", max_size=60).map(lambda rest: f"https://api.example{rest}"),
    st.sampled_from([[], PUBLIC, ["10.0.0.1"]]),
)
def test_whatever_the_url_a_decision_has_a_reason_and_only_granted_names_pass(url: str, addresses: list[str]) -> None:
    decided = decide(url, GRANTED, addresses)
    assert decided.why
    if decided.target is not None:
        assert decided.target.name in GRANTED
        assert decision.parse(decided.target.url) == decided.target
