"""Rules: conditions in plain words, typed, with an example of both sides; nothing else is ever read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.answers import settle, validate
from templates.errors import BadAnswer
from templates.formula import BadFormula
from templates.notation import written
from templates.rules import parse
from templates.spelling import read, spell
from templates.template import Question
from tests.templates.shelf import ANSWERS, shelf
from tests.templates.test_formula import allowed

RULE = Question(name="rule", label="Second", type="rule")


@pytest.mark.parametrize(
    ("text", "words", "currency"),
    [
        ("over 500 EUR needs a second approval", "amount > 500", "EUR"),
        ("travel or over 1000", "travel or amount > 1,000", ""),
        ("amount > 500 and not urgent", "amount > 500 and not urgent", ""),
        ("über 1.000 € braucht eine zweite Genehmigung", "amount > 1,000", "EUR"),
        ("Reisen oder ab 1.000 Euro", "Reisen or amount ≥ 1,000", "EUR"),
        ("Betrag > 500 und nicht dringend", "amount > 500 and not dringend", ""),
        ("if the amount is over $1,250.50", "amount > 1,250.5", "USD"),
        ("software and (over 200 or hardware)", "software and (amount > 200 or hardware)", ""),
        ("at least 50", "amount ≥ 50", ""),
        ("amount * 2 > 500", "amount × 2 > 500", ""),
    ],
)
def test_rules_are_read_as_people_say_them(text: str, words: str, currency: str) -> None:
    rule = parse(text)
    assert (written(rule.tree, rule.names), rule.currency) == (words, currency)
    (_, about), (_, other) = rule.examples
    assert (about, other) == (True, False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("amount", "is “amount”, which is neither true nor not"),
        ("500", "is “500”, which is neither true nor not"),
        ("travel > 5", "calculates with “travel”, which is true or not"),
        ("amount and urgent", "has “amount” beside “and”, which takes what is true or not"),
        ("over 500 EUR or over 600 USD", "speaks of EUR and USD"),
        ("amount > 500 or amount < 600", "is about every request that I tried"),
        ("amount > 5 and amount < 5", "is about no request that I tried"),
        ("between 5 and urgent", "has “between 5” in it, which compares nothing"),
        ("over", "has “over” in it, which compares nothing"),
        ("__import__('os')", "has “_” in it, which is no sign of arithmetic"),
        ("eval(amount) > 5", "calls “eval”"),
        ("a or b or c or d or e or f or g", "asks 7 things with yes or no; 6 fit"),
        ("x" * 301, "is 301 characters long; 300 fit"),
        ("", "ends where a number or a name should be"),
    ],
)
def test_what_is_no_rule_is_said(text: str, why: str) -> None:
    with pytest.raises(BadFormula) as bad:
        parse(text)
    assert str(bad.value).startswith(why)


@given(st.text(st.sampled_from("ab 15.,()<>=not and or over EUR\u202e\"'`${}_\\;"), max_size=60) | st.text(max_size=60))
def test_whatever_is_typed_gives_a_condition_or_a_sentence(text: str) -> None:
    try:
        rule = parse(text)
    except BadFormula as bad:
        assert str(bad)
    else:
        assert allowed(rule.tree, len(rule.names))


def test_a_rule_is_an_answer_that_can_be_written_back_into_its_form() -> None:
    settled = settle(RULE, " travel or  over 1000 ")
    assert settle(RULE, read(RULE, spell(RULE, settled))) == settled == settle(RULE, settled)
    assert settle(RULE, "") == "" and settle(RULE, None) == ""
    with pytest.raises(BadAnswer, match=r"“Second” is “amount”, which is neither true nor not\. Compare it"):
        settle(RULE, "amount")


def test_a_rule_needs_two_approvers_and_their_currency() -> None:
    template = shelf().get("approval@1.0")
    wrong = validate(template, {**ANSWERS["approval"], "rule": "over 500"})
    assert [(one.field, one.fix) for one in wrong] == [("rule", "Name two approvers or more.")]
    wrong = validate(template, {**ANSWERS["approval"], "approvers": ["ben", "dan"], "rule": "over 500 EUR"})
    assert [one.why for one in wrong] == ["“A second approval is needed when” speaks of EUR, but amounts are in GBP."]
