"""Rows of an app's store as SQLite keeps them: their ids, and questions about them in SQL that no app can write."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

Row = dict[str, JsonValue]
Tables = Mapping[str, Sequence[Row]]
"""Every row of a store, by its table."""
_ID = re.compile(r"[0-9]{1,18}|r[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Measured:
    """A store's size: bytes on the disk, bytes in use of its quota, and the rows of its longest table."""

    disk: int
    used: int
    rows: int


def row(id_: int, at: int, by: str, fields: str) -> Row:
    """A row as an app sees it."""
    return {**json.loads(fields), "id": named(id_), "at": at, "by": by}


def named(place: int) -> str:
    """The id of a row, from its place in the table."""
    return str(place) if place > 0 else f"r{-place:016x}"


def place(row: object) -> int:
    """The place of a row, from its id; 0, where no row is, when it is none."""
    if not isinstance(row, str) or not _ID.fullmatch(row):
        return 0
    return -int(row[1:], 16) if row.startswith("r") else int(row)


def column(field: str) -> str:
    """A column of the row, or a field of its document; the name was checked against the Manifest."""
    return field if field in ("id", "at", "by") else f"json_extract(fields, '$.{field}')"


def condition(table: str, where: Mapping[str, JsonValue]) -> tuple[str, tuple[object, ...]]:
    """The rows of a table whose fields equal `where`: SQL with its values. Names of fields come from the Manifest."""
    parts: list[str] = ['"table" = ?']
    values: list[object] = [table]
    for field, value in where.items():
        parts.append(f"{column(field)} IS ?")
        values.append(place(value) if field == "id" else _comparable(value))
    return " AND ".join(parts), tuple(values)


def _comparable(value: JsonValue) -> object:
    """A value as `json_extract` gives it: lists as JSON without blanks."""
    return json.dumps(value, separators=(",", ":")) if isinstance(value, list | dict) else value
