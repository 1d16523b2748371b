"""Whether blocks are what Slack accepts: structure, required fields and documented limits.

Every problem reads as Slack writes it: `[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text]`.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from bot.workspace.config import Json
from bot.workspace.elements import OPTIONS_OF, element_problems, error, text_problems, too_long

Surface = Literal["message", "modal"]
Problems = Iterator[str]
MOST = {"message": 50, "modal": 100}
TEXT_IN_ALL = 12_000
"""Characters of text in all the blocks of one message."""

_KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set[str](),
    "image": {"image_url", "alt_text", "title", "slack_file"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "rich_text": {"elements"},
}


def block_problems(blocks: object, surface: Surface = "message", root: str = "/blocks") -> list[str]:
    """Everything wrong with these blocks; empty when Slack would take them."""
    if not isinstance(blocks, list):
        return [error("must be an array", root)]
    found: list[str] = []
    if len(blocks) > MOST[surface]:
        found.append(error(f"no more than {MOST[surface]} items allowed", root))
    for at, block in enumerate(blocks):
        found.extend(_block(block, f"{root}/{at}"))
    ids = Counter(one["block_id"] for one in blocks if isinstance(one, dict) and isinstance(one.get("block_id"), str))
    return found + [error(f"`block_id` {name} already exists", root) for name, count in ids.items() if count > 1]


def text_in_all(blocks: Iterable[Any]) -> int:
    """How many characters of text the blocks hold together."""
    return sum(len(one) for one in _texts(list(blocks)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def with_ids(blocks: Sequence[Json]) -> tuple[Json, ...]:
    """The blocks with the `block_id` and `action_id` that Slack fills in where the app gave none."""
    copied: list[Json] = json.loads(json.dumps(list(blocks)))
    for block in copied:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements_of(block):
            if element.get("type") in OPTIONS_OF or element.get("type") in ("button", "plain_text_input"):
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return tuple(copied)


def elements_of(block: Json) -> list[Json]:
    """The interactive parts of a block."""
    if block.get("type") == "actions":
        return list(block.get("elements", []))
    one = block.get("accessory") if block.get("type") == "section" else block.get("element")
    return [one] if isinstance(one, dict) else []


def _block(block: object, at: str) -> Problems:
    if not isinstance(block, dict):
        yield error("must be an object", at)
        return
    kind = block.get("type")
    if kind not in _KEYS:
        yield error(f"unsupported type: {kind}", f"{at}/type")
        return
    for key in sorted(set(block) - _KEYS[kind] - {"type", "block_id"}):
        yield error(f"invalid additional property: {key}", at)
    yield from too_long(block.get("block_id"), 255, f"{at}/block_id")
    yield from _CHECKS[kind](block, at)


def _section(block: Json, at: str) -> Problems:
    fields = block.get("fields")
    if "text" not in block and not fields:
        yield error("must provide text or fields", at)
    if "text" in block:
        yield from text_problems(block["text"], f"{at}/text", 3000)
    if fields is not None:
        yield from _listed(fields, f"{at}/fields", 10)
        for number, one in enumerate(fields if isinstance(fields, list) else []):
            yield from text_problems(one, f"{at}/fields/{number}", 2000)
    if "accessory" in block:
        yield from element_problems(block["accessory"], f"{at}/accessory", "section")


def _header(block: Json, at: str) -> Problems:
    yield from text_problems(block.get("text"), f"{at}/text", 150, plain=True)


def _context(block: Json, at: str) -> Problems:
    elements = block.get("elements")
    yield from _listed(elements, f"{at}/elements", 10)
    for number, one in enumerate(elements if isinstance(elements, list) else []):
        if isinstance(one, dict) and one.get("type") == "image":
            yield from element_problems(one, f"{at}/elements/{number}", "context")
        else:
            yield from text_problems(one, f"{at}/elements/{number}", 3000)


def _actions(block: Json, at: str) -> Problems:
    elements = block.get("elements")
    yield from _listed(elements, f"{at}/elements", 25)
    if not isinstance(elements, list):
        return
    for number, one in enumerate(elements):
        yield from element_problems(one, f"{at}/elements/{number}", "actions")
    ids = Counter(one["action_id"] for one in elements if isinstance(one, dict) and one.get("action_id"))
    for name, count in ids.items():
        if count > 1:
            yield error(f"`action_id` {name} already exists", f"{at}/elements")


def _image(block: Json, at: str) -> Problems:
    yield from element_problems({**block, "type": "image"}, at, "context")
    if "title" in block:
        yield from text_problems(block["title"], f"{at}/title", 2000, plain=True)


def _input(block: Json, at: str) -> Problems:
    yield from text_problems(block.get("label"), f"{at}/label", 2000, plain=True)
    if "hint" in block:
        yield from text_problems(block["hint"], f"{at}/hint", 2000, plain=True)
    yield from element_problems(block.get("element"), f"{at}/element", "input")


def _rich_text(block: Json, at: str) -> Problems:
    if not isinstance(block.get("elements"), list):
        yield error("missing required field: elements", at)


def _nothing(block: Json, at: str) -> Problems:
    yield from ()


def _listed(value: object, at: str, most: int) -> Problems:
    if not isinstance(value, list) or not value:
        yield error("no fewer than 1 items required", at)
    elif len(value) > most:
        yield error(f"no more than {most} items allowed", at)


_CHECKS: dict[str, Callable[[Json, str], Problems]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _nothing,
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
}
