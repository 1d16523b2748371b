"""From an Understanding to a Brief: the template's questions, answered as far as the words go."""

from collections.abc import Sequence

from pydantic import JsonValue

from generator.brief import Answer, Brief, OpenQuestion, Understanding
from generator.curated import formula_for
from templates.template import Question


def draft(understood: Understanding, template: str, questions: Sequence[Question]) -> Brief:
    """Answer a template's questions, in its order. `template` is `name@version`.

    What the words do not give takes the template's default. A guess about people's rights is not taken at all.
    Required questions without an answer are the open ones, unless another's answer stands in for them.
    """
    known = {one.name: one for one in understood.answers}
    if understood.language != "English":
        known.setdefault("language", Answer(name="language", value=understood.language, origin="said"))
    if (wanted := next((one for one in questions if one.type == "formula"), None)) and wanted.name not in known:
        inputs = known["inputs"].value if "inputs" in known else []
        if guess := formula_for([str(one) for one in inputs] if isinstance(inputs, list) else []):
            known[wanted.name] = Answer(name=wanted.name, value=guess, origin="guessed")
    answers = [answer for one in questions if (answer := _answer(one, known.get(one.name))) is not None]
    given = {one.name for one in answers}
    missing = [one for one in questions if one.required and one.name not in given and not one.default_from]
    return Brief(
        template=template,
        answers=tuple(answers),
        open=tuple(OpenQuestion(name=one.name, label=one.label) for one in missing),
    )


def _answer(question: Question, known: Answer | None) -> Answer | None:
    if known is not None and not _empty(known.value) and not (question.privileged and known.origin == "guessed"):
        return known
    if question.default is None or (question.required and _empty(question.default)):
        return None
    return Answer(name=question.name, value=question.default, origin="default")


def _empty(value: JsonValue) -> bool:
    return value is None or value == "" or value == []
