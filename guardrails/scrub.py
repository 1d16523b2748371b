"""Take secrets out of a text before it is stored, logged, sent or shown.

normalise -> vendor shapes, redact-secret, cues with their values -> spans in the original -> typed placeholders.
Pure and total: whatever fails, the answer is a text without secrets, if need be one placeholder for all of it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from guardrails import detector, pairs, shapes
from guardrails.assignments import assigned
from guardrails.commands import on_command_lines
from guardrails.cues import cues
from guardrails.disguises import disguised
from guardrails.examples import is_fixture, is_wordy
from guardrails.found import Found, merged
from guardrails.normalise import BARRIER, PLACEHOLDER, decoded, joined, normalise, stretches
from guardrails.personal import ALWAYS, KINDS, personal
from guardrails.spoken import is_named, spoken
from guardrails.values import is_benign, is_dummy, is_opaque, is_passwordish, is_random
from guardrails.vocabulary import NOT_VALUES

if TYPE_CHECKING:  # a process that only scrubs must not wait for pydantic
    from pydantic import JsonValue

UNREADABLE = "unreadable"
_KINDS = detector.kinds() | shapes.kinds() | KINDS | {"password", "secret", "token", "api-key", "key", UNREADABLE}
_BY_PEOPLE = frozenset({"password", "login", "connection-string", "private-key", "webhook", UNREADABLE})
"""Kinds of which no example is known by its shape."""

_MOST_ROUNDS = 6
_REACH = 320
"""How far from a redaction the reading of a text can change, in characters."""

_DEEPEST = 2
_DEEPEST_VALUE = 40
_MOST_REPEATED = 60
_SHORTEST_REPEATED = 6
_UNMISTAKABLE = 12
"""A value this long is itself wherever it stands, inside another word too."""

_RUN = re.compile(r"(?<![A-Za-z0-9_+/=.~:-])[A-Za-z0-9_+/=.~:-]{28,}+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,60}=(?!=)")


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


def scrub(text: str, also: Collection[str] = ()) -> Scrubbed:
    """Redact every secret in `text`, every IBAN, and personal data of the kinds in `also` (`guardrails.personal`).

    Never raises for a str; scrubbing again changes nothing.
    """
    try:
        return _also(text, _scrub(text), personal(text, ALWAYS | frozenset(also)))
    except Exception:
        # A detector that failed did not find the text clean.
        return _unreadable(text)


def _unreadable(text: str) -> Scrubbed:
    return Scrubbed(f"<{UNREADABLE}#1>", (Found(UNREADABLE, 0, len(text)),))


def _also(text: str, clean: Scrubbed, more: list[Found]) -> Scrubbed:
    found = merged([*clean.found, *more])
    return Scrubbed(_redacted(text, found), tuple(found)) if more else clean


def _scrub(text: str) -> Scrubbed:
    found: list[Found] = []
    fresh: list[Found] = []
    for _ in range(_MOST_ROUNDS):
        fresh = _seen(text, found, fresh)
        if not fresh:
            return Scrubbed(_redacted(text, found), tuple(found)) if found else Scrubbed(text)
        found = merged([*found, *fresh])
    return _unreadable(text)


def _seen(text: str, gone: list[Found], fresh: list[Found]) -> list[Found]:
    """What stands in the text besides `gone`. Only the surroundings of what the last look found can have changed."""
    spans = stretches(text, [(one.start, one.end) for one in fresh], _REACH) if gone else [(0, len(text))]
    views = [normalise(text, _KINDS, gone, *span) for span in spans]
    seen: list[Found] = []
    values: dict[str, str] = {}
    for part in [*views, *(whole for view in views for whole in joined(view, _REACH))]:
        for one in _in_view(part.text):
            values.setdefault(part.text[one.start : one.end], one.type)
            seen.append(part.original(one))
    if values:
        everything = normalise(text, _KINDS, gone) if gone else views[0]
        seen += [everything.original(one) for one in _repeats(everything.text, values)]
    return [one for one in merged(seen) if one.end > one.start]


def _in_view(text: str, depth: int = 0) -> list[Found]:
    marks = list(cues(text))
    seen = [one for one in detector.detect(text) if not _is_field(text[one.start : one.end])]
    seen += shapes.private_keys(text)
    seen += shapes.urls_with_secrets(text)
    seen += shapes.vendor_keys(text)
    seen += assigned(text, marks)
    seen += pairs.pairs(text, marks)
    seen += on_command_lines(text)
    seen += spoken(text, marks)
    seen += _lone(text)
    if depth < _DEEPEST:
        seen += _packed(text, depth)
    return [*(one for one in seen if _is_secret(one, text)), *disguised(text)]


def _is_secret(one: Found, text: str) -> bool:
    if not text[one.start : one.end].strip(BARRIER + " "):
        return False
    if one.type in _BY_PEOPLE:
        return True
    value = text[one.start : one.end]
    return (is_opaque(value) or not is_wordy(value)) and not is_fixture(text, one.start, one.end)


def _is_field(value: str) -> bool:
    """Whether the scanner took a placeholder or a field's description (`password: required`) for a value."""
    return is_dummy(value) or value.lower().rstrip(".,;") in NOT_VALUES


