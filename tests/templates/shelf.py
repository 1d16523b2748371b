"""What the tests of this room share: the real shelf, one good set of answers for each template."""

from functools import cache

from pydantic import JsonValue

from templates.bundle import Bundle
from templates.catalog import Catalog, load
from templates.render import render

ANSWERS: dict[str, dict[str, JsonValue]] = {
    "survey": {"title": "Team lunch", "questions": ["How was the food?", "Which day? (Mon, Tue)", "What else?"]},
    "simple-survey": {"title": "Quarterly Feedback", "collaborators": ["ben"]},
    "poll": {"question": "Where do we eat on Friday?", "options": ["Thai", "Pizza", "Burgers"]},
    "approval": {"title": "Purchases", "approvers": ["ben"], "amount_threshold": 750.0, "currency": "GBP"},
    "checklist": {"title": "Release 4.2", "items": ["Bump the version", "Run the tests", "Tell people"]},
    "oncall_rota": {"title": "On call", "members": ["ana", "ben", "cy"], "start_date": "2026-11-16"},
    "standup": {"title": "Web team", "days": ["mon", "wed", "fri"], "time": "08:45"},
    "faq": {"title": "Travel", "topics": ["How do I book a train?", "Who pays for meals?"]},
    "retro": {"title": "Sprint 12", "columns": ["Start", "Stop"], "votes_per_person": 2},
    "calculator": {"title": "Fuel cost", "formula": "cost = distance / 100 * consumption * price"},
    "rsvp": {"title": "Team dinner", "date": "2026-12-11", "time": "19:00", "location": "Osteria", "capacity": 3},
    "booking": {"title": "Desks", "resources": ["Desk A", "Desk B"], "max_per_person": 2},
    "form_tracker": {"title": "Bugs", "fields": [["Summary", "text"], ["Cost", "money"]]},
}


@cache
def shelf() -> Catalog:
    return load()


def bundle(template: str, **answers: JsonValue) -> Bundle:
    return render(shelf().get(template), {**ANSWERS[template], **answers}, name="app")
