"""Noting: what the usage spool keeps of a Call."""

from collections.abc import Mapping
from typing import Any

from runtime.call import Breach, Call
from runtime.host import Ran
from runtime.routes import Route


def noted(client: str, route: Route, call: Call, ran: Ran) -> Mapping[str, Any]:
    """What this Call was and used. A request id of the client's own is kept beside ours, never instead."""
    outcome, used = ran.outcome, ran.used
    outside = {"egress_requests": used.requests, "egress_bytes": used.bytes, "mails": used.mails}
    return {
        "at": call.now,
        "app": route.app,
        "stage": route.stage,
        "request": call.request_id,
        "client": client,
        "trace": route.trace,
        "result": outcome.kind if isinstance(outcome, Breach) else str(outcome.status),
        "cpu_ms": round(outcome.cpu_ms, 3),
        **({"schedule": call.schedule} if call.schedule else {}),
        **{name: number for name, number in outside.items() if number},
    }
