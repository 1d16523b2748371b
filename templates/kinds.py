"""The kinds of app that a sentence can ask for, each with the answers it can fill and sentences that ask for it.

A kind is vocabulary: a template on the shelf says which kind it builds. One YAML file a kind, in `templates/kinds/`.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints

from templates.manifest import Frozen, Name

SpokenType = Literal[
    "string", "int", "float", "bool", "date", "time", "choice", "choices", "strings", "people", "fields"
]
"""What a spoken answer holds: `date` ISO, `time` 24 h `HH:MM`, `choice` one of `choices`, `choices` several of them,
`people` handles without `@`, `fields` a list of `{name, type}`."""

Sentence = Annotated[str, StringConstraints(min_length=3, max_length=600)]


class Spoken(Frozen):
    """One answer that a request can fill."""

    name: Name
    type: SpokenType
    description: str
    choices: tuple[str, ...] = ()
    privileged: bool = False
    """It decides who may see or decide: taken only from the asker's own words or picks."""


class Examples(Frozen):
    """Sentences that ask for the kind, by language. The router learns from them."""

    en: tuple[Sentence, ...]
    de: tuple[Sentence, ...]


class Kind(Frozen):
    """One kind of app."""

    id: Name
    description: str
    answers: Annotated[tuple[Spoken, ...], Field(min_length=1)]
    examples: Examples

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every example, English first."""
        return self.examples.en + self.examples.de

    def answer(self, name: str) -> Spoken | None:
        """The answer with this name, or None."""
        return next((one for one in self.answers if one.name == name), None)


@cache
def load_kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of their ids. Raises pydantic.ValidationError for a file that is not a kind."""
    folder = Path(__file__).with_name("kinds")
    return tuple(Kind.model_validate(_read(path)) for path in sorted(folder.glob("*.yaml")))


def kind_named(kind_id: str) -> Kind | None:
    """The kind with this id, or None."""
    return next((one for one in load_kinds() if one.id == kind_id), None)


def _read(path: Path) -> object:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if document.get("id") != path.stem:
        raise ValueError(f"{path.name}: the id should be {path.stem}")
    return document
