"""The doorstep: which app a worker asks about for whoever stands before it."""

from bot.control import Refused
from bot.database import transaction
from bot.wiring import Wiring
from runtime import apps
from runtime.apps import App


def app(wiring: Wiring, name: str) -> App:
    """The app with this id. Raises Refused."""
    with transaction(wiring.engine) as session:
        found = apps.get(session, name)
    if found is None:
        raise Refused("There is no such app.")
    return found
