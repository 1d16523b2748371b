"""What understands a sentence: one narrow seam, filled by `offline_model` and `openai_model`."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from generator.brief import Understanding
from generator.receipt import Receipt


@dataclass(frozen=True)
class Reading:
    """One text read. `receipt` is None when nothing left the machine."""

    understanding: Understanding
    receipt: Receipt | None = None


class Model(Protocol):
    """Reads sentences, scrubbed of secrets before; relative dates count from `today`. Never raises."""

    def read(self, text: str, today: date) -> Reading:
        """Choose the kind of app that `text` asks for, and read its answers."""

    def fill(self, text: str, today: date, kind: str) -> Reading:
        """Read the answers for a kind that the asker has chosen. `kind` is an id of the catalogue."""
