"""Answers: what a question takes, tidied and typed; what is wrong with the rest."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import get_args

from pydantic import JsonValue

from templates.errors import BadAnswer
from templates.manifest import FieldType
from templates.template import AnswerType, Question, Template

Answers = Mapping[str, JsonValue]
"""By question name; what is left out takes its default."""

FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
RESERVED = frozenset({"id", "at", "by", "author"})
"""Columns that a row has anyway."""

_LONGEST = {"string": 200, "text": 5000}
_MOST = 500
_ENTRY = 300


def validate(template: Template, answers: Answers) -> tuple[BadAnswer, ...]:
    """Everything that is wrong with the answers, in the order of the questions; empty when `render` will do."""
    bad = [_unknown(template, name) for name in answers if template.question(name) is None]
    for question in template.questions:
        try:
            settle(question, answers.get(question.name))
        except BadAnswer as one:
            bad.append(one)
    return tuple(bad)


def settle_all(template: Template, answers: Answers) -> dict[str, JsonValue]:
    """Every question's answer, tidied, defaults filled in. Raises BadAnswer."""
    return {one.name: settle(one, answers.get(one.name)) for one in template.questions}


def headed(text: str) -> str:
    """As it stands over a page or a column: begun with a capital, unless the first word has one of its own."""
    return text[0].upper() + text[1:] if text.partition(" ")[0].islower() else text


def _unknown(template: Template, name: str) -> BadAnswer:
    names = [one.name for one in template.questions]
    near = get_close_matches(name, names, n=1, cutoff=0.0)[0]
    return BadAnswer(name, f"“{name}” is not a question of {template.ref}.", f"The nearest is “{near}”.")


def _bad(question: Question, why: str, fix: str) -> BadAnswer:
    return BadAnswer(question.name, f"“{question.label}” {why}.", f"{fix}.")


def settle(question: Question, value: JsonValue) -> JsonValue:
    """The answer as the template's files get it: the default when `value` is None, tidied, its type sure.

    Raises BadAnswer.
    """
    if value is None:
        value = question.default
    if value is None:
        if question.required:
            raise _bad(question, "is missing", "Say what it should be")
        return _EMPTY[question.type]
    settled = _SETTLERS[question.type](question, value)
    if question.required and settled in ("", []):
        raise _bad(question, "is empty", "Say what it should be")
    return settled


def _text(question: Question, value: JsonValue, longest: int, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise _bad(question, "should be text", "Write it as words")
    if any(unicodedata.category(one) == "Cs" for one in value):
        raise _bad(question, "holds half a character that no text can hold", "Type it again")
    kept = "".join(one for one in value if one in "\n\t" or unicodedata.category(one) != "Cc")
    tidy = kept.strip() if lines else " ".join(kept.split())
    if len(tidy) > longest:
        raise _bad(question, f"is {len(tidy)} characters long", f"Use at most {longest}")
    return tidy


def _string(question: Question, value: JsonValue) -> str:
    return _text(question, value, int(question.max or _LONGEST["string"]))


def _long_text(question: Question, value: JsonValue) -> str:
    return _text(question, value, int(question.max or _LONGEST["text"]), lines=True)


def _number(question: Question, value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _bad(question, "should be a number", "Write digits, such as 14")
    if question.min is not None and value < question.min:
        raise _bad(question, f"is {value:g}", f"The least is {question.min:g}")
    if question.max is not None and value > question.max:
        raise _bad(question, f"is {value:g}", f"The most is {question.max:g}")
    return value


def _int(question: Question, value: JsonValue) -> int:
    number = _number(question, value)
    if number != int(number):
        raise _bad(question, f"is {number:g}", "Use a whole number")
    return int(number)


def _float(question: Question, value: JsonValue) -> float:
    return float(_number(question, value))


def _bool(question: Question, value: JsonValue) -> bool:
    if not isinstance(value, bool):
        raise _bad(question, "should be yes or no", "Answer yes or no")
    return value


def _date(question: Question, value: JsonValue) -> str:
    text = _text(question, value, 40)
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        moment = None
    if moment is None and text:
        raise _bad(question, "is not a date", "Write it as 2026-11-30 or 2026-11-30T17:00")
    if moment is None:
        return ""
    return moment.strftime("%Y-%m-%d" if len(text) == 10 else "%Y-%m-%dT%H:%M")


def _choice(question: Question, value: JsonValue) -> str:
    if value not in question.choices:
        raise _bad(question, "is not one of the choices", f"Pick {' or '.join(question.choices)}")
    return str(value)


def _time(question: Question, value: JsonValue) -> str:
    text = _text(question, value, 40)
    match = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", text)
    if text and not match:
        raise _bad(question, "is not a time of day", "Write it as 09:30")
    return f"{int(match[1]):02}:{match[2]}" if match else ""


def _entries(question: Question, value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise _bad(question, "should be a list", "Write one entry a line")
    most = int(question.max or _MOST)
    if len(value) > most:
        raise _bad(question, f"has {len(value)} entries", f"Keep at most {most}")
    if question.min is not None and len(value) < question.min:
        raise _bad(question, f"has {len(value)} entries", f"Give at least {question.min:g}")
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
        name = headed(name)
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
        raise _bad(question, "holds something that is not a field", "Write fields as name: type")
    name = _text(question, value.get("name", ""), 60)
    kind = value.get("type", "text")
    required = value.get("required", False)
    if not name:
        raise _bad(question, "holds a field without a name", "Give every field a name")
    if kind not in FIELD_TYPES:
        raise _bad(question, f"gives “{name}” a type that does not exist", f"Types are {', '.join(FIELD_TYPES)}")
    if not isinstance(required, bool):
        raise _bad(question, f"is unclear whether “{name}” is required", "Answer yes or no")
    choices = _strings(question.model_copy(update={"min": None, "max": _MOST}), value.get("choices", []))
    return name, str(kind), choices, required


def _column(name: str, taken: set[str]) -> str:
    """A column's key: the name in small ASCII letters, told apart by a number when it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:32]
    stem = stem if stem[:1].isalpha() else f"f_{stem}".rstrip("_")
    candidates = [stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3))]
    return next(one for one in candidates if one not in taken)


_EMPTY: Mapping[AnswerType, JsonValue] = {
    "string": "",
    "text": "",
    "int": None,
    "float": None,
    "bool": False,
    "date": "",
    "time": "",
    "choice": "",
    "strings": [],
    "people": [],
    "fields": [],
}
_SETTLERS: Mapping[AnswerType, Callable[[Question, JsonValue], JsonValue]] = {
    "string": _string,
    "text": _long_text,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "choice": _choice,
    "strings": _strings,
    "people": _people,
    "fields": _fields,
}
