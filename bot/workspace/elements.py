"""Whether the parts of blocks are what Slack accepts: text, buttons, pickers, inputs, confirm dialogs."""

from collections.abc import Iterator, Mapping
from typing import Literal

from bot.workspace.config import Json

Where = Literal["section", "actions", "input", "context"]
Problems = Iterator[str]

OPTIONS_OF: Mapping[str, int] = {
    "static_select": 100,
    "multi_static_select": 100,
    "checkboxes": 10,
    "radio_buttons": 10,
    "overflow": 5,
    "users_select": 0,
    "multi_users_select": 0,
    "conversations_select": 0,
    "multi_conversations_select": 0,
    "channels_select": 0,
    "multi_channels_select": 0,
    "datepicker": 0,
    "timepicker": 0,
    "number_input": 0,
    "email_text_input": 0,
    "url_text_input": 0,
}
"""Every element with an `action_id` but buttons and text inputs: how many options it may list, 0 for none."""

_ONLY_INPUT = {"plain_text_input", "number_input", "email_text_input", "url_text_input"}
_COMMON = {"type", "action_id", "confirm", "focus_on_load"}
_KEYS: Mapping[str, set[str]] = {
    "button": {"text", "url", "value", "style", "accessibility_label"},
    "image": {"image_url", "alt_text", "block_id", "title", "slack_file"},
    "plain_text_input": {
        "initial_value",
        "multiline",
        "min_length",
        "max_length",
        "placeholder",
        "dispatch_action_config",
    },
    "number_input": {"is_decimal_allowed", "initial_value", "min_value", "max_value", "placeholder"},
    "datepicker": {"initial_date", "placeholder"},
    "timepicker": {"initial_time", "placeholder", "timezone"},
    "email_text_input": {"initial_value", "placeholder"},
    "url_text_input": {"initial_value", "placeholder"},
}
_PICKER = {"options", "option_groups", "placeholder", "initial_option", "initial_options", "max_selected_items"}
_FROM_DIRECTORY = {
    "placeholder",
    "max_selected_items",
    "filter",
    "default_to_current_conversation",
    "response_url_enabled",
    *(f"initial_{what}" for what in ("user", "users", "conversation", "conversations", "channel", "channels")),
}


def error(what: str, where: str) -> str:
    """One problem at one place, as Slack writes it."""
    return f"[ERROR] {what} [json-pointer:{where}]"


def too_long(value: object, most: int, at: str) -> Problems:
    """Whether a string, if it is there, is longer than Slack takes."""
    if value is None:
        return
    if not isinstance(value, str):
        yield error("must be a string", at)
    elif len(value) > most:
        yield error(f"must be less than {most + 1} characters", at)


def text_problems(text: object, at: str, most: int, *, plain: bool = False) -> Problems:
    """Whether this is a text object, of at most `most` characters; `plain` allows plain_text only."""
    if not isinstance(text, dict):
        yield error("missing required field: text", at)
        return
    if text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield error(f"unsupported type: {text.get('type')}", f"{at}/type")
    for key in sorted(set(text) - {"type", "text", "emoji", "verbatim"}):
        yield error(f"invalid additional property: {key}", at)
    if not isinstance(text.get("text"), str) or not text["text"]:
        yield error("must be more than 0 characters", f"{at}/text")
    else:
        yield from too_long(text["text"], most, f"{at}/text")


def element_problems(element: object, at: str, where: Where) -> Problems:
    """Whether this is an element that may stand in a block of kind `where`."""
    if not isinstance(element, dict):
        yield error("must be an object", at)
        return
    kind = str(element.get("type"))
    if not _fits(kind, where):
        yield error(f"unsupported type: {kind}", f"{at}/type")
        return
    for key in sorted(set(element) - _allowed(kind)):
        yield error(f"invalid additional property: {key}", at)
    yield from too_long(element.get("action_id"), 255, f"{at}/action_id")
    if "placeholder" in element:
        yield from text_problems(element["placeholder"], f"{at}/placeholder", 150, plain=True)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{at}/confirm")
    if kind == "button":
        yield from _button(element, at)
    elif kind == "image":
        yield from _image(element, at)
    elif kind == "plain_text_input":
        yield from _text_input(element, at)
    elif OPTIONS_OF.get(kind):
        yield from _options(element, kind, at)


