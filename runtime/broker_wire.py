"""The gateway worker's end of the broker's local socket: whatever leaves the machine is asked for there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2

TIMEOUT = 15.0
"""Seconds: longer than the broker lets any fetch or mail take."""


class BrokerWire:
    """Asks the broker. A refusal is an answer with `error` and `kind`; so is a broker that does not answer."""

    def __init__(self, socket: Path) -> None:
        # A local socket has no TLS: without verify=False a worker's start would read every trusted certificate.
        transport = httpx2.AsyncHTTPTransport(uds=str(socket), verify=False)
        self._client = httpx2.AsyncClient(transport=transport, base_url="http://broker", timeout=TIMEOUT)

    async def ask(self, question: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask one question (`egress.fetch`, `mail.send`); for an app, `document` holds its `app` and `token`."""
        try:
            reply = await self._client.post(f"/{question}", json=document)
            answer: Mapping[str, Any] = reply.json()
        except (httpx2.HTTPError, ValueError):
            return {"error": f"{question}: nothing leaves the machine right now", "kind": "unavailable"}
        return answer

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()
