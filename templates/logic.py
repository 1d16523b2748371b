"""Logic: formulas and rules as answers. Read from words, checked against the other answers, with worked examples."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import JsonValue

from templates import formula, rules, units
from templates.errors import BadAnswer
from templates.formula import BadFormula, Formula, folded
from templates.measure import unit_of
from templates.notation import number, written
from templates.template import Question, Template
from templates.units import Unit, declared, spelled
from templates.working import NoResult, value_of

LOGIC = frozenset({"formula", "rule"})
"""Types of questions whose answers say how an app works something out."""
HOW_FORMULA = "Write it as price * (1 + rate / 100)"
HOW_RULE = "Write it as amount > 500, or as travel or over 500"
_ROUND: Mapping[str, float] = {
    "km": 120, "m": 12, "l/100 km": 7, "EUR/l": 1.8, "USD/l": 1.8, "GBP/l": 1.5, "EUR/kWh": 0.35, "USD/kWh": 0.15,
    "GBP/kWh": 0.3, "EUR/km": 0.3, "USD/km": 0.7, "GBP/km": 0.45, "km/h": 60, "%": 20, "people": 4, "h": 8, "min": 30,
    "days": 10, "weeks": 4, "months": 12, "years": 5, "kg": 50, "g": 500, "l": 40, "kWh": 200, "EUR": 100, "USD": 100,
    "GBP": 100, "EUR/h": 25, "USD/h": 25, "GBP/h": 25,
}  # fmt: skip  # read as a table, not a row a line
"""What stands for a number in an example, by its unit: round, and as such things are."""
_PLAIN = (100, 20, 5, 2, 3, 4, 6, 7, 8, 9, 10, 12)
"""The same, by place, where nobody said a unit."""


def read_formula(text: str, inputs: Sequence[str] = ()) -> dict[str, JsonValue]:
    """A formula as an app gets it; `inputs` are its numbers as somebody listed them, with their units.

    `{text, result, names, tree, units, unit, example}`: units are spelled, "" where none is known; the example has a
    number for each name, and is empty when there is none that works. Raises BadFormula.
    """
    read = _with_units(formula.parse(text), inputs)
    unit = unit_of(read.tree, read.names, read.units, read.unit)
    return {
        "text": text,
        "result": read.result,
        "names": list[JsonValue](read.names),
        "tree": read.tree,
        "units": [spelled(one) if one else "" for one in read.units],
        "unit": spelled(unit) if unit else "",
        "example": list[JsonValue](_example(read)),
    }


def _with_units(read: Formula, inputs: Sequence[str]) -> Formula:
    said: dict[str, Unit | None] = {folded(name): unit for name, unit in map(declared, inputs)}
    given = tuple(
        said.get(folded(name), unit) if unit is None else unit
        for name, unit in zip(read.names, read.units, strict=True)
    )
    return replace(read, units=given)


def _example(read: Formula) -> Sequence[float]:
    """Round numbers for which there is a result that is no less than zero, if there are any."""
    said = [spelled(unit or ()) for unit in read.units]
    # Of the same unit each is a little less than the one before, so that no difference is nothing.
    usual = [
        round(_ROUND.get(unit, _PLAIN[place]) * 0.8 ** (said[:place].count(unit) if unit else 0), 2)
        for place, unit in enumerate(said)
    ]
    for given in (usual, list(reversed(usual)), [float(place + 2) for place in range(len(usual))]):
        try:
            if value_of(read.tree, given) >= 0:
                return given
        except NoResult:
            continue
    return ()


def together(template: Template, settled: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The answers, each with what follows from the others. Raises BadAnswer at the question that is to be put right."""
    for question in template.questions:
        value = settled.get(question.name)
        if question.type not in LOGIC or not question.over or not isinstance(value, dict):
            continue
        try:
            settled |= _over(template, question, settled, str(value["text"]))
        except BadFormula as bad:
            raise bad_answer(question, bad) from None
    return settled


def _over(template: Template, question: Question, settled: Mapping[str, JsonValue], text: str) -> dict[str, JsonValue]:
    if question.type == "formula":
        [listed] = question.over
        given = settled[listed]
        inputs = [str(one) for one in given] if isinstance(given, list) else []
        names = list[JsonValue]([declared(one)[0] for one in inputs])
        return {question.name: read_formula(text, inputs), listed: names}
    rule = rules.parse(text)
    for name in question.over:
        other, asked = settled[name], template.question(name)
        if isinstance(other, list) and len(other) < 2:
            raise BadFormula("asks for a second yes, but only one person can give one", "Name two approvers or more")
        if asked and asked.type == "choice" and rule.currency and rule.currency != other:
            raise BadFormula(f"speaks of {rule.currency}, but amounts are in {other}", f"Write amounts in {other}")
    return {}


def currency_of(question: Question, value: JsonValue) -> str:
    """The currency that a rule speaks of; empty when it names none, or cannot be read."""
    try:
        return rules.parse(text_of(value)).currency if question.type == "rule" else ""
    except BadFormula:
        return ""


def text_of(value: JsonValue) -> str:
    """A formula or rule as somebody wrote it."""
    return str(value.get("text", "")) if isinstance(value, dict) else str(value or "")


def bad_answer(question: Question, bad: BadFormula) -> BadAnswer:
    """The same, at the question's field."""
    fix = bad.fix or (HOW_RULE if question.type == "rule" else HOW_FORMULA)
    return BadAnswer(question.name, f"“{question.label}” {bad}.", f"{fix}.")


def in_words(settled: Mapping[str, JsonValue]) -> str:
    """A settled formula, as it is shown: `distance (km) ÷ 100 × consumption (l/100 km)`."""
    names, said = _texts(settled["names"]), _texts(settled.get("units", []))
    labels = [f"{name} ({unit})" if unit else name for name, unit in zip(names, said, strict=True)]
    tree = settled["tree"]
    return written(tree, labels) if isinstance(tree, list) else ""


def worked_out(settled: Mapping[str, JsonValue]) -> tuple[Sequence[str], str] | None:
    """The example of a settled formula: what goes in, and what comes out. None when it has none."""
    given, tree = settled.get("example"), settled["tree"]
    if not isinstance(given, list) or not given or not isinstance(tree, list):
        return None
    numbers = [float(one) for one in given if isinstance(one, int | float)]
    found = float(value_of(tree, numbers))
    taken = [_counted(one, unit) for one, unit in zip(numbers, _texts(settled["units"]), strict=True)]
    named = [f"{name} {one}" for name, one in zip(_texts(settled["names"]), taken, strict=True)]
    return named, _counted(found, str(settled["unit"]), result=True)


def _counted(value: float, unit: str, *, result: bool = False) -> str:
    """A number with its unit; money in its two places."""
    money = unit.partition("/")[0] in units.MONEY
    places = 2 if money and (result or value != int(value)) else None
    return f"{number(value, places)}{'' if unit == '%' else ' '}{unit}".rstrip()


def _texts(value: JsonValue) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
