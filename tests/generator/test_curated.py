"""Formulas known by their inputs: a guess that the card shows, never in the place of one that was said."""

from datetime import date

import pytest

from generator.curated import formula_for
from generator.draft import draft
from generator.offline_model import OfflineModel
from generator.understand import understand
from templates.catalog import load
from templates.formula import parse
from templates.units import declared

TODAY = date(2026, 11, 23)


def answer(words: str) -> tuple[object, object]:
    template = load().get("calculator@1.0")
    brief = draft(understand(words, TODAY, OfflineModel()).understanding, template.ref, template.questions)
    found = next((one for one in brief.answers if one.name == "formula"), None)
    return (found.value, found.origin) if found else (None, [one.name for one in brief.open])


@pytest.mark.parametrize(
    ("inputs", "formula"),
    [
        (["Netto", "Steuersatz"], "Netto * (1 + Steuersatz / 100)"),
        (["discount in percent", "list price"], "list price * (1 - discount / 100)"),
        (["total", "tip percent", "number of people"], "total * (1 + tip percent / 100) / number of people"),
        (["Strecke", "Verbrauch", "Literpreis"], "Strecke / 100 * Verbrauch * Literpreis"),
        (["cost", "selling price"], "(selling price - cost) / selling price * 100"),
        (["apples", "pears"], ""),
        ([], ""),
    ],
)
def test_inputs_are_known_by_their_names_in_any_order(inputs: list[str], formula: str) -> None:
    assert formula_for(inputs) == formula
    if formula:
        assert set(parse(formula).names) == {declared(one)[0] for one in inputs}


def test_a_formula_that_nobody_said_is_a_guess() -> None:
    assert answer("discount calculator from price and percent off") == ("price * (1 - percent off / 100)", "guessed")


def test_a_formula_that_was_said_stays() -> None:
    assert answer("a calculator: margin = (price - cost) / price * 100") == ("(price - cost) / price * 100", "said")


def test_inputs_that_say_nothing_leave_the_formula_open() -> None:
    assert answer("fruit calculator: people enter apples and pears") == (None, ["formula"])


def test_a_formula_that_the_units_speak_against_is_not_guessed() -> None:
    assert answer("travel time calculator: people enter distance (m) and speed (km/h)") == (None, ["formula"])
    assert answer("travel time calculator: people enter distance (km) and speed (km/h)")[0] == "distance / speed"
