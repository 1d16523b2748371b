"""Elsewhere: where an app's people are asked when its own channel, or its owner, cannot be."""

import logging

from bot.chat import ChatError, Place
from bot.wiring import Wiring
from runtime.apps import App

log = logging.getLogger("slipway.elsewhere")


def channel(wiring: Wiring, app: App) -> Place | None:
    """The other channel of its team, or that of all teams, or the operators'; None when no one named any."""
    found = wiring.fallbacks.get(app.team.lower()) or wiring.fallbacks.get("") or wiring.operators
    return Place(app.workspace, found) if found else None


def fallback(wiring: Wiring, app: App, owner: str) -> Place | None:
    """That channel, or else the owner directly, by their chat id; None when there is neither."""
    if found := channel(wiring, app):
        return found
    try:
        return Place(app.workspace, wiring.chat.dm(owner), None, "dm") if owner else None
    except ChatError as error:
        log.warning("nobody can be asked about %s: %s", app.id, error.code)
        return None
