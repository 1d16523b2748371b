"""Answers read from an Utterance by rule, for every kind of the catalogue. No model, no guess about people."""

from collections.abc import Callable, Mapping
from functools import partial

from pydantic import JsonValue

from generator import extract_boards, extract_forms, extract_pages, extract_teams
from generator.doubts import without_impossible
from generator.ranking import load_ranking
from generator.titles import LEFT, bare_title, given_title, plausible, ungreeted
from generator.utterance import Utterance

Answers = dict[str, JsonValue]
_READERS: Mapping[str, Callable[[Utterance], Answers]] = {
    "survey": extract_forms.survey,
    "form_tracker": extract_forms.form_tracker,
    "calculator": extract_forms.calculator,
    "faq": extract_pages.faq,
    "checklist": extract_pages.checklist,
    "poll": extract_boards.poll,
    "rsvp": extract_boards.rsvp,
    "retro": extract_boards.retro,
    "booking": extract_boards.booking,
    "approval": extract_teams.approval,
    "oncall_rota": extract_teams.oncall_rota,
    "standup": extract_teams.standup,
}


def by_rules(kind: str, utterance: Utterance) -> tuple[Answers, str, str]:
    """The answers, and, for kinds with a title, the words in which it is sought and what rules take for it."""
    found = _READERS[kind](without_impossible(utterance))
    left = str(found.pop(LEFT, ""))
    return found, ungreeted(left), str(found.get("title") or "")


def extract(kind: str, utterance: Utterance) -> Answers:
    """The answers that the text gives for this kind, by name; what it does not give is absent."""
    found, left, rule = by_rules(kind, utterance)
    if left and not (rule and rule == given_title(left)):
        found["title"] = bare_title(kind, load_ranking().best(kind, left, rule, partial(plausible, kind)))
    return {name: value for name, value in found.items() if value is not None and value != "" and value != []}
