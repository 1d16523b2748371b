"""What happens by itself, for the record: an AuditEvent of Slipway's own about a Request's app."""

from sqlmodel import Session

from bot import telemetry
from bot.rows.requests import Request
from guardrails import audit


def note(session: Session, request: Request, action: str, now: int, why: str = "", **facts: str | int) -> None:
    """Append it, in the transaction of what happened."""
    audit.append(
        session,
        workspace=request.workspace,
        actor="slipway",
        action=action,
        subject=request.app or request.id,
        why=why,
        facts={"request": request.id, **facts},
        trace=telemetry.trace_id(request.trace),
        now=now,
    )
