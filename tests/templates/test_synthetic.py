"""Synthetic data: the same for the same seed, and nothing of it reaches anybody (T6)."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban

from templates import synthetic
from templates.answers import validate
from templates.manifest import StoreCapability
from templates.render import render
from templates.synthetic import Control, Synthetic
from templates.template import Template
from tests.templates.shelf import bundle, shelf

NOW = 1_795_514_400
FICTIONAL = re.compile(
    r"\+44 20 7946 0\d{3}|\+44 7700 900\d{3}|\+1 \d{3} 555 01\d\d"
    r"|\+49 30 23125 \d{3}|\+49 69 90009 \d{3}|\+49 40 66969 \d{3}|\+49 221 4710 \d{3}|\+49 89 99998 \d{3}"
)
"""Written down a second time, from the regulators' pages and not from the code."""
TEMPLATES = pytest.mark.parametrize("template", shelf().templates, ids=lambda one: one.ref)


def reachable(text: str) -> list[str]:
    """What in a text could be dialled, mailed or paid to."""
    found = []
    for country in ("DE", "GB", "US"):
        for match in phonenumbers.PhoneNumberMatcher(text, country):
            if not FICTIONAL.fullmatch(match.raw_string.strip()):
                found.append(match.raw_string)
    found += [one for one in re.findall(r"[\w.+-]+@[\w.-]+", text) if not re.search(r"@example\.(com|org|net)$", one)]
    found += [one for one in re.findall(r"[A-Z]{2}\d{2}[0-9A-Z]{10,30}", text) if iban.is_valid(one)]
    return found


def test_the_look_out_finds_what_is_real() -> None:
    assert reachable("030 901820, ana@gmail.com and DE89370400440532013000") != []
    assert len(set(reachable("+49 30 901820; ana@slipway.dev; GB33BUKB20201555555555"))) == 3


@pytest.mark.scenario
def test_nothing_can_be_dialled_mailed_or_paid_to() -> None:  # T6
    source = Synthetic(11, NOW)
    for _ in range(4000):
        made = {kind: source.value(Control(kind)) for kind in ("tel", "email", "url", "iban", "text", "person")}
        number = made.pop("iban")
        assert not iban.is_valid(number) and number[2:4] == "00"
        assert reachable(" ; ".join(made.values())) == [], made
        assert FICTIONAL.fullmatch(made["tel"])
        assert re.fullmatch(r"https://example\.(com|org|net)/\d+", made["url"])
        assert reachable(source.canary()) == []


@given(st.integers(0, 2**64), st.integers(1, 4_000_000_000))
def test_the_same_seed_gives_the_same_data(seed: int, now: int) -> None:  # T6
    def made() -> list[str]:
        source = Synthetic(seed, now)
        return [source.canary(), source.name(), source.value(Control("date")), source.phone(), source.words(20)]

    assert made() == made()


@given(st.integers(0, 2**32), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_number_is_within_its_bounds(seed: int, one: float, other: float) -> None:
    least, most = sorted((float(int(one)), float(int(other))))
    assert least <= Synthetic(seed, NOW).number(least, most) <= most


@given(st.integers(0, 2**32), st.integers(1, 200))
def test_words_fit_where_they_must(seed: int, longest: int) -> None:
    assert 0 < len(Synthetic(seed, NOW).words(longest)) <= longest


def test_canaries_are_unlike_each_other_and_our_own_scrubber_leaves_them() -> None:  # N9
    from guardrails.scrub import scrub

    source = Synthetic(3, NOW)
    many = [source.canary() for _ in range(500)]
    assert len(set(many)) == 500
    assert all(scrub(f"a quiet lamp {one}").text == f"a quiet lamp {one}" for one in many[:50])


@TEMPLATES
@pytest.mark.parametrize("seed", range(6))
def test_every_template_takes_the_answers_that_its_questions_give(template: Template, seed: int) -> None:  # T6
    answers = synthetic.answers(template, seed, NOW)
    assert validate(template, answers) == ()
    assert answers == synthetic.answers(template, seed, NOW)
    assert reachable(str(answers)) == []
    assert render(template, answers).manifest.title


@TEMPLATES
def test_every_table_gets_rows_of_its_own_columns(template: Template) -> None:  # T6
    store = bundle(template.name).manifest.capability("store")
    for table in store.tables.values() if isinstance(store, StoreCapability) else ():
        rows = [synthetic.row(table.fields, Synthetic(seed, NOW)) for seed in range(40)]
        assert all(row.keys() == table.fields.keys() for row in rows)
        assert reachable(str(rows)) == []
