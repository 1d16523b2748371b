"""Answers read from an Utterance by rule, for every kind of the catalogue. No model, no guess about people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from pydantic import JsonValue

from generator import extract_boards, extract_forms, extract_pages, extract_teams
from generator.columns import behind, column_at
from generator.doubts import without_impossible
from generator.entries import MAIN, entries_of, name_of
from generator.formulas import operands, worked_out
from generator.found import Found, Leftover
from generator.measures import hide
from generator.ranking import load_ranking
from generator.tagging import load_tagger
from generator.titles import LEFT, bare_title, given_title, plausible, ungreeted
from generator.utterance import Utterance
from templates.units import declared

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

_BESIDE = {kind: {LEFT, "title", "formula"} for kind in MAIN} | {"poll": {"question", "deadline"}}
"""What is read out of the words beside a list, and changes with it: a day can also be what a poll offers."""


def read(kind: str, utterance: Utterance) -> tuple[Answers, str, str]:
    """The answers, and, for kinds with a title, the words in which it is sought and what rules take for it.

    Where another list is clearly likelier than what the rules found, it is taken out first and rules read the rest.
    """
    heard = without_impossible(utterance)
    found = _READERS[kind](heard)
    if name := MAIN.get(kind):
        listed = load_tagger().likelier(kind, heard.own, [name_of(one) for one in entries_of(found.get(name))])
        if listed is not None:
            found = _with(kind, name, heard, listed, found) or found
    left = str(found.pop(LEFT, ""))
    return found, ungreeted(left), str(found.get("title") or "")


def _with(kind: str, name: str, heard: Utterance, listed: Sequence[Found[str]], said: Answers) -> Answers:
    """The answers when this is the list, `said` being those without it.

    Nothing when it cannot be: it names a thing twice, stands half in brackets, has a letter among its words, takes away
    another answer that was said, or lacks what a formula works with.
    """
    twice = len({one.value.casefold() for one in listed}) < len(listed)
    letters, within = {len(one.value) == 1 for one in listed}, _brackets(heard.own, listed)
    if twice or len(letters) > 1 or len(within) > 1:
        return {}
    rest = Leftover(heard.own)
    if listed:
        rest.blank(listed[0].start, listed[-1].end + len(behind(heard.own, listed[-1])))
    found = _READERS[kind](replace(heard, own=rest.text))
    if any(value and found.get(key) != value for key, value in said.items() if key not in {name, *_BESIDE[kind]}):
        return {}
    if formula := str(found.get("formula") or ""):
        taken = {declared(one.value)[0].casefold() for one in listed}
        formula = found["formula"] = worked_out(formula, list(taken))
        if not {declared(one)[0].casefold() for one in operands(formula)} <= taken:
            return {}
    if LEFT in found and (given := given_title(rest.text)):
        found |= {"title": given, LEFT: rest.text}
    return found | {name: [_worded(kind, heard.own, one) for one in listed]}


def _worded(kind: str, text: str, one: Found[str]) -> JsonValue:
    """An entry in the form of this kind's list."""
    if kind == "calculator":
        return hide(text).with_unit(one.value)
    return column_at(text, one) if kind == "form_tracker" else one.value


def _brackets(text: str, listed: Sequence[Found[str]]) -> set[bool]:
    """Whether entries stand in brackets, whether some do not."""
    return {text.count("(", 0, one.start) > text.count(")", 0, one.start) for one in listed}


def extract(kind: str, utterance: Utterance) -> Answers:
    """The answers that the text gives for this kind, by name; what it does not give is absent."""
    found, left, rule = read(kind, utterance)
    if left and not (rule and rule == given_title(left)):
        found["title"] = bare_title(kind, load_ranking().best(kind, left, rule, partial(plausible, kind)))
    return {name: value for name, value in found.items() if value is not None and value != "" and value != []}
