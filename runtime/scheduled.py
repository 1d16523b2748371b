"""The scheduled Call: control asks a worker, on a local socket, to run a live app whose time has come.

The worker believes nothing of it that it can see for itself: that the app is live, that its Manifest has such a time,
that the Grant for it holds now, and that nobody has begun this very Call before.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from runtime import call, due, question, traces
from runtime.begun import Begun
from runtime.call import Breach, Call
from runtime.errors import RuntimeFault
from runtime.host import Ran, granted
from runtime.loaded import Loaded, Loader
from runtime.outside import NotNow
from runtime.question import Application
from runtime.rate import Rate
from runtime.routes import Route, Routes
from runtime.sandbox import BrokenApp
from runtime.visit import Receive, Scope, Send
from templates.manifest import Digest

PATH = "/scheduled"
"""Where control asks for it; anything else on that socket is a smoke Call."""
State = Literal["ran", "begun", "closed", "later"]
STATES: tuple[State, ...] = get_args(State)
"""It ran now; it was begun before; it may not run; it can be tried again."""

log = logging.getLogger("slipway.gateway")

Conduct = Callable[[Loaded, Route, Call], Awaitable[Ran]]
"""Runs a Call as the gateway does: counted, spooled, watched, with what the app wants said."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What became of a time that was due. `result` is what the spool keeps of the Call, or why there was none."""

    state: State
    result: str = ""


class Scheduled:
    """The second ASGI application of a worker: scheduled Calls, and whatever else control asks of it."""

    def __init__(
        self,
        *,
        routes: Routes,
        loader: Loader,
        rate: Rate,
        begun: Begun,
        conduct: Conduct,
        wall: Callable[[], int],
        otherwise: Application,
    ) -> None:
        """`wall` is UNIX seconds."""
        self._routes = routes
        self._loader = loader
        self._rate = rate
        self._begun = begun
        self._conduct = conduct
        self._wall = wall
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /scheduled` with `{"app", "slug", "schedule", "due"}` gives a Fired."""
        if scope["type"] != "http" or scope["path"] != PATH:
            return await self._otherwise(scope, receive, send)
        misunderstood = {"state": "closed", "result": "the question was not understood"}
        return await question.answer(receive, send, "scheduled", self._told, misunderstood)

    async def _told(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        fired = await self.fire(str(asked["app"]), str(asked["slug"]), str(asked["schedule"]), int(asked["due"]))
        return {"state": fired.state, "result": fired.result}

    async def fire(self, app: str, slug: str, name: str, due_at: int) -> Fired:
        """Run the app for this time, once."""
        route = self._routes.find(slug, "live")
        now = self._wall() + self._routes.clock_offset()
        if route is None or route.app != app or not route.open(now):
            return Fired("closed", "the app is not live")
        try:
            loaded = self._loader.get(Digest(route.bundle), self._routes.revoked)
        except (RuntimeFault, BrokenApp) as error:
            log.error("the bundle of %s cannot be used: %s", app, error)
            return Fired("later", "its bundle cannot be used")
        if name not in loaded.manifest.times or not granted(route, f"schedule:{name}", now):
            return Fired("closed", "it may not run by itself at this time")
        if self._rate.take(route.name, route.team, loaded.manifest.limits.requests_per_minute) is not None:
            return Fired("later", "it is asked too often")
        return await self._once(loaded, route, call.scheduled(name, due_at, now, due.request_id(app, name, due_at)))

    async def _once(self, loaded: Loaded, route: Route, wanted: Call) -> Fired:
        if not self._begun.first(wanted.request_id):
            return Fired("begun")
        facts = {"app": route.app, "stage": route.stage, "request.id": wanted.request_id}
        try:
            with traces.span("scheduled", route.parent, facts):
                ran = await self._conduct(loaded, route, wanted)
        except NotNow as error:
            self._begun.undo(wanted.request_id)
            return Fired("later", str(error))
        return Fired("ran", ran.outcome.kind if isinstance(ran.outcome, Breach) else str(ran.outcome.status))
