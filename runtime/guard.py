"""The guard of a worker's connections: whoever sends slowly, too much or nonsense is let go, and nobody waits for them.

uvicorn gives a request as much time and room as its sender likes. Here a head and a body have their seconds, a head its
bytes, a connection its queue, and a worker its number of connections: beyond it the one goes that has waited longest.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from runtime import pages, visit
from runtime.keeper import WAITS, Unanswered
from runtime.pages import Page
from runtime.spool import new_request_id

HEAD_SECONDS, BODY_SECONDS = 10, 20
"""How long a request line with its headers, and then a body, may take to arrive."""
MOST_HEAD = 32 << 10
"""Bytes of a request line and headers."""
MOST_HEADERS = 100
MOST_QUEUED = 16
"""Requests that one connection may send ahead of their answers."""
MOST_CONNECTIONS = 1000
UNREADABLE = Page(400, "That request is not readable", "Open the page again from its link.")


class NotTaken(Exception):
    """More than a connection may send, or not what we speak; the parser makes it an unreadable request."""


class Waiting:
    """The connections of one worker that it waits for, the longest waiting first."""

    def __init__(self, wall: Callable[[], int], unanswered: Unanswered, most: int = MOST_CONNECTIONS) -> None:
        """`wall` is UNIX seconds, for the ids of requests that nobody could read."""
        self.wall = wall
        self.unanswered = unanswered
        self._most = most
        self._waiting: OrderedDict[GuardedHttp, None] = OrderedDict()

    def add(self, one: "GuardedHttp", connections: int) -> None:
        """It waits from now on; with too many connections, the one that waited longest is closed instead."""
        self._waiting[one] = None
        self._waiting.move_to_end(one)
        if connections > self._most:
            self._waiting.popitem(last=False)[0].drop()

    def remove(self, one: "GuardedHttp") -> None:
        """It has sent what it was to send, or is gone."""
        self._waiting.pop(one, None)


class GuardedHttp(HttpToolsProtocol):
    """One connection."""

    def __init__(self, waiting: Waiting, head: float, body: float, **given: Any) -> None:
        """`head` and `body` are seconds; `given` is uvicorn's own."""
        super().__init__(**given)
        self._waiting = waiting
        self._head_seconds, self._body_seconds = head, body
        self._deadline: asyncio.TimerHandle | None = None
        self._in_head = True
        self._ended_one = False
        """Whether the piece that is being read was the end of a request: then it is no part of a head."""
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """The first head is awaited."""
        super().connection_made(transport)
        self._mark = self._waiting.unanswered.mark(transport.get_extra_info("socket").fileno())
        self._waiting.add(self, len(self.connections))
        self._allow(self._head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._mark.close()
        self._allow(0)
        self._waiting.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Blank lines between two requests are a head's beginning, too."""
        if self._in_head and self._deadline is None:
            self._allow(self._head_seconds)
        self._ended_one = False
        super().data_received(data)
        if self._in_head and not self._ended_one:
            self._head += len(data)
            if self._head > MOST_HEAD and not self.transport.is_closing():
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A head begins."""
        self._allow(self._head_seconds)
        super().on_message_begin()
        self.scope[WAITS] = self._mark  # type: ignore[literal-required]  # between us and the gateway

    def on_headers_complete(self) -> None:
        """A head is over; NotTaken when it is not HTTP/1, too large, or one too many."""
        self._in_head, self._head = False, 0
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if self.parser.get_http_version() not in ("1.1", "1.0"):
            raise NotTaken
        if size > MOST_HEAD or len(self.headers) > MOST_HEADERS or len(self.pipeline) >= MOST_QUEUED:
            raise NotTaken
        self._allow(self._body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A whole request is here."""
        self._in_head = self._ended_one = True
        self._allow(0)
        self._waiting.remove(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next request is awaited."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._waiting.add(self, len(self.connections))

    def send_400_response(self, msg: str) -> None:
        """A page like any other, with a request id; then the connection ends."""
        request_id = new_request_id(self._waiting.wall())
        self.transport.write(visit.last(pages.reply(UNREADABLE, request_id), request_id))
        self.transport.close()

    def drop(self) -> None:
        """End the connection at once, whatever is still to be sent."""
        self._allow(0)
        self.transport.abort()

    def _allow(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self.drop) if seconds else None
