"""Documents of rows as PostgreSQL's jsonb keeps them, compared and ordered as SQLite's JSON functions do.

jsonb holds no NUL and no half of a surrogate pair, and visitors can send both: they stand there in other clothes.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from runtime import rows

_MARK = "\ue000"
"""Begins a character in other clothes, and is one itself."""
_STRANGE = re.compile(f"[\0{_MARK}\ud800-\udfff]")
_DRESSED = re.compile(f"{_MARK}([0-9a-f]{{4}})")
_HINT = re.compile(r"\\u(?:0000|e000|d[89a-f])")
_LONGEST = 25
"""Digits of a number that is still whole; jsonb writes 1e308 with all of its noughts."""


def dumps(value: JsonValue | Mapping[str, JsonValue]) -> str:
    """A document as jsonb takes it; ValueError for what is no JSON, such as infinity."""
    text = json.dumps(value, allow_nan=False)
    return json.dumps(_each(value, _dress)) if _HINT.search(text) else text


def loads(text: str) -> Any:
    """The document that `dumps` was given."""
    value = json.loads(text, parse_int=_number)
    return _each(value, _undress) if _MARK in text else value


def condition(where: Mapping[str, JsonValue]) -> tuple[str, tuple[object, ...]]:
    """Rows whose fields equal `where`: SQL with its values, names of fields among them."""
    parts: list[str] = ["TRUE"]
    values: list[object] = []
    for field, value in where.items():
        if field == "id":
            parts.append("id = %s")
            values.append(rows.place(value))
        elif field in ("at", "by"):
            fits = isinstance(value, str) if field == "by" else type(value) in (int, float)
            parts.append(f"{field} = %s" if fits else "FALSE")
            values += [value] if fits else []
        elif value is None:
            parts.append("coalesce(fields -> %s, 'null') = 'null'")
            values.append(field)
        elif _finite(value):
            parts.append("fields -> %s = %s::jsonb")
            values += [field, dumps(value)]
        else:
            parts.append("FALSE")
    return " AND ".join(parts), tuple(values)


def order(field: str, descending: bool) -> str:
    """An order of rows in which `v` is the field's value: nothing, then numbers, then texts by their characters."""
    way = "DESC" if descending else "ASC"
    if field in ("id", "at"):
        return f"{field} {way}, id {way}"
    if field == "by":
        return f'by COLLATE "C" {way}, id {way}'
    rank = (
        "CASE coalesce(jsonb_typeof(v), 'null') WHEN 'null' THEN 0 WHEN 'number' THEN 1 "
        "WHEN 'boolean' THEN 1 ELSE 2 END"
    )
    number = (
        "CASE jsonb_typeof(v) WHEN 'number' THEN v::numeric WHEN 'boolean' THEN v::boolean::int::numeric ELSE 0 END"
    )
    return f"{rank} {way}, {number} {way}, (v #>> '{{}}') COLLATE \"C\" {way}, id {way}"


def _finite(value: JsonValue) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _number(text: str) -> int | float:
    return int(text) if len(text) <= _LONGEST else float(text)


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {_each(name, change): _each(one, change) for name, one in value.items()}
    return [_each(one, change) for one in value] if isinstance(value, list) else value


def _dress(text: str) -> str:
    return _STRANGE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", text)


def _undress(text: str) -> str:
    return _DRESSED.sub(lambda found: chr(int(found[1], 16)), text)
