"""U4: whatever words can change can be changed in the form too, without a model, and leafing loses nothing."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.threads import forms
from bot.wording import leafing
from generator.brief import Answer
from templates import offer
from templates.template import Template
from tests.bot.house import House
from tests.bot.slack_rules import must_open
from tests.workspace.harbour import until

SHELF = {one.name: one for one in offer.offered().newest}
ABOUT = json.dumps({"request": "req_1"})


def fields(view: Mapping[str, Any]) -> list[str]:
    return [one["block_id"] for one in view["blocks"] if one["type"] == "input"]


def turn(view: Mapping[str, Any]) -> str:
    """The page that its button leads to; empty without one."""
    found = [one["elements"][0] for one in view["blocks"] if one["type"] == "actions"]
    return str(json.loads(found[0]["value"])["page"]) if found else ""


@pytest.mark.parametrize("template", SHELF.values(), ids=lambda one: one.name)
def test_each_question_of_each_template_is_on_a_page_of_its_form(template: Template) -> None:  # U4
    seen: list[str] = []
    page = 0
    for _ in range(20):
        view = forms.answers_form(ABOUT, template.questions, (), page=page)
        must_open(view)
        assert len(fields(view)) <= leafing.MAX_FIELDS
        seen += fields(view)
        page = int(turn(view) or 0)
        if page == 0:
            break
    assert sorted(seen) == sorted(one.name for one in template.questions)


@pytest.mark.parametrize("template", SHELF.values(), ids=lambda one: one.name)
def test_what_was_typed_stands_on_every_page(template: Template) -> None:  # A5
    typed = [one.name for one in template.questions[:7]]
    for page in range(4):
        chosen, _ = leafing.leaf(template.questions, {}, (), typed, page)
        assert {one.name for one in chosen} >= set(typed)


def test_without_leafing_the_five_that_matter_most_come_first() -> None:
    questions = SHELF["survey"].questions
    known = {questions[-1].name: Answer(name=questions[-1].name, value=30, origin="guessed")}
    assert leafing.leaf(questions, known, (), (), 0)[0] == leafing.choose(questions, known)


@pytest.mark.scenario
def test_an_answer_of_the_second_page_is_changed_together_with_what_was_typed_on_the_first(
    house: House,
) -> None:  # U4 A5
    thread = house.ask("a lunch survey for ops, three questions")
    view = house.form(thread)
    assert "share_results" not in fields(view) or turn(view)
    house.ana.type(view["id"], "title", {"title": "Dinner"})
    until(lambda: "Dinner" in house.dump())
    seen = set(fields(view))
    while "share_results" not in seen:
        before = view["hash"]
        assert not house.ana.press_in_view(view["id"], "slipway.more")
        view = until(lambda old=before: next((one for one in house.ana.views() if one["hash"] != old), None))
        seen |= set(fields(view))
    assert "title" in fields(view)
    assert house.ana.submit(view["id"], {"share_results": "yes"}) == {}
    house.settle()
    card = house.card(thread)
    assert "Dinner" in card and "Results for everyone: yes" in card
