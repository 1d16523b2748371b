"""Forms: a template's questions as a modal, at most five fields, each saying where its answer came from."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from bot import words
from bot.blocks import MODAL_TITLE, OPTION, plain, section, shorten
from generator.brief import Answer
from templates.template import Question

MAX_FIELDS = 5
ANSWERS, REJECT = "slipway.answers", "slipway.reject"
PICKED = ("selected_users", "selected_option", "selected_options", "selected_date", "value")


def loading(callback: str, about: str) -> Mapping[str, Any]:
    """What opens within the trigger's three seconds."""
    return _modal(callback, about, "One moment", [section("Loading …")], submit="")


def message(callback: str, title: str, text: str) -> Mapping[str, Any]:
    """A modal that only says something."""
    return _modal(callback, "", title, [section(text)], submit="")


def answers_form(about: str, questions: Sequence[Question], answers: Sequence[Answer]) -> Mapping[str, Any]:
    """The form for these questions, filled with what is known; missing and guessed answers come first."""
    known = {one.name: one for one in answers}
    chosen = choose(questions, known)
    blocks = [_input(question, known.get(question.name)) for question in chosen]
    return _modal(ANSWERS, about, "Your app", blocks, submit="Build preview")


def choose(questions: Sequence[Question], known: Mapping[str, Answer]) -> Sequence[Question]:
    """The five that matter most: what is missing, then what was guessed, then the rest; in the template's order."""

    def rank(question: Question) -> int:
        answer = known.get(question.name)
        if answer is None or answer.value in (None, "", []):
            return 0 if question.required else 3
        return {"guessed": 1, "said": 2, "default": 4}[answer.origin]

    shown = [one for one in questions if one.ask]
    best = sorted(shown, key=rank)[:MAX_FIELDS]
    return [one for one in shown if one in best]


def reject_form(about: str) -> Mapping[str, Any]:
    """Saying no takes a reason, so that the asker can do something about it."""
    reason = _wrapped(
        "reason", "Why not?", {"type": "plain_text_input", "multiline": True}, "The asker reads this.", False
    )
    return _modal(REJECT, about, "Reject", [reason], submit="Reject")


def read(values: Mapping[str, Any]) -> Mapping[str, str | Sequence[str] | None]:
    """A view's state by our field names: text, a list of picks, or None."""
    found: dict[str, str | Sequence[str] | None] = {}
    for name, block in values.items():
        element: Mapping[str, Any] = next(iter(block.values()), {})
        found[name] = _picked(element)
    return found


def _picked(element: Mapping[str, Any]) -> str | Sequence[str] | None:
    for key in PICKED:
        if key in element:
            value = element[key]
            if isinstance(value, list):
                return [str(one["value"]) if isinstance(one, dict) else str(one) for one in value]
            picked = value["value"] if isinstance(value, dict) else value
            return None if picked is None else str(picked)
    return None


def value_of(question: Question, given: str | Sequence[str] | None) -> JsonValue:
    """What a form's field means as an answer; the template judges it afterwards."""
    if given is None or given == "":
        return [] if question.type in ("strings", "people", "fields") else None
    if isinstance(given, str):
        return _typed(question, given)
    return list(given)


def _typed(question: Question, text: str) -> JsonValue:
    if question.type == "bool":
        return text == "yes"
    if question.type in ("strings", "people"):
        return [line.strip().lstrip("@") for line in text.splitlines() if line.strip()]
    if question.type == "fields":
        return [_field(line) for line in text.splitlines() if line.strip()]
    if question.type in ("int", "float"):
        return _number(question.type, text.strip())
    return text


def _number(kind: str, text: str) -> JsonValue:
    try:
        return int(text) if kind == "int" else float(text.replace(",", "."))
    except ValueError:
        # Left as it is: the template's own check names the field and the fix.
        return text


def _field(line: str) -> JsonValue:
    name, _, kind = line.partition(":")
    return {"name": name.strip(), "type": kind.strip().lower().replace(" ", "_") or "text"}


def _input(question: Question, answer: Answer | None) -> Mapping[str, Any]:
    value = answer.value if answer is not None else question.default
    origin = words.ORIGIN[answer.origin] if answer is not None and answer.value not in (None, "", []) else "still open"
    hint = f"{origin}. {question.help}".strip()
    return _wrapped(question.name, question.label, _element(question, value), hint, not question.required)


def _element(question: Question, value: JsonValue) -> dict[str, Any]:
    if question.type == "bool":
        return _select(("yes", "no"), "yes" if value else "no")
    if question.type == "choice" and question.choices:
        return _select(question.choices, value if isinstance(value, str) else "")
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "multiline": question.type in ("text", "strings", "fields", "people"),
    }
    initial = _text(value)
    if initial:
        element["initial_value"] = shorten(initial, 3000)
    return element


def _text(value: JsonValue) -> str:
    if isinstance(value, list):
        return "\n".join(f"{one['name']}: {one['type']}" if isinstance(one, dict) else str(one) for one in value)
    return "" if value is None else str(value)


def _select(choices: Sequence[str], value: str) -> dict[str, Any]:
    options = [{"text": plain(one, OPTION), "value": one[:OPTION]} for one in choices]
    element: dict[str, Any] = {"type": "static_select", "options": options}
    chosen = [one for one in options if one["value"] == value]
    if chosen:
        element["initial_option"] = chosen[0]
    return element


def _wrapped(name: str, label: str, element: dict[str, Any], hint: str, optional: bool) -> Mapping[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "hint": plain(hint, 2000),
        "optional": optional,
        "element": {**element, "action_id": name},
    }


def _modal(
    callback: str, about: str, title: str, blocks: Sequence[Mapping[str, Any]], *, submit: str
) -> Mapping[str, Any]:
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": about,
        "title": plain(title, MODAL_TITLE),
        "close": plain("Cancel", MODAL_TITLE),
        "blocks": list(blocks),
    }
    if submit:
        view["submit"] = plain(submit, MODAL_TITLE)
    return view
