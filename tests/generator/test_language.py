"""The language of a request, from its own words."""

from datetime import date

import pytest

from generator.draft import draft
from generator.language import language_of
from generator.offline_model import OfflineModel
from generator.understand import understand
from templates.kinds import load_kinds
from templates.template import PLATFORM

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("a lunch survey for ops, three questions, keep it two weeks", "English"),
        ("eine Umfrage zum Mittagessen, drei Fragen, zwei Wochen behalten", "Deutsch"),
        ("Fahrtenbuch: Kilometer, Ziel", "Deutsch"),
        ("poll: pizza, sushi or burgers", "English"),
        ("", "English"),
    ],
)
def test_a_sentence_has_a_language(words: str, language: str) -> None:
    assert language_of(words) == language


def test_of_all_examples_at_most_three_in_a_hundred_are_taken_for_the_other_language() -> None:
    told = [
        language_of(one) == language
        for kind in load_kinds()
        for language, sentences in (("English", kind.examples.en), ("Deutsch", kind.examples.de))
        for one in sentences
    ]
    assert sum(told) / len(told) >= 0.97


def test_what_is_quoted_does_not_change_the_language() -> None:
    words = 'an anonymous survey for the team about the sentence "Wir sind für dich da und hören dir zu"'
    assert understand(words, TODAY, OfflineModel()).understanding.language == "English"


def test_an_app_asked_for_in_german_speaks_german_and_the_card_says_that_it_was_said() -> None:
    understood = understand("Umfrage zum Mittagessen mit drei Fragen", TODAY, OfflineModel()).understanding
    [answer] = [one for one in draft(understood, "survey@1.0", PLATFORM).answers if one.name == "language"]
    assert (answer.value, answer.origin) == ("Deutsch", "said")
