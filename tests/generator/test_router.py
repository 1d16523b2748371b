"""The router knows every kind, and its weights are those that the examples teach."""

from collections import Counter
from typing import Any

import numpy as np

from generator.cues import COUNT, cues
from generator.examples import rarity, sentences
from generator.features import WIDTH, features, fold
from generator.router import DECLINE, VAGUE, load_router
from generator.wordpiece import LONGEST, pieces
from templates.kinds import load_kinds


def sample(step: int) -> list[tuple[str, str]]:
    return sentences()[::step]


def test_the_labels_are_the_kinds_and_two_more() -> None:
    assert set(load_router().labels) == {kind.id for kind in load_kinds()} | {DECLINE, VAGUE}


def test_the_shipped_weights_fit_the_features() -> None:
    router = load_router()
    assert router.weights.shape == (len(router.labels), WIDTH)
    assert router.bias.shape == (len(router.labels),)


def test_the_rarity_shipped_is_that_of_the_examples() -> None:
    told = rarity([text for text, _ in sentences()])
    assert np.allclose(told, load_router().rarity, atol=0.01), "the examples changed: run `make router`"


def test_every_kind_s_own_examples_come_back_to_it() -> None:
    router = load_router()
    wrong = [(text, label) for text, label in sample(9) if next(iter(router.route(text))) != label]
    assert len(wrong) <= 1, wrong


def test_no_example_is_taught_twice() -> None:
    twice = [text for text, often in Counter(text for text, _ in sentences()).items() if often > 1]
    assert twice == []


def test_every_kind_has_enough_examples_in_both_languages() -> None:
    for kind in load_kinds():
        assert len(kind.examples.en) >= 25 and len(kind.examples.de) >= 15, kind.id


def test_people_channels_and_digits_look_alike_to_the_router() -> None:
    assert fold("Ask @ana in #ops at 9:30, über Ärger") == fold("Ask @ben in #web at 8:45, ueber Aerger")


def test_features_are_finite_for_an_empty_text() -> None:
    router = load_router()
    row: Any = features("", router.rarity)
    assert row.shape == (WIDTH,) and bool(np.isfinite(row).all())
    assert len(cues("")) == COUNT


def test_words_are_cut_into_the_pieces_that_minilm_knows() -> None:
    assert pieces("Hello world") == [101, 7592, 2088, 102]
    assert pieces("Ümläut") == pieces("umlaut")
    assert len(pieces("word " * 500)) == LONGEST
    assert pieces("x" * 100) == [101, 100, 102]
