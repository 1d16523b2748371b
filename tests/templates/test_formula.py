"""Formulas: what can be said, what cannot, and that nothing but arithmetic is ever read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.answers import settle
from templates.errors import BadAnswer
from templates.formula import COMPARISONS, FUNCTIONS, BadFormula, parse
from templates.spelling import read, spell
from templates.template import Question

A, B = ["v", 0], ["v", 1]
FORMULA = Question(name="formula", label="Formula", type="formula")


@pytest.mark.parametrize(
    ("text", "names", "tree"),
    [
        ("a + b * a", ("a", "b"), ["+", A, ["*", B, A]]),
        ("(a + b) / a", ("a", "b"), ["/", ["+", A, B], A]),
        ("a - b - a", ("a", "b"), ["-", ["-", A, B], A]),
        ("-a ^ 2", ("a",), ["-", ["n", 0], ["^", A, ["n", 2.0]]]),
        ("a ^ -b", ("a", "b"), ["^", A, ["-", ["n", 0], B]]),
        ("net price * 19%", ("net price",), ["*", A, ["/", ["n", 19.0], ["n", 100]]]),
        ("Net  Price + net price", ("Net Price",), ["+", A, A]),
        ("gross minus tax", ("gross", "tax"), ["-", A, B]),
        ("preis mal menge", ("preis", "menge"), ["*", A, B]),
        ("total divided by people", ("total", "people"), ["/", A, B]),
        ("weight x rate", ("weight", "rate"), ["*", A, B]),
        ("1,5 * m", ("m",), ["*", ["n", 1.5], A]),
        ("min(hours; 40) * rate", ("hours", "rate"), ["*", ["min", A, ["n", 40.0]], B]),
        ("price per kWh × kWh ÷ 2", ("price per kWh", "kWh"), ["/", ["*", A, B], ["n", 2.0]]),
    ],
)
def test_arithmetic_is_read_as_people_write_it(text: str, names: tuple[str, ...], tree: list[object]) -> None:
    found = parse(text)
    assert (found.names, found.tree) == (names, tree)


def test_what_stands_before_the_equals_sign_is_the_result() -> None:
    assert (parse("V2 = C1 * V1 / C2").result, parse("V2 = C1 * V1 / C2").names) == ("V2", ("C1", "V1", "C2"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ends where a number or a name should be"),
        ("1 + 2", "has no name in it that people could type a number for"),
        ("a +", "ends where a number or a name should be"),
        ("a + * b", "has “*” where a number or a name should be"),
        ("2 (a)", "has “(” where a sign such as + or * should be"),
        ("(a", "has a bracket that is not closed"),
        ("eval(a)", f"calls “eval”; it can call {', '.join(FUNCTIONS)}, and needs a * before a bracket"),
        ("sqrt(a; a)", "gives “sqrt” 2 numbers; it takes 1"),
        ("min(a)", "gives “min” 1 numbers; it takes 2 to 8"),
        ("a; b", "has “;” where a sign such as + or * should be"),
        ("a[0]", "has “[” in it, which is no sign of arithmetic"),
        ("__import__(a)", "has “_” in it, which is no sign of arithmetic"),
        ("`a`", "has “`” in it, which is no sign of arithmetic"),
        ("(" * 40 + "a" + ")" * 40, "has too many brackets within brackets"),
        (" + ".join(f"name{n}" for n in range(13)), "has 13 names in it; 12 fit"),
        ("a" * 301, "is 301 characters long; 300 fit"),
    ],
)
def test_what_is_no_formula_is_said_with_the_place(text: str, why: str) -> None:  # T4
    with pytest.raises(BadFormula) as bad:
        parse(text)
    assert str(bad.value) == why


def allowed(node: object, names: int) -> bool:
    match node:
        case ["n", int() | float()]:
            return True
        case ["v", int(place)]:
            return place < names
        case [str(sign), *parts]:
            signs = {*"+-*/^", *FUNCTIONS, *COMPARISONS.values(), "and", "or", "not"}
            return sign in signs and bool(parts) and all(allowed(one, names) for one in parts)
    return False


@given(st.text(st.sampled_from("ab1 2.,+-*/^()%;=<>x\"'`${}[]_\\minsqrt\u202e×"), max_size=60) | st.text(max_size=80))
def test_whatever_is_typed_gives_a_tree_of_arithmetic_or_a_sentence(text: str) -> None:  # T4
    try:
        found = parse(text)
    except BadFormula as bad:
        assert str(bad)[0].islower()
    else:
        assert allowed(found.tree, len(found.names))


def test_a_formula_is_an_answer_that_can_be_written_back_into_its_form() -> None:
    settled = settle(FORMULA, "  a *  b ")
    said = {"text": "a * b", "result": "", "names": ["a", "b"], "tree": ["*", A, B]}
    assert settled == {**said, "units": ["", ""], "unit": "", "example": [100.0, 20.0]}
    assert settle(FORMULA, read(FORMULA, spell(FORMULA, settled))) == settled == settle(FORMULA, settled)
    with pytest.raises(BadAnswer, match=r"“Formula” ends where a number or a name should be\. Write it as price \* "):
        settle(FORMULA, "a *")
