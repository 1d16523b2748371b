"""Answers: what a question takes, tidied and typed; what is wrong with the rest."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import get_args

from pydantic import JsonValue

from templates import formula, logic, rules
from templates.errors import BadAnswer
from templates.manifest import FieldType
from templates.template import AnswerType, Question, Template

Answers = Mapping[str, JsonValue]
"""By question name; what is left out takes its default."""

FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
RESERVED = frozenset({"id", "at", "by", "author"})
"""Columns that a row has anyway."""

STAND_INS: frozenset[AnswerType] = frozenset({"string", "text", "strings"})
"""Types of questions whose words can stand in for another's answer."""
STOOD_IN_FOR: frozenset[AnswerType] = frozenset({"string"})

UNSEEN = frozenset("\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Blanks of no width, and marks that turn the direction of what follows: an answer has none. Joiners and the marks that
Arabic and Hebrew are written with stay."""
_LONGEST = {"string": 200, "text": 5000}
_MOST = 500
_ENTRY = 300


def validate(template: Template, answers: Answers) -> tuple[BadAnswer, ...]:
    """Everything that is wrong with the answers, in the order of the questions; empty when `render` will do."""
    bad = [_unknown(template, name) for name in answers if template.question(name) is None]
    for question in template.questions:
        try:
            settle(question, _given(question, answers))
        except BadAnswer as one:
            bad.append(one)
    try:
        bad or settle_all(template, answers)
    except BadAnswer as one:
        bad.append(one)
    return tuple(bad)


def settle_all(template: Template, answers: Answers) -> dict[str, JsonValue]:
    """Every question's answer, tidied, defaults filled in. Raises BadAnswer."""
    return logic.together(template, {one.name: settle(one, _given(one, answers)) for one in template.questions})


def _given(question: Question, answers: Answers) -> JsonValue:
    """The answer, or the words of the first other one that stands in for it; None when there is neither."""
    value = answers.get(question.name)
    if not question.default_from or value not in (None, ""):
        return value
    for name in question.default_from:
        if words := _words(answers.get(name)):
            return headed(shortened(words, _longest(question)))
    return None


def _words(value: JsonValue) -> str:
    parts = value if isinstance(value, list) else [value]
    return " / ".join(" ".join(one.split()) for one in parts if isinstance(one, str) and one.strip())


def shortened(text: str, longest: int) -> str:
    """The text, or as many whole words of it as fit, and `…`."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    whole = cut.rpartition(" ")[0] if text[longest - 1] != " " else cut
    return f"{(whole or cut).rstrip(' ,;:/')}…"


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
        return [] if question.type in _LISTS else _NOTHING.get(question.type, "")
    settled = _SETTLERS[question.type](question, value)
    if question.required and settled in ("", []):
        raise _bad(question, "is empty", "Say what it should be")
    return settled


def _text(question: Question, value: JsonValue, longest: int, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise _bad(question, "should be text", "Write it as words")
    if any(unicodedata.category(one) == "Cs" for one in value):
        raise _bad(question, "holds half a character that no text can hold", "Type it again")
    kept = "".join(one for one in value if one in "\n\t" or (unicodedata.category(one) != "Cc" and one not in UNSEEN))
    tidy = kept.strip() if lines else " ".join(kept.split())
    if len(tidy) > longest:
        raise _bad(question, f"is {len(tidy)} characters long", f"Use at most {longest}")
    return tidy


def _string(question: Question, value: JsonValue) -> str:
    return _text(question, value, _longest(question))


def _longest(question: Question) -> int:
    return int(question.max or _LONGEST[question.type])


def _long_text(question: Question, value: JsonValue) -> str:
    return _text(question, value, _longest(question), lines=True)


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


def _choices(question: Question, value: JsonValue) -> list[JsonValue]:
    picked = _entries(question, value)
    if any(one not in question.choices for one in picked):
        raise _bad(question, "holds something that is not one of the choices", f"Pick of {', '.join(question.choices)}")
    return [one for one in question.choices if one in picked]


def _entries(question: Question, value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise _bad(question, "should be a list", "Write one entry a line")
    most = int(question.max or _MOST)
    if len(value) > most:
        raise _bad(question, f"has {len(value)} entries", f"Keep at most {most}")
    return _enough(question, value)


def _enough(question: Question, entries: list[JsonValue]) -> list[JsonValue]:
    if question.min is not None and len(entries) < question.min:
        count = "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
        raise _bad(question, f"has {count}", f"Give at least {question.min:g}")
    return entries


def _strings(question: Question, value: JsonValue) -> list[JsonValue]:
    texts = (_text(question, one, _ENTRY) for one in _entries(question, value))
    return _enough(question, [one for one in dict.fromkeys(texts) if one])


def _people(question: Question, value: JsonValue) -> list[JsonValue]:
    texts = (_text(question, one, 80).lstrip("@").strip() for one in _entries(question, value))
    return list({one.casefold(): one for one in texts if one}.values())


def _logic(question: Question, value: JsonValue) -> JsonValue:
    text = _text(question, value.get("text") if isinstance(value, dict) else value, formula.LONGEST)
    if not text:
        return ""
    try:
        return rules.settled(rules.parse(text), text) if question.type == "rule" else logic.read_formula(text)
    except formula.BadFormula as bad:
        raise logic.bad_answer(question, bad) from None


def _fields(question: Question, value: JsonValue) -> list[JsonValue]:
    columns: list[JsonValue] = []
    taken = set(RESERVED)
    for one in _entries(question, value):
        said, kind, choices, required = _field(question, one)
        # The capital may be two letters, or one of ASCII where the small one was not: ß, ı.
        name = headed(said)
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


_NOTHING: Mapping[AnswerType, JsonValue] = {"int": None, "float": None, "bool": False}
_LISTS = frozenset({"strings", "people", "fields", "choices"})
_SETTLERS: Mapping[AnswerType, Callable[[Question, JsonValue], JsonValue]] = {
    "string": _string,
    "text": _long_text,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "date": _date,
    "time": _time,
    "choice": _choice,
    "choices": _choices,
    "strings": _strings,
    "people": _people,
    "fields": _fields,
    "formula": _logic,
    "rule": _logic,
}
