"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.config import Config, Json
from bot.workspace.delivery import Ack, Kind
from bot.workspace.errors import Refused

TICKET_S = 30
CONNECTIONS = 10
"""Slack's limit of connections for one app."""


@dataclass(eq=False, slots=True)
class _Link:
    socket: WebSocket
    leaving: bool = False
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)


class Sockets:
    """The app's open sockets. An envelope goes to one of them, in turn; events wait while there is none."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._tickets: dict[str, float] = {}
        self._links: list[_Link] = []
        self._present = asyncio.Event()

    def ticket(self, now: float) -> str:
        """The address of a socket that may be opened once, soon."""
        if len(self._links) >= CONNECTIONS:
            raise Refused("too_many_websockets")
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = now + TICKET_S
        config = self._config
        return f"ws://localhost:{config.port}/link/?ticket={ticket}&app_id={config.app_id}"

    async def serve(self, socket: WebSocket, now: float) -> None:
        """One socket, from its ticket to its end."""
        if self._tickets.pop(socket.query_params.get("ticket", ""), 0) < now:
            await socket.close(1008)
            return
        await socket.accept()
        link = _Link(socket)
        await socket.send_json(self._hello(len(self._links) + 1))
        self._links.append(link)
        self._present.set()
        refresh = asyncio.create_task(self._refresh(link)) if self._config.refresh_s else None
        try:
            await self._listen(link)
        finally:
            if refresh:
                refresh.cancel()
            self._leave(link)
            for waiting in link.waiting.values():
                waiting.cancel()

    def _hello(self, connections: int) -> Json:
        return {
            "type": "hello",
            "num_connections": connections,
            "connection_info": {"app_id": self._config.app_id},
            "debug_info": {"host": "harbor", "approximate_connection_time": int(self._config.refresh_s) or 18060},
        }

    async def _listen(self, link: _Link) -> None:
        # That is how listening ends.
        with suppress(WebSocketDisconnect):
            while True:
                self._acknowledge(link, await link.socket.receive_text())

    @staticmethod
    def _acknowledge(link: _Link, text: str) -> None:
        # What is no JSON acknowledges nothing; the envelope is then sent again.
        with suppress(ValueError):
            said = json.loads(text)
            waiting = link.waiting.pop(said.get("envelope_id", ""), None) if isinstance(said, dict) else None
            if waiting and not waiting.done():
                payload = said.get("payload")
                waiting.set_result(payload if isinstance(payload, dict) else None)

    async def _refresh(self, link: _Link) -> None:
        await asyncio.sleep(self._config.refresh_s)
        for reason in ("warning", "refresh_requested"):
            await link.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "harbor"}})
        self._leave(link)
        await asyncio.sleep(self._config.ack_s)
        await link.socket.close()

    def _leave(self, link: _Link) -> None:
        link.leaving = True
        if link in self._links:
            self._links.remove(link)
        if not self._links:
            self._present.clear()

    async def event(self, payload: Json) -> None:
        """See `Delivery.event`."""
        for attempt, delay in enumerate((0.0, *self._config.socket_retries)):
            await asyncio.sleep(delay)
            while not self._links:
                await self._present.wait()
            retried: Json = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            if (await self._send("events_api", payload, retried)).ok:
                return

    async def ask(self, kind: Kind, payload: Json) -> Ack:
        """See `Delivery.ask`."""
        try:
            await asyncio.wait_for(self._present.wait(), self._config.ack_s)
        except TimeoutError:
            return Ack(False, error="dispatch_failed")
        return await self._send(kind, payload, {})

    async def _send(self, kind: Kind, payload: Json, more: Json) -> Ack:
        if not self._links:
            return Ack(False, error="dispatch_failed")
        link = self._links.pop(0)
        self._links.append(link)
        envelope = secrets.token_hex(16)
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        link.waiting[envelope] = waiting
        body = {"envelope_id": envelope, "type": kind, "payload": payload, **more}
        body["accepts_response_payload"] = kind != "events_api"
        try:
            await link.socket.send_json(body)
            return Ack(True, await asyncio.wait_for(waiting, self._config.ack_s))
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            return Ack(False, error="operation_timeout")
        except asyncio.CancelledError:
            # The link's end cancels what waits on it; our own task being cancelled must pass on.
            if waiting.cancelled() and not _being_cancelled():
                return Ack(False, error="operation_timeout")
            raise
        finally:
            link.waiting.pop(envelope, None)

    async def close(self) -> None:
        """See `Delivery.close`."""
        for link in list(self._links):
            # One that has closed meanwhile needs no goodbye.
            with suppress(RuntimeError):
                await link.socket.close(1001)


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
