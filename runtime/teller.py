"""The teller: has control say in an app's thread what its code wants said, and what it may not reach."""

import logging
from collections.abc import Callable

from runtime.call import Call
from runtime.routes import Route
from runtime.wire import ControlWire, Unreachable

DAY = 86_400
MOST_TOLD = 10_000
"""What was blocked that a worker remembers to have told."""

log = logging.getLogger("slipway.gateway")


class Teller:
    """One worker's words to control about its apps."""

    def __init__(self, wire: ControlWire, scrub: Callable[[str], str]) -> None:
        """`scrub` takes secrets out of what an app says before it leaves this worker (Invariant 3)."""
        self._wire = wire
        self._scrub = scrub
        self._told: set[tuple[str, str, str, int]] = set()

    def forget(self) -> None:
        """As if nothing had been told yet."""
        self._told.clear()

    async def notify(self, route: Route, text: str, request_id: str) -> None:
        """Have control post into the app's thread, within the app's budget; the visit goes on either way."""
        document = {"app": route.app, "stage": route.stage, "text": self._scrub(text), "request_id": request_id}
        try:
            answer = await self._wire.ask("notify", document)
        except Unreachable:
            answer = {"why": "control does not answer"}
        if "why" in answer:
            log.warning("%s: notice of %s not posted: %s", request_id, route.app, answer["why"])

    async def blocked(self, route: Route, name: str, call: Call) -> None:
        """Tell control what the app may not reach, once a day and worker; who is told of it is control's to say."""
        seen = (route.app, route.stage, name, call.now // DAY)
        if seen in self._told:
            return
        document = {"app": route.app, "stage": route.stage, "name": name}
        try:
            await self._wire.ask("blocked", document)
        except Unreachable:
            log.warning("%s: nobody was told that %s is blocked for %s", call.request_id, name, route.app)
            return
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told.add(seen)
