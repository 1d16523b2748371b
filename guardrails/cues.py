"""Words that announce a secret, in the languages people write in, and as parts of names in code."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from guardrails.values import is_opaque
from guardrails.vocabulary import CUES, STANDALONE, Family


class Cue(NamedTuple):
    """A cue's place, widened to the whole name in code (`DB_PASSWORD`); `name` is that name."""

    family: Family
    start: int
    end: int
    name: str


_FAMILY: dict[str, Family] = {word: family for family, words in CUES.items() for word in words}
_ROOTS: dict[str, list[str]] = {}
"""Cue words by the shortest cue inside them: one look for `key` answers for a dozen words."""
for _word in _FAMILY:
    _ROOTS.setdefault(min((cue for cue in _FAMILY if cue in _word), key=len), []).append(_word)
_NAME_CHARS = re.compile(r"[A-Za-z0-9_.\-]{0,40}", re.ASCII)
_NOT_NAMES = re.compile(
    r"(?:name|id|ids|url|uri|host|port|path|file|dir|type|count|ttl|length|len|size|limit|expiry|expires|expiration"
    r"|expired|reset|hint|policy|label|field|list|version|rotation|store|manager|management|strength|rules?|column"
    r"|endpoint|class|prefix|suffix|at|in|required|enabled|usage|budget|results?|index|binding|board|words?|note|hashers?"
    r"|placeholder|title|text|message|error|tooltip|caption|prompt|question|description|help)$"
)


_OPEN_KEY = re.compile(r"\b(?:public|publishable|pgp|gpg2?|primary|foreign|partition|sort|cache|idempotency|host)[ -]$")
"""Words that make a key one for everybody to see, or none at all."""
_SHORT = 4
_IN_BASE64 = ("/", "+", "=", ",")
_MENTIONS = ("<@", "<#", "<!")


def cues(text: str) -> Iterator[Cue]:
    """Every cue in a view, left to right. Names like `key_id`, `token_url` or `password_hint` are none."""
    low = text.lower()
    at = 0
    for start, end in _hits(low):
        if start >= at and (cue := _widened(text, low, start, end)):
            at = cue.end
            yield cue


def _hits(low: str) -> list[tuple[int, int]]:
    """Where cue words stand, the longest first of those that start together. `find` for each word beats one regex."""
    ascii_only = low.isascii()
    hits = []
    for root, words in _ROOTS.items():
        if root not in low:
            continue
        for word in words:
            if ascii_only and not word.isascii():
                continue
            at = low.find(word)
            while at >= 0:
                hits.append((at, at + len(word)))
                at = low.find(word, at + 1)
    return sorted(hits, key=lambda hit: (hit[0], -hit[1]))


def _widened(text: str, low: str, start: int, end: int) -> Cue | None:
    word = low[start:end]
    left = _tail(text, start)
    right = _NAME_CHARS.match(text, end)
    tail = right[0] if right else ""
    if text[start - len(left) - 2 : start - len(left)] in _MENTIONS or left.lower().endswith(("public", "public_")):
        return None
    if not _is_segment(text, start, end, left):
        return None
    if len(word) <= _SHORT and is_opaque(left + word + tail):  # two letters of base64
        return None
    if tail and tail[0] in ".-" and (len(tail) == 1 or not tail[1:2].isalpha()):
        tail = ""
    tail = tail.rstrip(".-")
    if sum(c.isdigit() for c in tail) > 2:  # that is a value glued to the cue, not a longer name
        if text[start - len(left) - 1 : start - len(left)] in _IN_BASE64:
            return None
        tail = ""
    if text.startswith(("/", "\\", "}@", "@", ")@"), end + len(tail)) or _in_path(text, start - len(left)):
        return None
    if word == "key" and _OPEN_KEY.search(low, max(0, start - 24), start):
        return None
    if tail and _NOT_NAMES.search(tail.lower().replace("-", "_").replace(".", "_").rstrip("_0123456789")):
        return None
    return Cue(_FAMILY[word], start - len(left), end + len(tail), low[start - len(left) : end + len(tail)])


def _in_path(text: str, start: int) -> bool:
    """Whether a word is a step of a link's path."""
    return text[start - 1 : start] == "/" and "://" in text[max(0, start - 200) : start].rsplit(None, 1)[-1]


def _tail(text: str, start: int) -> str:
    reversed_name = _NAME_CHARS.match(text[max(0, start - 40) : start][::-1])
    return reversed_name[0][::-1].lstrip(".-") if reversed_name else ""


def _is_segment(text: str, start: int, end: int, left: str) -> bool:
    """Whether the word stands by itself or as one hump of a camelCase or snake_case name."""
    word = text[start:end].lower()
    before, first = text[start - 1 : start], text[start]
    after = text[end : end + 1]
    hump = first.isupper() and before.islower()
    free_left = not before.isalpha() or hump
    free_right = (
        not after.isalpha() or not (word[-1] + after).isascii() or (text[end - 1].islower() and after.isupper())
    )
    if not (free_right or after == "s"):
        return False
    if len(word) <= 4 and any(c.isdigit() for c in left):
        return False
    if word in STANDALONE or _FAMILY[word] in ("login", "state") or len(word) < 5:
        return free_left or (text[start:end].isupper() and _FAMILY[word] != "login")
    return True
