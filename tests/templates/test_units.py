"""Units in formulas: read as people write them, and a clear sentence where they do not go together."""  # issue 5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.formula import BadFormula, parse
from templates.logic import read_formula
from templates.measure import unit_of
from templates.units import PERCENT, clash, declared, read, spelled, times

NO_RATE, SHARE = "no exchange rate is known here", "written as rate / 100 * amount"


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("km", "km"),
        ("Kilometer", "km"),
        ("EUR per litre", "EUR/l"),
        ("€/l", "EUR/l"),
        ("Euro pro Liter", "EUR/l"),
        ("l/100 km", "l/100 km"),
        ("litres per 100 km", "l/100 km"),
        ("km/h", "km/h"),
        ("m²", "m²"),
        ("Quadratmeter", "m²"),
        ("EUR per m2", "EUR/m²"),
        ("Prozent", "%"),
        ("people", "people"),
        ("Tage", "days"),
        ("number", ""),
    ],
)
def test_units_are_read_as_people_write_them(text: str, spelling: str) -> None:
    found = read(text)
    assert found is not None and spelled(found) == spelling


@pytest.mark.parametrize(
    "text", ["", "furlong", "km per", "/km", "km//h", "x" * 500, "__import__", "km\u202e", "100 m"]
)
def test_what_is_no_unit_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("distance in km", "distance", "km"),
        ("Preis (EUR pro Liter)", "Preis", "EUR/l"),
        ("consumption [l/100 km]", "consumption", "l/100 km"),
        ("rate %", "rate", "%"),
        ("days in Rome", "days in Rome", None),
        ("km", "km", None),
    ],
)
def test_a_name_may_say_its_unit(text: str, name: str, unit: str | None) -> None:
    found, said = declared(text)
    assert (found, None if said is None else spelled(said)) == (name, unit)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("distance (km) / 100 * consumption (l/100 km) * price (EUR/l)", "EUR"),
        ("cost in EUR = hours (h) * wage (EUR/h)", "EUR"),
        ("net (EUR) * (1 + rate (%) / 100)", "EUR"),
        ("net (EUR) * rate (%) / 100 + net", "EUR"),
        ("price (EUR) + 19%", "EUR"),
        ("bill (EUR) * (1 + tip (%) / 100) / guests (people)", "EUR"),
        ("(sales (EUR) - cost (EUR)) / sales * 100", "%"),
        ("capital (EUR) * (1 + interest (%) / 100) ^ term in years", "EUR"),
        ("if(hours (h) > 40; 40 * rate (EUR/h); hours * rate)", "EUR"),
        ("distance (km) / speed (km/h)", "h"),
        ("0.30 * distance (km) + fee (EUR)", "EUR"),
        ("minutes (min) = hours (h) * 60", "min"),
        ("round(max(a (kg); b (kg)) / 3; 1)", None),
        ("hours (h) * 60", None),
        ("sqrt(area (m²))", "m"),
        ("length (m) * width (m) * height (m)", "m³"),
        ("distance * price (EUR)", None),
    ],
)
def test_the_result_has_the_unit_that_follows(text: str, unit: str | None) -> None:
    read_ = parse(text)
    found = unit_of(read_.tree, read_.names, read_.units, read_.unit)
    assert (None if found is None else spelled(found)) == unit


@pytest.mark.parametrize(
    ("text", "why", "fix"),
    [
        ("way (km) + price (EUR)", "adds “way” (km) to “price” (EUR)", "Only numbers in the same unit go together"),
        ("price (EUR) - way (km)", "takes “way” (km) from “price” (EUR)", "Only numbers in the same unit go together"),
        ("way (km) + walk (m)", "adds “way” (km) to “walk” (m)", "Ask for both in km; nothing is converted"),
        ("work (h) + rest (min)", "adds “work” (h) to “rest” (min)", "Ask for both in h; nothing is converted"),
        (
            "a (EUR) + b (USD)",
            "adds “a” (EUR) to “b” (USD)",
            "Ask for both in one currency; no exchange rate is known here",
        ),
        (
            "a (people) + rate (%)",
            "adds “a” (people) to “rate” (%)",
            "A share of something is written as rate / 100 * amount",
        ),
        ("net (EUR) * rate (%)", "multiplies by “rate”, which is said of a hundred", "Write rate / 100"),
        ("way (m) * fee (EUR/km)", "mixes km and m", "Ask for both in km; nothing is converted"),
        ("cost (EUR) = way (km) * fee (EUR)", "should give EUR, but comes out in EUR km", ""),
        ("sqrt(way (m))", "takes the square root of “way”, which is in m", ""),
        ("2 ^ way (km)", "raises to the power of “way”, which is in km", ""),
        ("round(price (EUR); way (km))", "rounds to “way” places, which is in km", "Use a number"),
        ("if(a; 1; 2)", "asks “if” about “a”, which is a number", "Compare it, as in if(hours > 40; 40; hours)"),
        ("if(a (km) > b (EUR); 1; 2)", "compares “a” (km) with “b” (EUR)", "Only numbers in the same unit go together"),
        ("(a > 5) + 1", "calculates with “a > 5”, which is true or not", "Use if(condition; a; b)"),
        (
            "if(a > 1 and b; 1; 2)",
            "has “b” beside “and”, which takes what is true or not",
            "Compare it, as in b > 500",
        ),
    ],
)
def test_what_does_not_go_together_is_said_with_both_sides(text: str, why: str, fix: str) -> None:
    with pytest.raises(BadFormula) as bad:
        read_formula(text)
    assert (str(bad.value), bad.value.fix) == (why, fix)


def test_units_may_stand_in_the_list_of_numbers_instead() -> None:
    inputs = ["distance in km", "consumption (l/100 km)", "price (EUR per litre)"]
    settled = read_formula("distance / 100 * consumption * price", inputs)
    assert (settled["units"], settled["unit"], settled["example"]) == (
        ["km", "l/100 km", "EUR/l"],
        "EUR",
        [120, 7, 1.8],
    )


UNITS = st.sampled_from(["km", "m", "EUR", "USD", "h", "min", "%", "l/100 km", "EUR/l", "people", ""]).map(read)


@given(UNITS, UNITS, UNITS)
def test_units_multiply_as_numbers_do(a: object, b: object, c: object) -> None:
    one, two, three = (unit or () for unit in (a, b, c))
    assert times(one, two) == times(two, one)
    assert times(times(one, two), three) == times(one, times(two, three))
    assert times(times(one, two), two, -1) == one
    assert times(one, one, -1) == () and clash(PERCENT) is None


@given(st.text(st.sampled_from("ab (kmEURh%/100)+-*<>;ifandmin "), max_size=60))
def test_whatever_is_typed_gives_a_unit_or_a_sentence(text: str) -> None:
    try:
        settled = read_formula(text, ["a (km)", "b (EUR)"])
    except BadFormula as bad:
        assert str(bad)[0].islower()
    else:
        assert isinstance(settled["unit"], str)
