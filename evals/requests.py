"""Labelled requests, one a line, and how two answers are compared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 23)
"""The day from which the labels count."""
FOLDER = Path(__file__).with_name("requests")
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """One labelled request. `action` is build, clarify or decline; `template` is set for the first only."""

    id: str
    text: str
    action: str
    template: str | None
    params: Answers
    flags: tuple[str, ...] = ()


def batches() -> list[Path]:
    """Every set of the repository, in the order in which they were written."""
    return sorted(FOLDER.glob("*.jsonl"))


def load(path: Path) -> list[Request]:
    """Every request of a file."""
    return [
        Request(one.get("id", str(at)), one["text"], one["action"], one["template"], one["params"], tuple(one["flags"]))
        for at, one in enumerate(map(json.loads, path.read_text(encoding="utf-8").splitlines()))
    ]


def plain(value: Any) -> Any:
    """A value in the form in which two of them are compared: without case, end signs and superfluous blanks."""
    match value:
        case bool():
            return value
        case int() | float():
            return float(value)
        case str():
            return " ".join(value.casefold().strip(" .?!\"'").split())
        case {"name": name, "type": kind}:
            return (plain(name), plain(kind))
        case list() | tuple():
            return tuple(map(plain, value))
        case _:
            return value


def differing(wanted: Answers, got: Answers) -> list[str]:
    """The names of the answers that are missing, superfluous or other than wanted."""
    return sorted(name for name in {*wanted, *got} if plain(wanted.get(name)) != plain(got.get(name)))
