"""Secrets that show by their shape: vendors' documented prefixes, keys in armour, URLs with a password.

Each vendor line is a kind and the shape its documentation or its open-source scanners' rules give. Shapes end at a
character that cannot belong to the token, and every repetition is bounded or possessive: time is linear in the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from guardrails.found import Found
from guardrails.values import is_dummy
from guardrails.vendors import VENDOR, VENDORS, vendor
from guardrails.vocabulary import WEB_SCHEMES

_CANDIDATE = re.compile(r"(?<![\w$!+./|:~=-])[\w$!+./|:~=-]{16,}+", re.ASCII)
_SHORTEST = 16
_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]", re.ASCII)


def vendor_keys(text: str) -> Iterator[Found]:
    """Tokens with a vendor's prefix and shape, wherever in a run of token characters they start."""
    for run in _CANDIDATE.finditer(text):
        at = run.start()
        for start in _START.finditer(text, run.start(), run.end()):
            if start.start() < at:
                continue
            if run.end() - start.start() < _SHORTEST:
                break
            shape = VENDOR.match(text, start.start(), run.end())
            if shape and not _goes_on(text, shape.end()) and not _is_page(text, run.start(), *shape.span()):
                at = shape.end()
                yield Found(vendor(shape[0]), start.start(), at)


def starts_as_key(token: str) -> bool:
    """Whether a vendor's shape fits from the token's first character on."""
    return VENDOR.match(token) is not None


_PAGE = re.compile(r"(?:[A-Za-z]{1,8}-)?[0-9A-Fa-f]{32}")
_SIGNED = re.compile(r"[A-Za-z]{3,}[A-Za-z0-9]*[_.~-]|A[KS]IA|AIza|LTAI|EAA|EZ[AT]K|eyJ|AKC|SK|SG\.|dapi|\d+:A")


def _is_page(text: str, run: int, start: int, end: int) -> bool:
    """Whether this is the id of a page or document in a link's path: hex, or nothing that only a vendor would write."""
    before = text[run:start].rpartition("|")[2]
    if "/" not in before or "=" in before:
        return False
    if text[start - 1] == "/" and _PAGE.fullmatch(text, start, end):
        return True
    return not _SIGNED.match(text, start, end)


def _goes_on(text: str, end: int) -> bool:
    return end < len(text) and text[end].isascii() and text[end].isalnum()


_ARMOUR = re.compile(r"[-—–]{2,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?[-—–]{2,5}")
_ARMOUR_END = re.compile(r"[-—–]{2,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?[-—–]{2,5}")
_PUTTY = "PuTTY-User-Key-File"


def private_keys(text: str) -> Iterator[Found]:
    """Armoured private keys to their end line, or to the end of the text when that is missing."""
    at = 0 if "PRIVATE KEY" in text else len(text)
    while begin := _ARMOUR.search(text, at):
        close = _ARMOUR_END.search(text, begin.end())
        at = close.end() if close else len(text)
        yield Found("private-key", begin.start(), at)
    if (putty := text.find(_PUTTY)) >= 0:
        yield Found("private-key", putty, len(text))


_PUBLIC = re.compile(
    r"[-]{5}BEGIN (?P<what>(?:TRUSTED |X509 |NEW |RSA |EC )?(?:CERTIFICATE(?: REQUEST)?|PUBLIC KEY|CRL)|PKCS7|CMS"
    r"|PGP (?:PUBLIC KEY BLOCK|SIGNATURE)|SSH2 PUBLIC KEY)-{5}[^\x7f-]{1,20000}+-{5}END (?P=what)-{5}"
)


def public_armour(text: str) -> list[tuple[int, int]]:
    """Where whole certificates and public keys stand, in order: they are made to be shown (RFC 7468)."""
    return [hit.span() for hit in _PUBLIC.finditer(text)] if "-----BEGIN " in text else []


_SCHEME = re.compile(r"[A-Za-z0-9+.-]{1,20}[A-Za-z](?![A-Za-z0-9])", re.ASCII)
_ADDRESS = re.compile(r"[^\s<>\"'|\x7f]{3,3000}+")
_USERINFO = re.compile(r"([^\s/@:]{0,120}):([^\s/]{1,200})@(?=[\w\[.$-])")
_HOOK = re.compile(
    r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/\w+/.+|discord(?:app)?\.com/api/webhooks/\d+/.+"
    r"|[\w-]+\.webhook\.office\.com/webhook.+|hooks\.zapier\.com/hooks/catch/\d+/\w+"
    r"|chat\.googleapis\.com/v1/spaces/.+[?&]token=.+|api\.telegram\.org/bot\d+:.+",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[$%{<\[].*|x+|\*+|\.+|pass(?:word)?|pwd|pw|secret|token|your.*", re.IGNORECASE)


def urls_with_secrets(text: str) -> Iterator[Found]:
    """Webhook addresses and database URLs whole; of other URLs the `user:password` before the host."""
    for start, at, end in _urls(text):
        scheme, rest = text[start : at - 3].lower().split("+")[0], text[at:end]
        if _HOOK.match(rest) and not is_dummy(rest):
            yield Found("webhook", start, end)
        elif (info := _USERINFO.match(rest)) and not _REFERENCE.fullmatch(info[2]):
            if scheme not in WEB_SCHEMES:
                yield Found("connection-string", start, end)
            else:
                yield Found("login", at, at + info.end() - 1)


def _urls(text: str) -> Iterator[tuple[int, int, int]]:
    """Where each URL starts, where it goes on behind `://`, and where it ends."""
    at = text.find("://")
    while at >= 0:
        scheme = _SCHEME.match(text[max(0, at - 22) : at][::-1])
        rest = _ADDRESS.match(text, at + 3) if scheme else None
        if scheme and rest:
            yield at - scheme.end(), at + 3, rest.end()
        at = text.find("://", rest.end() if rest else at + 3)


def url_spans(text: str) -> list[tuple[int, int]]:
    """Where links stand, in order, with or without a scheme: their paths are addresses, not keys."""
    return [link.span() for link in _LINK.finditer(text)]


def inside(links: list[tuple[int, int]], at: int) -> bool:
    """Whether one of `url_spans` holds this place."""
    nearest = bisect_right(links, at, key=lambda link: link[0])
    return nearest > 0 and at < links[nearest - 1][1]


_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:(?://|(?=image/|text/|application/|font/))|\bwww\."
    r"|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}/)[^\s<>\"'|\x7f]{1,20000}+",
    re.IGNORECASE,
)


def kinds() -> frozenset[str]:
    """Every type named here."""
    return frozenset(name for name, _ in VENDORS) | {"private-key", "webhook", "connection-string", "login"}
