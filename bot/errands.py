"""Errands: what control has gateway workers do, over their local socket; no app ever runs in control."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
from pydantic import TypeAdapter, ValidationError

from bot.wiring import Smoked, Unavailable
from guardrails.revocations import Revocation
from runtime import holding, scheduled
from runtime.apps import App
from runtime.rehearsal import Rehearsal
from runtime.scheduled import Fired
from runtime.schedules import Schedule
from runtime.smoke import REHEARSAL
from templates.manifest import Digest
from templates.planning import Plan

REHEARSE_SECONDS = 20.0
"""A rehearsal ends by itself long before, and a busy worker begins it late."""
SMOKE_SECONDS, FIRE_SECONDS, HOLDS_SECONDS = 10.0, 20.0, 3.0
"""How long an answer is waited for; a Call and its place take at most 12."""
REHEARSALS = TypeAdapter(Rehearsal)
SILENT = "No gateway worker answers right now."


def smoke(socket: Path, now: Callable[[], int]) -> Callable[[Digest], Smoked]:
    """Try a bundle; raises Unavailable."""

    def errand(bundle: Digest) -> Smoked:
        told = _ask(socket, "/", {"bundle": bundle, "now": now()}, SMOKE_SECONDS)
        return Smoked(_text(told, "problem"))

    return errand


def rehearse(socket: Path) -> Callable[[Digest, Plan], Rehearsal]:
    """Rehearse a bundle by a plan; raises Unavailable."""

    def errand(bundle: Digest, plan: Plan) -> Rehearsal:
        asked = {"bundle": bundle, "plan": plan.model_dump(mode="json", by_alias=True)}
        told = _ask(socket, REHEARSAL, asked, REHEARSE_SECONDS)
        try:
            return REHEARSALS.validate_python(told)
        except ValidationError:
            raise Unavailable("A gateway worker could not rehearse the app.") from None

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


def holds(workers: Path, broker: Path) -> Callable[[App | None, Revocation], bool]:
    """Whether what was taken back is still held, by those who would serve it; raises Unavailable.

    A worker says it of Grants, the broker of secrets, hosts and domains. `app` is None when there is none (any more).
    """

    def errand(app: App | None, one: Revocation) -> bool:
        kind, found = one.name.partition(":")[0], False
        if app is not None and kind != "secret":
            asked = {"app": app.id, "slug": app.slug, "name": one.name}
            found = _said(_ask(workers, holding.PATH, asked, HOLDS_SECONDS))
        if kind in ("secret", "egress", "mail"):
            question = {"workspace": one.workspace, "app": one.app, "name": one.name}
            found |= _said(_ask(broker, "/holds", question, HOLDS_SECONDS, "The broker does not answer right now."))
        return found

    return errand


def _said(told: Mapping[str, Any]) -> bool:
    if not isinstance(told.get("holds"), bool):
        raise Unavailable("Whoever was asked gave an answer that is none.")
    return bool(told["holds"])


def _ask(
    socket: Path, path: str, question: Mapping[str, object], seconds: float, silent: str = SILENT
) -> Mapping[str, Any]:
    """Ask whoever of a socket is free; Unavailable, which says `silent`, when none answers in time."""
    if not socket.exists():
        raise Unavailable(silent)
    # A local socket has no TLS; to read every trusted certificate takes longer than the Call.
    transport = httpx2.HTTPTransport(uds=str(socket), verify=False)
    try:
        with httpx2.Client(transport=transport, base_url="http://worker", timeout=seconds) as client:
            told = client.post(path, json=question).raise_for_status().json()
    except (httpx2.HTTPError, ValueError) as error:
        raise Unavailable(silent) from error
    return told if isinstance(told, dict) else {}


def _text(told: Mapping[str, Any], name: str) -> str:
    if name not in told:
        raise Unavailable("A gateway worker gave an answer that is none.")
    return str(told[name])
