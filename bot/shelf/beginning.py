"""Beginning: words that are kept become a Request with its thread, its card and its one AuditEvent."""

from sqlmodel import Session

from bot import telemetry
from bot.chat import Heard
from bot.rows import requests
from bot.rows.requests import Request
from bot.threads import thread
from bot.wiring import Wiring
from guardrails import audit


def begin(session: Session, wiring: Wiring, heard: Heard, trace: str, now: int) -> Request | None:
    """All of it in the caller's transaction; None when this very utterance is kept already."""
    request = requests.receive(session, heard, trace, now)
    if request is None:
        return None
    thread.open_thread(session, request, heard.response_url, now)
    audit.append(
        session,
        workspace=request.workspace,
        actor=request.user,
        action="request.received",
        subject=request.id,
        facts={"via": request.via, "removed": len(request.removed)},
        trace=telemetry.trace_id(trace),
        now=now,
    )
    thread.refresh(session, wiring, request.id, now)
    return request
