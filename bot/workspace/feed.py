"""What open pages hear, as it happens."""

import asyncio
from collections.abc import Collection

from bot.workspace.config import Json

DEEP = 1000
"""Events one slow page may lag behind before the oldest are lost; it reloads when it reconnects."""


class Feed:
    """Live subscriptions of people's pages."""

    def __init__(self) -> None:
        self._open: list[tuple[str, asyncio.Queue[Json]]] = []

    def subscribe(self, user: str) -> asyncio.Queue[Json]:
        """Hear what concerns `user` from now on."""
        queue: asyncio.Queue[Json] = asyncio.Queue(DEEP)
        self._open.append((user, queue))
        return queue

    def leave(self, queue: asyncio.Queue[Json]) -> None:
        """Hear no more."""
        self._open = [(user, one) for user, one in self._open if one is not queue]

    def tell(self, users: Collection[str], what: str, **more: object) -> None:
        """Tell the pages of these people."""
        for user, queue in self._open:
            if user in users:
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait({"type": what, **more})
