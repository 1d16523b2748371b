"""How an app reckons, for the card and the form: its formula or rule in words, with one worked example."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from bot.chat import Block
from bot.wording.blocks import button
from generator.brief import Answer, Brief, Doubt
from templates import logic, rules
from templates.formula import BadFormula
from templates.notation import number, written
from templates.template import Question, Template

CONFIRM_FIRST = (
    "Something here is my guess. Please look at it and press *{button}*, or *Change answers*, before Publish."
)
"""Why nothing is published yet."""
MOST_DOUBTS = 3
PASSED = "“{label}” is {said}, which has passed. Name a day from {today} on."
FORMULA_RIGHT, GUESS_RIGHT = "The formula is right", "That is right"
"""What stands on the button that confirms a guess."""


def guessed(answers: Sequence[Answer]) -> frozenset[str]:
    """The names of the answers that nobody confirmed yet. What is empty says nothing that could be wrong."""
    return frozenset(one.name for one in answers if one.origin == "guessed" and one.value not in (None, "", []))


def right(unconfirmed: frozenset[str], reckoned: Mapping[str, str]) -> str:
    """What the button says: it names the formula when nothing else was guessed."""
    return FORMULA_RIGHT if unconfirmed and unconfirmed <= set(reckoned) else GUESS_RIGHT


def confirmation(
    about: Mapping[str, str], bundle: str, answers: Sequence[Answer], reckoned: Mapping[str, str]
) -> Block | None:
    """The button for the one confirmation that a guess needs before Publish (T4); None when nothing was guessed."""
    unconfirmed = guessed(answers)
    if not unconfirmed:
        return None
    return button(right(unconfirmed, reckoned), "slipway.confirm", {**about, "bundle": bundle}, style="primary")


def told(template: Template, brief: Brief) -> Mapping[str, str]:
    """How it reckons, and what of the asker's words could not be taken, in plain sentences."""
    doubts = {f"doubt:{place}": doubt(one) for place, one in enumerate(brief.doubts[:MOST_DOUBTS])}
    return {**doubts, **in_words(template, brief.answers)}


def doubt(one: Doubt) -> str:
    """What was said, why it was not taken, and what stands in its place."""
    if one.kind == "count":
        return f"You said “{one.said}” and listed {one.taken}: I took the whole list. Change answers puts it right."
    why = {"day": "is no day of the calendar", "time": "is no time of day", "past": "has passed"}[one.kind]
    return f"“{one.said}” {why}, so I left it out. Change answers puts it right."


def in_words(template: Template, answers: Sequence[Answer]) -> Mapping[str, str]:
    """By question, two sentences in plain text: how it is worked out, an example; nothing of what cannot be read."""
    known = {one.name: one.value for one in answers}
    found: dict[str, str] = {}
    for question in template.questions:
        text = logic.text_of(known.get(question.name)) if question.type in logic.LOGIC else ""
        if not text:
            continue
        try:
            found[question.name] = (
                _rule(question, known, text) if question.type == "rule" else _formula(question, known, text)
            )
        except BadFormula:
            continue
    return found


def _formula(question: Question, known: Mapping[str, JsonValue], text: str) -> str:
    listed = known.get(question.over[0]) if question.over else []
    settled = logic.read_formula(text, [str(one) for one in listed] if isinstance(listed, list) else ())
    what = settled["result"] or known.get("title") or "The result"
    said = f"{what} is {logic.in_words(settled)}."
    worked = logic.worked_out(settled)
    return f"{said} For example: {', '.join(worked[0])} → {worked[1]}." if worked else said


def _rule(question: Question, known: Mapping[str, JsonValue], text: str) -> str:
    rule = rules.parse(text)
    money = rule.currency or _currency(question, known)
    names = [f"amount ({money})" if one == rules.AMOUNT and money else one for one in rule.names]
    deciders = next((len(one) for name in question.over if isinstance(one := known.get(name), list)), 0)
    needs = {True: "both" if deciders == 2 else "all of them", False: "one"}
    about, other = (f"{_request(rule.names, given, money)} needs {needs[outcome]}" for given, outcome in rule.examples)
    return f"{question.label} {written(rule.tree, names)}. For example: a request {about}; one {other}."


def _currency(question: Question, known: Mapping[str, JsonValue]) -> str:
    return next((one for name in question.over if isinstance(one := known.get(name), str)), "")


def _request(names: Sequence[str], given: Sequence[float | bool], money: str) -> str:
    """`of 600 EUR`, `of 400 EUR that is travel, not urgent`."""
    pairs = list(zip(names, given, strict=True))
    amounts = [f"of {number(one)} {money}".rstrip() for name, one in pairs if name == rules.AMOUNT]
    holds = [name if one else f"not {name}" for name, one in pairs if name != rules.AMOUNT]
    return " ".join([*amounts, *([f"that is {', '.join(holds)}"] if holds else [])])
