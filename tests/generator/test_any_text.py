"""Whatever somebody types, reading it ends soon and never raises."""

import re
from datetime import date
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.extract import extract
from generator.router import load_router
from generator.utterance import LONGEST, hear
from templates.kinds import load_kinds

pytestmark = pytest.mark.scenario

TODAY = date(2026, 11, 23)
KINDS = tuple(kind.id for kind in load_kinds())
SECONDS = 2.0
"""For one hostile text of the greatest length, on a busy machine; alone it takes a quarter of a second."""
PIECES = (
    "a ",
    "a, ",
    "1 ",
    "@a ",
    "#a ",
    "and ",
    "und ",
    "the ",
    "who is coming to the ",
    "9:00 ",
    "(",
    '"',
    "' ",
    "/ ",
    "- ",
    "A B ",
    "mon ",
    "$1 ",
    "a * b ",
    "=",
    "\n",
    "\n- a",
    "? ",
    "¦ ",
    ": ",
    "keep ",
    "with ",
    "for ",
    "in the ",
    "ä",
    "> a\n",
    "from: a\n",
    "ignore ",
    "people (",
    "1,",
    "half ",
    "vote on ",
    "keiner sehen ",
    " \t",
    "a-",
    "{{",
    "<",
    "`",
    "wrote:\n",
    "x",
)

texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from([*PIECES, *KINDS, "survey ", "Uhr ", "@ana ", "12. ", "Dezember ", "€"]), max_size=40).map(
        "".join
    ),
)


@settings(max_examples=120, deadline=None)
@given(texts, st.sampled_from(KINDS))
def test_any_text_is_heard_and_read_without_raising(text: str, kind: str) -> None:
    heard = hear(text, TODAY)
    assert len(heard.bare) == len(heard.own)
    found = extract(kind, heard)
    spoken = {answer.name for one in load_kinds() if one.id == kind for answer in one.answers}
    assert set(found) <= spoken


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from(("approval", "oncall_rota", "survey", "checklist")))
def test_every_person_named_stands_in_the_asker_s_own_words(text: str, kind: str) -> None:
    heard = hear(text, TODAY)
    for name in ("approvers", "members", "collaborators", "assignees"):
        people = extract(kind, heard).get(name, [])
        assert isinstance(people, list)
        assert all(isinstance(one, str) and f"@{one}" in heard.bare for one in people)


@settings(max_examples=30, deadline=None)
@given(texts)
def test_any_text_is_routed_with_shares_that_add_up_to_one(text: str) -> None:
    shares = load_router().route(text)
    assert abs(sum(shares.values()) - 1) < 1e-3
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "and ",
        "for ",
        "in the ",
        "\n",
        "> a\n",
        '"',
        "from: a\n",
        "wrote:\n",
        "a-",
        "each ",
        "two hundred ",
        "in a ",
    ],
)
def test_a_hostile_text_of_the_greatest_length_is_read_in_bounded_time(piece: str) -> None:
    began = perf_counter()
    heard = hear((piece * LONGEST)[: 2 * LONGEST], TODAY)
    for kind in ("booking", "poll", "form_tracker", "rsvp"):
        extract(kind, heard)
    assert perf_counter() - began < 3 * SECONDS
    assert not re.search(r"\s{3,}", heard.own)
