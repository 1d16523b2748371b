"""Gates: what apps were granted, ended on time or by an operator, with a word to the owner; and checked for sense."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from bot import database, limits, outbox, requests, telemetry, thread, words
from bot.blocks import quoted
from bot.clockwork import Clock
from bot.database import transaction
from bot.wiring import Wiring
from guardrails import audit, grants
from guardrails.grants import Grant
from runtime import apps, deployments
from runtime.apps import App
from runtime.errors import Corrupt

DISAGREE = "grants.disagree"
FRESH = 10
"""Seconds in which an operator's change, made beside us in the database, finds its way to the card."""


class Undone(Exception):
    """Nothing was changed; the message says why."""


def close(session: Session, wiring: Wiring, now: int) -> None:
    """End what is over, tell each owner once, and let cards say what was taken back (S11)."""
    for name, gate in grants.lapse(session, now):
        app = apps.get(session, name)
        if app is not None and app.stage not in apps.ENDED:
            _tell(session, app, gate, now, expired=True)
            _note(session, app, "grant.expired", "slipway", gate, now)
            apps.touch_routes(session)
    for name in grants.taken_back(session, now - FRESH):
        request = requests.of_app(session, name)
        if request is not None:
            thread.refresh(session, wiring, request.id, now)


def compare(wiring: Wiring) -> None:
    """Record where what an app declares and what it was granted disagree: the smaller set holds anyway (S4)."""
    with transaction(wiring.engine) as session:
        live = [one for one in deployments.standing(session) if one.stage == "live"]
    for standing in live:
        try:
            manifest = wiring.bundles.get(standing.bundle).manifest
        except (OSError, Corrupt):
            continue  # the gateway refuses it, and says so
        now = wiring.now()
        with transaction(wiring.engine) as session:
            app = apps.get(session, standing.app)
            found = grants.difference(grants.names(manifest.capabilities), grants.every(session, standing.app), now)
            if app is None or not found:
                continue
            facts = {"granted": ", ".join(found.granted), "declared": ", ".join(found.declared)}
            known = [one for one in audit.story(session, app.id) if one.action == DISAGREE]
            if not known or {name: known[-1].facts.get(name) for name in facts} != facts:
                why = "granted and not declared, or declared and never granted"
                _record(session, app, DISAGREE, "slipway", now, why, facts)


@contextmanager
def installed(home: Path) -> Iterator[Engine]:
    """The control database of an installation, for one command; Undone when there is none."""
    path = home / "control.db"
    if not path.exists():
        raise Undone(f"there is no {path}")
    engine = database.connect(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


def run(home: Path, action: str, name: str, gate: str) -> str:
    """Do what `platformctl grant` was asked for; what to print. Works while control is away."""
    with installed(home) as engine, transaction(engine) as session:
        app = apps.by_slug(session, name) or apps.get(session, name)
        if app is None:
            raise Undone(f"there is no app {name}")
        now = Clock(session).now()
        return revoke(session, app, gate, now) if action == "revoke" else listed(session, app, now)


def revoke(session: Session, app: App, gate: str, now: int) -> str:
    """Take one Grant back; workers see it with the next visit."""
    held = grants.active(session, app.id, now)
    if gate not in held:
        raise Undone(f"{app.slug} has no grant {gate or '(none named)'}; it has {', '.join(sorted(held)) or 'none'}")
    grants.revoke(session, app.id, now, gate)
    apps.touch_routes(session)
    _tell(session, app, gate, now, expired=False)
    _note(session, app, "grant.revoked", f"operator {pwd.getpwuid(os.getuid()).pw_name}", gate, now)
    return f"{app.slug} may not use {gate} any more, from the next visit on."


def listed(session: Session, app: App, now: int) -> str:
    """One line a Grant: its name, whether it holds, and the Proposal that gave it."""
    given = grants.every(session, app.id)
    return "\n".join(_line(one, now) for one in given) or f"{app.slug} was granted nothing."


def _line(one: Grant, now: int) -> str:
    state = f"holds until {words.when(one.until)}"
    if one.revoked_at is not None:
        state = f"ended {words.when(one.revoked_at)}"
    elif one.until <= now:
        state = f"over since {words.when(one.until)}"
    return f"{one.name}  {state}  granted {words.when(one.granted_at)} by {one.proposal[:19]}"


def _tell(session: Session, app: App, gate: str, now: int, *, expired: bool) -> None:
    request = requests.of_app(session, app.id)
    if request is not None:
        text = limits.gate_closed(quoted(app.title), gate, expired=expired)
        outbox.put(session, thread.post(request, f"gate:{app.id}:{gate}:{now}", thread.note(request, text)), now)


def _note(session: Session, app: App, action: str, actor: str, gate: str, now: int) -> None:
    _record(session, app, action, actor, now, "", {"grant": gate})


def _record(session: Session, app: App, action: str, actor: str, now: int, why: str, facts: dict[str, str]) -> None:
    audit.append(
        session,
        workspace=app.workspace,
        actor=actor,
        action=action,
        subject=app.id,
        why=why,
        facts=facts,
        trace=telemetry.trace_id(app.trace) or app.trace,
        now=now,
    )
