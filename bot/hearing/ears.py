"""Ears: what control does with what a chat says. The chat's door calls them, `bot.hearing.listening` fills them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat import Drafted, Heard, Pointed, Pressed, Shared, Submitted

Scrub = Callable[[str], tuple[str, tuple[str, ...]]]
"""The text without its secrets, and the kinds that were removed."""


@dataclass(frozen=True)
class Ears:
    """What main does with what is said. All are quick: they write a row or read one."""

    heard: Callable[[Heard], None]
    pressed: Callable[[Pressed], None]
    submitted: Callable[[Submitted], Mapping[str, str]]
    """Returns what is wrong by field; empty takes the form."""
    form: Callable[[Pressed], Mapping[str, Any] | str]
    """The form that a press opens, or why there is none for this person now."""
    drafted: Callable[[Drafted], None]
    anew: Callable[[Pressed], Mapping[str, Any] | str]
    """The form that a press opens, without what was typed into it before."""
    scrub: Scrub
    ours: Callable[[str, str], bool]
    """Whether a thread (channel, root ts) is one of ours."""
    home: Callable[[str, str], None]
    """Somebody (workspace, user) looks at their Home tab."""
    came: Callable[[str, str], None] = lambda workspace, user: None
    """Somebody opened the conversation with us."""
    pointed: Callable[[Pointed], Mapping[str, Any]] = lambda pointed: {}
    """The form that a shortcut on a message opens."""
    shared: Callable[[Shared], None] = lambda shared: None
    """Somebody posted links whose domain is ours."""
    opened: Callable[[str, str], None] = lambda workspace, channel: None
    """A channel (workspace, channel) may be open to us again."""
    overheard: Callable[[str, str, str, str], None] = lambda key, channel, root, user: None
    """A bot other than us spoke in a thread: its event's key, channel, root, and its account if it has one."""
