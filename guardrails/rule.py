"""Rule: one rule of a policy, read from the engine's syntax tree without evaluating it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is written. `says` holds the fields of the finding in its head; a computed value is empty.

    `line` is where the head says `decision`, 0 when it does not. `apart` is true when no part of the body stands
    on that line: only then does having reached the line mean that the rule fired.
    """

    file: str
    package: str
    name: str
    says: Mapping[str, str]
    line: int
    apart: bool


def rules(file: str, tree: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules of one file, in order."""
    package = ".".join(_path(tree["package"]["refr"]))
    return tuple(_rule(file, package, one["Spec"]) for one in tree["rules"] if "Spec" in one)


def _rule(file: str, package: str, spec: Mapping[str, Any]) -> Rule:
    (head,) = spec["head"].values()
    fields = (head.get("key") or {}).get("Object", {}).get("fields", [])
    told = {key["String"]["value"]: (value, span["line"]) for span, key, value in fields if "String" in key}
    line = told["decision"][1] if "decision" in told else 0
    return Rule(
        file=file,
        package=package,
        name=".".join(_path(head["refr"])),
        says={name: value.get("String", {}).get("value", "") for name, (value, _) in told.items()},
        line=line,
        apart=line not in set(_lines(spec["bodies"])),
    )


def _path(refr: Mapping[str, Any]) -> tuple[str, ...]:
    if "Var" in refr:
        return (refr["Var"]["value"],)
    if "RefDot" in refr:
        return (*_path(refr["RefDot"]["refr"]), refr["RefDot"]["field"][1])
    return _path(refr["RefBrack"]["refr"])


def _lines(bodies: list[Mapping[str, Any]]) -> Iterator[int]:
    for body in bodies:
        yield from (statement["span"]["line"] for statement in body["query"]["stmts"])
