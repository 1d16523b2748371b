"""What happens to an app, for the record: an AuditEvent about it, in the transaction of what happened."""

from sqlmodel import Session

from bot import telemetry
from guardrails import audit
from runtime.apps import App


def note(session: Session, app: App, actor: str, action: str, now: int, *, because: str = "", **facts: str) -> None:
    """Append it, under the trace that the app began with; `because` is the event's reason."""
    audit.append(
        session,
        workspace=app.workspace,
        actor=actor,
        action=action,
        subject=app.id,
        why=because,
        facts=facts,
        trace=telemetry.trace_id(app.trace) or app.trace,
        now=now,
    )
