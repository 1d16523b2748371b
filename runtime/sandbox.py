"""The sandbox as the gateway sees it: prepare an app's source once, then run Calls, each in a world of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from runtime.call import Call, HostResult, Outcome
from templates.manifest import Limits

OUTSIDE = frozenset({"egress.fetch", "mail.send"})
"""Operations that take their time: the guest asks for them and waits, while its instance stands still."""
Operation = Callable[[Mapping[str, JsonValue]], HostResult]
Dispatch = Mapping[str, Operation]
"""Host operations by name, built for one Call from what the app is granted. What is not in it cannot be called."""


class BrokenApp(Exception):
    """The source cannot be loaded. `line` and `column` count from 1 in app.js; 0 when the engine does not say."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"app.js:{line}:{column}: {reason}" if line else reason)
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Question:
    """An operation that the app does not get at once: something outside."""

    op: str
    args: Mapping[str, JsonValue]


class Waiting(Protocol):
    """A Call that stands still until its questions are answered. It holds an instance: go on with it, or `close` it."""

    @property
    def questions(self) -> Sequence[Question]:
        """What it asked, in order."""

    def left(self) -> float:
        """Seconds until its time is over."""

    def resume(self, answers: Sequence[HostResult]) -> "Outcome | Waiting":
        """Go on, with one answer for each question; time that passed meanwhile was no computing time."""

    def late(self) -> Outcome:
        """End it, since its time is over."""

    def close(self) -> None:
        """End it without an Outcome."""


class Prepared(Protocol):
    """An app whose source was evaluated: what a fresh instance starts from."""

    def held(self) -> int:
        """Bytes that it keeps in memory."""


class Sandbox(Protocol):
    """Runs untrusted apps. Nothing an app does raises out of it: what goes wrong is a Breach."""

    def prepare(self, source: bytes, limits: Limits) -> Prepared:
        """Evaluate the source once, within the limits. Raises BrokenApp."""

    def keep(self, prepared: Prepared) -> bytes:
        """For a file, under a key that this sandbox alone has and that ends with it."""

    def restore(self, kept: bytes, source: bytes) -> Prepared:
        """What `keep` of this sandbox gave, if it is whole and of this source; ValueError otherwise."""

    def run(self, prepared: Prepared, call: Call, limits: Limits, dispatch: Dispatch) -> Outcome:
        """One Call in a fresh instance, all of it; what it asks of the outside the table answers as well."""

    def start(self, prepared: Prepared, call: Call, limits: Limits, dispatch: Dispatch) -> Outcome | Waiting:
        """The same, up to where it waits."""
