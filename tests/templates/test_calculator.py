"""Calculators, in the sandbox: the result, the way to it, and numbers for which there is none."""  # R1

from collections.abc import Callable

import pytest

from tests.templates.stage import BEN, Stage

Opens = Callable[..., Stage]


@pytest.fixture
def calculator(stage: Opens) -> Opens:
    return lambda **answers: stage("calculator", **answers)


def test_numbers_give_a_result_and_the_way_to_it(calculator: Opens) -> None:
    page = calculator().get("/?v0=250&v1=6.4&v2=1.85", BEN).text
    assert '<h2>cost</h2><p class="big">29.6</p>' in page
    assert "250 ÷ 100 × 6.4 × 1.85 = 29.6" in page


def test_the_formula_stands_there_in_words_with_an_example(calculator: Opens) -> None:
    page = calculator().get("/", BEN).text
    assert "cost = distance ÷ 100 × consumption × price" in page
    assert "For example: distance 100, consumption 20 and price 5 gives 100." in page
    assert 'class="big"' not in page


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("(a - b) / b * 100", "(a − b) ÷ b × 100"),
        ("a - (b - a)", "a − (b − a)"),
        ("a / (b * a)", "a ÷ (b × a)"),
        ("-a ^ 2 + b", "(−a ^ 2) + b"),
        ("(a ^ b) ^ 2", "(a ^ b) ^ 2"),
        ("a * (1 + 19%)", "a × (1 + 19 ÷ 100)"),
        ("min(a; 40) * b", "min(a; 40) × b"),
    ],
)
def test_words_have_the_brackets_that_they_need(calculator: Opens, formula: str, words: str) -> None:
    assert f'<p class="formula" dir="auto">{words}</p>' in calculator(formula=formula).get("/").text


@pytest.mark.parametrize(
    ("formula", "numbers", "result"),
    [
        ("a + b", ("0.1", "0.2"), "0.3"),
        ("a / b", ("1", "3"), "0.333333"),
        ("a * b", ("1,000,000", "1,000,000"), "1,000,000,000,000"),
        ("a - b", ("1", "2.5"), "−1.5"),
        ("round(a / b; 2)", ("2", "3"), "0.67"),
        ("ceil(a / b)", ("7", "2"), "4"),
        ("a ^ b", ("2", "10"), "1,024"),
        ("sqrt(a) + abs(b)", ("9", "-4"), "7"),
        ("max(a; b)", ("3", "8"), "8"),
    ],
)
def test_it_can_count(calculator: Opens, formula: str, numbers: tuple[str, str], result: str) -> None:
    page = calculator(formula=formula).get(f"/?v0={numbers[0]}&v1={numbers[1]}").text
    assert f'<p class="big">{result}</p>' in page


@pytest.mark.parametrize(
    ("formula", "numbers", "why"),
    [
        ("a / b", ("1", "0"), "This would divide by zero: b must be something else than 0."),
        ("a / (b - a)", ("2", "2"), "This would divide by zero: b − a must be something else than 0."),
        ("a ^ b", ("10", "400"), "The result is too large to be shown."),
        ("sqrt(a - b)", ("1", "2"), "There is no square root of a number below zero: a − b."),
        ("a ^ (1 / b)", ("-8", "3"), "There is no result for these numbers."),
    ],
)
def test_where_there_is_no_result_it_says_why(  # T4
    calculator: Opens, formula: str, numbers: tuple[str, str], why: str
) -> None:
    seen = calculator(formula=formula).get(f"/?v0={numbers[0]}&v1={numbers[1]}")
    assert (seen.status, why in seen.text, 'class="big"' in seen.text) == (422, True, False)


def test_a_number_that_is_missing_or_none_is_told_at_its_field(calculator: Opens) -> None:
    seen = calculator().get("/?v0=250&v1=lots&v2=")
    assert seen.status == 422
    assert 'id="f-v1-error">Write a number, such as 12 or 12.5.' in seen.text
    assert 'id="f-v2-error">Type a number.' in seen.text
    assert 'value="lots"' in seen.text and 'value="250"' in seen.text


def test_the_form_asks_in_the_order_that_was_wished_for(calculator: Opens) -> None:
    page = calculator(inputs=["Price", "distance", "something else"]).get("/").text
    labels = [one.partition("<")[0] for one in page.split('dir="auto">')]
    labels = [one for one in labels if one in ("price", "distance", "consumption")]
    assert labels == ["price", "distance", "consumption"]


def test_it_keeps_nothing_and_asks_for_no_capability(calculator: Opens) -> None:
    assert calculator().bundle.manifest.capabilities == ()


def test_it_speaks_german_and_reads_german_numbers(calculator: Opens) -> None:
    page = calculator(language="Deutsch").get("/?v0=1.250&v1=6,4&v2=1,85").text
    assert '<p class="big">148</p>' in page and "1.250 ÷ 100 × 6,4 × 1,85 = 148" in page
    assert "Hier würde durch null geteilt" in calculator(language="Deutsch", formula="1 / a").get("/?v0=0").text


def test_names_are_words_and_never_markup(calculator: Opens) -> None:
    page = calculator(title="<script>x</script>", formula="größe * 2").get("/").text
    assert "<script>x" not in page and "größe × 2" in page
