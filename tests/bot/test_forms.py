"""Forms: at most five fields, filled with what is known, read back as what was meant."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.threads import forms
from generator.brief import Answer
from templates.template import PLATFORM, Question
from tests.bot.slack_rules import HOSTILE, anything, must_open

ABOUT = '{"request":"r1"}'


def ask(type_: Any = "string", name: str = "it", **more: Any) -> Question:
    return Question(name=name, label=more.pop("label", name.title()), type=type_, **more)


def said(name: str, value: JsonValue, origin: Any = "said") -> Answer:
    return Answer(name=name, value=value, origin=origin)


def inputs(view: Any) -> list[dict[str, Any]]:
    return [one for one in view["blocks"] if one["type"] == "input"]


def only(question: Question, value: JsonValue = None, origin: Any = "said") -> dict[str, Any]:
    """The one field of a form that asks one question."""
    view = forms.answers_form(ABOUT, [question], [] if value is None else [said(question.name, value, origin)])
    must_open(view)
    [field] = inputs(view)
    return field


def sent(field: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends for a field that nobody touched."""
    element = field["element"]
    if element["type"] == "static_select":
        state = {"type": "static_select", "selected_option": element.get("initial_option")}
    else:
        state = {"type": "plain_text_input", "value": element.get("initial_value")}
    return {field["block_id"]: {element["action_id"]: state}}


QUESTIONS = [
    ask(name="plain", default="x"),
    ask(name="known"),
    ask(name="maybe"),
    ask(name="missing", required=True),
    ask(name="thought"),
    ask(name="hidden", required=True, ask=False),
    ask(name="usual"),
    ask(name="gone", required=True),
]
KNOWN = [said("known", "k"), said("thought", "t", "guessed"), said("usual", "u", "default"), said("gone", "")]


def test_a_form_asks_at_most_five_things_the_missing_first_then_the_guessed() -> None:
    view = forms.answers_form(ABOUT, QUESTIONS, KNOWN)
    must_open(view)
    assert [one["block_id"] for one in inputs(view)] == ["missing", "gone", "thought", "known", "plain"]


def test_a_form_carries_its_ids_and_the_version_that_wrote_it() -> None:
    view = forms.answers_form(ABOUT, QUESTIONS, KNOWN)
    assert json.loads(view["private_metadata"]) == {"v": "1", "request": "r1"}
    assert view["callback_id"] in forms.FORMS and view["submit"]["text"] == "Build preview"


def test_a_form_refuses_to_cut_its_ids() -> None:
    with pytest.raises(ValueError, match="a form's metadata holds ids"):
        forms.reject_form(json.dumps({"proposal": "p" * 3000}))


def test_a_template_that_asks_nothing_says_so() -> None:
    view = forms.answers_form(ABOUT, [ask(ask=False)], [])
    must_open(view)
    assert inputs(view) == [] and "submit" not in view
    assert view["blocks"][0]["text"]["text"].startswith("This template has nothing to ask.")


@pytest.mark.parametrize(
    ("answer", "default", "hint"),
    [
        (said("it", "x"), None, "You said this."),
        (said("it", "x", "guessed"), None, "I guessed this: please check it."),
        (said("it", "x", "default"), "x", "This is the default."),
        (None, "x", "This is the default."),
        (None, None, "Still open."),
        (said("it", ""), "x", "Still open."),
    ],
)
def test_each_field_says_where_its_value_comes_from(answer: Answer | None, default: Any, hint: str) -> None:
    view = forms.answers_form(ABOUT, [ask(default=default)], [answer] if answer else [])
    assert inputs(view)[0]["hint"]["text"] == hint


def test_a_hint_adds_what_the_template_says_and_how_to_write_it() -> None:
    assert only(ask("people", help="Who says yes."))["hint"]["text"] == (
        "Still open. Who says yes. Separate people by commas."
    )
    assert only(ask("strings"))["hint"]["text"] == "Still open. One a line."


