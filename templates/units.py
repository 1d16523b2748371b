"""Units: what a number is counted in, read as people write it, and how units multiply. No unit is ever converted.

    read("EUR per litre") == read("EUR/l"); read("l/100 km"); declared("distance in km") == ("distance", read("km"))

A percent, and what is said of a hundred, carry the mark `%`: dividing by 100 takes it away.
"""

import re
from collections.abc import Mapping

Unit = tuple[tuple[str, int], ...]
"""Symbols with their powers, in the order of the symbols; empty for a plain number."""

NUMBER: Unit = ()
PERCENT: Unit = (("%", 1),)
MONEY = ("EUR", "GBP", "USD")
COUNTS = ("people", "pieces")
"""What is counted one by one: it is added to its like only, but `EUR / people` is EUR."""
_ALIASES: Mapping[str, str] = {
    "%": "%|percent|per cent|pct|prozent",
    "EUR": "eur|euro|euros|€",
    "USD": "usd|dollar|dollars|$",
    "GBP": "gbp|pound|pounds|pfund|£",
    "km": "km|kms|kilometers?|kilometres?|kilometern",
    "m": "m|meters?|metres?|metern",
    "cm": "cm|centimet(?:er|re)s?|zentimetern?",
    "mm": "mm|millimet(?:er|re)s?|millimetern?",
    "mi": "mi|miles?|meilen?",
    "kg": "kg|kilos?|kilogram(?:s|m|me)?",
    "g": "g|grams?|gramm",
    "t": "t|tons?|tonnes?|tonnen?",
    "h": "h|hr|hrs|hours?|std|stunden?",
    "min": "min|mins|minutes?|minuten?",
    "s": "s|sec|secs|seconds?|sekunden?",
    "days": "d|days?|tage?|tagen",
    "weeks": "weeks?|wochen?",
    "months": "months?|monate?|monaten",
    "years": "years?|yrs?|jahre?|jahren",
    "l": "l|lit(?:er|re)s?|litern",
    "ml": "ml|millilit(?:er|re)s?|millilitern",
    "kWh": "kwh|kilowatt ?hours?|kilowattstunden?",
    "kW": "kw|kilowatts?",
    "people": "people|persons?|personen|leute|heads?|guests?|gästen?",
    "pieces": "pieces?|pcs|stück|stk|items?",
}
_AREAS: Mapping[str, Unit] = {
    "m²|m2|sqm|qm|square met(?:er|re)s?|quadratmetern?": (("m", 2),),
    "m³|m3|cbm|cubic met(?:er|re)s?|kubikmetern?": (("m", 3),),
    "cm²|cm2|square centimet(?:er|re)s?|quadratzentimetern?": (("cm", 2),),
    "number|numbers|count|zahl|none": NUMBER,
}
_PATTERNS = tuple(
    (re.compile(pattern.replace("$", r"\$"), re.I), unit)
    for pattern, unit in [
        *((pattern, ((symbol, 1),)) for symbol, pattern in _ALIASES.items()),
        *_AREAS.items(),
    ]
)
FAMILIES: tuple[tuple[str, ...], ...] = (
    ("km", "m", "cm", "mm", "mi"),
    ("t", "kg", "g"),
    ("h", "min", "s", "days", "weeks", "months", "years"),
    ("l", "ml"),
    MONEY,
)
"""Units of the same thing. One formula uses one of each: a factor that nobody wrote would not stand in its words."""
TIMES = FAMILIES[2]
_LONGEST = 40
_PER = re.compile(r"\s*(?:/|\bper\b|\bpro\b|\bje\b)\s*", re.I)
_DECLARED = (
    re.compile(r"(?P<name>.*?\S)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]"),
    re.compile(r"(?P<name>.*?\S)\s+in\s+(?P<unit>.+)", re.I),
    re.compile(r"(?P<name>.*?\S)\s*(?P<unit>%)"),
)


def read(text: str) -> Unit | None:
    """The unit that a text names; None when it names none."""
    parts = _PER.split(text.strip()) if len(text) <= _LONGEST else []
    found = times(NUMBER, NUMBER)
    for place, part in enumerate(parts):
        hundred = re.fullmatch(r"100\s*(?P<rest>\S.*)", part) if place else None
        one = _single(hundred["rest"] if hundred else part)
        if one is None:
            return None
        found = times(found, one, -1 if place else 1)
        found = times(found, PERCENT) if hundred else found
    return found if parts else None


def _single(text: str) -> Unit | None:
    return next((unit for pattern, unit in _PATTERNS if pattern.fullmatch(text.strip())), None)


def declared(text: str) -> tuple[str, Unit | None]:
    """A name and the unit said with it: `distance (km)`, `Strecke in km`, `rate %`. None when none is said."""
    plain = " ".join(text.split())
    for shape in _DECLARED:
        match = shape.fullmatch(plain)
        if match and (unit := read(match["unit"])) is not None:
            return match["name"], unit
    return plain, None


def times(one: Unit, other: Unit, power: int = 1) -> Unit:
    """The unit of a product; with `power` -1, of a quotient."""
    powers = dict(one)
    for symbol, count in other:
        powers[symbol] = powers.get(symbol, 0) + count * power
    return tuple(sorted((symbol, count) for symbol, count in powers.items() if count))


def without_counts(unit: Unit) -> Unit:
    """The unit without what is counted one by one."""
    return tuple((symbol, count) for symbol, count in unit if symbol not in COUNTS)


def spelled(unit: Unit) -> str:
    """The unit as it stands behind a number: `km/h`, `l/100 km`, `%`; empty for a plain number."""
    symbols = dict(unit)
    hundred = symbols.get("%") == 1 and any(count < 0 for count in symbols.values())
    above = [_power(one, count) for one, count in unit if count > 0 and not (hundred and one == "%")]
    below = [_power(one, -count) for one, count in unit if count < 0]
    under = f"/{'100 ' if hundred else ''}{'/'.join(below)}" if below else ""
    return f"{' '.join(above) or ('1' if below else '')}{under}"


def _power(symbol: str, count: int) -> str:
    return symbol + {1: "", 2: "²", 3: "³"}.get(count, f"^{count}")


def clash(unit: Unit) -> tuple[str, str] | None:
    """Two units of the same thing within one, such as km and m; None when there are none."""
    symbols = [symbol for symbol, _ in unit]
    for family in FAMILIES:
        mixed = [one for one in family if one in symbols]
        if len(mixed) > 1:
            return mixed[0], mixed[1]
    return None


def money_of(unit: Unit | None) -> str:
    """The currency, when the unit is money and nothing else."""
    return unit[0][0] if unit and len(unit) == 1 and unit[0][1] == 1 and unit[0][0] in MONEY else ""
