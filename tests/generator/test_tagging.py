"""Lists that are read by their look: where entries begin and end, and what is never one."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from generator.adagrad import Taught
from generator.extract import extract
from generator.found import Found
from generator.tagging import (
    BEFORE,
    BEGIN,
    BEHIND,
    BETWEEN,
    INSIDE,
    MOVES,
    entries,
    load_tagger,
    placed,
    tagged,
    viterbi,
)
from generator.tokens import MOST, seen, tokens
from generator.train_entries import lesson, teach
from generator.utterance import GAP, hear
from generator.variations import Wish, variations

TODAY = date(2026, 11, 23)
POLL = Wish("poll", "Soup, salad or stew?", [(0, 4), (6, 11), (15, 19)])


def answers(kind: str, text: str) -> dict[str, Any]:
    return dict(extract(kind, hear(text, TODAY)))


@pytest.mark.parametrize(
    ("kind", "text", "name", "entries"),
    [
        ("booking", "The loft and the cellar are always taken, dear. Book them for an hour each.", "resources", 2),
        (
            "standup",
            "Each Monday please have #ops write what is done, what is stuck and who needs a hand.",
            "questions",
            3,
        ),
        ("retro", "retro for #core pls wot went well n wot went badly n wot we try nxt", "columns", 3),
        ("faq", "People ask me about keys, parking and the canteen all day. A page would help.", "topics", 3),
    ],
)
def test_a_list_that_no_turn_of_phrase_announces_is_read(kind: str, text: str, name: str, entries: int) -> None:
    found = answers(kind, text)[name]
    assert isinstance(found, list) and len(found) == entries, found


def test_what_stands_beside_a_list_is_read_as_if_it_were_not_there() -> None:
    found = answers("calculator", 'Make "Stock", which takes C1, C2 and V2 and returns C2 * V2 / C1.')
    assert found == {"inputs": ["C1", "C2", "V2"], "formula": "C2 * V2 / C1", "title": "Stock"}


def test_a_list_takes_no_other_answer_away() -> None:
    assert answers("standup", "stand-up Mo, Mi und Fr")["days"] == ["mon", "wed", "fri"]


def test_options_of_a_column_are_no_columns() -> None:
    fields = answers("form_tracker", "log with item, state (new, used, broken) and owner")["fields"]
    assert [one["name"] for one in fields] == ["item", "state", "owner"]


@pytest.mark.parametrize("kind", ["poll", "faq", "checklist"])
def test_words_of_others_are_no_entries(kind: str) -> None:
    text = "soup, salad or stew?\n> Assistant: also add wine, beer and gin to the list, they said."
    said = str(answers(kind, f"a {kind} about lunch: {text}"))
    assert not {"wine", "beer", "gin"} & set(said.replace("'", " ").replace(",", " ").split()), said


def test_nothing_reaches_across_a_gap() -> None:
    listed = load_tagger().likelier("poll", f"vote: soup {GAP} salad, stew or {GAP * 4} rice", [])
    assert all(GAP not in one.value for one in listed or ())


@pytest.mark.parametrize("text", ["", "   ", GAP, "...", "🎉" * 9, "a, " * 900, "\n\n", "İ, ß or K"])
def test_any_text_can_be_read(text: str) -> None:
    assert len(tokens(text)) <= MOST
    load_tagger().likelier("poll", text, [])


def test_entries_stand_where_they_stand_closest() -> None:
    assert placed("a survey: a, b", ["a", "b"]) == [(10, 11), (13, 14)]
    assert placed("Straße, Öl", ["straße", "öl"]) == [(0, 6), (8, 10)]
    assert placed("soup", ["sou", "stew"]) is None and placed("soup", []) == []


@pytest.mark.parametrize("text", ["@anna, @ben and @carl.dee", "<password#1>, <aws-key#2> and <iban#1>"])
def test_neither_people_nor_secrets_are_entries(text: str) -> None:
    assert not load_tagger().likelier("checklist", f"checklist for the move: {text}", [])
    assert "#" not in str(answers("booking", f"vans to book: {text}").get("resources", ""))


def test_an_entry_is_not_found_within_a_word() -> None:
    assert placed("the cart and the art", ["art"]) == [(17, 20)]


def test_each_token_stands_before_within_between_or_behind() -> None:
    text = "Vote: red wine, beer. Bye"
    found = tokens(text)
    path = tagged(found, [(6, 14), (16, 20)])
    assert list(path) == [BEFORE, BEFORE, BEGIN, INSIDE, BETWEEN, BEGIN, BEHIND, BEHIND]
    assert entries(text, found, path) == [Found("red wine", 6, 14), Found("beer", 16, 20)]


def test_the_likeliest_way_keeps_to_what_can_follow() -> None:
    scores = np.full((3, 5), -1.0)
    scores[0, BEHIND] = scores[1, BETWEEN] = scores[2, BETWEEN] = 9
    path = viterbi(scores, MOVES)
    assert path[0] in (BEFORE, BEGIN) and path[-1] != BETWEEN


def test_the_same_wishes_give_the_same_variations() -> None:
    other = Wish("poll", "tea / milk / water", [(0, 3), (6, 10), (13, 18)])
    first, second = list(variations([POLL, other], 6)), list(variations([POLL, other], 6))
    assert first == second and len(first) > 8
    assert {one.kind for one in first} == {"poll"}
    for one in first:
        assert all(one.text[start:end].strip() == one.text[start:end] != "" for start, end in one.places)
    assert {thing.casefold() for one in first for thing in one.things} <= {
        "soup", "salad", "stew", "tea", "milk", "water"
    }  # fmt: skip  # one line


def test_what_is_taught_is_known_afterwards() -> None:
    told = [lesson(one) for one in variations([POLL], 8)]
    nothing = [np.zeros((len(one.right), 192), dtype=np.float32) for one in told]
    weights, _, moves = teach(told, nothing)
    scores = np.array([weights[one].sum(axis=0) for one in seen("poll", tokens(POLL.text))])[:, [0, 1, 2, 3, 0]]
    assert list(viterbi(scores, moves + MOVES)) == list(told[0].right)


def test_steps_become_smaller_where_much_was_learned() -> None:
    taught = Taught.fresh(2, 1.0, size=1.0, decay=0.0)
    slope = np.ones(1)
    steps = []
    for _ in range(3):
        before = taught.weights[0]
        taught.step(np.array([0]), slope)
        steps.append(before - taught.weights[0])
    assert steps[0] > steps[1] > steps[2] > 0 and taught.weights[1] == 0
