"""The app and the card work out the same: one tree, two evaluators, equal to the digit."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates.formula import parse
from templates.notation import number, written
from templates.working import NoResult, value_of
from tests.templates.stage import ANA, Stage

FORMULAS = [
    "a + b * 2 - 1",
    "a / b",
    "(a - b) / a * 100",
    "a ^ b",
    "sqrt(a) + abs(b)",
    "round(a / 3; 2) + round(b)",
    "ceil(a / 7) * floor(b)",
    "min(a; b; 40) + max(a; 2)",
    "if(a > 40; 40 * b; a * b)",
    "if(a >= 5 and not (b < 2) or a = b; 1; 0) + 0 * a",
    "if(b == 0; 0; a / b)",
    "a + 19% - b",
]
NUMBERS = st.sampled_from([0, 1, 2, 5, 7, 40, 41, 0.5, 2.5, -3, 1e6, 99.995])


def shown(stage: Stage, a: float, b: float, names: int) -> str:
    query = "&".join(f"v{place}={value:.12g}" for place, value in list(enumerate((a, b)))[:names])
    page = stage.get(f"/?{query.replace('+', '%2B')}", ANA).text
    found = re.search(r'class="big">([^<]*)<', page)
    return found[1] if found else ""


@pytest.mark.parametrize("text", FORMULAS)
def test_the_app_gives_what_the_card_says(stage: object, text: str) -> None:
    app, formula = stage("calculator", formula=text), parse(text)

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(NUMBERS, NUMBERS)
    def same(a: float, b: float) -> None:
        given_ = [a, b] if formula.names[0] == "a" else [b, a]
        try:
            wanted = number(float(value_of(formula.tree, given_)))
        except NoResult:
            wanted = ""
        got = shown(app, *given_, names=len(formula.names))
        assert got == wanted

    same()


@pytest.mark.parametrize("text", FORMULAS)
def test_the_app_writes_what_the_card_writes(stage: object, text: str) -> None:
    formula = parse(text)
    page = stage("calculator", formula=text).get("/", ANA).text
    wanted = written(formula.tree, formula.names).replace(">", "&gt;").replace("<", "&lt;")
    assert f'<p class="formula" dir="auto">{wanted}</p>' in page


@pytest.mark.parametrize(
    ("formula", "query", "at", "english", "german"),
    [
        (
            "a / b",
            "v0=1&v1=0",
            "v1",
            "divide by zero: b must be something else",
            "durch null geteilt: b darf nicht 0 sein",
        ),
        ("sqrt(a - b)", "v0=1&v1=2", "v0", "no square root of a number below zero", "gibt es keine Wurzel"),
        ("a ^ b", "v0=10&v1=400", "v0", "too large to be shown", "zu groß"),
        ("a ^ (1 / b)", "v0=-8&v1=3", "v0", "There is no result for these", "gibt es kein Ergebnis"),
    ],
)
def test_where_there_is_no_result_the_number_says_so_in_both_languages(  # issue 5, item 5
    stage: object, formula: str, query: str, at: str, english: str, german: str
) -> None:
    for language, sentence in (("English", english), ("Deutsch", german)):
        seen = stage("calculator", formula=formula, language=language).get(f"/?{query}", ANA)
        error = re.search(rf'<p class="error" id="f-{at}-error">([^<]*)<', seen.text)
        assert seen.status == 422 and error and sentence in error[1]


def test_money_has_its_two_places_and_a_percent_its_sign(stage: object) -> None:
    pay = stage("calculator", formula="hours (h) * rate (EUR/h)")
    assert '<p class="big">1,000.13 EUR</p>' in pay.get("/?v0=8&v1=125.016", ANA).text
    german = stage("calculator", formula="hours (h) * rate (EUR/h)", language="Deutsch")
    assert '<p class="big">1.000,13 EUR</p>' in german.get("/?v0=8&v1=125,016", ANA).text
    margin = stage("calculator", formula="(sales (EUR) - cost (EUR)) / sales * 100")
    assert '<p class="big">20%</p>' in margin.get("/?v0=100&v1=80", ANA).text
