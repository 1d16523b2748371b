"""From an Understanding to a Brief."""

from datetime import date

from generator.brief import Answer, Understanding
from generator.draft import draft
from generator.offline_model import OfflineModel
from templates import catalog

SHELF = catalog.load()
TODAY = date(2026, 11, 23)


def understood(*answers: Answer, kind: str = "survey") -> Understanding:
    return Understanding(action="build", kind=kind, answers=answers)


def said(name: str, value: object) -> Answer:
    return Answer.model_validate({"name": name, "value": value, "origin": "said"})


def test_what_was_said_wins_and_the_rest_takes_the_defaults() -> None:
    survey = SHELF.get("survey")
    brief = draft(understood(said("title", "Lunch"), said("retention_days", 14)), survey.ref, survey.questions)
    origins = {one.name: one.origin for one in brief.answers}
    assert brief.value("retention_days") == 14 and origins["retention_days"] == "said"
    assert brief.value("anonymous") is False and origins["anonymous"] == "default"
    assert brief.open == ()


def test_a_required_question_without_an_answer_is_open() -> None:
    approval = SHELF.get("approval")
    brief = draft(understood(said("title", "Travel"), kind="approval"), approval.ref, approval.questions)
    assert [one.name for one in brief.open] == ["approvers"]


def test_a_guess_about_who_decides_is_not_taken() -> None:
    approval = SHELF.get("approval")
    guess = Answer(name="approvers", value=["ben"], origin="guessed")
    brief = draft(understood(said("title", "Travel"), guess, kind="approval"), approval.ref, approval.questions)
    assert brief.value("approvers") is None and [one.name for one in brief.open] == ["approvers"]


def test_answers_that_the_template_does_not_ask_for_are_left_out() -> None:
    survey = SHELF.get("simple-survey")
    brief = draft(understood(said("title", "x"), said("votes_per_person", 3)), survey.ref, survey.questions)
    assert brief.value("votes_per_person") is None


def test_simple_survey_asks_exactly_for_title_and_collaborators() -> None:
    """T14: whatever the words say or leave out."""
    simple = SHELF.get("simple-survey")
    brief = draft(OfflineModel().read("simple-survey", TODAY).understanding, simple.ref, simple.questions)
    assert [one.name for one in simple.questions if one.ask] == ["title", "collaborators"]
    assert brief.open == () and brief.template == simple.ref


def test_what_another_answer_stands_in_for_is_not_asked_for() -> None:
    poll = SHELF.get("poll")
    brief = draft(understood(said("options", ["Tea", "Coffee"]), kind="poll"), poll.ref, poll.questions)
    assert brief.open == () and brief.value("title") is None
    without = draft(understood(said("question", "Tea or coffee"), kind="poll"), poll.ref, poll.questions)
    assert [one.name for one in without.open] == ["options"]