def _packed(text: str, depth: int) -> Iterator[Found]:
    for inner, start, end in decoded(text):
        if inside := _in_view(inner, depth + 1):
            yield Found(inside[0].type, start, end)


def _lone(text: str) -> Iterator[Found]:
    """Random strings that nothing announces; not those in a link or in a certificate, nor those named as a commit, a
    digest or an id."""
    runs = [_without_name(text, run.start(), run.start() + len(run[0].rstrip(".=/"))) for run in _RUN.finditer(text)]
    random = [(start, end) for start, end in runs if _is_telling(text[start:end]) and not is_named(text, start)]
    links, shown = (shapes.url_spans(text), shapes.public_armour(text)) if random else ([], [])
    for start, end in random:
        if not shapes.inside(links, start) and not shapes.inside(shown, start):
            yield Found("token", start, end)


def _without_name(text: str, start: int, end: int) -> tuple[int, int]:
    name = _NAME.match(text, start, end)
    return (name.end() if name else start), end


def _is_telling(value: str) -> bool:
    return is_random(value) and not is_benign(value) and not is_dummy(value)


def _repeats(text: str, values: dict[str, str]) -> Iterator[Found]:
    """The same values elsewhere in the text, where no cue announces them."""
    for value, kind in islice(values.items(), _MOST_REPEATED):
        if len(value) < _SHORTEST_REPEATED or not is_passwordish(value):
            continue
        at = text.find(value)
        while at >= 0:
            if len(value) >= _UNMISTAKABLE or not _inside_word(text, at, at + len(value)):
                yield Found(kind, at, at + len(value))
            at = text.find(value, at + len(value))


def _inside_word(text: str, start: int, end: int) -> bool:
    return text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()


def _redacted(text: str, found: list[Found]) -> str:
    """`text` with each span replaced. Raises if a value that was found is still there."""
    last: dict[str, int] = {}
    for hit in PLACEHOLDER.finditer(text):
        last[hit[1]] = max(last.get(hit[1], 0), int(hit[2]))
    numbers: dict[tuple[str, str], int] = {}
    parts: list[str] = []
    kept: list[str] = []
    at = 0
    for one in found:
        value = text[one.start : one.end]
        kept.append(text[at : one.start])
        if (one.type, value) not in numbers:
            last[one.type] = numbers[one.type, value] = last.get(one.type, 0) + 1
        parts += [text[at : one.start], f"<{one.type}#{numbers[one.type, value]}>"]
        at = one.end
    kept.append(text[at:])
    _assert_gone({text[one.start : one.end] for one in found}, BARRIER.join(kept))
    return "".join(parts) + text[at:]


def _assert_gone(values: set[str], rest: str) -> None:
    for value in values:
        if len(value) >= _UNMISTAKABLE and value in rest:
            raise LeftBehind(len(value))


class LeftBehind(Exception):
    """A value that was found once stands elsewhere in the text too: the caller redacts everything."""


def scrub_value(value: "JsonValue") -> tuple["JsonValue", tuple[str, ...]]:
    """Scrub every string of a JSON-like value, keys included: the value without secrets, and the types found.

    A string under a key that names a credential (`{"password": "swordfish"}`) is judged as that key's value.
    """
    kinds: set[str] = set()
    clean = _scrub_value(value, "", kinds, 0)
    return clean, tuple(sorted(kinds))


def _scrub_value(value: "JsonValue", name: str, kinds: set[str], depth: int) -> "JsonValue":
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
