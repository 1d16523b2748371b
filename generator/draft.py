"""From an Understanding to a Brief: the template's questions, answered as far as the words go."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from generator.brief import Answer, Brief, OpenQuestion, Understanding
from generator.curated import formula_for
from templates.formula import BadFormula
from templates.logic import read_formula
from templates.template import Question


def draft(understood: Understanding, template: str, questions: Sequence[Question]) -> Brief:
    """Answer a template's questions, in its order. `template` is `name@version`.

    What the words do not give takes the template's default. A guess about people's rights is not taken at all.
    Required questions without an answer are the open ones, unless another's answer stands in for them.
    """
    known = {one.name: one for one in understood.answers}
    if any(one.kind == "count" for one in understood.doubts):
        # The list is what people see; a number that it exceeds would say something else.
        known = {name: one for name, one in known.items() if not name.startswith("num_")}
    if understood.language != "English":
        known.setdefault("language", Answer(name="language", value=understood.language, origin="said"))
    known |= _worked_out(questions, known)
    answers = [answer for one in questions if (answer := _answer(one, known.get(one.name))) is not None]
    given = {one.name for one in answers}
    missing = [one for one in questions if one.required and one.name not in given and not one.default_from]
    return Brief(
        template=template,
        answers=tuple(answers),
        open=tuple(OpenQuestion(name=one.name, label=one.label) for one in missing),
        doubts=understood.doubts,
    )


def _worked_out(questions: Sequence[Question], known: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """The formula that is known by its inputs, as a guess: after the asker's own, before a model's."""
    for wanted in (one for one in questions if one.type == "formula" and one.over):
        before, listed = known.get(wanted.name), known.get(wanted.over[0])
        inputs = [str(one) for one in listed.value] if listed and isinstance(listed.value, list) else []
        guess = formula_for(inputs)
        if guess and (before is None or before.origin == "guessed") and _goes(guess, inputs):
            return {wanted.name: Answer(name=wanted.name, value=guess, origin="guessed")}
    return {}


def _goes(formula: str, inputs: Sequence[str]) -> bool:
    """Whether the formula holds in the units that the inputs were said to have."""
    try:
        read_formula(formula, inputs)
    except BadFormula:
        return False
    return True


def _answer(question: Question, known: Answer | None) -> Answer | None:
    if known is not None and not _empty(known.value) and not (question.privileged and known.origin == "guessed"):
        return known
    if question.default is None or (question.required and _empty(question.default)):
        return None
    return Answer(name=question.name, value=question.default, origin="default")


def _empty(value: JsonValue) -> bool:
    return value is None or value == "" or value == []
