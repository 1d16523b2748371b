"""Working it out: what a formula's tree gives for numbers. An app does the same, to the digit, in its sandbox."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from templates.formula import Node

LARGEST = 1e15


class NoResult(ArithmeticError):
    """There is no result for these numbers."""


Value = float | bool


def value_of(node: Node, given: Sequence[Value]) -> Value:
    """What a node gives for these numbers, by place. Raises NoResult."""
    what, *parts = node
    if what == "n":
        return float(cast(float, parts[0]))
    if what == "v":
        return given[cast(int, parts[0])]
    nodes = [cast(Node, one) for one in parts]
    if what == "if":
        return value_of(nodes[1] if value_of(nodes[0], given) else nodes[2], given)
    values = [value_of(one, given) for one in nodes]
    try:
        found = _OPERATIONS[str(what)](values)
    except (ArithmeticError, ValueError) as error:
        raise NoResult(str(what)) from error
    if not isinstance(found, bool) and (isinstance(found, complex) or not abs(found) <= LARGEST):
        raise NoResult(str(what))
    return found


def _divided(given: Sequence[Value]) -> float:
    return given[0] / given[1]


def _rounded(given: Sequence[Value]) -> float:
    """Half goes up, as JavaScript has it."""
    scale: float = 10.0 ** (given[1] if len(given) > 1 else 0)
    return math.floor(given[0] * scale + 0.5) / scale


_OPERATIONS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "+": lambda given: given[0] + given[1],
    "-": lambda given: given[0] - given[1],
    "*": lambda given: given[0] * given[1],
    "/": _divided,
    "^": lambda given: given[0] ** given[1],
    "min": min,
    "max": max,
    "round": _rounded,
    "ceil": lambda given: float(math.ceil(given[0])),
    "floor": lambda given: float(math.floor(given[0])),
    "abs": lambda given: abs(given[0]),
    "sqrt": lambda given: math.sqrt(given[0]),
    ">": lambda given: given[0] > given[1],
    ">=": lambda given: given[0] >= given[1],
    "<": lambda given: given[0] < given[1],
    "<=": lambda given: given[0] <= given[1],
    "==": lambda given: given[0] == given[1],
    "!=": lambda given: given[0] != given[1],
    "and": lambda given: bool(given[0] and given[1]),
    "or": lambda given: bool(given[0] or given[1]),
    "not": lambda given: not given[0],
}
