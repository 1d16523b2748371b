"""A Request understood: which template, its answers with their origin, and what is still open."""

from typing import Literal

from pydantic import JsonValue

from templates.manifest import Frozen
from templates.template import Language

Origin = Literal["said", "guessed", "default"]
"""`said`: in the asker's own words or picks. `guessed`: inferred. `default`: the template's."""

Action = Literal["build", "clarify", "decline"]


class Answer(Frozen):
    """One answer and where it came from. `value` has the type that the question declares."""

    name: str
    value: JsonValue
    origin: Origin


class Doubt(Frozen):
    """Something that was said and could not be taken as it was: a `day` or a `time` that there is not, a day that has
    `past`, or a `count` that its list exceeds, which has `taken` entries."""

    kind: Literal["day", "time", "past", "count"]
    said: str
    taken: str = ""


class Understanding(Frozen):
    """What a text asks for, in the catalogue's vocabulary (`templates/kinds/`).

    `build`: `kind` is set and sure. `clarify`: unsure between `alternatives` (at most three kinds, best first).
    `decline`: nothing fits or it must not be built; `alternatives` then holds the nearest kind, if any, and
    `reason` a word for why (`out_of_scope`, `unsafe`, `empty`, and those of `generator.harm`).
    """

    action: Action
    kind: str | None = None
    answers: tuple[Answer, ...] = ()
    alternatives: tuple[str, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    language: Language = "English"
    """That of the words, as far as apps speak it; an app for them speaks it, too."""
    model: str = "offline"
    """Which model answered; `offline` is the zero-key router and extractors."""
    doubts: tuple[Doubt, ...] = ()
    note: str = ""
    """Set when another model was tried first and the zero-key path carried on: what happened, in one sentence."""


class OpenQuestion(Frozen):
    """A required answer that nobody has given yet."""

    name: str
    label: str


class Brief(Frozen):
    """A template chosen, its answers complete or not."""

    template: str
    """`name@version`."""
    answers: tuple[Answer, ...]
    open: tuple[OpenQuestion, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """What was said and not taken, until somebody sends the form."""

    def value(self, name: str) -> JsonValue:
        """The answer to `name`, or None."""
        return next((one.value for one in self.answers if one.name == name), None)
