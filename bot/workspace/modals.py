"""Open modals: a person's stack of views, and what the app and the person do with it."""

from typing import Any

from bot.workspace import payloads
from bot.workspace.config import Json
from bot.workspace.errors import Refused
from bot.workspace.forms import Filled, View, missing, opened, state_of, view_problems, view_shape
from bot.workspace.harbor import Harbor

STACK = 3
NO_CONNECTION = "We had some trouble connecting. Try again?"


def shape(harbor: Harbor, view: View, state: Json | None = None) -> Json:
    """A view as it goes over the wire."""
    config = harbor.config
    return view_shape(view, config.team_id, config.app_id, config.bot_id, state)


def stack(harbor: Harbor, user: str) -> list[View]:
    """A person's open views, the topmost last."""
    return [one for one in harbor.views.values() if one.user == user]


def checked(view: object) -> Json:
    """A view that Slack would open, or `invalid_arguments`."""
    if problems := view_problems(view):
        raise Refused("invalid_arguments", problems)
    assert isinstance(view, dict)
    return view


def open_view(harbor: Harbor, trigger: str, given: object) -> View:
    """`views.open`: a modal for the person behind a trigger; what was open goes."""
    view = checked(given)
    user = harbor.triggers.spend(trigger, harbor.clock())
    clear(harbor, user)
    return _put(harbor, opened(view, user))


def push_view(harbor: Harbor, user: str, given: object) -> View:
    """`views.push`: one more on top, three at most."""
    view, open_now = checked(given), stack(harbor, user)
    if len(open_now) >= STACK:
        raise Refused("push_limit_reached")
    top = open_now[-1] if open_now else None
    return _put(harbor, opened(view, user, root=top.root if top else "", under=top.id if top else ""))


def update_view(harbor: Harbor, view_id: str, external_id: str, given: object, known_hash: str) -> View:
    """`views.update`: replace an open view; `hash_conflict` when someone was faster."""
    by_external = (one for one in harbor.views.values() if external_id and one.given.get("external_id") == external_id)
    old = harbor.views.get(view_id) or next(by_external, None)
    if old is None:
        raise Refused("not_found")
    view = checked(given)
    if known_hash and known_hash != old.hash:
        raise Refused("hash_conflict")
    return _put(harbor, opened(view, old.user, view_id=old.id, root=old.root, under=old.under))


def _put(harbor: Harbor, view: View) -> View:
    harbor.views[view.id] = view
    _tell(harbor, view.user)
    return view


def _tell(harbor: Harbor, user: str) -> None:
    harbor.feed.tell({user}, "views", views=[shape(harbor, one) for one in stack(harbor, user)])


def clear(harbor: Harbor, user: str) -> None:
    """Close everything that is open."""
    for view in stack(harbor, user):
        del harbor.views[view.id]
    _tell(harbor, user)


def mine(harbor: Harbor, user: str, view_id: str) -> View:
    """An open view of this person, or `not_found`."""
    view = harbor.views.get(view_id)
    if view is None or view.user != user:
        raise Refused("not_found")
    return view


async def submit(harbor: Harbor, user: str, view_id: str, values: dict[str, Filled]) -> dict[str, str]:
    """A person sends a form. Returns what is wrong with it by block_id; empty when it was taken."""
    view = mine(harbor, user, view_id)
    state = state_of(view.blocks, values)
    if complaints := missing(view.blocks, state):
        return complaints
    trigger = harbor.triggers.make(user, harbor.clock())
    act = payloads.Act(harbor.directory.users[user], None, trigger)
    payload = payloads.submitted(harbor.config, act, shape(harbor, view, state))
    ack = await harbor.delivery.ask("interactive", payload)
    if not ack.ok:
        return {"": NO_CONNECTION}
    return _answered(harbor, view, ack.payload or {})


def _answered(harbor: Harbor, view: View, answer: Json) -> dict[str, str]:
    action = answer.get("response_action")
    if action == "errors":
        errors: dict[str, Any] = answer.get("errors") or {}
        known = {one["block_id"] for one in view.blocks if one["type"] == "input"}
        return {str(name): str(why) for name, why in errors.items() if name in known} or {"": NO_CONNECTION}
    try:
        if action == "update":
            fresh = opened(checked(answer.get("view")), view.user, view_id=view.id, root=view.root, under=view.under)
            _put(harbor, fresh)
        elif action == "push":
            push_view(harbor, view.user, answer.get("view"))
        elif action == "clear":
            clear(harbor, view.user)
        else:
            _drop(harbor, view)
    except Refused:
        return {"": NO_CONNECTION}
    return {}


def _drop(harbor: Harbor, view: View) -> None:
    harbor.views.pop(view.id, None)
    _tell(harbor, view.user)


def close(harbor: Harbor, user: str, view_id: str) -> None:
    """A person closes a form unsent; the app hears of it when it asked to."""
    view = mine(harbor, user, view_id)
    closing = stack(harbor, user) if view.given.get("clear_on_close") else [view]
    for one in closing:
        harbor.views.pop(one.id, None)
    _tell(harbor, user)
    if view.given.get("notify_on_close"):
        act = payloads.Act(harbor.directory.users[user], None, "")
        payload = payloads.closed(harbor.config, act, shape(harbor, view), cleared=len(closing) > 1)
        harbor.later(_notify(harbor, payload))


async def _notify(harbor: Harbor, payload: Json) -> None:
    await harbor.delivery.ask("interactive", payload)
