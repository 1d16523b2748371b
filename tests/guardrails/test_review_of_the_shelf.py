"""The apps on the shelf, judged as they are rendered: each of the three verdicts can be reached by words."""

import pytest
from pydantic import JsonValue

from guardrails.policy import Policies
from guardrails.review import document, review
from guardrails.verdict import Verdict
from templates.audience import Audience
from templates.catalog import load
from templates.render import render
from tests.templates.shelf import ANSWERS

CATALOG = load()
REFS = tuple(one.ref for one in CATALOG.templates)
OPS = Audience(kind="channel", id="C_OPS", label="#ops")
EVERYONE = Audience(kind="org", label="everyone in the organisation")
LUNCH: dict[str, JsonValue] = {"title": "Lunch", "questions": ["What shall we eat?"], "retention_days": 14}
CONTACTS: list[JsonValue] = [{"name": "supplier", "type": "text"}, {"name": "mail", "type": "email"}]


def judged(template: str, answers: dict[str, JsonValue], audience: Audience = OPS) -> Verdict:
    app = render(CATALOG.get(template), answers).manifest
    return review(Policies(), document(app, audience, OPS, "live", REFS))


def test_a_lunch_survey_for_ops_for_two_weeks_is_allowed() -> None:
    assert judged("survey", LUNCH).decision == "allow"


def test_the_same_survey_for_everyone_needs_approval() -> None:
    assert judged("survey", LUNCH, EVERYONE).approvers == ("platform-approvers",)


def test_a_tracker_with_an_email_field_needs_a_steward() -> None:
    assert judged("form_tracker", {"title": "Suppliers", "fields": CONTACTS}).approvers == ("data-stewards",)


def test_ten_years_are_denied_with_the_fix() -> None:
    verdict = judged("survey", {**LUNCH, "retention_days": 3650})
    assert (verdict.decision, verdict.findings[0].fix) == ("deny", "Ask for 365 days or less.")


@pytest.mark.parametrize(
    ("template", "answers"),
    [
        ("simple-survey", {"title": "Team feedback"}),
        ("approval", {"title": "Spend", "approvers": ["ben"]}),
        ("form_tracker", {"title": "Incidents", "fields": [{"name": "severity", "type": "text"}]}),
    ],
)
def test_every_app_in_the_channel_where_it_was_asked_for_is_allowed(
    template: str, answers: dict[str, JsonValue]
) -> None:  # SD6
    assert judged(template, answers).decision == "allow"


PICKS = [
    (one.name, question.name, [picked] if question.type == "choices" else picked)
    for one in CATALOG.templates
    for question in one.questions
    for picked in question.choices
]


@pytest.mark.parametrize(("template", "question", "picked"), PICKS)
def test_nothing_that_can_be_picked_is_denied(template: str, question: str, picked: JsonValue) -> None:  # SD6
    assert judged(template, {**ANSWERS[template], question: picked}).decision != "deny"


@pytest.mark.parametrize("days", [["mon", "wed", "fri"], ["sat", "sun"], ["mon", "tue", "wed", "thu", "fri"]])
def test_a_stand_up_may_ask_on_some_days(days: list[JsonValue]) -> None:
    assert judged("standup", {**ANSWERS["standup"], "days": days}).decision == "allow"
