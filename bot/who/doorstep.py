"""The doorstep: which app a worker asks about for whoever stands before it, and what the record keeps of that."""

from sqlmodel import Session

from bot import telemetry
from bot.control import Refused
from bot.database import transaction
from bot.wiring import Wiring
from guardrails import audit
from runtime import apps
from runtime.apps import App


def app(wiring: Wiring, name: str) -> App:
    """The app with this id. Raises Refused."""
    with transaction(wiring.engine) as session:
        found = apps.get(session, name)
    if found is None:
        raise Refused("There is no such app.")
    return found


def note(session: Session, app: App, actor: str, action: str, now: int, **facts: str) -> None:
    """The AuditEvent of what a visitor did at an app's door."""
    audit.append(
        session,
        workspace=app.workspace,
        actor=actor,
        action=action,
        subject=app.id,
        facts=facts,
        trace=telemetry.trace_id(app.trace) or app.trace,
        now=now,
    )
