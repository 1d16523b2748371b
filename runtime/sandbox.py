"""The sandbox as the gateway sees it: prepare an app's source once, then run Calls, each in a world of its own."""

from collections.abc import Callable, Mapping
from typing import Protocol

from pydantic import JsonValue

from runtime.call import Call, HostResult, Outcome
from templates.manifest import Limits

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
        """One Call in a fresh instance."""
