"""What holds for any text at all: total, idempotent, exact spans, time in proportion to length."""

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.scrub import scrub
from tests.guardrails.lines import CHAT, CODE, DISGUISES, PASSWORDS, SHAPES, key

pytestmark = pytest.mark.scenario

_PLACEHOLDER = re.compile(r"<([a-z][a-z0-9-]*)#([0-9]+)>")
_DICE = random.Random(3)
KEYS = [key(shape, _DICE) for shape in SHAPES]
WORN = [wear(one) for wear in DISGUISES.values() for one in KEYS[:6]]
SAID = [make(_DICE) for make in PASSWORDS.values()]
TALK = [
    *[frame.format(key=_DICE.choice(KEYS), word="token", old="x") for frame in CHAT],
    *[frame.format(key=_DICE.choice(KEYS)) for frame in CODE],
]
WORDS = [
    *[
        "password",
        "the pw is ",
        "pin: ",
        "login",
        " / ",
        ":",
        "=",
        " is ",
        "token ",
        "<password#1>",
        "<",
        "|",
        ">",
        "~",
    ],
    *[
        '"',
        "'",
        "\n",
        "\\\n",
        " ",
        "://",
        "a@b",
        "eyJ",
        "-----BEGIN PRIVATE KEY-----",
        "\u200b",
        "\ud800",
        "&amp;",
        "%41",
    ],
]
PIECES = st.sampled_from([*KEYS, *WORN, *SAID, *TALK, *WORDS])
TEXTS = st.builds(
    lambda parts, glue: glue.join(parts),
    st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=10),
    st.sampled_from(["", " ", "\n"]),
)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_what_was_removed_is_what_the_spans_say(text: str) -> None:
    clean = scrub(text)
    at, parts = 0, []
    for one in clean.found:
        assert at <= one.start < one.end <= len(text)
        parts += [re.escape(text[at : one.start]), rf"<{one.type}#[0-9]+>"]
        at = one.end
    assert re.fullmatch("".join([*parts, re.escape(text[at:])]), clean.text, re.DOTALL)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_nothing_more_is_found_in_what_is_left(text: str) -> None:
    once = scrub(text)
    assert scrub(once.text).text == once.text


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_long_value_that_was_found_stands_nowhere_else(text: str) -> None:
    clean = scrub(text)
    for one in clean.found:
        if one.end - one.start >= 12:
            assert text[one.start : one.end] not in _PLACEHOLDER.sub("\x7f", clean.text)


def test_equal_secrets_share_a_number_and_others_do_not() -> None:
    first, second = KEYS[0], key(SHAPES[0], random.Random(4))
    clean = scrub(f"{first} {second} {first} <aws-key#7>").text
    assert clean == "<aws-key#8> <aws-key#9> <aws-key#8> <aws-key#7>"


def seconds(text: str) -> float:
    """The better of two runs: other processes slow down a core, too."""
    took = []
    for _ in range(2):
        began = time.thread_time()
        scrub(text)
        took.append(time.thread_time() - began)
    return min(took)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(min_size=1, max_size=6)), min_size=1, max_size=3).map("".join))
def test_time_is_in_proportion_to_length(piece: str) -> None:
    short, long = ((piece * (size // len(piece) + 1))[:size] for size in (1000, 8000))
    # Eight times the text may take eight times as long; squared it would be sixty-four.
    assert seconds(long) < 30 * max(seconds(short), 0.004)
