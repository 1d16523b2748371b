"""Home tabs: the view that the app published for each person, kept over a restart."""

from dataclasses import replace

from bot.workspace.config import Json
from bot.workspace.directory import User
from bot.workspace.errors import Refused
from bot.workspace.forms import View, home_problems, opened, view_shape
from bot.workspace.harbor import Harbor

KIND = "home"


def shape(harbor: Harbor, view: View, state: Json | None = None) -> Json:
    """A Home tab's view as it goes over the wire."""
    config = harbor.config
    return view_shape(view, config.team_id, config.app_id, config.bot_id, state)


def of(harbor: Harbor, user: str) -> View | None:
    """What the app published for somebody last; None while it has not."""
    kept = harbor.keep.one(KIND, user)
    return View(**kept) if kept else None


def publish(harbor: Harbor, user: str, given: object, known_hash: str) -> View:
    """`views.publish`: show this to somebody from now on; the view keeps its id."""
    if problems := home_problems(given):
        raise Refused("invalid_arguments", problems)
    if user not in harbor.directory.users:
        raise Refused("user_not_found")
    assert isinstance(given, dict)
    before = of(harbor, user)
    if known_hash and (before is None or before.hash != known_hash):
        raise Refused("hash_conflict")
    view = opened(given, user, view_id=before.id if before else "")
    view = replace(view, root=view.id)
    body = {name: getattr(view, name) for name in View.__dataclass_fields__}
    harbor.keep.put(KIND, user, body)
    harbor.feed.tell({user}, "home", view=shape(harbor, view))
    return view


def look(harbor: Harbor, user: User) -> Json | None:
    """Somebody opens the app's Home tab: the app hears of it; what stands there now."""
    view = of(harbor, user.id)
    seen = shape(harbor, view) if view else None
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": harbor.directory.direct(user.id, harbor.directory.bot.id).id,
        "tab": "home",
        "event_ts": f"{harbor.clock():.6f}",
    }
    harbor.emit(event | ({"view": seen} if seen else {}))
    return seen


def mine(harbor: Harbor, user: str, view_id: str) -> View | None:
    """Somebody's own Home tab, if that is the view of this id."""
    view = of(harbor, user)
    return view if view is not None and view.id == view_id else None
