"""What a creator expects, said in one sentence (T7)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.expectations import LONGEST, Expectation, expectation


@pytest.mark.parametrize(
    ("text", "enters", "shows", "never"),
    [
        ("it should say thanks when I submit pizza", "pizza", "thanks", False),
        ("It should say “thanks” when I submit 'pizza'.", "pizza", "thanks", False),
        ("please the form should show: 25 EUR, once somebody enters 5", "5", "25 EUR", False),
        ("When someone votes for Thai, it should then show it", "Thai", "it", False),
        ("when they pick Thai, the poll must show Thai leads", "Thai", "Thai leads", False),
        ("the app should never show my name when people submit pizza", "pizza", "my name", True),
        ("es soll danke sagen, wenn ich pizza eingebe", "pizza", "danke", False),
        ("Bitte es soll „Danke“ anzeigen, wenn jemand „Pizza“ abschickt!", "Pizza", "Danke", False),
        ("Wenn ich Pizza eingebe, soll es mir Danke zeigen", "Pizza", "Danke", False),
        ("es sollte nicht Fehler anzeigen, wenn jemand 0 eingibt", "0", "Fehler", True),
    ],
)
def test_a_sentence_says_what_to_enter_and_what_to_see(text: str, enters: str, shows: str, never: bool) -> None:  # T7
    assert expectation(text) == Expectation(enters=enters, shows=shows, never=never)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "make it anonymous",
        "add a question about dessert",
        "it should say thanks",
        "when I submit pizza",
        "it should say “” when I submit “ ”",
        "a survey that should say thanks when I submit pizza, three questions, for finance",
        f"it should say {'x' * (LONGEST + 1)} when I submit pizza",
        "es soll anonym sein, wenn ich das sage",
    ],
)
def test_other_talk_is_no_expectation(text: str) -> None:  # T7
    assert expectation(text) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    expectation(text)
    expectation(f"it should say {text} when I submit {text}")


def test_a_long_text_is_read_at_once() -> None:
    began = time.perf_counter()
    assert expectation("it should say when I submit " * 100_000) is None
    assert expectation("it should say when I " * 38) is None
    assert time.perf_counter() - began < 1
