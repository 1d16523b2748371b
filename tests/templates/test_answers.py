"""Answers: what a question takes, how a form's words are read, and the way back."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue

from templates.answers import headed, settle, shortened
from templates.errors import BadAnswer
from templates.spelling import read, spell
from templates.template import AnswerType, Question


def question(kind: AnswerType, **more: object) -> Question:
    return Question.model_validate({"name": "it", "label": "It", "type": kind, **more})


def refusal(asked: Question, value: JsonValue) -> str:
    with pytest.raises(BadAnswer) as caught:
        settle(asked, value)
    return str(caught.value)


def test_no_answer_is_the_default() -> None:
    assert settle(question("int", default=14), None) == 14


def test_a_required_answer_must_be_given() -> None:
    assert refusal(question("string", required=True), None) == "“It” is missing. Say what it should be."
    assert refusal(question("people", required=True), []) == "“It” is empty. Say what it should be."


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("string", 7, "“It” should be text. Write it as words."),
        ("string", "x" * 201, "“It” is 201 characters long. Use at most 200."),
        ("string", "\ud800", "“It” holds half a character that no text can hold. Type it again."),
        ("int", True, "“It” should be a number. Write digits, such as 14."),
        ("int", 1.5, "“It” is 1.5. Use a whole number."),
        ("float", math.nan, "“It” should be a number. Write digits, such as 14."),
        ("bool", "yes", "“It” should be yes or no. Answer yes or no."),
        ("date", "soon", "“It” is not a date. Write it as 2026-11-30 or 2026-11-30T17:00."),
        ("time", "25:00", "“It” is not a time of day. Write it as 09:30."),
        ("time", "noon", "“It” is not a time of day. Write it as 09:30."),
        ("strings", "one", "“It” should be a list. Write one entry a line."),
        ("strings", ["a"] * 501, "“It” has 501 entries. Keep at most 500."),
        ("fields", [{"name": "a", "type": "blob"}], None),
        ("fields", [{"name": "", "type": "text"}], "“It” holds a field without a name. Give every field a name."),
        ("fields", [3], "“It” holds something that is not a field. Write fields as name: type."),
    ],
)
def test_a_wrong_answer_says_why_and_what_to_write(kind: AnswerType, value: JsonValue, why: str | None) -> None:
    said = refusal(question(kind), value)
    assert said == why if why else said.startswith("“It” gives “a” a type that does not exist. Types are text, ")


def test_some_of_the_choices_come_in_their_order() -> None:
    asked = question("choices", choices=("mon", "tue", "wed"))
    assert settle(asked, ["wed", "mon", "wed"]) == ["mon", "wed"]
    assert settle(asked, None) == []
    assert refusal(asked, ["fri"]) == "“It” holds something that is not one of the choices. Pick of mon, tue, wed."
    assert read(asked, spell(asked, ["mon", "wed"])) == read(asked, ["mon", "wed"]) == ["mon", "wed"]


@pytest.mark.parametrize(("said", "kept"), [("9:30", "09:30"), ("17.05", "17:05"), ("", ""), ("00:00", "00:00")])
def test_a_time_of_day_is_tidied(said: str, kept: str) -> None:
    assert settle(question("time"), said) == kept


def test_a_range_holds() -> None:
    asked = question("int", min=1, max=365)
    assert settle(asked, 365) == 365
    assert refusal(asked, 366) == "“It” is 366. The most is 365."
    assert refusal(asked, 0) == "“It” is 0. The least is 1."


def test_a_choice_is_one_of_the_choices() -> None:
    assert refusal(question("choice", choices=["any", "all"]), "none") == (
        "“It” is not one of the choices. Pick any or all."
    )


def test_handles_lose_their_at_sign_and_their_doubles() -> None:
    assert settle(question("people"), ["@ana", "ben", "Ana", " "]) == ["Ana", "ben"]


def test_five_hundred_options_are_data() -> None:
    options: list[JsonValue] = [f"option {number}" for number in range(500)]
    settled = settle(question("fields"), [{"name": "Pick", "type": "select", "choices": options}])
    assert settled == [{"key": "pick", "name": "Pick", "type": "select", "choices": options, "required": False}]


def test_fields_get_columns_of_their_own() -> None:
    names = ["Asset name", "asset-name", "id", "价格", "2nd"]
    settled = settle(question("fields"), [[name, "text"] for name in names])
    assert isinstance(settled, list)
    keys = [one["key"] for one in settled if isinstance(one, dict)]
    assert keys == ["asset_name", "asset_name_2", "id_2", "f", "f_2nd"]
    assert settle(question("fields"), settled) == settled


def test_a_columns_key_is_that_of_the_name_it_shows() -> None:
    settled = settle(question("fields"), ["ß"])
    assert settled == [{"key": "ss", "name": "SS", "type": "text", "choices": [], "required": False}]
    assert settle(question("fields"), settled) == settled


def test_a_forms_words_are_read() -> None:
    assert read(question("strings"), "one\n\n two \n") == ["one", "two"]
    assert read(question("people"), "@ana, ben\ncy") == ["@ana", "ben", "cy"]
    assert read(question("float"), "1,250.50") == 1250.5
    assert read(question("int"), "14") == 14
    assert read(question("bool"), "Yes") is True
    assert read(question("string"), "") is None
    assert read(question("people"), ["U1", "U2"]) == ["U1", "U2"]
    assert read(question("choice"), ["all"]) == "all"


def test_fields_are_read_line_by_line() -> None:
    said = "Summary\nDue: date\nLevel (select: low, high)\nDeal size (money)\nNote: see below"
    assert read(question("fields"), said) == [
        {"name": "Summary", "type": "text"},
        {"name": "Due", "type": "date"},
        {"name": "Level", "type": "select", "choices": ["low", "high"]},
        {"name": "Deal size", "type": "money"},
        {"name": "Note: see below", "type": "text"},
    ]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("strings", ["How was it?", "What else?"]),
        ("people", ["ana", "ben"]),
        ("float", 750.5),
        ("int", 14),
        ("bool", False),
        ("date", "2026-11-30"),
        ("time", "18:30"),
        ("fields", [{"key": "level", "name": "Level", "type": "select", "choices": ["a", "b"], "required": False}]),
    ],
)
def test_what_is_spelled_reads_back(kind: AnswerType, value: JsonValue) -> None:
    asked = question(kind)
    assert settle(asked, read(asked, spell(asked, value))) == value


@example("fields", "ß")
@example("fields", "ı")
@given(
    st.sampled_from(["string", "text", "strings", "people", "fields", "date", "time", "int", "float", "bool"]),
    st.text(),
)
def test_any_words_settle_or_are_refused_politely(kind: AnswerType, said: str) -> None:
    asked = question(kind)
    try:
        settled = settle(asked, read(asked, said))
    except BadAnswer as bad:
        assert bad.field == "it" and bad.why and bad.fix
    else:
        assert settled is None or settle(asked, settled) == settled


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("serial number", "Serial number"),
        ("iPhone model", "iPhone model"),
        ("größe", "Größe"),
        ("3 wishes", "3 wishes"),
        ("", ""),
    ],
)
def test_what_stands_over_a_page_or_a_column_begins_with_a_capital(said: str, shown: str) -> None:
    assert headed(said) == shown


def test_doubles_and_empty_lines_do_not_count_towards_the_least() -> None:
    assert refusal(question("strings", min=2), ["a", "a ", ""]) == "“It” has 1 entry. Give at least 2."


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("one two", "one two"),
        ("one two three", "one two…"),
        ("one two, three", "one two…"),
        ("onetwothreefour", "onetwothr…"),
        ("one two th ree", "one two…"),
    ],
)
def test_a_text_is_shortened_by_whole_words(text: str, short: str) -> None:
    assert shortened(text, 10) == short


def test_an_answer_has_no_unseen_signs_but_those_that_writing_needs() -> None:
    title = Question(name="title", label="Title", type="string")
    assert settle(title, "Lu\u200bnch \u202ehcnul\u202c \ufeff!") == "Lunch hcnul !"
    for kept in ("👩\u200d👩\u200d👧", "می\u200cخواهم", "ABC\u200f אבג"):
        assert settle(title, kept) == kept
    options = Question(name="options", label="Options", type="strings")
    assert settle(options, ["Thai", "Th\u200bai", "\u2066Thai\u2069"]) == ["Thai"]
