"""`platformctl grant`: what an app was granted, and taking it back. Works while control is away."""

from pathlib import Path

from sqlmodel import Session

from bot import gates, words
from bot.clockwork import Clock
from bot.database import transaction
from bot.platformctl.installation import Undone, app_called, opened, operator
from guardrails import grants
from guardrails.grants import Grant
from runtime.apps import App


def run(home: Path, action: str, name: str, gate: str) -> str:
    """Do one action; what to print."""
    with opened(home) as engine, transaction(engine) as session:
        app, now = app_called(session, name), Clock(session).now()
        return _revoke(session, app, gate, now) if action == "revoke" else _listed(session, app, now)


def _revoke(session: Session, app: App, gate: str, now: int) -> str:
    held = grants.active(session, app.id, now)
    if gate not in held:
        raise Undone(f"{app.slug} has no grant {gate or '(none named)'}; it has {', '.join(sorted(held)) or 'none'}")
    gates.take_back(session, app, gate, operator(), now)
    return f"{app.slug} may not use {gate} any more, from the next visit on."


def _listed(session: Session, app: App, now: int) -> str:
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
