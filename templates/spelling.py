"""Spelling: answers as the words of a form, both ways."""

import re
from collections.abc import Callable, Mapping, Sequence

from pydantic import JsonValue

from templates.answers import FIELD_TYPES
from templates.template import AnswerType, Question

_TRUE = frozenset({"yes", "y", "true", "on", "1"})
_FALSE = frozenset({"no", "n", "false", "off", "0", ""})
_FIELD_LINE = re.compile(r"^(?P<name>[^:(]+?)\s*(?:[:(]\s*(?P<type>[a-z_ ]+?)\s*(?:[:(]\s*(?P<choices>.+?))?\)*)?$")


def read(question: Question, said: str | Sequence[str] | None) -> JsonValue:
    """The answer that a form's text or picks stand for, not settled yet. Nothing said is None.

    Lists are one entry a line (people also after commas); a field is `name`, `name: type` or
    `name (select: one, two)`; numbers may carry thousands separators.
    """
    if said is None or said == "" or said == []:
        return None
    if not isinstance(said, str):
        picks = list(said)
        return list[JsonValue](picks) if question.type in ("strings", "people", "choices") else picks[0]
    reader = _READERS.get(question.type)
    return reader(said) if reader else said


def spell(question: Question, value: JsonValue) -> str:
    """The text that `read` would understand as `value`: what a form is filled with beforehand."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            separator = ", " if question.type == "people" else "\n"
            return separator.join(_spell_entry(one) for one in value)
        case {"text": str() as text}:
            return text
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _spell_entry(entry: JsonValue) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    choices = entry.get("choices")
    options = ": " + ", ".join(map(str, choices)) if isinstance(choices, list) and choices else ""
    return f"{entry['name']} ({entry['type']}{options})"


def _read_lines(said: str) -> JsonValue:
    return [line.strip() for line in said.splitlines() if line.strip()]


def _read_people(said: str) -> JsonValue:
    return [one for one in re.split(r"[\s,;]+", said) if one]


def _read_number(said: str) -> JsonValue:
    plain = re.sub(r"(?<=\d)[ ,'’](?=\d{3}\b)", "", said.strip())
    try:
        number = float(plain)
    except ValueError:
        return said
    return int(number) if number.is_integer() else number


def _read_bool(said: str) -> JsonValue:
    word = said.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else said


def _read_fields(said: str) -> JsonValue:
    lines = said.splitlines() if "\n" in said or "(" in said else re.split(r"[\n,;]", said)
    return [_read_field(line.strip()) for line in lines if line.strip()]


def _read_field(line: str) -> JsonValue:
    match = _FIELD_LINE.match(line)
    kind = (match["type"] or "text").replace(" ", "_") if match else ""
    if not match or kind not in FIELD_TYPES:
        return {"name": line, "type": "text"}
    choices: list[JsonValue] = [one.strip() for one in re.split(r"[,/|]", match["choices"] or "") if one.strip()]
    field: dict[str, JsonValue] = {"name": match["name"].strip(), "type": kind}
    return {**field, "choices": choices} if choices else field


_READERS: Mapping[AnswerType, Callable[[str], JsonValue]] = {
    "int": _read_number,
    "float": _read_number,
    "bool": _read_bool,
    "choices": _read_people,
    "strings": _read_lines,
    "people": _read_people,
    "fields": _read_fields,
}
