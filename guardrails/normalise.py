"""Undress a message: the plain text a person meant, and where each of its characters stood in the original.

A secret survives any scanner when it wears full-width letters, zero-width characters, Slack entities, percent
encoding or markdown, or when a line break cuts it. Detection looks at a `View`; redaction happens in the original.
"""

import re
import unicodedata
from base64 import b64decode
from binascii import Error as NotBase64
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from guardrails.found import Found
from guardrails.shapes import starts_as_key
from guardrails.values import is_opaque

BARRIER = "\x7f"
"""Stands for what is already redacted; nothing is read across it. No message has it: controls are dropped."""

PLACEHOLDER = re.compile(r"<([a-z][a-z0-9-]{1,40})#([0-9]{1,4})>")

_SPECIAL = re.compile(
    r"<[a-z][a-z0-9-]{1,40}#[0-9]{1,4}>|&(?:amp|lt|gt|quot|nbsp|#39);|%[0-9A-Fa-f]{2}|[*`]|~(?<![^\s*_~(\"']~)|~(?![^\s*_~.,;:!?)\"'])|[^\t\n\r\x20-\x7e]"
)
_PERHAPS = re.compile(r"[^\t\n\r !\"#$'()+,\-./0-9:;=>?@A-Z\[\\\]^_a-z{|}]")
"""Where `_SPECIAL` can begin; one class of characters is searched many times faster than it."""
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " "}
_QUOTES = dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛‹›", "'")
_INVISIBLE = {"Cf", "Cc", "Cs"}
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(c) for c in range(0xFE00, 0xFE10)}


