"""Titles that are weighed, and lists that their own signs hold together."""

from datetime import date

import numpy as np
import pytest

from generator.embedding import WIDTH, in_context
from generator.extract import extract
from generator.ranking import load_ranking, meanings
from generator.rows import or_row, quoted_row, shared_head, without_articles, without_tail
from generator.spans import LONGEST, beside, spans
from generator.typed import find_listed, find_put_in, find_typed
from generator.utterance import GAP, hear

TODAY = date(2026, 11, 23)


def titled(kind: str, text: str) -> object:
    return extract(kind, hear(text, TODAY)).get("title")


def test_a_span_neither_begins_nor_ends_with_a_function_word_nor_reaches_across_a_gap() -> None:
    found, words = spans("retro", f"a look at the big move {GAP * 3} for us, please", "")
    said = [one.words for one in found]
    assert "big move" in said and "look at the big move" in said
    assert not {"the big move", "at", "move for us"} & set(said)
    assert said[-1] == "" and "," in words and GAP not in "".join(words)


def test_what_the_rules_found_can_be_chosen_though_it_does_not_stand_in_the_text() -> None:
    assert [one.words for one in spans("survey", "feedback after lunch", "lunch feedback")[0][-2:]] == [
        "lunch feedback",
        "",
    ]


def test_a_span_that_is_what_the_rules_found_is_seen_otherwise_than_one_beside_it() -> None:
    found = {one.words: one for one in spans("retro", "the big move", "big move")[0]}
    seen = {words: tuple(beside(one, "big move", "retro")) for words, one in found.items()}
    assert len({seen["big move"], seen["move"], seen[""]}) == 3


def test_any_text_has_few_enough_spans_to_be_read_in_time() -> None:
    found, words = spans("survey", "word " * 5000, "")
    assert len(words) <= 160 and len(found) <= 160 * LONGEST + 1


@pytest.mark.parametrize("text", ["", "...", "the of and", "\n\n", f"{GAP}"])
def test_a_text_without_a_subject_has_no_title(text: str) -> None:
    assert load_ranking().best("survey", text, "", lambda _: True) == ""


def test_only_what_can_be_a_title_is_chosen() -> None:
    chosen = load_ranking().best("retro", "retro for the data migration", "", lambda words: words in ("", "data"))
    assert chosen in ("", "data")


def test_words_are_read_where_they_stand() -> None:
    bank, river = in_context(["bank"]), in_context(["river", "bank"])[1:]
    assert bank.shape == (1, WIDTH) and not np.allclose(bank, river, atol=0.01)
    assert in_context([]).shape == (0, WIDTH)
    assert not in_context(["word"] * 400)[-1].any(), "beyond what is read"


def test_a_span_outside_the_text_means_nothing() -> None:
    found, words = spans("survey", "feedback after lunch", "lunch feedback")
    rows = meanings(found, np.ones((len(words), 24), dtype=np.float32))
    assert rows[0].any() and not rows[-2:].any()


@pytest.mark.parametrize(
    ("kind", "text", "title"),
    [
        ("survey", 'Morale is "great", they say. Five questions about the new canteen.', "new canteen"),
        ("retro", "Der Umzug steht hinter uns. Spalten: gut, schlecht.", "Umzug"),
        ("rsvp", "yo wer geht mit klettern am freitag?", "klettern"),
        ("form_tracker", "A simple register of borrowed keys: key, holder.", "borrowed keys"),
    ],
)
def test_a_title_is_the_subject_and_not_what_stands_around_it(kind: str, text: str, title: str) -> None:
    assert titled(kind, text) == title


def test_a_title_that_was_given_is_not_weighed() -> None:
    assert titled("survey", 'Please call it "Straw". Three questions about the barn.') == "Straw"


def test_quoted_names_in_a_row_are_a_list() -> None:
    assert quoted_row('columns "glad", "sad" and "mad"') == ["glad", "sad", "mad"]
    assert quoted_row('call it "glad"') == []


def test_alternatives_may_each_have_their_or() -> None:
    assert or_row("new boots: red ones or blue ones or none at all") == ["red ones", "blue ones", "none at all"]
    assert or_row("red or blue") == []


def test_a_shared_preposition_parts_the_question_from_the_first_option() -> None:
    assert shared_head("should we meet in Bath", ["Ely", "York"]) == ("should we meet", "Bath")
    assert shared_head("Urlaub zwischen den Jahren", ["ja", "nein"]) == ("", "")


def test_a_list_ends_before_the_verb_and_its_entries_begin_behind_the_article() -> None:
    assert without_tail(["Strom", "Gas", "Wasser läuft"]) == ["Strom", "Gas", "Wasser"]
    assert without_tail(["Strom", "Gas", "Wasser vom Berg"]) == ["Strom", "Gas", "Wasser vom Berg"]
    assert without_articles(["the book", "a book", "der Krug"]) == ["book", "a book", "Krug"]


def test_what_goes_into_a_calculator_is_read_in_loose_words() -> None:
    assert find_typed("Plug in hours left and open tickets, let me see.") == ["hours left", "open tickets"]
    assert find_put_in("etwas, wo man Länge und Breite einträgt") == ["Länge", "Breite"]
    assert find_listed("The cost of a talk: people, minutes, fee") == ["people", "minutes", "fee"]
    assert find_listed("Rate: enter hours, get total") == []
