"""Values that look like a key and are none: masks, the alphabet, fixtures that name themselves, published examples.

Only for what machines make. A person's password may well be `abcdefghij`, so passwords are never judged here.
"""

import re
from hashlib import sha256
from itertools import pairwise

from guardrails.vendors import VENDOR, is_near_miss
from guardrails.vocabulary import bag

_LONGEST = 200
_LINE = re.compile(r"abcdefghij|bcdefghijk|0123456789|1234567890|jihgfedcba|9876543210", re.IGNORECASE)
_SAYS_SO = re.compile(
    r"example(?!\.[a-z])|placeholder|dummy|redacted|changeme|change-me|notreal|not-a-real|insert[-_]|some-other"
    r"|(?<![a-z])(?:your|fake|sample)(?![a-z])",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?<![A-Za-z0-9])(?:12345?6?7?8?9?0?|0{4,12}|1{4,12})-(?:12345?6?7?8?9?0?|0{4,12}|1{4,12})-")
_PUBLIC = re.compile(r"MII[BC]IjANBgkq|MFkwEwYHKoZI|AAAA(?:B3NzaC1yc2E|C3NzaC1lZDI|E2VjZHNh)")
"""How the public halves of keys begin, in PEM and for SSH."""
_PARTS = re.compile(r"[A-Za-z0-9]+")
_WORDY = re.compile(r"(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[A-Z](?=[A-Z]))*\d{0,5}|[A-Za-z]{1,3}\d{1,3}|[a-z]")
_MASK = re.compile(r"[#*•xX]{4}")

_PUBLISHED = bag(
    """f56e323494a6ffc2 2037abcaffb2b777 3f370c9dd8225c63 e4a5542bb7fd7b67 a19f89ab3555eac1 0b476bdf9acf2123
    eb540d2b6ee2a0a4 37f8f09bdf12c2f2 8731261cb72d8626 49f777db995e8260 27a9a42931dff7eb dc0fcf046c61640c
    4c98242dcadc8b29 ea9bb1082cf95663 3a8b61d0f636b007 a6c814bc555ae62c"""
)
"""The first 8 bytes of the SHA-256 of values a vendor published as examples: the sixteen keys of Google's own
firebase-android-sdk tests, which public scanners let pass by name."""


def is_example(token: str) -> bool:
    """Whether a machine-made value is a filler, a public key, or was published as an example."""
    head = token[:_LONGEST]
    if _is_filler(head) or _SAYS_SO.search(head) or _PUBLIC.match(head):
        return True
    return sha256(token.encode()).hexdigest()[:16] in _PUBLISHED


def is_wordy(token: str) -> bool:
    """Two or more words and numbers joined by signs, such as `persona_production_short`: a name for something."""
    parts = _PARTS.findall(token[:_LONGEST])
    numbered = sum(not part.isalpha() and not part.isdigit() for part in parts)
    named = len(parts) > 1 and numbered < 2 and all(_is_name(part) for part in parts)
    return named and not VENDOR.match(token)


def _is_name(part: str) -> bool:
    humps = sum(a.islower() and b.isupper() for a, b in pairwise(part))
    return _WORDY.fullmatch(part) is not None and humps <= len(part) / 6


def _is_filler(token: str) -> bool:
    """One letter over and over, the alphabet, groups that only count: `1234-1234-`."""
    plain = "".join(_PARTS.findall(token))
    low = plain.lower()
    if len(low) < 8:
        return False
    doubled = sum(a == b for a, b in pairwise(low))
    if doubled >= 0.4 * len(low):
        return True
    if _LINE.search(low) and _straight(low) >= 0.4 * len(low):
        return True
    return _COUNTED.search(token) is not None


def _straight(low: str) -> int:
    """How many characters follow their predecessor in the alphabet or in counting."""
    return sum(ord(b) - ord(a) == 1 or (a == "9" and b == "0") for a, b in pairwise(low))


_TOKEN = re.compile(r"[\w+/=.:~!-]{0,400}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,60}[=:](?=[\w-]{5})")
_ASSIGNED = re.compile(
    r"""\s*(?:(?:export|set|var|let|const|string|String|final|static|ENV|ARG)\s+)*"""
    r"""(?:(?:["'$@-]{0,3}[A-Za-z]\w*(?:_|[a-z][A-Z]|["'])[\w.-]*["']?(?:\s+string)?\s*(?::=|=>|\?=|=|:)"""
    r"""|[A-Za-z]\w*\s*:?=)\s*["'`]?){1,2}""",
    re.ASCII,
)
_CLOSED = re.compile(r"""["'`;,)\]}]{0,4}\s*""")


def is_fixture(text: str, start: int, end: int) -> bool:
    """Whether a find is no secret: an example, masked right behind, or a near miss of a vendor's fixed shape.

    A near miss counts only as a line of code that assigns it, or as the whole text. In a sentence somebody pasted it
    in earnest, and a key with one letter too few is still nearly all of the key.
    """
    low = start - len(_TOKEN.match(text[max(0, start - 400) : start][::-1])[0])  # type: ignore[index]  # always matches
    run = text[low : _TOKEN.match(text, end).end()]  # type: ignore[union-attr]  # always matches
    if name := _NAME.match(run):
        run, low = run[name.end() :], low + name.end()
    run = run.rstrip(".:=") or run
    value = text[start:end]
    if is_example(value) or _MASK.match(text, end):
        return True
    return is_near_miss(run) and _is_alone(text, low, low + len(run))


def _is_alone(text: str, start: int, end: int) -> bool:
    left = text.rfind("\n", 0, start) + 1
    right = text.find("\n", end)
    before, after = text[left:start], text[end : right if right >= 0 else len(text)]
    if not _CLOSED.fullmatch(after) or len(before) > 100:
        return False
    return _ASSIGNED.fullmatch(before) is not None or not (text[:start] + text[end:]).strip(" \t\"'`\n")
