"""The forms that a remote model fills: one for choosing a kind, one for each kind's answers.

Strict structured output wants every field present and no defaults, so what is unknown is null.
"""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from templates.kinds import Kind, Spoken, SpokenType
from templates.manifest import FieldType

NONE = "none"
_STRICT = ConfigDict(extra="forbid")
_Line = Annotated[str, StringConstraints(max_length=300)]
_Lines = Annotated[list[_Line], Field(max_length=50)]


class Column(BaseModel):
    """One field of a tracker."""

    model_config = _STRICT
    name: _Line
    type: FieldType


_TYPES: dict[SpokenType, Any] = {
    "string": _Line,
    "int": int,
    "float": float,
    "bool": bool,
    "date": Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")],
    "time": Annotated[str, Field(pattern=r"^[0-9]{2}:[0-9]{2}$")],
    "strings": _Lines,
    "people": _Lines,
    "fields": Annotated[list[Column], Field(max_length=50)],
}
assert set(_TYPES) | {"choice", "choices"} == set(get_args(SpokenType))


def choosing(kinds: Sequence[str]) -> type[BaseModel]:
    """The form with `kind`, one of `kinds` or `none`, and `sure`."""
    options: Any = Literal[(*kinds, NONE)]
    return create_model("Choice", __config__=_STRICT, kind=(options, ...), sure=(bool, ...))


@cache
def filling(kind: Kind) -> type[BaseModel]:
    """The form with every answer of a kind, each nullable."""
    fields: dict[str, Any] = {one.name: (_type(one) | None, ...) for one in kind.answers}
    return create_model(f"Answers_{kind.id}", __config__=_STRICT, **fields)


def _type(answer: Spoken) -> Any:
    if answer.type in ("choice", "choices"):
        options: Any = Literal[answer.choices]
        return options if answer.type == "choice" else list[options]
    return _TYPES[answer.type]
