"""What an asker says under an app: read exactly, or not at all, and never more than the words say."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.follow_ups import load, score
from evals.requests import TODAY
from generator.brief import Answer
from generator.entries import Objection
from generator.follow import Followed, filled, follow
from generator.utterance import hear

FLOOR = 0.95
SURVEY = {
    "title": "Lunch",
    "questions": ["How was the food?", "Would you come again?"],
    "anonymous": False,
    "audience": "",
    "collaborators": [],
    "deadline": "",
    "retention_days": 90,
    "language": "English",
}
MORE = frozenset({"num_questions", "share_results"})


def read(text: str, kind: str = "survey", **known: Any) -> Followed:
    before = SURVEY | known
    return follow(kind, before, {*before, *MORE}, hear(text, TODAY))


def becomes(text: str, kind: str = "survey", **known: Any) -> dict[str, Any]:
    return {one.name: one.value for one in read(text, kind, **known).answers}


def test_the_labelled_follow_ups_are_read_about_as_well_as_when_last_measured() -> None:
    cases = load()
    right, misses = score(cases)
    assert right / len(cases) >= FLOOR, misses


def test_a_quarter_of_the_labelled_ones_change_nothing_and_none_of_those_is_changed() -> None:
    cases = load()
    still = [one for one in cases if not one.becomes]
    assert len(cases) >= 80 and len(still) >= len(cases) / 4
    _, misses = score([one for one in still if one.told == "nothing"])
    assert misses == []


@pytest.mark.parametrize(
    "words", ["add a question about dessert", "also ask about dessert", "noch eine Frage zum Nachtisch"]
)
def test_what_is_added_overwrites_nothing(words: str) -> None:
    questions = becomes(words)["questions"]
    assert questions[:2] == SURVEY["questions"] and len(questions) == 3


def test_one_general_question_more_is_one_more() -> None:
    assert becomes("add a question about dessert", questions=[], num_questions=3)["num_questions"] == 4
    assert becomes("add a question about dessert", questions=[])["num_questions"] == 4
    assert "num_questions" not in becomes("add a question about dessert")
    assert becomes("drop the first question", num_questions=3)["num_questions"] == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("until 30 February", "no_date"),
        ("bis zum 31.11.", "no_date"),
        ("till yesterday", "past"),
        ("until 1 March 2020", "past"),
        ("remove the fifth question", "absent"),
        ("drop the question about parking", "absent"),
    ],
)
def test_what_cannot_be_is_objected_to(words: str, why: str) -> None:
    assert read(words).answers == () and [one.why for one in read(words).objections] == [why]


def test_what_fits_two_entries_is_asked_back() -> None:
    read_ = read("remove car", "booking", resources=["Car 1", "Car 2"])
    assert read_.objections == (Objection("resources", "several", "car"),) and read_.answers == ()


TALK = """Hey team, the survey is up, please fill it in by Friday
Reminder: closes on Friday!
please vote until thursday
Everyone please answer today
Please answer anonymously, nobody sees your name
let's do lunch at 12
I'd go for pizza
ask me if anything is unclear
Let me know what you think
use the second link please
don't forget to sign up for the party
bring cash
add your name at the bottom
put your answers in by noon
Please open the preview and tell me if it works
can someone test it?
can you all see the results?
Take your time
start whenever you want
no worries
no rush, Friday is fine
only three answers so far
12 people have signed up already
two votes for salad, nice
moving to the big room is fine with me
I will remove it tomorrow
we closed it at 5
@ben can you approve this please
@ben please approve it
@dora could you add your questions to the doc?
thanks @ben
Super, danke euch
Bitte bis Freitag ausfüllen
Denkt bitte an die Umfrage
Wer noch nicht abgestimmt hat: bitte heute noch
nur noch zwei Tage
Ich mach das morgen
frag mich was Leichteres
nehmt was ihr wollt
Kommt ihr auch?
noch jemand hier?
auch gut
passt, lass uns so lassen
keep calm and carry on
keep up the good work
make sure you answer all questions
make yourselves at home
Take Car 1 please, Car 2 is broken
stop spamming please
Great, let's publish it
publish it
undo
nevermind
Approve please
ok, then let's go live"""


@pytest.mark.parametrize("words", TALK.splitlines())
def test_what_people_say_to_each_other_is_left_alone(words: str) -> None:
    for kind in ("survey", "poll", "rsvp", "booking"):
        before = next(one.before for one in load() if one.kind == kind)
        assert follow(kind, before, {*before, "collaborators", "deadline"}, hear(words, TODAY)).nothing, kind


@pytest.mark.parametrize("words", ['rename it to "for @cy"', "> with @cy", "@ben wrote: with @cy", "```with @cy```"])
def test_rights_are_read_from_unquoted_words_alone(words: str) -> None:
    assert not {"collaborators", "audience"} & set(becomes(words))


def test_a_model_adds_where_the_words_say_so_and_guesses_stay_guesses() -> None:
    told = (Answer(name="questions", value=["How was the soup?"], origin="guessed"),)
    words = hear("also something on soup", TODAY)
    read_ = filled("survey", SURVEY, {*SURVEY}, words, told)
    assert read_.answers[0].value == [*SURVEY["questions"], "How was the soup?"]
    assert read_.answers[0].origin == "guessed"
    assert filled("survey", SURVEY, {*SURVEY}, words, ()).unclear


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["survey", "poll", "rsvp", "standup", "booking", "approval", "faq"]))
def test_whatever_is_said_is_read_without_a_fault(text: str, kind: str) -> None:
    read(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        "add " * 500,
        "replace a " * 300,
        "a, " * 900,
        "x" * 2000,
        "(" * 2000,
        "\u202e" * 2000,
        "noch eine " * 300,
        "no " * 900,
    ],
)
def test_long_words_take_no_long_time(text: str) -> None:
    began = time.process_time()
    read(text, "poll")
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("", "also for #finance", "this channel, finance"),
        ("ops", "auch für #finance", "ops, finance"),
        ("ops", "for #finance and #sales as well", "ops, finance, sales"),
        ("ops, finance", "only for #ops", "ops"),
        ("ops", "for #finance", "finance"),
        ("finance", "also for this channel", "finance, this channel"),
        ("ops", "also for #ops", "ops"),
        ("ops", "only for me", "me"),
    ],
)
def test_also_adds_to_who_may_open_it_and_only_replaces(before: str, words: str, after: str) -> None:  # D7
    known = {**SURVEY, "audience": before}
    read = follow("survey", known, frozenset(known), hear(words, TODAY))
    assert {**known, **{one.name: one.value for one in read.answers}}["audience"] == after
