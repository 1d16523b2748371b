"""The onlooker: lets whoever holds a viewing see the first page of one preview, of an app nobody used yet."""

import logging
from collections.abc import Callable

from runtime import pages, visit
from runtime.call import Breach, Call, Visitor
from runtime.errors import RuntimeFault
from runtime.host import Host
from runtime.identity import token_digest
from runtime.loaded import Loader
from runtime.routes import Route, Routes
from runtime.sandbox import BrokenApp
from runtime.viewing import HEADER, TOKEN
from runtime.visit import Reply, Visit
from runtime.wire import ControlWire, Unreachable
from templates.manifest import Digest

SOMEBODY = Visitor("v_onlooker", "Somebody", owner=False, handle="somebody")

log = logging.getLogger("slipway.onlooker")


class Onlooker:
    """Answers in front of the sign-in of previews."""

    def __init__(self, wire: ControlWire, host: Host, loader: Loader, routes: Routes, wall: Callable[[], int]) -> None:
        self._wire, self._host, self._loader, self._routes, self._wall = wire, host, loader, routes, wall

    async def reply(self, asked: Visit, route: Route, request_id: str) -> Reply | None:
        """The first page, or a no; None for every visit that carries no token: those go on to the sign-in."""
        token = asked.headers.get(HEADER, "")
        if not token:
            return None
        now = self._wall() + self._routes.clock_offset()
        first = asked.method == "GET" and asked.path == "/" and not asked.query
        if not (first and route.stage == "preview" and route.open(now) and TOKEN.fullmatch(token)):
            return pages.reply(pages.BAD_SIGN_IN, request_id)
        try:
            answer = await self._wire.ask("view", {"app": route.app, "token": token_digest(token)})
        except Unreachable:
            return pages.reply(pages.TRY_LATER, request_id)
        if answer.get("bundle") != route.bundle:
            return pages.reply(pages.BAD_SIGN_IN, request_id)
        return self._page(route, now, request_id)

    def _page(self, route: Route, now: int, request_id: str) -> Reply:
        try:
            loaded = self._loader.get(Digest(route.bundle), self._routes.revoked)
        except (RuntimeFault, BrokenApp) as error:
            log.warning("%s: %s cannot be shown: %s", request_id, route.app, error)
            return pages.reply(pages.unusable(route.title), request_id)
        outcome = self._host.rehearse(loaded, Call("GET", "/", SOMEBODY, now, request_id, stage="preview"))
        if isinstance(outcome, Breach):
            return pages.reply(pages.breach(outcome.kind, route.title), request_id)
        return visit.from_app(outcome)
