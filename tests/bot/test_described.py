"""T17: a preview in words, for screen readers and where there is no picture."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wording import described
from templates import offer
from templates.template import Template

SHELF = {one.name: one for one in offer.offered().newest}


def test_a_survey_is_its_title_and_its_questions() -> None:  # T17
    said = described.page(SHELF["survey"], "Lunch", {"questions": ["Was it warm?", "Was it enough?"]})
    assert said == (
        "The first page of “Lunch”, a survey, without any entries. Questions: Was it warm?; Was it enough?."
    )


def test_a_tracker_is_its_columns() -> None:  # T17
    fields = [{"name": "model", "type": "text"}, {"name": "price", "type": "number"}]
    assert "model; price" in described.page(SHELF["form_tracker"], "Laptops", {"fields": fields})


@pytest.mark.parametrize("template", SHELF.values(), ids=lambda one: one.name)
@settings(max_examples=15)
@given(words=st.text(max_size=300), many=st.integers(0, 40))
def test_whatever_people_wrote_it_is_one_line_that_slack_takes(
    template: Template, words: str, many: int
) -> None:  # T17
    lists = {one.name: [words] * many for one in template.questions if one.type in described.LISTS}
    said = described.page(template, words, {**lists})
    assert len(said) <= 2000 and said.isprintable()
    assert "://" not in said.replace(": //", "")
