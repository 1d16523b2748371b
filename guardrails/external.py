"""External components: the list of what apps may run on that others made, each with an owner and an end (G6, SD5)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import yaml
from pydantic import TypeAdapter, ValidationError

from templates.manifest import Digest, Frozen

LIST = Path(__file__).parent / "external.yaml"


class Component(Protocol):
    """Something that others made: its version or digest may be empty."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def digest(self) -> str: ...


class Allowed(Frozen):
    """One component, pinned: by its digest, or by its version where an installer compares digests."""

    name: str
    version: str = ""
    digest: Digest = Digest("")
    why: str
    owner: str
    until: date

    def covers(self, part: Component) -> bool:
        """Whether it is this very component."""
        return (self.name, self.version, self.digest) == (part.name, part.version, part.digest)


class BadList(Exception):
    """The list cannot be used; the message says why."""


def load(path: Path = LIST) -> tuple[Allowed, ...]:
    """Every entry. BadList when one of them pins nothing, or it cannot be read."""
    try:
        found = TypeAdapter(tuple[Allowed, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValidationError, yaml.YAMLError) as error:
        raise BadList(f"{path} cannot be read: {error}") from error
    loose = [one.name for one in found if not (one.version or one.digest)]
    if loose:
        raise BadList(f"{path} pins nothing of {', '.join(loose)}")
    return found


def strangers(parts: Iterable[Component], listed: Sequence[Allowed]) -> tuple[str, ...]:
    """The components that nobody answers for, in words."""
    return tuple(_called(one) for one in parts if not any(each.covers(one) for each in listed))


def over(parts: Iterable[Component], listed: Sequence[Allowed], today: date) -> tuple[str, ...]:
    """The components whose entry has ended, with who has to look at them again."""
    return tuple(_over(parts, listed, today))


def _over(parts: Iterable[Component], listed: Sequence[Allowed], today: date) -> Iterator[str]:
    for part in parts:
        for one in listed:
            if one.covers(part) and today >= one.until:
                yield f"{_called(part)} (allowed until {one.until}, {one.owner} answers for it)"


def _called(part: Component) -> str:
    return f"{part.name} {part.version or part.digest[:19]}".strip()
