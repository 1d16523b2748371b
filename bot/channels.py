"""What holds in which channel, as a file that operators keep in Git (U8): `SLIPWAY_CHANNELS`.

Read strictly at the start: a file that cannot be understood stops it, with the line, what is wrong and what was meant.
"""

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.posting.quiet import POSTS_A_WEEK
from bot.settings import BadSetting

ID = re.compile(r"[CGD][A-Z0-9]{2,}")
MOST_POSTS = 1000
LONGEST = 200_000
"""Characters of the file."""
Opening = Literal["channel", "me", "everyone"]
OPENINGS: tuple[Opening, ...] = ("channel", "me", "everyone")
LANGUAGES = ("en", "de")


class BadChannels(BadSetting):
    """The file cannot be used; the message says where and how to mend it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What holds in one channel."""

    guests_may_ask: bool = False
    """Whether guests and partners may ask for apps here and steer their own."""
    posts_a_week: int = POSTS_A_WEEK
    """New posts about one app in a week; more of them stand in one digest."""
    audience: Opening = "channel"
    """Who may open an app that was asked for here, when nobody said it."""
    fallback: str = ""
    """The id of the channel that is told what cannot be said here; empty for none."""
    language: str = "en"
    """The language of lists, until somebody asks in another."""


@dataclass(frozen=True, slots=True)
class Channels:
    """All of it. `digest` names the file that said so, empty when there was none."""

    named: Mapping[str, Channel] = field(default_factory=dict)
    otherwise: Channel = Channel()
    digest: str = ""

    def of(self, channel: str) -> Channel:
        """What holds in this channel, by its id."""
        return self.named.get(channel, self.otherwise)

    @property
    def welcoming(self) -> frozenset[str]:
        """The channels in which guests and partners may ask."""
        return frozenset(one for one, held in self.named.items() if held.guests_may_ask)

    def with_guests(self, channels: frozenset[str]) -> "Channels":
        """The same, with guests welcome in these as well: the short form, `SLIPWAY_GUEST_CHANNELS`."""
        more = {one: replace(self.of(one), guests_may_ask=True) for one in channels}
        return replace(self, named={**self.named, **more})


def load(path: Path | None) -> Channels:
    """The file's channels; what holds everywhere without one. Raises BadChannels."""
    if path is None:
        return Channels()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadChannels(f"SLIPWAY_CHANNELS: {path} cannot be read: {error}") from error
    try:
        found = parse(text)
    except BadChannels as error:
        raise BadChannels(f"SLIPWAY_CHANNELS: {path}, {error}") from None
    return replace(found, digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")


def parse(text: str) -> Channels:
    """What a file of channels says: `defaults`, and `channels` by their ids. Raises BadChannels."""
    if len(text) > LONGEST:
        raise BadChannels(f"line 1: the file is longer than {LONGEST} characters.")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        raise BadChannels("line 1: it is nested too deeply.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is no YAML"
        raise BadChannels(f"line {mark.line + 1 if mark else 1}: {problem}.") from None
    parts = _mapping(root, "the file", ("defaults", "channels")) if root is not None else {}
    otherwise = _channel(parts["defaults"], Channel(), defaults=True) if "defaults" in parts else Channel()
    named: dict[str, Channel] = {}
    for name, node in _entries(parts["channels"], "channels") if "channels" in parts else ():
        if not ID.fullmatch(name.value):
            raise BadChannels(f"{_at(name)}: {name.value!r} is no channel's id: write one such as C0123ABCD.")
        named[name.value] = _channel(node, otherwise)
    return Channels(named, otherwise)


def _channel(node: yaml.Node, base: Channel, *, defaults: bool = False) -> Channel:
    keys = tuple(one for one in Channel.__dataclass_fields__ if not (defaults and one == "guests_may_ask"))
    given = {key: _READ[key](value, key) for key, value in _mapping(node, "a channel", keys).items()}
    return replace(base, **given)


def _entries(node: yaml.Node, what: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The entries of a mapping, each key once and a plain word."""
    if not isinstance(node, yaml.MappingNode):
        raise BadChannels(f"{_at(node)}: {what} must be `name: value` pairs.")
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise BadChannels(f"{_at(key)}: a name must be a plain word.")
        if key.value in seen:
            raise BadChannels(f"{_at(key)}: {key.value!r} stands here twice; keep one.")
        seen.add(key.value)
    return list(node.value)


def _mapping(node: yaml.Node, what: str, known: tuple[str, ...]) -> Mapping[str, yaml.Node]:
    found: dict[str, yaml.Node] = {}
    for key, value in _entries(node, what):
        if key.value not in known:
            nearest = difflib.get_close_matches(key.value, known, 1, 0.5)
            meant = f"did you mean {nearest[0]!r}?" if nearest else f"it can have {', '.join(known)}."
            raise BadChannels(f"{_at(key)}: {what} has no {key.value!r}: {meant}")
        found[key.value] = value
    return found


def _at(node: yaml.Node) -> str:
    return f"line {node.start_mark.line + 1}"


def _scalar(node: yaml.Node, tag: str, wanted: str, key: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag != f"tag:yaml.org,2002:{tag}":
        raise BadChannels(f"{_at(node)}: {key} must be {wanted}.")
    return str(node.value)


def _flag(node: yaml.Node, key: str) -> bool:
    said = _scalar(node, "bool", "true or false", key)
    if said not in ("true", "false"):
        raise BadChannels(f"{_at(node)}: {key} is {said!r}: write true or false.")
    return said == "true"


def _count(node: yaml.Node, key: str) -> int:
    said = _scalar(node, "int", f"a number from 0 to {MOST_POSTS}", key)
    if not re.fullmatch(r"0|[1-9][0-9]{0,3}", said) or int(said) > MOST_POSTS:
        raise BadChannels(f"{_at(node)}: {key} is {said!r}: write a number from 0 to {MOST_POSTS}.")
    return int(said)


def _one_of(node: yaml.Node, key: str, choices: tuple[str, ...]) -> str:
    said = _scalar(node, "str", f"one of {', '.join(choices)}", key)
    if said not in choices:
        nearest = difflib.get_close_matches(said, choices, 1, 0.5)
        meant = f"did you mean {nearest[0]!r}?" if nearest else f"write one of {', '.join(choices)}."
        raise BadChannels(f"{_at(node)}: {key} is {said!r}: {meant}")
    return said


def _id(node: yaml.Node, key: str) -> str:
    said = _scalar(node, "str", "a channel's id, such as C0123ABCD", key)
    if not ID.fullmatch(said):
        raise BadChannels(f"{_at(node)}: {key} is {said!r}: write a channel's id, such as C0123ABCD.")
    return said


_READ: Mapping[str, Any] = {
    "guests_may_ask": _flag,
    "posts_a_week": _count,
    "audience": lambda node, key: _one_of(node, key, OPENINGS),
    "fallback": _id,
    "language": lambda node, key: _one_of(node, key, LANGUAGES),
}
