"""Notation: a formula's tree as people write it, with as many brackets as it needs. An app's pages write the same."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from templates.formula import Node

RANKS: Mapping[str, int] = {
    "or": -2, "and": -1, ">": 0, ">=": 0, "<": 0, "<=": 0, "==": 0, "!=": 0, "+": 1, "-": 1, "*": 2, "/": 2, "^": 3,
}  # fmt: skip  # read as a table, not a row a line
SIGNS: Mapping[str, str] = {
    "-": "−", "*": "×", "/": "÷", ">=": "≥", "<=": "≤", "==": "=", "!=": "≠",
}  # fmt: skip  # read as a table, not a row a line
_MOST_PLACES = 6


def written(node: Node, names: Sequence[str]) -> str:
    """The node in words and signs; `names` stand for its numbers, and may be numbers written out."""
    what, *parts = node
    if what == "n":
        return number(cast(float, parts[0]))
    if what == "v":
        return names[cast(int, parts[0])]
    nodes = [cast(Node, one) for one in parts]
    if what == "not":
        return f"not {_within(nodes[0], 1, names)}"
    if what == "-" and _zero(nodes[0]):
        return f"−{_within(nodes[1], 3, names)}"
    rank = RANKS.get(str(what))
    if rank is None:
        return f"{what}({'; '.join(written(one, names) for one in nodes)})"
    left, right = (rank + 1, rank) if what == "^" else (rank, rank + 1)
    return f"{_within(nodes[0], left, names)} {SIGNS.get(str(what), what)} {_within(nodes[1], right, names)}"


def _zero(node: Node) -> bool:
    return node[0] == "n" and node[1] == 0


def _within(node: Node, rank: int, names: Sequence[str]) -> str:
    """In brackets when it binds less than what is around it, or is a number below zero."""
    text = written(node, names)
    minus = node[0] == "-" and _zero(cast(Node, node[1]))
    binds = 1 if minus else RANKS.get(str(node[0]), 4)
    return f"({text})" if binds < rank or text.startswith("−") else text


def number(value: float, places: int | None = None) -> str:
    """A number with as many places as tell something, or with so many: `12`, `0.25`, `1,234.5`."""
    plain = float(f"{value:.12g}") + 0.0  # of nothing below zero is nothing
    if places is not None:
        return f"{plain:,.{places}f}".replace("-", "−")
    if plain and abs(plain) < 0.0001:
        # As JavaScript spells it: 0.000001, and 1e-7 below.
        text = format(Decimal(repr(plain)), "f") if abs(plain) >= 1e-6 else repr(plain).replace("e-0", "e-")
        return text.replace("-", "−")
    text = f"{plain:,.{_MOST_PLACES}f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")
