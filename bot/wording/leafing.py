"""Leafing: which of a template's questions a form shows. The five that matter most first, all others behind a button.

Whatever words can change can be changed here as well, the questions that no form asks by itself included (U4).
"""

from collections.abc import Collection, Mapping, Sequence

from pydantic import JsonValue

from generator.brief import Answer
from templates.logic import LOGIC
from templates.template import Question

MAX_FIELDS = 5


def choose(
    questions: Sequence[Question],
    known: Mapping[str, Answer],
    faulty: Collection[str] = (),
    typed: Collection[str] = (),
) -> Sequence[Question]:
    """The five that matter most: what must change, was typed, is missing, or was guessed; then the rest in order."""
    return _ranked(questions, known, faulty, typed)[:MAX_FIELDS]


def leaf(
    questions: Sequence[Question],
    known: Mapping[str, Answer],
    faulty: Collection[str],
    typed: Collection[str],
    page: int,
) -> tuple[Sequence[Question], bool]:
    """The questions of a page, and whether there are more behind it.

    What must change or was typed stands on every page, so that sending any of them loses nothing.
    """
    ranked = _ranked(questions, known, faulty, typed)
    urgent = [one for one in ranked if one.name in faulty or one.name in typed]
    rest = [one for one in ranked if one not in urgent] + [one for one in questions if one not in ranked]
    if page == 0:
        first = ranked[: max(MAX_FIELDS, len(urgent) if typed else 0)]
        return first, len(urgent) + len(rest) > len(first)
    # What was typed on a page is urgent on the next: of those that were seen, the others begin the rest.
    seen = min(MAX_FIELDS, len(_ranked(questions, known, faulty, ()))) + MAX_FIELDS * (page - 1)
    start = max(0, seen - len(urgent))
    return [*urgent, *rest[start : start + MAX_FIELDS]], start + MAX_FIELDS < len(rest)


def _ranked(
    questions: Sequence[Question], known: Mapping[str, Answer], faulty: Collection[str], typed: Collection[str]
) -> Sequence[Question]:
    """Those that a form asks by itself, the most important first."""

    def rank(question: Question) -> int:
        if question.name in faulty or question.name in typed:
            return -2 if question.name in faulty else -1
        answer = known.get(question.name)
        if answer is None or silent(answer.value):
            return 0 if question.required and question.default is None else 3
        return {"guessed": 1, "said": 2, "default": 4}[answer.origin]

    def shown(question: Question) -> bool:
        answer = known.get(question.name)
        said = question.type in LOGIC and answer is not None and not silent(answer.value)
        return question.ask or said or question.name in faulty or question.name in typed

    return sorted(filter(shown, questions), key=rank)


def silent(value: JsonValue) -> bool:
    """Whether an answer says nothing."""
    return value in (None, "", [])
