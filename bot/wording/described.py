"""A preview's first page in words: what stands under its picture for whoever cannot see it, and in its place."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from bot.wording import words
from bot.wording.blocks import inert, shorten
from templates.template import Template

ALT = 1900
"""Characters; Slack takes 2,000."""
MOST, LONG = 12, 120
"""Entries of one list, and characters of one entry."""
LISTS = ("strings", "fields")
"""Types of the answers that a page shows line by line."""


def page(template: Template, title: str, answers: Mapping[str, JsonValue]) -> str:
    """What there is to see, made from the answers alone; one line of plain text, which holds what people wrote."""
    kind = words.kind(template.kind) if template.kind else f"made with {words.plain(template.name)}"
    lists = [
        f"{one.label}: {_listed(value)}."
        for one in template.questions
        if one.type in LISTS and isinstance(value := answers.get(one.name), list) and value
    ]
    return shorten(" ".join([f"The first page of “{_line(title)}”, {kind}, without any entries.", *lists]), ALT)


def _listed(value: Sequence[JsonValue]) -> str:
    said = "; ".join(_line(_entry(one)) for one in value[:MOST])
    return said if len(value) <= MOST else f"{said}; {words.more(len(value) - MOST).rstrip('.')}"


def _entry(one: JsonValue) -> str:
    return str(one.get("name", "")) if isinstance(one, dict) else str(one)


def _line(text: str) -> str:
    plain = inert(" ".join("".join(one for one in text if one.isprintable() or one.isspace()).split()))
    return shorten(plain, LONG).rstrip(".")
