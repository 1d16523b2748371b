"""What a formula works with: numbers in units, shares of a hundred, what is true or not; and what does not go together.

Nothing is converted: adding km to m is refused with what to ask for, for a factor that nobody wrote would not stand in
the words that the asker confirms. A name without a unit goes with everything, and so does a number in the formula.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from templates import units
from templates.formula import COMPARISONS, BadFormula, Node
from templates.notation import written
from templates.units import NUMBER, PERCENT, Unit

_JOINTS = ("and", "or", "not")
_LIKE = {"+": ("adds", "to"), "-": ("takes", "from"), "min": ("compares", "with"), "max": ("compares", "with")}


@dataclass(frozen=True)
class Sort:
    """What a node gives. `unit` None: not known, so it goes with everything."""

    unit: Unit | None = None
    truth: bool = False
    plain: float | None = None
    """The number, when it is one that stands in the formula."""
    hundreds: int = 0
    """How often it was divided by 100 without being a percent; below zero, multiplied."""
    loose: bool = False
    """A number of the formula's own was a factor, and may have a unit that nobody said: `0.30 * distance` is money."""


@dataclass(frozen=True)
class _Reading:
    names: Sequence[str]
    sorts: Sequence[Sort]

    def words(self, node: Node) -> str:
        return f"“{written(node, self.names)}”"

    def of(self, node: Node) -> Sort:
        what = str(node[0])
        if what == "n":
            return Sort(NUMBER, plain=float(cast(float, node[1])))
        if what == "v":
            return self.sorts[cast(int, node[1])]
        parts = [cast(Node, one) for one in node[1:]]
        if what in _JOINTS:
            return self._joined(what, parts)
        if what == "if":
            return self._chosen(parts)
        found = [self._number(one) for one in parts]
        if what in COMPARISONS.values():
            self._like("<", parts, found)
            return Sort(truth=True)
        return _RULES[what](self, what, parts, found)

    def _joined(self, what: str, parts: Sequence[Node]) -> Sort:
        for one in parts:
            if not self.of(one).truth:
                raise BadFormula(
                    f"has {self.words(one)} beside “{what}”, which takes what is true or not",
                    f"Compare it, as in {written(one, self.names)} > 500",
                )
        return Sort(truth=True)

    def _chosen(self, parts: Sequence[Node]) -> Sort:
        if not self.of(parts[0]).truth:
            raise BadFormula(
                f"asks “if” about {self.words(parts[0])}, which is a number",
                "Compare it, as in if(hours > 40; 40; hours)",
            )
        return self._like("if", parts[1:], [self._number(one) for one in parts[1:]])

    def _number(self, node: Node) -> Sort:
        found = self.of(node)
        if found.truth:
            raise BadFormula(f"calculates with {self.words(node)}, which is true or not", "Use if(condition; a; b)")
        return found

    def _like(self, what: str, parts: Sequence[Node], found: Sequence[Sort]) -> Sort:
        """All in one unit, which is that of the outcome."""
        measured = [
            (node, one) for node, one in zip(parts, found, strict=True) if one.unit is not None and one.plain is None
        ]
        firm = [(node, one) for node, one in measured if not one.loose]
        for node, one in firm[1:]:
            if one.unit != firm[0][1].unit:
                raise self._unlike(what, firm[0], (node, one))
        if firm:
            return firm[0][1]
        if measured:
            return measured[0][1] if len({one.unit for _, one in measured}) == 1 else Sort()
        return Sort() if any(one.unit is None for one in found) else Sort(NUMBER)

    def _unlike(self, what: str, left: tuple[Node, Sort], right: tuple[Node, Sort]) -> BadFormula:
        verb, joint = _LIKE.get(what, ("compares", "with"))
        (one, first), (other, second) = (left, right) if what != "-" else (right, left)
        assert first.unit is not None and second.unit is not None
        why = f"{verb} {self.words(one)} ({_named(first.unit)}) {joint} {self.words(other)} ({_named(second.unit)})"
        both = units.clash(units.times(first.unit, second.unit)) if len(first.unit) == len(second.unit) == 1 else None
        if both and both[0] in units.MONEY:
            return BadFormula(why, "Ask for both in one currency; no exchange rate is known here")
        if both:
            return BadFormula(why, f"Ask for both in {both[0]}; nothing is converted")
        if PERCENT in (first.unit, second.unit):
            share = one if first.unit == PERCENT else other
            return BadFormula(why, f"A share of something is written as {written(share, self.names)} / 100 * amount")
        return BadFormula(why, "Only numbers in the same unit go together")

    def same(self, what: str, parts: Sequence[Node], found: Sequence[Sort]) -> Sort:
        return self._like(what, parts, found)

    def first(self, what: str, parts: Sequence[Node], found: Sequence[Sort]) -> Sort:
        """`round` and its like leave the unit as it is; to how many places is a plain number."""
        for node, one in zip(parts[1:], found[1:], strict=True):
            if one.unit:
                raise BadFormula(f"rounds to {self.words(node)} places, which is in {_named(one.unit)}", "Use a number")
        return replace(found[0], plain=None)

    def times(self, what: str, parts: Sequence[Node], found: Sequence[Sort]) -> Sort:
        left, right = found
        power = 1 if what == "*" else -1
        by, other = (right, left) if right.plain is not None else (left, right)
        if by.plain == 100 and other.plain is None and (by is right or power > 0):
            return _over_hundred(other, -power)
        if left.unit is None or right.unit is None:
            return Sort()
        own = by.plain not in (None, 1) and other.plain is None
        one, second = left.unit, right.unit
        if one != second or power > 0:
            bare = (units.without_counts(one), units.without_counts(second))
            one, second = bare if any(bare) or power < 0 else (one, NUMBER)
        made = Sort(
            units.times(one, second, power),
            hundreds=left.hundreds + power * right.hundreds,
            loose=left.loose or right.loose or own,
        )
        while made.hundreds > 0 and dict(made.unit or ()).get("%", 0) > 0:
            made = replace(made, unit=units.times(made.unit or (), PERCENT, -1), hundreds=made.hundreds - 1)
        return made

    def power(self, what: str, parts: Sequence[Node], found: Sequence[Sort]) -> Sort:
        base, exponent = found
        # How often interest is added may be said in years; nothing else that is measured can be an exponent.
        if exponent.unit and exponent.unit[0][0] not in (*units.TIMES, *units.COUNTS):
            raise BadFormula(f"raises to the power of {self.words(parts[1])}, which is in {_named(exponent.unit)}")
        if not base.unit:
            return Sort(base.unit)
        if exponent.plain is None or exponent.plain != int(exponent.plain):
            raise BadFormula(
                f"raises {self.words(parts[0])} ({_named(base.unit)}) to a power that is no whole number of the formula"
            )
        return Sort(tuple((symbol, count * int(exponent.plain)) for symbol, count in base.unit if exponent.plain))

    def root(self, what: str, parts: Sequence[Node], found: Sequence[Sort]) -> Sort:
        unit = found[0].unit
        if unit and any(count % 2 for _, count in unit):
            raise BadFormula(f"takes the square root of {self.words(parts[0])}, which is in {_named(unit)}")
        return Sort(tuple((symbol, count // 2) for symbol, count in unit) if unit is not None else None)


_RULES: Mapping[str, Callable[[_Reading, str, Sequence[Node], Sequence[Sort]], Sort]] = {
    **dict.fromkeys(("+", "-", "min", "max"), _Reading.same),
    **dict.fromkeys(("round", "ceil", "floor", "abs"), _Reading.first),
    **dict.fromkeys(("*", "/"), _Reading.times),
    "^": _Reading.power,
    "sqrt": _Reading.root,
}


def _over_hundred(sort: Sort, times: int) -> Sort:
    """Divided by 100 (`times` 1), or multiplied: a percent becomes a share."""
    if times > 0 and sort.unit is not None and dict(sort.unit).get("%", 0) > 0:
        return replace(sort, unit=units.times(sort.unit, PERCENT, -1))
    return replace(sort, hundreds=sort.hundreds + times)


def _named(unit: Unit) -> str:
    return units.spelled(unit) or "a plain number"


def truth(tree: Node, names: Sequence[str], sorts: Sequence[Sort]) -> None:
    """Raises BadFormula unless this is true or not, of things that go together."""
    reading = _Reading(names, sorts)
    if not reading.of(tree).truth:
        raise BadFormula(f"is {reading.words(tree)}, which is neither true nor not", "Compare it, as in amount > 500")


def unit_of(tree: Node, names: Sequence[str], given: Sequence[Unit | None], wanted: Unit | None = None) -> Unit | None:
    """The unit of what a formula gives, None when it cannot be known. `wanted` is the one that its text says.

    Raises BadFormula with both sides of what does not go together.
    """
    reading = _Reading(names, [Sort(one) for one in given])
    found = reading.of(tree)
    if found.truth:
        raise BadFormula("says what is true or not, and works out no number", "Use if(condition; a; b)")
    if found.unit is None or (found.loose and wanted is not None):
        return wanted
    if found.loose:
        # “hours * 60” is in minutes and “distance * 0.3” may be money; only of money a factor makes nothing else.
        return found.unit if units.money_of(found.unit) else None
    _settled(reading, found.unit)
    unit = PERCENT if found.unit == NUMBER and found.hundreds < 0 and any(given) else found.unit
    if wanted is not None and units.without_counts(wanted) != units.without_counts(unit):
        raise BadFormula(f"should give {_named(wanted)}, but comes out in {_named(unit)}")
    return wanted if wanted is not None else unit


def _settled(reading: _Reading, unit: Unit) -> None:
    """A result that still is of a hundred, or mixes two units of the same thing, was put together wrongly."""
    if mixed := units.clash(unit):
        raise BadFormula(f"mixes {mixed[0]} and {mixed[1]}", f"Ask for both in {mixed[0]}; nothing is converted")
    if "%" in dict(unit) and unit != PERCENT:
        share = next(
            (name for name, one in zip(reading.names, reading.sorts, strict=True) if "%" in dict(one.unit or ())), ""
        )
        raise BadFormula(f"multiplies by “{share}”, which is said of a hundred", f"Write {share} / 100")
