"""Formulas: a small arithmetic over named numbers, read into a tree that an app works out. No code, no names but these.

    formula = ["distance / 100 * consumption", "net price + 19%", "if(hours > 40; 40 * rate; hours * rate)"]

A name is one word or several; its case and blanks do not matter, and it may say its unit: `price (EUR/l)`. `x`,
`times`, `mal` and the like are signs, too. Conditions stand in `if(...)`, and alone in a rule (`templates.rules`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from templates.units import Unit, declared, read

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
    "if": (3, 3),
}
"""What may be called, with the least and the most of what goes in."""
COMPARISONS: Mapping[str, str] = {
    ">=": ">=", "≥": ">=", "<=": "<=", "≤": "<=", "<>": "!=", "!=": "!=", "≠": "!=",
    ">": ">", "<": "<", "==": "==", "=": "==",
}  # fmt: skip  # read as a table, not a row a line
"""How a comparison may be written, and how the tree writes it."""
JOINED: Mapping[str, str] = {"and": "and", "und": "and", "or": "or", "oder": "or", "not": "not", "nicht": "not"}
_SPOKEN: Sequence[tuple[str, str]] = (
    (r"divided by|geteilt durch|durch|over|÷|:", "/"),
    (r"multiplied by|multipliziert mit|times|mal|×|·|\bx\b(?=\s)", "*"),
    (r"plus", "+"),
    (r"minus|−|–", "-"),
    (r"\*\*", "^"),
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<name>[^\W\d_][\w.'’]*)|(?P<sign>>=|<=|<>|!=|==|[-+*/^(),;%<>=≥≤≠]))"
)
_RESULT = re.compile(r"(?P<result>[^=<>≥≤≠!]*)=(?!=)(?P<formula>.*)", re.S)
_QUOTIENT = re.compile(
    r"\s+in\s+(?P<unit>[^\W\d_]+(?:/(?:100 ?)?| (?:per|pro|je) (?:100 )?)[^\W\d_]+|[€$£]/[^\W\d_]+)(?!\w)", re.I
)
"""A quotient that is a unit, not a sum to be worked out: “consumption in l/100 km”."""
_CONDITIONAL = re.compile(r"(?<!\w)(?:if|wenn)\s*\(", re.I)

Node = list[JsonValue]
"""`["n", 2.5]`, `["v", 0]` the number at that place among the names, or a sign, comparison, `and`, `or`, `not` or
function before what it works on."""


class BadFormula(ValueError):
    """Why a text is no formula, in a sentence; and what would put it right, unless that is how formulas are written."""

    def __init__(self, why: str, fix: str = "") -> None:
        super().__init__(why)
        self.fix = fix


@dataclass(frozen=True)
class Formula:
    """A formula read: its names in the order of their first use, and its tree."""

    names: tuple[str, ...]
    tree: Node
    result: str = ""
    """What it works out, when the text said so before an equals sign."""
    units: tuple[Unit | None, ...] = ()
    """Of each name, as far as the text says it."""
    unit: Unit | None = None
    """That of the result, when the text said it."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    unit: Unit | None = None


