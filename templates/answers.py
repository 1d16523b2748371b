"""Answers: what a question takes, how a form's text is read, how a settled answer is spelled back."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import get_args

from pydantic import JsonValue

from templates.errors import BadAnswer
from templates.manifest import FieldType
from templates.template import AnswerType, Question

FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
RESERVED = frozenset({"id", "at", "by", "author"})
"""Columns that a row has anyway."""

_LONGEST = {"string": 200, "text": 5000}
_MOST = 500
_ENTRY = 300
_TRUE = frozenset({"yes", "y", "true", "on", "1"})
_FALSE = frozenset({"no", "n", "false", "off", "0", ""})
_FIELD_LINE = re.compile(r"^(?P<name>[^:(]+?)\s*(?:[:(]\s*(?P<type>[a-z_ ]+?)\s*(?:[:(]\s*(?P<choices>.+?))?\)*)?$")


def settle(question: Question, value: JsonValue) -> JsonValue:
    """The answer as the template's files get it: the default when `value` is None, tidied, its type sure.

    Raises BadAnswer.
    """
    if value is None:
        value = question.default
    if value is None:
        if question.required:
            raise BadAnswer(question.name, "is missing", f"Say what “{question.label}” should be")
        return _EMPTY[question.type]
    settled = _SETTLERS[question.type](question, value)
    if question.required and settled in ("", []):
        raise BadAnswer(question.name, "is empty", f"Say what “{question.label}” should be")
    return settled


def read(question: Question, said: str | Sequence[str] | None) -> JsonValue:
    """The answer that a form's text or picks stand for, not settled yet. Nothing said is None.

    Lists are one entry a line (people also after commas); a field is `name`, `name: type` or
    `name (select: one, two)`; numbers may carry thousands separators.
    """
    if said is None or said == "" or said == []:
        return None
    if not isinstance(said, str):
        picks = list(said)
        return list[JsonValue](picks) if question.type in ("strings", "people") else picks[0]
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


def _text(question: Question, value: JsonValue, longest: int, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise BadAnswer(question.name, "should be text", "Write it as words")
    if any(unicodedata.category(one) == "Cs" for one in value):
        raise BadAnswer(question.name, "holds half a character that no text can hold", "Type it again")
    kept = "".join(one for one in value if one in "\n\t" or unicodedata.category(one) != "Cc")
    tidy = kept.strip() if lines else " ".join(kept.split())
    if len(tidy) > longest:
        raise BadAnswer(question.name, f"is {len(tidy)} characters long", f"Use at most {longest}")
    return tidy


def _string(question: Question, value: JsonValue) -> str:
    return _text(question, value, int(question.max or _LONGEST["string"]))


def _long_text(question: Question, value: JsonValue) -> str:
    return _text(question, value, int(question.max or _LONGEST["text"]), lines=True)


def _number(question: Question, value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadAnswer(question.name, "should be a number", "Write digits, such as 14")
    if question.min is not None and value < question.min:
        raise BadAnswer(question.name, f"is {value:g}", f"The least is {question.min:g}")
    if question.max is not None and value > question.max:
        raise BadAnswer(question.name, f"is {value:g}", f"The most is {question.max:g}")
    return value


def _int(question: Question, value: JsonValue) -> int:
    number = _number(question, value)
    if number != int(number):
        raise BadAnswer(question.name, f"is {number:g}", "Use a whole number")
    return int(number)


def _float(question: Question, value: JsonValue) -> float:
    return float(_number(question, value))


def _bool(question: Question, value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise BadAnswer(question.name, "should be yes or no", "Answer yes or no")
    return value


def _date(question: Question, value: JsonValue) -> str:
    text = _text(question, value, 40)
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        moment = None
    if moment is None and text:
        raise BadAnswer(question.name, "is not a date", "Write it as 2026-11-30 or 2026-11-30T17:00")
    if moment is None:
        return ""
    return moment.strftime("%Y-%m-%d" if len(text) == 10 else "%Y-%m-%dT%H:%M")


def _choice(question: Question, value: JsonValue) -> str:
    if value not in question.choices:
        raise BadAnswer(question.name, "is not one of the choices", f"Pick {' or '.join(question.choices)}")
    return str(value)


def _entries(question: Question, value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise BadAnswer(question.name, "should be a list", "Write one entry a line")
    most = int(question.max or _MOST)
    if len(value) > most:
        raise BadAnswer(question.name, f"has {len(value)} entries", f"Keep at most {most}")
    if question.min is not None and len(value) < question.min:
        raise BadAnswer(question.name, f"has {len(value)} entries", f"Give at least {question.min:g}")
    return value


def _strings(question: Question, value: JsonValue) -> list[JsonValue]:
    texts = (_text(question, one, _ENTRY) for one in _entries(question, value))
    return [one for one in dict.fromkeys(texts) if one]


def _people(question: Question, value: JsonValue) -> list[JsonValue]:
    texts = (_text(question, one, 80).lstrip("@").strip() for one in _entries(question, value))
    return list({one.casefold(): one for one in texts if one}.values())


def _fields(question: Question, value: JsonValue) -> list[JsonValue]:
    columns: list[JsonValue] = []
    taken = set(RESERVED)
    for one in _entries(question, value):
        name, kind, choices, required = _field(question, one)
        key = _column(name, taken)
        taken.add(key)
        columns.append({"key": key, "name": name, "type": kind, "choices": choices, "required": required})
    return columns


def _field(question: Question, value: JsonValue) -> tuple[str, str, list[JsonValue], bool]:
    match value:
        case [str(), str()]:
            value = {"name": value[0], "type": value[1]}
        case str():
            value = {"name": value}
    if not isinstance(value, dict) or not set(value) <= {"key", "name", "type", "choices", "required"}:
        raise BadAnswer(question.name, "holds something that is not a field", "Write fields as name: type")
    name = _text(question, value.get("name", ""), 60)
    kind = value.get("type", "text")
    required = value.get("required", False)
    if not name:
        raise BadAnswer(question.name, "holds a field without a name", "Give every field a name")
    if kind not in FIELD_TYPES:
        raise BadAnswer(question.name, f"gives “{name}” an unknown type", f"Types are {', '.join(FIELD_TYPES)}")
    if not isinstance(required, bool):
        raise BadAnswer(question.name, f"is unclear whether “{name}” is required", "Answer yes or no")
    choices = _strings(question.model_copy(update={"min": None, "max": _MOST}), value.get("choices", []))
    return name, str(kind), choices, required


def _column(name: str, taken: set[str]) -> str:
    """A column's key: the name in small ASCII letters, told apart by a number when it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:32]
    stem = stem if stem[:1].isalpha() else f"f_{stem}".rstrip("_")
    candidates = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
    return next(one for one in candidates if one not in taken)


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


_EMPTY: Mapping[AnswerType, JsonValue] = {
    "string": "", "text": "", "int": None, "float": None, "bool": False, "date": "", "choice": "",
    "strings": [], "people": [], "fields": [],
}  # fmt: skip
_SETTLERS: Mapping[AnswerType, Callable[[Question, JsonValue], JsonValue]] = {
    "string": _string, "text": _long_text, "int": _int, "float": _float, "bool": _bool, "date": _date,
    "choice": _choice, "strings": _strings, "people": _people, "fields": _fields,
}  # fmt: skip
_READERS: Mapping[AnswerType, Callable[[str], JsonValue]] = {
    "int": _read_number, "float": _read_number, "bool": _read_bool, "strings": _read_lines,
    "people": _read_people, "fields": _read_fields,
}  # fmt: skip
