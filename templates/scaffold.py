"""The scaffold: how a template is written down in `template.yaml`. Strict, and every fault has its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, JsonValue, StringConstraints, ValidationError

from templates.checks import Checks
from templates.document import Document, Path
from templates.errors import FaultyTemplate, together
from templates.manifest import DataClass, Frozen, Lifecycle, Limits, Name
from templates.template import AnswerType, Need

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+){0,2}$")]
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}@[0-9]+(\.[0-9]+){0,2}$")]
"""`name@version`."""

Shape = TypeVar("Shape", bound=Frozen)


class Parameter(Frozen):
    """A question as a scaffold words it. What is left out is taken from the platform's question or the base's."""

    name: Name
    type: AnswerType
    label: str | None = None
    help: str | None = None
    required: bool | None = None
    default: JsonValue = None
    default_from: tuple[Name, ...] | None = None
    over: tuple[Name, ...] | None = None
    ahead: bool | None = None
    choices: tuple[str, ...] | None = None
    min: float | None = None
    max: float | None = None
    ask: bool | None = None
    privileged: bool | None = None


class Secret(Frozen):
    """A secret that the platform uses on the app's behalf, by name."""

    platform_secret: Annotated[str, Field(alias="platform-secret", min_length=1, max_length=80)]


class Runtime(Frozen):
    """One way an app may run. Here every app runs as wasm, and nothing runs between two visits."""

    wasm: Literal[True] | None = None
    serverless: Literal[True] | None = None


class Scaffold(Frozen):
    """A whole `template.yaml`."""

    name: Slug
    version: Version
    kind: str = ""
    owner: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    runtimes: tuple[Runtime, ...] = (Runtime(wasm=True),)
    fragments: tuple[Reference, ...] = ()
    capabilities: tuple[Need, ...] = ()
    limits: Limits | None = None
    lifecycle: Lifecycle | None = None
    data_class: DataClass | None = None
    secrets: tuple[Secret, ...] = ()
    policies: tuple[str, ...] = ()


class Base(Frozen):
    """A whole `base.yaml`: the template whose files, questions and needs a scaffold builds on."""

    base: Reference


class FragmentScaffold(Frozen):
    """A whole `fragment.yaml`: the fragments that this one builds on, and the capabilities it cannot do without."""

    fragments: tuple[Reference, ...] = ()
    capabilities: tuple[Need, ...] = ()


@dataclass(frozen=True)
class Written:
    """A scaffold read, what its keeper should put right, and where everything stands in its text."""

    scaffold: Scaffold
    notes: tuple[str, ...]
    document: Document

    def line(self, *where: str | int) -> int:
        """The line of this key or entry, or of the nearest thing above it; a question is found by its name.

        `line("parameters", "title")`, `line("owner")`.
        """
        if where[:1] == ("parameters",) and len(where) > 1:
            names = [one.name for one in self.scaffold.parameters]
            where = ("parameters", names.index(str(where[1])), *where[2:]) if where[1] in names else ()
        return self.document.line(where)


def read_scaffold(text: str, path: PurePath) -> Written:
    """The scaffold in `text`; `path` is named in faults. Raises FaultyTemplate, which carries all that is wrong."""
    document = Document(text, path)
    notes = tuple(document.spell_version())
    return Written(parse(document, Scaffold), notes, document)


def read_base(text: str, path: PurePath) -> str:
    """The `name@version` that a `base.yaml` names. Raises FaultyTemplate."""
    return parse(Document(text, path), Base).base


def read_checks(text: str, path: PurePath) -> Checks:
    """The checks in a `checks.yaml`. Raises FaultyTemplate."""
    return parse(Document(text, path), Checks)


def parse(document: Document, shape: type[Shape]) -> Shape:
    """The document in this shape. Raises FaultyTemplate for the topmost fault, with the others."""
    try:
        return shape.model_validate(document.value)
    except ValidationError as error:
        found = sorted(error.errors(), key=lambda one: _rank(document, one["loc"], one["type"]))
        faults = [_fault(document, shape, one["loc"], one["type"], one["msg"]) for one in found]
        raise together(faults) from None


def _rank(document: Document, loc: Path, kind: str) -> tuple[int, bool]:
    """The topmost fault first, and of one line the unknown key: it often explains the missing one."""
    return document.line(_in_document(document, loc)), kind != "extra_forbidden"


def _fault(document: Document, shape: type[Frozen], loc: Path, kind: str, message: str) -> FaultyTemplate:
    where = _in_document(document, loc)
    name = ".".join(map(str, loc if kind == "missing" else where)) or "the document"
    line = document.line(where)
    if kind != "extra_forbidden":
        why = f"{name}: {message[:1].lower()}{message[1:]}"
        return FaultyTemplate(document.path, line, why, "docs/templates.md lists every key")
    keys = _keys(shape.model_json_schema(), loc[:-1])
    near = get_close_matches(str(loc[-1]), keys, n=1, cutoff=0.0)
    fix = f"The nearest valid key is {near[0]!r}" if near else "No keys belong here"
    return FaultyTemplate(document.path, line, f"unknown key {str(loc[-1])!r}", fix)


def _in_document(document: Document, loc: Path) -> Path:
    """Pydantic's location without the names of union members, which do not stand in the text."""
    where: Path = ()
    for part in loc:
        where = (*where, part) if (*where, part) in document.lines else where
    return where


def _keys(schema: Mapping[str, Any], loc: Path) -> list[str]:
    """The keys that are valid in the object at `loc`."""
    definitions = schema.get("$defs", {})
    node: Mapping[str, Any] = schema
    for part in loc:
        node = _step(node, part, definitions)
    return sorted(_resolved(node, definitions).get("properties", {}))


def _step(node: Mapping[str, Any], part: str | int, definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    node = _resolved(node, definitions)
    if isinstance(part, int):
        found = node.get("items", {})
    elif "discriminator" in node:
        found = {"$ref": node["discriminator"]["mapping"][part]}
    else:
        free = [node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
        found = node.get("properties", {}).get(part) or next(filter(None, free), {})
    return found if isinstance(found, Mapping) else {}


def _resolved(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    for option in node.get("anyOf", ()):
        if "$ref" in option:
            node = option
    while "$ref" in node:
        node = definitions[node["$ref"].rsplit("/", 1)[1]]
    return node
