"""Holding: control asks a worker, on a local socket, whether an app may still use something that was taken back (K5).

The worker answers by what it would serve the next visit with: its routes, its clock.
"""

from collections.abc import Callable, Mapping
from typing import Any

from runtime import question
from runtime.host import granted
from runtime.question import Application
from runtime.routes import Routes
from runtime.visit import Receive, Scope, Send

PATH = "/holds"


class Holding:
    """The second ASGI application of a worker: this question, and whatever else control asks of it."""

    def __init__(self, routes: Routes, wall: Callable[[], int], otherwise: Application) -> None:
        """`wall` is UNIX seconds."""
        self._routes = routes
        self._wall = wall
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /holds` with `{"app", "slug", "name"}` gives `{"holds": true or false}`."""
        if scope["type"] != "http" or scope["path"] != PATH:
            return await self._otherwise(scope, receive, send)
        return await question.answer(receive, send, "holds", self._told, {"holds": True})

    async def _told(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"holds": self.holds(str(asked["app"]), str(asked["slug"]), str(asked["name"]))}

    def holds(self, app: str, slug: str, name: str) -> bool:
        """Whether the live app would get this in its next Call."""
        route = self._routes.find(slug, "live")
        now = self._wall() + self._routes.clock_offset()
        return route is not None and route.app == app and route.open(now) and granted(route, name, now)
