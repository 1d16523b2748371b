"""Errands: what control has gateway workers do, over their local socket; no app ever runs in control."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2

from bot.wiring import Smoked, Unavailable
from runtime import scheduled
from runtime.apps import App
from runtime.scheduled import Fired
from runtime.schedules import Schedule
from templates.manifest import Digest

SMOKE_SECONDS, FIRE_SECONDS = 10.0, 20.0
"""How long an answer is waited for; a Call and its place take at most 12."""


def smoke(socket: Path, now: Callable[[], int]) -> Callable[[Digest], Smoked]:
    """Try a bundle; raises Unavailable."""

    def errand(bundle: Digest) -> Smoked:
        told = _ask(socket, "/", {"bundle": bundle, "now": now()}, SMOKE_SECONDS)
        return Smoked(_text(told, "problem"))

    return errand


def fire(socket: Path) -> Callable[[App, Schedule], Fired]:
    """Run a live app for a time that is due; raises Unavailable."""

    def errand(app: App, schedule: Schedule) -> Fired:
        asked = {"app": app.id, "slug": app.slug, "schedule": schedule.name, "due": schedule.running}
        told = _ask(socket, scheduled.PATH, asked, FIRE_SECONDS)
        state = _text(told, "state")
        for one in scheduled.STATES:
            if state == one:
                return Fired(one, _text(told, "result"))
        raise Unavailable(f"A gateway worker gave an answer that is none: {state[:40]}.")

    return errand


def _ask(socket: Path, path: str, question: Mapping[str, object], seconds: float) -> Mapping[str, Any]:
    """Ask whichever gateway worker is free; Unavailable when none answers in time."""
    # A local socket has no TLS; to read every trusted certificate takes longer than the Call.
    transport = httpx2.HTTPTransport(uds=str(socket), verify=False)
    try:
        with httpx2.Client(transport=transport, base_url="http://worker", timeout=seconds) as client:
            told = client.post(path, json=question).raise_for_status().json()
    except (httpx2.HTTPError, ValueError) as error:
        raise Unavailable("No gateway worker answers right now.") from error
    return told if isinstance(told, dict) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    if name not in told:
        raise Unavailable("A gateway worker gave an answer that is none.")
    return str(told[name])
