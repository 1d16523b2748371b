"""A value found in a text, and where it stands."""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from generator.utterance import GAP

Value = TypeVar("Value", covariant=True)


@dataclass(frozen=True)
class Found(Generic[Value]):
    """`value` was read from `text[start:end]`."""

    value: Value
    start: int
    end: int

    def within(self, start: int, end: int) -> bool:
        """Whether it touches the passage from `start` to `end`."""
        return self.start < end and start < self.end


class Leftover:
    """A text that answers are taken out of, one after the other: a `GAP` stays where each was.

    Every character keeps its place, so that a `Found` of the whole text can be taken at any time.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, found: Found[Value] | None, lead: re.Pattern[str] | None = None) -> Value | None:
        """The value of `found`, if any; its words, and those before it that match `lead`, are gone afterwards."""
        if found is None:
            return None
        before = lead.search(self.text[: found.start]) if lead else None
        self.blank(before.start() if before else found.start, found.end)
        return found.value

    def blank(self, start: int, end: int) -> None:
        """Leave a `GAP` in place of `text[start:end]`; lines stay apart."""
        if end > start:
            self.text = self.text[:start] + re.sub(r"[^\n]", GAP, self.text[start:end]) + self.text[end:]