@dataclass(frozen=True, slots=True)
class View:
    """`text` as detectors read it; its character `i` came from original `[starts[i], ends[i])`."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, seen: Found) -> Found:
        """A find in the view, placed in the original."""
        return Found(seen.type, self.starts[seen.start], self.ends[seen.end - 1])

    def part(self, start: int, end: int) -> "View":
        """One stretch of the view."""
        return View(self.text[start:end], self.starts[start:end], self.ends[start:end])


def stretches(text: str, spans: Iterable[tuple[int, int]], reach: int) -> list[tuple[int, int]]:
    """What stands within `reach` of these sorted spans, out to whole words; stretches that meet are one."""
    edges: list[tuple[int, int]] = []
    for start, end in spans:
        last = edges[-1][1] if edges else 0
        if edges and start - reach <= last:
            begin = edges.pop()[0]
        else:
            begin = _before_word(text, last, max(last, start - reach))
        edges.append((begin, max(last, _after_word(text, end + reach))))
    return edges


_SPACE = re.compile(r"\s")


def _before_word(text: str, floor: int, at: int) -> int:
    return max(floor, text.rfind(" ", floor, at) + 1, text.rfind("\n", floor, at) + 1)


def _after_word(text: str, at: int) -> int:
    space = _SPACE.search(text, at)
    return space.start() if space else len(text)


def normalise(
    text: str, kinds: frozenset[str], gone: Sequence[Found] = (), start: int = 0, end: int | None = None
) -> View:
    """The view of a message, or of a stretch of it. Placeholders of known `kinds`, and what is `gone`, become one
    BARRIER each."""
    end = len(text) if end is None else end
    if not gone and not _PERHAPS.search(text, start, end):
        return View(text[start:end], range(start, end), range(start + 1, end + 1))
    first = bisect_right(gone, start, key=lambda one: one.end)
    inside = gone[first : bisect_left(gone, end, key=lambda one: one.start)]
    if inside:
        start, end = min(start, inside[0].start), max(end, inside[-1].end)
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for left, right, shown in _pieces(text, kinds, inside, start, end):
        if right - left == len(shown):
            starts.extend(range(left, right))
            ends.extend(range(left + 1, right + 1))
        else:
            starts.extend([left] * len(shown))
            ends.extend([right] * len(shown))
        chars.append(shown)
    return View("".join(chars), starts, ends)


def _pieces(
    text: str, kinds: frozenset[str], gone: Sequence[Found], at: int, end: int
) -> Iterator[tuple[int, int, str]]:
    for one in (*gone, Found("", end, end)):
        for perhaps in _PERHAPS.finditer(text, at, one.start):
            special = _SPECIAL.match(text, perhaps.start(), one.start) if perhaps.start() >= at else None
            if not special:
                continue
            if special.start() > at:
                yield at, special.start(), text[at : special.start()]
            yield special.start(), special.end(), _plain(special.group(), kinds)
            at = special.end()
        if one.start > at:
            yield at, one.start, text[at : one.start]
        if one.end > one.start:
            yield one.start, one.end, BARRIER
        at = one.end


def _plain(piece: str, kinds: frozenset[str]) -> str:
    if len(piece) == 1:
        return _plain_character(piece)
    if placeholder := PLACEHOLDER.fullmatch(piece):
        return BARRIER if placeholder[1] in kinds else piece
    if piece[0] == "%":
        decoded = chr(int(piece[1:], 16))
        return decoded if " " <= decoded <= "~" or decoded == "\n" else piece
    return _ENTITIES[piece]


def _plain_character(char: str) -> str:
    if char in "*`~" or char in _FILLERS or unicodedata.category(char) in _INVISIBLE:
        return ""
    if char in _QUOTES:
        return _QUOTES[char]
    plain = unicodedata.normalize("NFKC", char)
    # Lower-casing must keep the length, because cues are looked up in the lower-cased view.
    return plain if len(plain.lower()) == len(plain) else plain.lower()[0]


_BREAK = re.compile(r"""\n[ \t>|]*["']?|["'][ \t]{0,4}\+[ \t]{0,4}["']""")
_BEFORE_BREAK = " \t\r\\+\"'"
_RUN = re.compile(r"[A-Za-z0-9_+/=.:!~\-]{1,300}+")
_KEYISH = re.compile(r"[0-9]|[a-z][A-Z]")
_NEXT = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,40}[=:](?!=)")
_ORDINARY = re.compile(r"[A-Za-z]?[a-z]{0,20}[.:-]?")
_WHOLE = re.compile(
    r"[0-9.]+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}"
)


def joined(view: View, reach: int) -> list[View]:
    """Tokens that a line break or a string `+` cuts, put together again, with what stands within `reach` of them."""
    breaks = ((_back_to_token(view.text, cut.start()), cut.end()) for cut in _BREAK.finditer(view.text))
    cuts = [(start, end) for start, end in breaks if _cuts_a_token(view.text, start, end)]
    if not cuts:
        return []
    edges = [(0, 0), *cuts, (len(view.text), len(view.text))]
    kept = [slice(left[1], right[0]) for left, right in pairwise(edges)]
    whole = View(
        "".join(view.text[part] for part in kept),
        [at for part in kept for at in view.starts[part]],
        [at for part in kept for at in view.ends[part]],
    )
    seams = accumulate(part.stop - part.start for part in kept[:-1])
    return [whole.part(*edge) for edge in stretches(whole.text, [(at, at) for at in seams], reach)]


def _back_to_token(text: str, start: int) -> int:
    head = text[max(0, start - 12) : start]
    return start - len(head) + len(head.rstrip(_BEFORE_BREAK))


def _cuts_a_token(text: str, start: int, end: int) -> bool:
    if not (text[start - 1 : start].isalnum() or text[start - 1 : start] in "_+/=:-"):
        return False
    left = _RUN.match(text[max(0, start - 300) : start][::-1])
    right = _RUN.match(text, end)
    if not left or not right or len(left[0]) < 3 or len(right[0]) < 3:
        return False
    head, tail = left[0][::-1], right[0]
    if _WHOLE.fullmatch(head):
        return tail[0] == ":" and starts_as_key(head + tail)
    if (_ORDINARY.fullmatch(head) and _ORDINARY.fullmatch(tail)) or _NEXT.match(tail):
        return False
    return starts_as_key(head + tail) or (_keyish(head) and _keyish(tail) and is_opaque(head + tail))


def _keyish(run: str) -> bool:
    return run.isupper() or (len(run) >= 6 if run.isdigit() else _KEYISH.search(run) is not None)


_PACKED = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/_\-]{12,20000}+={0,2}")


_HEX = re.compile(r"[0-9a-fA-F]+")


def decoded(text: str) -> Iterator[tuple[str, int, int]]:
    """Base64 and hex runs that hold readable text: that text, and the run's place in `text`."""
    for run in _PACKED.finditer(text):
        if unpacked := _from_hex(run[0]) if _HEX.fullmatch(run[0]) else _from_base64(run[0]):
            yield unpacked, run.start(), run.end()


def _from_base64(run: str) -> str | None:
    if run.islower() or run.isupper():  # text in base64 has both
        return None
    body = run.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return _readable(b64decode(body + "=" * (-len(body) % 4)))
    except NotBase64:
        return None


def _from_hex(run: str) -> str | None:
    return _readable(bytes.fromhex(run)) if len(run) >= 24 and len(run) % 2 == 0 else None


def _readable(raw: bytes) -> str | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if len(text) >= 8 and all(c.isprintable() or c in "\t\r\n" for c in text) else None
