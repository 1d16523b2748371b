"""Who asks for a kind of app by its name gets it, whatever it is about; who only speaks of one does not."""

from datetime import date

import pytest

from generator.naming import kind_asked_for
from generator.offline_model import OfflineModel
from generator.understand import understand

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("a survey about our dogs", "survey"),
        ("I need a poll for sales", "poll"),
        ("approval workflow for our dogs", "approval"),
        ("checklist: safety", "checklist"),
        ("can you make a sign-up sheet about onboarding please", "rsvp"),
        ("we want a new booking page for the website", "booking"),
        ("eine kurze Umfrage zum Budget", "survey"),
        ("Dienstplan für die Küche", "oncall_rota"),
    ],
)
def test_what_is_asked_for_by_name_is_built(words: str, kind: str) -> None:
    understood = understand(words, TODAY, OfflineModel()).understanding
    assert (understood.action, understood.kind) == ("build", kind)


@pytest.mark.parametrize(
    "words",
    [
        "cancel the survey",
        "what is a survey?",
        "a survey or a poll, I am not sure",
        "the poll was a great success",
        "a survey's results",
        "could you dm everyone who has not filled in the survey",
        "wie geht eine Umfrage?",
    ],
)
def test_speaking_of_one_asks_for_none(words: str) -> None:
    assert kind_asked_for(words) is None
