"""Markup and script in every answer of every template: refused at the question, or words on the page."""  # issue 5

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import JsonValue

from templates.answers import validate
from tests.templates.shelf import ANSWERS, shelf
from tests.templates.stage import ANA, BEN, Stage
from tests.templates.test_hostile import PAYLOADS, is_clean

Opens = Callable[..., Stage]
QUESTIONS = [(one.name, question.name) for one in shelf().templates for question in one.questions]
SCRIPT = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>'


def filled(kind: str, hostile: str) -> JsonValue:
    """The payload in the shape that a question of this type takes."""
    match kind:
        case "strings" | "people" | "choices":
            return [hostile, f"b {hostile}"]
        case "fields":
            return [{"name": hostile, "type": "text"}, {"name": "x", "type": "select", "choices": [hostile]}]
        case "formula":
            return f"a * {hostile}"
        case "rule":
            return f"{hostile} or over 5"
        case _:
            return hostile


@pytest.mark.parametrize(("template", "question"), QUESTIONS, ids="-".join)
def test_markup_in_an_answer_is_refused_or_stays_words(stage: Opens, template: str, question: str) -> None:
    asked = shelf().get(template).question(question)
    assert asked is not None
    for hostile in (SCRIPT, *PAYLOADS[:3]):
        answers: dict[str, Any] = {**ANSWERS[template], question: filled(asked.type, hostile)}
        if wrong := validate(shelf().get(template), answers):
            assert {one.field for one in wrong} == {question}
            continue
        app = stage(template, **answers)
        for visitor in (ANA, BEN):
            seen = app.get("/", visitor)
            assert seen.status in (200, 303, 403, 404) and is_clean(seen.text, hostile)


def test_every_type_of_answer_is_tried() -> None:
    tried = {question.type for one in shelf().templates for question in one.questions}
    assert tried >= {
        "string",
        "strings",
        "int",
        "float",
        "bool",
        "date",
        "time",
        "choice",
        "people",
        "fields",
        "formula",
        "rule",
    }
