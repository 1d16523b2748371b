"""Question: one JSON document that control posts to a worker's local socket, and the document that answers it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from runtime import visit
from runtime.visit import Receive, Reply, Scope, Send

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""Whatever answers what somebody else does not."""


async def answer(
    receive: Receive,
    send: Send,
    name: str,
    told: Callable[[Any], Awaitable[Mapping[str, Any]]],
    misunderstood: Mapping[str, Any],
) -> None:
    """Answer with what `told` makes of the document; with `misunderstood` when it is not one that it can read."""
    try:
        status, said = 200, await told(json.loads(await visit.body(receive) or b""))
    except (ValueError, KeyError, TypeError):
        status, said = 400, misunderstood
    await visit.respond(send, Reply(status, json.dumps(said).encode(), "application/json"), name, "", body=True)
