"""What can be wrong with a template or with the answers given to it."""

from collections.abc import Sequence
from pathlib import PurePath


class TemplateError(Exception):
    """The root. Every message is safe to show and says what would put it right."""


class FaultyTemplate(TemplateError):
    """A template on the shelf cannot be used. `line` is 1-based in `path`; 0 when no line is to blame.

    `others` are the faults that were found with it.
    """

    def __init__(self, path: PurePath, line: int, why: str, fix: str) -> None:
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {why}. {fix}")
        self.path = path
        self.line = line
        self.why = why
        self.fix = fix
        self.others: tuple[FaultyTemplate, ...] = ()

    @property
    def every(self) -> "tuple[FaultyTemplate, ...]":
        """This one and the others."""
        return (self, *self.others)


def together(faults: Sequence[FaultyTemplate]) -> FaultyTemplate:
    """The first of them, which carries the others. There is at least one."""
    first, *others = faults
    first.others = tuple(others)
    return first


class UnknownTemplate(TemplateError):
    """No such name or version on the shelf."""


class BadAnswer(TemplateError):
    """One answer that a template cannot take: the question's name, and two sentences, why and what to write."""

    def __init__(self, field: str, why: str, fix: str) -> None:
        super().__init__(f"{why} {fix}")
        self.field = field
        self.why = why
        self.fix = fix
