"""Modals: whether a view is what Slack accepts, what a person filled in, and what is still missing."""

import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.workspace.blocks import block_problems, elements_of, with_ids
from bot.workspace.config import Json
from bot.workspace.elements import error, text_problems, too_long

Filled = str | Sequence[str] | None
REQUIRED = "Please complete this required field."
_VIEW_KEYS = {
    "type",
    "title",
    "submit",
    "close",
    "blocks",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
}
_HOME_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
_MANY = ("multi_static_select", "checkboxes")
_LISTS = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_SINGLES = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
}


@dataclass(frozen=True, slots=True)
class View:
    """One open modal of one person. `under` is the view it was pushed onto; `hash` changes with each update."""

    id: str
    user: str
    root: str
    under: str
    hash: str
    given: Json

    @property
    def blocks(self) -> list[Json]:
        return list(self.given["blocks"])


def view_problems(view: object) -> list[str]:
    """Everything wrong with a view; empty when Slack would open it."""
    if not isinstance(view, dict):
        return [error("must be an object", "/view")]
    return list(_view(view)) + block_problems(view.get("blocks"), "modal", "/view/blocks")


def home_problems(view: object) -> list[str]:
    """Everything wrong with a Home tab's view; empty when Slack would show it."""
    if not isinstance(view, dict):
        return [error("must be an object", "/view")]
    found = [error(f"unsupported type: {view.get('type')}", "/view/type")] if view.get("type") != "home" else []
    found += [error(f"invalid additional property: {key}", "/view") for key in sorted(set(view) - _HOME_KEYS)]
    found += too_long(view.get("private_metadata"), 3000, "/view/private_metadata")
    found += too_long(view.get("callback_id"), 255, "/view/callback_id")
    return found + block_problems(view.get("blocks"), "modal", "/view/blocks")


def _view(view: Json) -> Iterator[str]:
    if view.get("type") != "modal":
        yield error(f"unsupported type: {view.get('type')}", "/view/type")
    for key in sorted(set(view) - _VIEW_KEYS):
        yield error(f"invalid additional property: {key}", "/view")
    yield from text_problems(view.get("title"), "/view/title", 24, plain=True)
    for key in ("submit", "close"):
        if view.get(key) is not None:
            yield from text_problems(view[key], f"/view/{key}", 24, plain=True)
    yield from too_long(view.get("private_metadata"), 3000, "/view/private_metadata")
    yield from too_long(view.get("callback_id"), 255, "/view/callback_id")
    blocks = view.get("blocks")
    listed = blocks if isinstance(blocks, list) else []
    if view.get("submit") is None and any(isinstance(one, dict) and one.get("type") == "input" for one in listed):
        yield error("`submit` is required when an `input` block is within the `blocks` array", "/view/submit")


def opened(view: Json, user: str, *, view_id: str = "", root: str = "", under: str = "") -> View:
    """A view as it stands on a person's screen, with ids filled in."""
    made = view_id or "V" + secrets.token_hex(5).upper()
    given = {**view, "blocks": list(with_ids(view["blocks"]))}
    return View(made, user, root or made, under, f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}", given)


def view_shape(view: View, team: str, app: str, bot: str, state: Json | None = None) -> Json:
    """A view as `views.open` answers and `view_submission` carries it."""
    given = view.given
    return {
        "id": view.id,
        "team_id": team,
        "type": given["type"],
        "title": given.get("title"),
        "submit": given.get("submit"),
        "close": given.get("close"),
        "blocks": view.blocks,
        "private_metadata": given.get("private_metadata", ""),
        "callback_id": given.get("callback_id", ""),
        "external_id": given.get("external_id", ""),
        "state": {"values": state or {}},
        "hash": view.hash,
        "clear_on_close": given.get("clear_on_close", False),
        "notify_on_close": given.get("notify_on_close", False),
        "root_view_id": view.root,
        "previous_view_id": view.under or None,
        "app_id": app,
        "app_installed_team_id": team,
        "bot_id": bot,
    }


def state_of(blocks: Sequence[Json], values: Mapping[str, Filled]) -> Json:
    """`state.values` for what a person filled in.

    `values` are by block_id (or action_id): text, the value of an option, an id, or a list of them. What is not
    named keeps the form's initial value.
    """
    state: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in ("button", "overflow", "image"):
                continue
            name = block["block_id"] if block["type"] == "input" else element["action_id"]
            chosen = values.get(name, values.get(element["action_id"], initial(element)))
            state.setdefault(block["block_id"], {})[element["action_id"]] = filled(element, chosen)
    return state


def initial(element: Json) -> Filled:
    """What an element starts with."""
    if "initial_options" in element:
        return [one["value"] for one in element["initial_options"]]
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    found = next((value for key, value in element.items() if key.startswith("initial_")), None)
    return found if found is None or isinstance(found, list) else str(found)


def filled(element: Json, chosen: Filled) -> Json:
    """One element's state, in the shape that its type has."""
    kind = element["type"]
    many = [chosen] if isinstance(chosen, str) else list(chosen or ())
    one = many[0] if many and many[0] != "" else None
    options = {each["value"]: each for each in options_of(element)}
    if kind in _MANY:
        return {"type": kind, "selected_options": [options[each] for each in many if each in options]}
    if kind in ("static_select", "radio_buttons", "overflow"):
        return {"type": kind, "selected_option": options.get(one or "")}
    if kind in _LISTS:
        return {"type": kind, _LISTS[kind]: many}
    if kind in _SINGLES:
        return {"type": kind, _SINGLES[kind]: one}
    return {"type": kind, "value": one}


def options_of(element: Json) -> list[Json]:
    """The options of an element, those in groups included."""
    grouped = [one for group in element.get("option_groups", []) for one in group["options"]]
    return [*element.get("options", []), *grouped]


def missing(blocks: Sequence[Json], state: Json) -> dict[str, str]:
    """What the form itself would not send: block_id to sentence, as Slack's own client checks it."""
    checked = ((one["block_id"], _complaint(one, state)) for one in blocks if one["type"] == "input")
    return {name: complaint for name, complaint in checked if complaint}


def _complaint(block: Json, state: Json) -> str:
    element = block["element"]
    entry = state.get(block["block_id"], {}).get(element["action_id"], {})
    value = next((inner for key, inner in entry.items() if key != "type"), None)
    if value in (None, "", []):
        return "" if block.get("optional") else REQUIRED
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    if element["type"] == "plain_text_input":
        return _length_complaint(element, str(value))
    return ""


def _length_complaint(element: Json, value: str) -> str:
    most, least = element.get("max_length", 3000), element.get("min_length", 0)
    if len(value) > most:
        return f"Must be {most} characters or fewer."
    return f"Must be at least {least} characters." if len(value) < least else ""


def _number_complaint(element: Json, value: str) -> str:
    number = _number(value)
    if number is None or not (element.get("is_decimal_allowed") or number.is_integer()):
        return "Enter a number." if number is None else "Enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Must be {element['min_value']} or more."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Must be {element['max_value']} or less."
    return ""


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