def _fits(kind: str, where: Where) -> bool:
    if kind == "image":
        return where in ("section", "context")
    if where == "context":
        return False
    if kind == "button" or kind == "overflow":
        return where != "input"
    if kind in _ONLY_INPUT:
        return where == "input"
    return kind in OPTIONS_OF


def _allowed(kind: str) -> set[str]:
    if kind in _KEYS:
        return _COMMON | _KEYS[kind]
    return _COMMON | (_PICKER if OPTIONS_OF[kind] else _FROM_DIRECTORY)


def _button(button: Json, at: str) -> Problems:
    yield from text_problems(button.get("text"), f"{at}/text", 75, plain=True)
    yield from too_long(button.get("value"), 2000, f"{at}/value")
    yield from too_long(button.get("url"), 3000, f"{at}/url")
    yield from too_long(button.get("accessibility_label"), 75, f"{at}/accessibility_label")
    if button.get("style", "primary") not in ("primary", "danger"):
        yield error("value must be one of primary, danger", f"{at}/style")


def _image(image: Json, at: str) -> Problems:
    file = image.get("slack_file")
    if file is not None and not (isinstance(file, dict) and isinstance(file.get("id"), str) and len(file) == 1):
        yield error("must name a file by its id", f"{at}/slack_file")
    if isinstance(image.get("image_url"), str) == (file is not None):
        yield error("must provide image_url or slack_file", at)
    if not isinstance(image.get("alt_text"), str):
        yield error("missing required field: alt_text", at)
    yield from too_long(image.get("image_url"), 3000, f"{at}/image_url")
    yield from too_long(image.get("alt_text"), 2000, f"{at}/alt_text")


def _text_input(element: Json, at: str) -> Problems:
    yield from too_long(element.get("initial_value"), 3000, f"{at}/initial_value")
    for key in ("min_length", "max_length"):
        if key in element and not (isinstance(element[key], int) and 0 <= element[key] <= 3000):
            yield error("must be between 0 and 3000", f"{at}/{key}")


def _options(element: Json, kind: str, at: str) -> Problems:
    groups = element.get("option_groups")
    options = element.get("options")
    if isinstance(groups, list):
        for number, group in enumerate(groups):
            inner = group.get("options") if isinstance(group, dict) else None
            yield from _option_list(inner, kind, f"{at}/option_groups/{number}/options")
    else:
        yield from _option_list(options, kind, f"{at}/options")


def _option_list(options: object, kind: str, at: str) -> Problems:
    if not isinstance(options, list) or not options:
        yield error("no fewer than 1 items required", at)
        return
    if len(options) > OPTIONS_OF[kind]:
        yield error(f"no more than {OPTIONS_OF[kind]} items allowed", at)
    for number, option in enumerate(options):
        yield from _option(option, f"{at}/{number}", plain=kind not in ("checkboxes", "radio_buttons"))


def _option(option: object, at: str, *, plain: bool) -> Problems:
    if not isinstance(option, dict):
        yield error("must be an object", at)
        return
    yield from text_problems(option.get("text"), f"{at}/text", 75, plain=plain)
    if not isinstance(option.get("value"), str):
        yield error("missing required field: value", at)
    yield from too_long(option.get("value"), 150, f"{at}/value")
    if "description" in option:
        yield from text_problems(option["description"], f"{at}/description", 75, plain=plain)


def _confirm(confirm: object, at: str) -> Problems:
    if not isinstance(confirm, dict):
        yield error("must be an object", at)
        return
    for key, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        yield from text_problems(confirm.get(key), f"{at}/{key}", most, plain=True)
    yield from text_problems(confirm.get("text"), f"{at}/text", 300)
