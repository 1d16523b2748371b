"""Vendors' keys that were taken apart or written in another alphabet: `A K I A …`, `AKIA-Z7Q2-…`, a Cyrillic `А`.

Only tokens with a vendor's prefix and shape are meant: letters of other alphabets are how most people write, and
groups of letters are order numbers, dates and phone numbers.
"""

import re
from collections.abc import Iterator

from guardrails.examples import is_example
from guardrails.found import Found
from guardrails.shapes import vendor_keys
from guardrails.values import is_opaque
from guardrails.vendors import VENDOR, vendor

_ALIKE = str.maketrans(
    # Of Unicode's confusables the Cyrillic and Greek letters that look like one Latin letter.
    "АВЕЅІЈКМНОРСТУХԚԜҮавеѕіјкорсухԛԝһԁӏгпмтҽ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχϲϳ",
    "ABESIJKMHOPCTYXQWYabesijkopcyxqwhdlrnmte" + "ABEZHIKMNOPTYXayikvoptuxcj",
)
_CHAR = r"[\w+/=:~.!-]"
_SIZES = (1, 2, 3, 4, 5, 6, 8, 10)
_APART = re.compile(
    rf"(?<![\w+/=~!-])(?P<first>{_CHAR}{{1,12}}?)(?P<by> - |, |  |[ .|-])(?:"
    + "|".join(
        rf"(?P<s{size}>(?:{_CHAR}{{{size}}}(?P=by)){{{max(2, 12 // size)},600}}{_CHAR}{{1,{size}}})" for size in _SIZES
    )
    + ")",
    re.ASCII,
)
"""A first group, then groups of one size with the same sign between them."""
_FEWEST = 3
_LONGEST = max(_SIZES)
_PREFIX = re.compile(r"[A-Za-z]{2}")


def disguised(text: str) -> Iterator[Found]:
    """Vendors' keys that `vendor_keys` sees only once the disguise is off; places are those in `text`."""
    plain = text if text.isascii() else text.translate(_ALIKE)
    if plain != text:
        yield from (one for one in vendor_keys(plain) if not text[one.start : one.end].isascii())
    at = 0
    while run := _APART.search(plain, at):
        found = next(_together(plain, run), None)
        # Each group of the run was tried as the first; only its last may also belong to another run.
        at = found.end if found else max(run.end("first"), run.end() - _LONGEST)
        if found:
            yield found


def _together(text: str, run: re.Match[str]) -> Iterator[Found]:
    """The keys that a run of groups is, read without what stands between them."""
    size = int((run.lastgroup or "s1")[1:])
    step = len(run["by"])
    groups = [run.span("first")]
    start, end = run.span(f"s{size}")
    groups += [(at, min(at + size, end)) for at in range(start, end, size + step)]
    places = [at for group in groups for at in range(*group)]
    joined = "".join(text[at] for at in places)
    ends = {right - 1 for _, right in groups}
    offset = 0
    for number, (left, right) in enumerate(groups[:-_FEWEST]):
        shape = VENDOR.match(joined, offset) if _PREFIX.match(joined, offset) else None
        last = places[shape.end() - 1] if shape else 0
        if last in ends and last >= groups[number + _FEWEST - 1][0] and shape and _is_key(shape[0]):
            yield Found(vendor(shape[0]), left, last + 1)
        offset += right - left


def _is_key(token: str) -> bool:
    return is_opaque(token) and not is_example(token)
