"""Text as it goes over the wire: what people type is entity-encoded and its references become ids."""

import html
import re

from bot.workspace.directory import Directory

_URL = re.compile(r"https?://[^\s<>\"|]+[^\s<>\"|.,;:!?)\]}'*_~`]")
_NAMED = re.compile(r"(?<![\w@#/.])([@#])([A-Za-z0-9][\w-]*(?:\.[\w-]+)*)")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
BROADCASTS = ("here", "channel", "everyone")


def encode(text: str, directory: Directory, *, named: bool = False) -> str:
    """What a person typed, as events and commands carry it.

    `&`, `<` and `>` become entities; `@ana`, `#ops`, `@group` and addresses become `<…>` references. Code is left
    alone. With `named`, user references carry their handle as slash commands do (`<@U…|ana>`).
    """
    parts = _CODE.split(escape(text))
    return "".join(part if at % 2 else _linked(part, directory, named) for at, part in enumerate(parts))


def escape(text: str) -> str:
    """The three entities that Slack knows, and no more."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The other way."""
    return html.unescape(text)


def _linked(part: str, directory: Directory, named: bool) -> str:
    done: list[str] = []
    at = 0
    for match in _URL.finditer(part):
        done += [_references(part[at : match.start()], directory, named), f"<{match.group()}>"]
        at = match.end()
    return "".join([*done, _references(part[at:], directory, named)])


def _references(part: str, directory: Directory, named: bool) -> str:
    def reference(match: re.Match[str]) -> str:
        sign, name = match.groups()
        found = _channel(name, directory) if sign == "#" else _mention(name, directory, named)
        return found or match.group()

    return _NAMED.sub(reference, part)


def _channel(name: str, directory: Directory) -> str:
    found = directory.channel_named(name)
    return f"<#{found.id}|{found.name}>" if found and not found.direct else ""


def _mention(name: str, directory: Directory, named: bool) -> str:
    if name in BROADCASTS:
        return f"<!{name}>"
    if user := directory.user_named(name):
        return f"<@{user.id}|{user.handle}>" if named else f"<@{user.id}>"
    group = directory.group_named(name)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else ""
