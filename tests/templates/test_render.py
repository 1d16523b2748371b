"""Rendering: answers are data, the bytes are the same everywhere, what is wrong is said."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from templates.answers import UNSEEN, validate
from templates.blanks import js
from templates.errors import BadAnswer
from templates.manifest import StoreCapability
from templates.render import render
from templates.template import Template
from tests.templates.golden import document, folder, rendered
from tests.templates.shelf import bundle, shelf

TEMPLATES = pytest.mark.parametrize("template", shelf().templates, ids=lambda one: one.ref)
HOSTILE = [
    "</script><script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}",
    "'; throw 1; '",
    '"',
    "`${x}`",
    "\u2028",
    "-->",
    "\u202eabc",
    "\\",
]


def store(made: object) -> StoreCapability:
    assert isinstance(made, StoreCapability)
    return made


@TEMPLATES
def test_golden_answers_give_the_golden_bundle(template: Template) -> None:  # T9 T13
    assert document(rendered(template)) == json.loads((folder(template) / "bundle.json").read_text())


@pytest.mark.parametrize(("retention", "term"), [(14, 14), (90, 30), (1, 1)])
def test_an_app_ends_no_later_than_its_first_entries(retention: int, term: int) -> None:  # D8 T15
    assert bundle("survey", retention_days=retention).manifest.lifecycle.ttl_days == term


def test_the_reference_survey_keeps_what_its_scaffold_says() -> None:  # T13 SD6
    manifest = bundle("simple-survey").manifest
    assert manifest.retention_days == 14
    assert manifest.secrets == ("analytics-write-key",)
    assert manifest.policies == ("sandbox/deny-external-egress",)
    assert manifest.capability("egress") is None


def test_nobody_raises_the_reference_surveys_retention() -> None:  # T15
    with pytest.raises(BadAnswer, match=r"“Days to keep entries” is 15\. The most is 14"):
        bundle("simple-survey", retention_days=15)


def test_collaborators_and_audience_do_not_change_the_bundle() -> None:
    assert bundle("survey", collaborators=["cy"], audience="finance").digest == bundle("survey").digest


def test_the_trackers_fields_become_its_columns() -> None:
    tables = store(bundle("form_tracker").manifest.capability("store")).tables
    assert tables["entries"].fields == {"author": "person", "summary": "text", "cost": "money"}


def test_an_anonymous_survey_declares_rows_without_authors() -> None:
    tables = store(bundle("survey", anonymous=True).manifest.capability("store")).tables
    assert tables["responses"].anonymous and not tables["participants"].anonymous
    assert not store(bundle("survey").manifest.capability("store")).tables["responses"].anonymous


def test_every_fault_is_found_for_the_form() -> None:
    bad = validate(shelf().get("approval"), {"title": "", "mode": "some", "amount_treshold": 3})
    assert [(one.field, one.why) for one in bad] == [
        ("amount_treshold", "“amount_treshold” is not a question of approval@1.0."),
        ("title", "“Title” is empty."),
        ("approvers", "“Approvers” is missing."),
        ("mode", "“Who must approve” is not one of the choices."),
    ]
    assert bad[0].fix == "The nearest is “amount_threshold”."


@given(st.text() | st.sampled_from(HOSTILE))
def test_a_literal_is_plain_ascii_that_means_its_value(value: str) -> None:
    literal = js(value)
    assert json.loads(literal) == value
    assert re.fullmatch(r"""[ -;=?-_a-~]*""", literal) and not set("<>&'`") & set(literal)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_lacks_is_not_a_literal(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        js(value)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_answers_stay_inside_their_literal(hostile: str) -> None:
    words: JsonValue = f"x{hostile}x"
    tidy: JsonValue = " ".join("".join(one for one in f"x{hostile}x" if one not in UNSEEN).split())
    plain = bundle("survey", title="x", questions=["x"]).files["app.js"].decode().splitlines()
    source = bundle("survey", title=words, questions=[words]).files["app.js"].decode().splitlines()
    assert len(source) == len(plain)
    assert [line for line, other in zip(source, plain, strict=True) if line != other] == [
        f"const TITLE = {js(tidy)};",
        f"const QUESTIONS = {js([tidy])};",
    ]


@given(st.text(min_size=1, max_size=60).filter(str.strip), st.integers(1, 14))
def test_equal_answers_give_equal_bundles(title: str, days: int) -> None:
    answers: dict[str, JsonValue] = {"title": title, "retention_days": days}
    if validate(shelf().get("simple-survey"), answers):
        return
    first, second = (render(shelf().get("simple-survey"), answers, name="app") for _ in range(2))
    assert first.digest == second.digest


def test_an_app_is_called_by_its_title_unless_it_is_given_a_name() -> None:
    assert bundle("simple-survey").manifest.name == "app"
    made = render(shelf().get("simple-survey"), {"title": "Quarterly Feedback"})
    assert made.manifest.name == "quarterly-feedback"
    assert render(shelf().get("survey"), {"title": "食堂"}).manifest.name == "survey"
