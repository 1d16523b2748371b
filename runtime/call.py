"""One HTTP visit to an app, or one time of its schedule (Call), and what the sandbox gave for it (Outcome)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the door, as much as an app may know: a stable opaque id per app, a display name, and roles.

    `owner` is true for the app's owner and collaborators, `approver` for those whom the app's own answers name.
    """

    id: str
    name: str
    owner: bool = False
    handle: str = ""


NOBODY = Visitor("", "")
"""Who calls when an app runs by itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """One visit. `form` holds a parsed urlencoded or multipart body: each name with all its values."""

    method: Literal["GET", "POST"]
    path: str
    visitor: Visitor
    now: int
    """UNIX seconds."""
    request_id: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    form: Mapping[str, list[str]] = field(default_factory=dict)
    stage: Literal["preview", "live"] = "live"
    csrf: str = ""
    """A token the app must put into every form as `_csrf`; the gateway checks it before the Call."""
    schedule: str = ""
    """The time of the app's schedule that this Call is for, by name; empty for a visit."""
    due: int = 0
    """With `schedule`: the UNIX second that it was due."""


def scheduled(name: str, due: int, now: int, request_id: str, stage: Literal["preview", "live"] = "live") -> Call:
    """A Call that nobody makes: it is time."""
    return Call("POST", "/", NOBODY, now, request_id, stage=stage, schedule=name, due=due)


@dataclass(frozen=True, slots=True)
class Answer:
    """The app answered. Header names are lower case; the gateway lets only a few of them through."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    logs: tuple[str, ...] = ()
    cpu_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Breach:
    """The app did not answer: which limit or fault ended it, in words for the operator.

    The visitor sees a page for the `kind`; `detail` may quote the app's own error (file:line) and is for its owner.
    """

    kind: Literal["OutOfCpu", "OutOfMemory", "TimedOut", "TooMuchOutput", "StoreFull", "Crashed", "Denied"]
    detail: str
    logs: tuple[str, ...] = ()
    cpu_ms: float = 0.0


Outcome = Answer | Breach

HostResult = Mapping[str, JsonValue]
"""`{"ok": value}` or `{"error": "sentence"}`: what a host operation answers; it never raises into the guest.

`full` beside an error says that a store had no room."""
