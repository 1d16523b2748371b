"""What the tests of this room share: the real shelf, one good set of answers for each template."""

from functools import cache

from pydantic import JsonValue

from templates.bundle import Bundle
from templates.catalog import Catalog, load
from templates.render import render

ANSWERS: dict[str, dict[str, JsonValue]] = {
    "survey": {"title": "Team lunch", "questions": ["How was the food?", "Which day? (Mon, Tue)", "What else?"]},
    "simple-survey": {"title": "Quarterly Feedback", "collaborators": ["ben"]},
    "approval": {"title": "Purchases", "approvers": ["ben"], "amount_threshold": 750.0, "currency": "GBP"},
    "rsvp": {"title": "Team dinner", "date": "2026-12-11", "time": "19:00", "location": "Osteria", "capacity": 3},
    "booking": {"title": "Desks", "resources": ["Desk A", "Desk B"], "max_per_person": 2},
    "form_tracker": {"title": "Bugs", "fields": [["Summary", "text"], ["Cost", "money"]]},
}


@cache
def shelf() -> Catalog:
    return load()


def bundle(template: str, **answers: JsonValue) -> Bundle:
    return render(shelf().get(template), {**ANSWERS[template], **answers}, name="app")
