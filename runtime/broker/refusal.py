"""A refusal: the broker's no, as the app and its owner will read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

Kind = Literal[
    "token", "bad_request", "blocked", "limit", "secret", "too_large", "timeout", "failed", "unavailable", "frozen"
]
"""What was in the way. `unavailable`: the broker could not look up what it must know, and therefore denies."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done. `facts` are for whoever shows it: `blocked` names a host, `limit` a quota."""

    kind: Kind
    why: str
    facts: Mapping[str, JsonValue] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, JsonValue]:
        """The answer on the wire."""
        return {"error": self.why, "kind": self.kind, **self.facts}


class Stopped(Exception):
    """Carries a Refusal out of the depth of a connection. It never leaves the broker."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.why)
        self.refusal = refusal