def parse(text: str) -> Formula:
    """Read a formula. Raises BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula(f"is {len(text)} characters long; {LONGEST} fit")
    parted = _RESULT.fullmatch(text)
    result, unit = declared(parted["result"]) if parted else ("", None)
    works_out = parted["formula"] if parted else text
    reader = Reader(list(tokens(_plain(works_out), joined=bool(_CONDITIONAL.search(works_out)))))
    tree = reader.sum(0)
    reader.ended("a sign such as + or *")
    if not reader.names:
        raise BadFormula("has no name in it that people could type a number for")
    return Formula(tuple(reader.names), tree, result, tuple(reader.units), unit)


def folded(name: str) -> str:
    """What makes two ways to write a name the same."""
    return " ".join(name.casefold().split())


def _plain(text: str) -> str:
    text = _QUOTIENT.sub(_bracketed, text)
    for words, sign in _SPOKEN:
        either = rf"(?<![^\W_])(?:{words})(?![^\W_])" if words[0].isalpha() else rf"(?:{words})"
        text = re.sub(either, f" {sign} ", text, flags=re.I)
    return re.sub(r"(?<!\w)wenn\s*\(", "if(", text, flags=re.I)


def _bracketed(found: re.Match[str]) -> str:
    return f" ({found['unit']})" if read(found["unit"]) is not None else found[0]


def tokens(text: str, *, joined: bool) -> Iterator[_Token]:
    """Numbers, signs and names. Words in a row are one name, unless `joined` lets `and` and the like part them."""
    place, words = 0, list[str]()
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadFormula(f"has “{text[place:].strip()[0]}” in it, which is no sign of arithmetic")
        kind, said = str(match.lastgroup), match[str(match.lastgroup)]
        joint = JOINED.get(said.lower()) if joined else None
        if joint is None and (kind == "name" or (kind == "number" and words)):
            words.append(said)
            place = match.end()
            continue
        if words:
            unit, place = _unit(text, place, words)
            yield _Token("name", " ".join(words), unit)
            words = []
            continue
        yield _Token("joint" if joint else kind, joint or said)
        place = match.end()
    if words:
        yield _Token("name", " ".join(words))


def _unit(text: str, place: int, words: Sequence[str]) -> tuple[Unit | None, int]:
    """The unit in brackets behind a name, and where it ends."""
    match = re.compile(r"\s*\((?P<unit>[^()]+)\)|\s*(?P<percent>%)").match(text, place)
    if match is None or " ".join(words).lower() in FUNCTIONS:
        return None, place
    unit = read(match["unit"] or match["percent"])
    return unit, match.end() if unit is not None else place


class Reader:
    """Reads from left to right; `token` is the next one, None at the end."""

    def __init__(self, given: Sequence[_Token]) -> None:
        self._tokens = given
        self._at = 0
        self.names: list[str] = []
        self.units: list[Unit | None] = []

    @property
    def token(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def ended(self, wanted: str) -> None:
        """Raises BadFormula when something is left."""
        if self.token is not None:
            raise BadFormula(f"has “{self.token.text}” where {wanted} should be")
        if len(self.names) > MOST_NAMES:
            raise BadFormula(f"has {len(self.names)} names in it; {MOST_NAMES} fit")

    def condition(self, depth: int) -> Node:
        """What is true or not: `a > 5 and not b`."""
        return self._row(lambda deeper: self._row(self._denied, ("and",), deeper), ("or",), depth)

    def _denied(self, depth: int) -> Node:
        if self._taken(("not",)):
            return ["not", self._denied(self._within(depth + 1))]
        left = self.sum(depth)
        sign = self._taken(tuple(COMPARISONS))
        return [COMPARISONS[sign], left, self.sum(depth)] if sign else left

    def sum(self, depth: int) -> Node:
        left = self._row(self._signed, "*/", self._within(depth))
        while (sign := self._taken("+-")) is not None:
            right = self._row(self._signed, "*/", depth)
            share = left[0] != "n" and right[0] == "/" and right[2] == ["n", 100] and self._ended_in_percent()
            # “price + 19%” is a fifth more, as every pocket calculator has it; 0.19 more is what nobody means.
            left = ["*", left, [sign, ["n", 1], right]] if share else [sign, left, right]
        return left

    def _ended_in_percent(self) -> bool:
        return self._tokens[self._at - 1].text == "%" and self._tokens[self._at - 2].kind == "number"

    def _row(self, part: Callable[[int], Node], signs: Sequence[str], depth: int) -> Node:
        left = part(self._within(depth))
        while (sign := self._taken(signs)) is not None:
            left = [sign, left, part(depth)]
        return left

    def _within(self, depth: int) -> int:
        if depth > DEEPEST:
            raise BadFormula("has too many brackets within brackets")
        return depth

    def _signed(self, depth: int) -> Node:
        if self._taken("-"):
            return ["-", ["n", 0], self._power(depth)]
        return self._power(depth)

    def _power(self, depth: int) -> Node:
        base = self._value(depth)
        return ["^", base, self._signed(self._within(depth + 1))] if self._taken("^") else base

    def _value(self, depth: int) -> Node:
        token = self.token
        if token is None:
            raise BadFormula("ends where a number or a name should be")
        self._at += 1
        if token.kind == "number":
            number: Node = ["n", float(token.text.replace(",", "."))]
            return ["/", number, ["n", 100]] if self._taken("%") else number
        if token.kind == "name":
            called = self.token is not None and self.token.text == "("
            return self._called(token.text, depth) if called else self._named(token)
        if token.text != "(":
            raise BadFormula(f"has “{token.text}” where a number or a name should be")
        inner = self.condition(self._within(depth + 1))
        self._closed()
        return inner

    def _named(self, token: _Token) -> Node:
        name, said = declared(token.text)
        unit = token.unit if token.unit is not None else said
        known = [folded(one) for one in self.names]
        if folded(name) not in known:
            self.names.append(name)
            self.units.append(unit)
            return ["v", len(known)]
        place = known.index(folded(name))
        self.units[place] = unit if self.units[place] is None else self.units[place]
        return ["v", place]

    def _called(self, name: str, depth: int) -> Node:
        function = name.lower()
        if function not in FUNCTIONS:
            raise BadFormula(f"calls “{name}”; it can call {', '.join(FUNCTIONS)}, and needs a * before a bracket")
        self._taken("(")
        given = [self.condition(depth + 1)]
        while self._taken(",;"):
            given.append(self.condition(depth + 1))
        self._closed()
        least, most = FUNCTIONS[function]
        if not least <= len(given) <= most:
            raise BadFormula(
                f"gives “{name}” {len(given)} numbers; it takes {least if least == most else f'{least} to {most}'}"
            )
        return [function, *given]

    def _closed(self) -> None:
        if not self._taken(")"):
            raise BadFormula("has a bracket that is not closed")

    def _taken(self, signs: Sequence[str]) -> str | None:
        token = self.token
        if token is None or token.kind not in ("sign", "joint") or token.text not in signs:
            return None
        self._at += 1
        return token.text
