"""Take secrets out of a text before it is stored, logged, sent or shown.

normalise -> vendor shapes, redact-secret, cues with their values -> spans in the original -> typed placeholders.
Pure and total: whatever fails, the answer is a text without secrets, if need be one placeholder for all of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from guardrails import detector, pairs, shapes
from guardrails.assignments import assigned
from guardrails.cues import cues
from guardrails.found import Found, merged
from guardrails.normalise import BARRIER, PLACEHOLDER, decoded, joined, normalise
from guardrails.spoken import is_named, spoken
from guardrails.values import is_benign, is_dummy, is_passwordish, is_random
from guardrails.vocabulary import NOT_VALUES

UNREADABLE = "unreadable"
_KINDS = detector.kinds() | shapes.kinds() | {"password", "secret", "token", "api-key", "key", UNREADABLE}
_MOST_ROUNDS = 6
_DEEPEST = 2
_DEEPEST_VALUE = 40
_MOST_REPEATED = 60
_RUN = re.compile(r"[A-Za-z0-9_+/=.~:-]{28,4000}+")


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """`text` with placeholders such as `<aws-key#1>`; the same secret has the same number throughout.

    `found` are code-point spans of the *original* text, sorted, without overlap. Empty means nothing was removed
    and `text` is the original.
    """

    text: str
    found: tuple[Found, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types found, each once, in a fixed order: what to tell the asker."""
        return tuple(sorted({one.type for one in self.found}))


def scrub(text: str) -> Scrubbed:
    """Redact every secret in `text`. Never raises for a str; scrubbing again changes nothing."""
    try:
        return _scrub(text)
    except Exception:
        # A detector that failed did not find the text clean.
        return _unreadable(text)


def _unreadable(text: str) -> Scrubbed:
    return Scrubbed(f"<{UNREADABLE}#1>", (Found(UNREADABLE, 0, len(text)),))


def _scrub(text: str) -> Scrubbed:
    found: list[Found] = []
    for _ in range(_MOST_ROUNDS):
        fresh = _seen(text, found)
        if not fresh:
            return Scrubbed(_redacted(text, found), tuple(found)) if found else Scrubbed(text)
        found = merged([*found, *fresh])
    return _unreadable(text)


def _seen(text: str, gone: list[Found]) -> list[Found]:
    view = normalise(text, _KINDS, gone)
    seen = [view.original(one) for one in _in_view(view.text)]
    if whole := joined(view):
        seen += [whole.original(one) for one in _in_view(whole.text)]
    return [one for one in merged(seen) if one.end > one.start]


def _in_view(text: str, depth: int = 0) -> list[Found]:
    marks = list(cues(text))
    seen = [one for one in detector.detect(text) if not _is_field(text[one.start : one.end])]
    seen += shapes.private_keys(text)
    seen += shapes.urls_with_secrets(text)
    seen += shapes.vendor_keys(text)
    seen += assigned(text, marks)
    seen += pairs.pairs(text, marks)
    seen += spoken(text, marks)
    seen += _lone(text)
    if depth < _DEEPEST:
        seen += _packed(text, depth)
    seen = [one for one in seen if text[one.start : one.end].strip(BARRIER + " ")]
    return [*seen, *_repeats(text, seen)]


def _is_field(value: str) -> bool:
    """Whether the scanner took a placeholder or a field's description (`password: required`) for a value."""
    return is_dummy(value) or value.lower().rstrip(".,;") in NOT_VALUES


def _packed(text: str, depth: int) -> Iterator[Found]:
    for inner, start, end in decoded(text):
        if inside := _in_view(inner, depth + 1):
            yield Found(inside[0].type, start, end)


def _lone(text: str) -> Iterator[Found]:
    """Random strings that nothing announces; not those in a link, nor those named as a commit, a digest or an id."""
    runs = [(run.start(), run.start() + len(run[0].rstrip(".=/"))) for run in _RUN.finditer(text)]
    random = [(start, end) for start, end in runs if _is_telling(text[start:end]) and not is_named(text, start)]
    links = shapes.url_spans(text) if random else []
    for start, end in random:
        if not any(a <= start < b for a, b in links):
            yield Found("token", start, end)


def _is_telling(value: str) -> bool:
    return is_random(value) and not is_benign(value) and not is_dummy(value)


def _repeats(text: str, seen: list[Found]) -> Iterator[Found]:
    """The same values elsewhere in the text, where no cue announces them."""
    for one in seen[:_MOST_REPEATED]:
        value = text[one.start : one.end]
        if not 6 <= len(value) <= 400 or not is_passwordish(value):
            continue
        at = text.find(value)
        while at >= 0:
            if at != one.start and not _inside_word(text, at, at + len(value)):
                yield Found(one.type, at, at + len(value))
            at = text.find(value, at + len(value))


def _inside_word(text: str, start: int, end: int) -> bool:
    return text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()


def _redacted(text: str, found: list[Found]) -> str:
    """`text` with each span replaced. Raises if a value that was found is still there."""
    used = {(hit[1], int(hit[2])) for hit in PLACEHOLDER.finditer(text)}
    numbers: dict[tuple[str, str], int] = {}
    parts: list[str] = []
    kept: list[str] = []
    at = 0
    for one in found:
        value = text[one.start : one.end]
        kept.append(text[at : one.start])
        number = numbers.setdefault((one.type, value), _next(one.type, numbers, used))
        parts += [text[at : one.start], f"<{one.type}#{number}>"]
        at = one.end
    kept.append(text[at:])
    _assert_gone([text[one.start : one.end] for one in found], BARRIER.join(kept))
    return "".join(parts) + text[at:]


def _next(kind: str, numbers: dict[tuple[str, str], int], used: set[tuple[str, int]]) -> int:
    taken = [n for (name, _), n in numbers.items() if name == kind] + [n for name, n in used if name == kind]
    return max(taken, default=0) + 1


def _assert_gone(values: list[str], rest: str) -> None:
    for value in values:
        if len(value) >= 12 and value in rest:
            raise LeftBehind(len(value))


class LeftBehind(Exception):
    """A value that was found once stands elsewhere in the text too: the caller redacts everything."""


def scrub_value(value: JsonValue) -> tuple[JsonValue, tuple[str, ...]]:
    """Scrub every string of a JSON-like value, keys included: the value without secrets, and the types found.

    A string under a key that names a credential (`{"password": "swordfish"}`) is judged as that key's value.
    """
    kinds: set[str] = set()
    clean = _scrub_value(value, "", kinds, 0)
    return clean, tuple(sorted(kinds))


def _scrub_value(value: JsonValue, name: str, kinds: set[str], depth: int) -> JsonValue:
    if depth > _DEEPEST_VALUE:
        kinds.add(UNREADABLE)
        return f"<{UNREADABLE}#1>"
    if isinstance(value, str):
        return _scrub_named(value, name, kinds)
    if isinstance(value, list):
        return [_scrub_value(one, name, kinds, depth + 1) for one in value]
    if isinstance(value, dict):
        return {_scrub_named(k, "", kinds): _scrub_value(v, k, kinds, depth + 1) for k, v in value.items()}
    return value


def _scrub_named(text: str, name: str, kinds: set[str]) -> str:
    clean = scrub(text)
    if not clean.found and name:
        lead = f"{name} = "
        named = scrub(lead + text)
        if named.found and named.found[0].start >= len(lead) and named.text.startswith(lead):
            clean = Scrubbed(named.text[len(lead) :], named.found)
    kinds.update(clean.kinds)
    return clean.text
