"""A YAML document as plain values, with the line of every key and entry."""

import pathlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import yaml

from templates.errors import FaultyTemplate

Path = tuple[str | int, ...]
"""Where in a document: keys and list positions from the root."""


def text_of(file: pathlib.Path, within: PurePath) -> str:
    """What a file says; `within` names it in the fault. Raises FaultyTemplate when it is no text."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise FaultyTemplate(within, 0, "not UTF-8", "Save it as UTF-8") from None


class Document:
    """One mapping. Raises FaultyTemplate for what is not YAML, for keys said twice and for aliases."""

    def __init__(self, text: str, path: PurePath) -> None:
        self.path = path
        self.lines: dict[Path, int] = {}
        try:
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
                raise FaultyTemplate(path, 0, "an alias (*name) is used", "Write the value out")
            root = yaml.compose(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            raise FaultyTemplate(path, line, f"not YAML: {error.problem}", "Check the indentation") from None
        if not isinstance(root, yaml.MappingNode):
            raise FaultyTemplate(path, 1, "not a mapping of keys", "Start with name: and version:")
        self._root = root
        self.value = self._plain(root, ())

    def spell_version(self) -> Iterator[str]:
        """Take an unquoted version as it was typed (YAML reads 1.10 as 1.1), and say so."""
        for key, node in self._root.value:
            if key.value == "version" and isinstance(node, yaml.ScalarNode) and not node.tag.endswith(":str"):
                self.value["version"] = node.value
                yield (
                    f"{self.path}:{node.start_mark.line + 1}: version {node.value} is a number to YAML. "
                    f'Write version: "{node.value}"'
                )

    def line(self, where: Path) -> int:
        """The line of the nearest thing at or above `where` that stands in the text."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def _plain(self, node: yaml.Node, where: Path) -> Any:
        self.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(one, (*where, place)) for place, one in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return dict(self._pair(key, value, where) for key, value in node.value)
        return yaml.SafeLoader("").construct_object(node)

    def _pair(self, key: yaml.Node, value: yaml.Node, where: Path) -> tuple[str, Any]:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise FaultyTemplate(self.path, line, "a key that is not a word", "Use plain keys")
        here = (*where, key.value)
        if here in self.lines:
            raise FaultyTemplate(self.path, line, f"{key.value} stands here twice", "Keep one of them")
        self.lines[here] = line
        return key.value, self._plain(value, here)
