"""Noting: what the usage spool keeps of a Call, and the log of what went wrong inside a visit."""

import logging
from collections.abc import Mapping
from typing import Any

from runtime import pages
from runtime.call import Breach, Call
from runtime.host import Ran
from runtime.routes import Route
from runtime.visit import Reply

log = logging.getLogger("slipway.gateway")


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


def fault(request_id: str) -> Reply:
    """Log what is being handled, and what the visitor sees of it."""
    log.exception("visit %s failed", request_id)
    return pages.reply(pages.TRY_LATER, request_id)
