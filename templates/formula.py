"""Formulas: a small arithmetic over named numbers, read into a tree that an app works out. No code, no names but these.

    formula = ["distance / 100 * consumption", "net price + 19%", "min(hours, 40) * rate"]

A name is one word or several; its case and blanks do not matter. `x`, `times`, `mal` and the like are signs, too.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

LONGEST = 300
DEEPEST = 30
MOST_NAMES = 12
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "min": (2, 8),
    "max": (2, 8),
    "round": (1, 2),
    "ceil": (1, 1),
    "floor": (1, 1),
    "abs": (1, 1),
    "sqrt": (1, 1),
}
"""What may be called, with the least and the most of what goes in."""
_SPOKEN: Sequence[tuple[str, str]] = (
    (r"divided by|geteilt durch|durch|over|÷|:", "/"),
    (r"multiplied by|multipliziert mit|times|mal|×|·|\bx\b(?=\s)", "*"),
    (r"plus", "+"),
    (r"minus|−|–", "-"),
    (r"\*\*", "^"),
)
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<name>[^\W\d_][\w.'’]*)|(?P<sign>[-+*/^(),;%]))")

Node = list[JsonValue]
"""`["n", 2.5]`, `["v", 0]` the number at that place among the names, or a sign or function before what it works on."""


class BadFormula(ValueError):
    """Why a text is no formula, in a sentence."""


@dataclass(frozen=True)
class Formula:
    """A formula read: its names in the order of their first use, and its tree."""

    names: tuple[str, ...]
    tree: Node
    result: str = ""
    """What it works out, when the text said so before an equals sign."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def parse(text: str) -> Formula:
    """Read a formula. Raises BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula(f"is {len(text)} characters long; {LONGEST} fit")
    result, _, works_out = text.rpartition("=")
    reader = _Reader(tuple(_tokens(_plain(works_out))))
    tree = reader.sum(0)
    if reader.token is not None:
        raise BadFormula(f"has “{reader.token.text}” where a sign such as + or * should be")
    if not reader.names:
        raise BadFormula("has no name in it that people could type a number for")
    if len(reader.names) > MOST_NAMES:
        raise BadFormula(f"has {len(reader.names)} names in it; {MOST_NAMES} fit")
    return Formula(tuple(reader.names), tree, result.strip())


def folded(name: str) -> str:
    """What makes two ways to write a name the same."""
    return " ".join(name.casefold().split())


def _plain(text: str) -> str:
    for words, sign in _SPOKEN:
        either = rf"(?<![^\W_])(?:{words})(?![^\W_])" if words[0].isalpha() else rf"(?:{words})"
        text = re.sub(either, f" {sign} ", text, flags=re.I)
    return text


def _tokens(text: str) -> Iterator[_Token]:
    """Numbers, signs and names; words that follow each other are one name."""
    place, words = 0, list[str]()
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadFormula(f"has “{text[place:].strip()[0]}” in it, which is no sign of arithmetic")
        place = match.end()
        kind = str(match.lastgroup)
        if kind == "name" or (kind == "number" and words):
            words.append(match[kind])
            continue
        if words:
            yield _Token("name", " ".join(words))
            words = []
        yield _Token(kind, match[kind])
    if words:
        yield _Token("name", " ".join(words))


class _Reader:
    """Reads from left to right; `token` is the next one, None at the end."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self.names: list[str] = []

    @property
    def token(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def sum(self, depth: int) -> Node:
        return self._row(self._product, "+-", depth)

    def _product(self, depth: int) -> Node:
        return self._row(self._signed, "*/", depth)

    def _row(self, part: Callable[[int], Node], signs: str, depth: int) -> Node:
        if depth > DEEPEST:
            raise BadFormula("has too many brackets within brackets")
        left = part(depth)
        while (sign := self._taken(signs)) is not None:
            left = [sign, left, part(depth)]
        return left

    def _signed(self, depth: int) -> Node:
        if self._taken("-"):
            return ["-", ["n", 0], self._power(depth)]
        return self._power(depth)

    def _power(self, depth: int) -> Node:
        base = self._value(depth)
        return ["^", base, self._signed(depth + 1)] if self._taken("^") else base

    def _value(self, depth: int) -> Node:
        token = self.token
        if token is None:
            raise BadFormula("ends where a number or a name should be")
        self._at += 1
        if token.kind == "number":
            number: Node = ["n", float(token.text.replace(",", "."))]
            return ["/", number, ["n", 100]] if self._taken("%") else number
        if token.kind == "name":
            return self._called(token.text, depth) if self._next_is("(") else self._named(token.text)
        if token.text != "(":
            raise BadFormula(f"has “{token.text}” where a number or a name should be")
        inner = self.sum(depth + 1)
        self._closed()
        return inner

    def _named(self, name: str) -> Node:
        self._taken("%")  # "rate %" is a name with its unit
        known = [folded(one) for one in self.names]
        if folded(name) not in known:
            self.names.append(name)
            return ["v", len(known)]
        return ["v", known.index(folded(name))]

    def _called(self, name: str, depth: int) -> Node:
        if name.lower() not in FUNCTIONS:
            raise BadFormula(f"calls “{name}”; it can call {', '.join(FUNCTIONS)}, and needs a * before a bracket")
        self._taken("(")
        given = [self.sum(depth + 1)]
        while self._taken(",;"):
            given.append(self.sum(depth + 1))
        self._closed()
        least, most = FUNCTIONS[name.lower()]
        if not least <= len(given) <= most:
            raise BadFormula(
                f"gives “{name}” {len(given)} numbers; it takes {least if least == most else f'{least} to {most}'}"
            )
        return [name.lower(), *given]

    def _closed(self) -> None:
        if not self._taken(")"):
            raise BadFormula("has a bracket that is not closed")

    def _next_is(self, sign: str) -> bool:
        return self.token is not None and self.token.kind == "sign" and self.token.text == sign

    def _taken(self, signs: str) -> str | None:
        token = self.token
        if token is None or token.kind != "sign" or token.text not in signs:
            return None
        self._at += 1
        return token.text
