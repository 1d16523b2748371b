"""The gateway worker's end of control's local socket: whatever must be decided or recorded is asked there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2

TIMEOUT = 5.0


class Unreachable(Exception):
    """Control does not answer; what was asked is not allowed and not recorded."""


class ControlWire:
    """Asks control. Answers are JSON documents; a refusal is an answer with `why`."""

    def __init__(self, socket: Path) -> None:
        # A local socket has no TLS: without verify=False a worker's start would read every trusted certificate.
        transport = httpx2.AsyncHTTPTransport(uds=str(socket), verify=False)
        self._client = httpx2.AsyncClient(transport=transport, base_url="http://control", timeout=TIMEOUT)

    async def ask(self, question: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask one question; a refusal comes back as `{"why": ...}`. Unreachable when there is no answer."""
        try:
            reply = await self._client.post(f"/{question}", json=document)
            answer: Mapping[str, Any] = reply.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise Unreachable(f"control did not answer {question}") from error
        if reply.status_code >= 500:
            raise Unreachable(str(answer.get("why", "control failed")))
        return answer

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()