def test_a_hint_says_nothing_twice() -> None:
    told = only(ask("strings", help="One a line. Leave it empty for three."))["hint"]["text"]
    assert told == "Still open. One a line. Leave it empty for three."
    told = only(ask("fields", help="One a line, as “name: type”."))["hint"]["text"]
    assert told == "Still open. One a line, as “name: type”."


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (ask(), HOSTILE.replace("\x00", "")),
        (ask("text"), "two\nlines"),
        (ask("int"), 14),
        (ask("int"), -1),
        (ask("float"), 2.5),
        (ask("bool"), True),
        (ask("bool"), False),
        (ask("date"), "2026-11-30T17:00"),
        (ask("choice", choices=("a", "b")), "b"),
        (ask("choice", choices=("a" * 150, "b")), "a" * 150),
        (ask("choice", choices=("a" * 151, "b")), "a" * 151),
        (ask("choice", choices=tuple(f"room {number}" for number in range(140))), "room 120"),
        (ask("strings"), ["one, with a comma", "two"]),
        (ask("people"), ["ben", "dora"]),
        (
            ask("fields"),
            [{"name": "Model", "type": "text"}, {"name": "State", "type": "select", "choices": ["new", "old"]}],
        ),
    ],
)
def test_a_field_that_nobody_touched_is_read_as_it_was(question: Question, value: JsonValue) -> None:
    field = only(question, value)
    assert forms.value_of(question, forms.read(sent(field))["it"]) == value


@pytest.mark.parametrize(
    ("type_", "empty"),
    [("string", ""), ("text", ""), ("date", ""), ("strings", []), ("people", []), ("fields", []), ("int", None)],
)
def test_an_emptied_field_is_empty_and_not_the_default(type_: Any, empty: JsonValue) -> None:
    assert forms.value_of(ask(type_, default=None), None) == empty
    assert forms.value_of(ask(type_, default=None), "") == empty


def test_what_cannot_be_read_stays_as_it_was_typed_for_the_template_to_judge() -> None:
    assert forms.value_of(ask("int"), "soon") == "soon"
    assert forms.value_of(ask("bool"), "perhaps") == "perhaps"


def test_a_menu_shows_what_was_chosen() -> None:
    field = only(ask("choice", choices=("Monday", "Friday")), "Friday")
    assert field["element"]["initial_option"]["value"] == "Friday"
    assert "initial_option" not in only(ask("choice", choices=("Monday", "Friday")))["element"]
    assert "initial_option" not in only(ask("bool", required=True))["element"]


def test_a_hundred_choices_are_a_menu_and_more_are_typed_in() -> None:
    choices = tuple(f"room {number}" for number in range(101))
    assert len(only(ask("choice", choices=choices[:100]))["element"]["options"]) == 100
    typed = only(ask("choice", choices=choices))
    assert typed["element"]["type"] == "plain_text_input"
    assert typed["hint"]["text"].startswith("Still open. Write one of: room 0, room 1,")


def test_an_answer_too_long_for_a_field_stands_aside_unharmed() -> None:
    questions = [ask("text", "story", label="*The* story"), ask(name="title")]
    view = forms.answers_form(ABOUT, questions, [said("story", "x" * 3001), said("title", "T")])
    must_open(view)
    assert [one["block_id"] for one in inputs(view)] == ["title"]
    assert view["blocks"][-1]["text"]["text"] == "Too long for a form, so it stays as it is: *The story*."
    assert only(ask("text"), "x" * 3000)["element"]["initial_value"] == "x" * 3000


def test_a_no_takes_a_reason() -> None:
    view = forms.reject_form('{"proposal":"p1"}')
    must_open(view)
    [reason] = inputs(view)
    assert not reason["optional"] and reason["label"]["text"] == "Why not?"
    assert json.loads(view["private_metadata"]) == {"v": "1", "proposal": "p1"}


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ({"selected_users": ["U1", "U2"]}, ["U1", "U2"]),
        ({"selected_options": [{"value": "a"}, {"value": "b"}]}, ["a", "b"]),
        ({"selected_option": None}, None),
        ({"selected_date": "2026-11-30"}, "2026-11-30"),
        ({"value": None}, None),
        ({}, None),
    ],
)
def test_every_kind_of_element_is_read(state: dict[str, Any], value: Any) -> None:
    assert forms.read({"it": {"it": state}}) == {"it": value}
    assert forms.read({"it": {}}) == {"it": None}


types = st.sampled_from(("string", "text", "int", "bool", "date", "choice", "strings", "people"))


@given(
    st.lists(
        st.builds(
            Question,
            name=st.from_regex(r"[a-z]{3,9}", fullmatch=True),
            label=anything,
            type=types,
            help=anything,
            choices=st.lists(anything, max_size=5, unique=True).map(tuple),
        ),
        max_size=8,
        unique_by=lambda one: one.name,
    ),
    anything,
)
def test_whatever_a_template_asks_slack_opens_the_form(questions: list[Question], value: str) -> None:
    must_open(forms.answers_form(ABOUT, questions, [said(one.name, value) for one in questions]))


def test_the_platforms_own_questions_make_a_form() -> None:
    view = forms.answers_form(ABOUT, PLATFORM, [])
    must_open(view)
    assert [one["block_id"] for one in inputs(view)] == ["title", "collaborators"]
