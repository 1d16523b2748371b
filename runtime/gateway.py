"""The gateway: HTTP in front, sandbox inside. One visit goes through every check, in one order, each time.

host -> route -> signed in? -> Lease -> audience -> form token -> static file, or rate -> Call -> Outcome -> HTTP
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from runtime import closed, pages, visit
from runtime.about import about
from runtime.call import Breach, Call, Visitor
from runtime.capabilities import withheld
from runtime.doorman import Doorman
from runtime.entry import GUEST, Entry, for_anybody
from runtime.errors import Corrupt, RuntimeFault, Unproved
from runtime.frozen import asked_for
from runtime.gallery import Gallery
from runtime.host import Host, Ran
from runtime.identity import visitor_id
from runtime.keeper import WAITS, Mark
from runtime.loaded import Loaded, Loader
from runtime.noting import fault, noted
from runtime.onlooker import Onlooker
from runtime.outside import NotNow
from runtime.pages import Page
from runtime.rate import Rate
from runtime.rehearsal_page import PATH as REHEARSAL
from runtime.rehearsing import Rehearsing
from runtime.routes import GALLERY, Route, Routes
from runtime.sandbox import BrokenApp
from runtime.spool import new_request_id
from runtime.teller import Teller
from runtime.traces import Spans
from runtime.visit import BadVisit, Receive, Reply, Scope, Send, Visit
from runtime.watch import Watch
from runtime.wire import ControlWire, Unreachable
from templates.manifest import Digest

PLATFORM, EXPORT = "/_slipway/", "/_slipway/export"
ABOUT, SBOM = "/_slipway/about", "/_slipway/sbom"
"""Paths under every app's origin that are the platform's; an app never gets to see them."""

log = logging.getLogger("slipway.gateway")


class Gateway:
    """One worker's ASGI application."""

    def __init__(
        self,
        *,
        domain: str,
        routes: Routes,
        doorman: Doorman,
        loader: Loader,
        host: Host,
        wire: ControlWire,
        exports: Callable[[str], bytes],
        salt: bytes,
        wall: Callable[[], int],
        spool: Callable[[Mapping[str, Any]], None],
        scrub: Callable[[str], str],
        rate: Rate,
        watch: Watch,
        gallery: Gallery,
    ) -> None:
        """`wall` is UNIX seconds; `exports` reads an export by its name; `spool` keeps one usage record.

        `scrub` takes secrets out of what an app says before it is logged or posted (Invariant 3).
        """
        self._domain = domain
        self._routes = routes
        self._doorman = doorman
        self._loader = loader
        self._host = host
        self._wire = wire
        self._exports = exports
        self._salt = salt
        self._wall = wall
        self._spool = spool
        self._scrub = scrub
        self._rate = rate
        self._watch = watch
        self._gallery = gallery
        self._teller = Teller(wire, scrub)
        self._spans = Spans(wall)
        self._rehearsing = Rehearsing(wire, host, loader, doorman, routes, salt)
        self._onlooker = Onlooker(wire, host, loader, routes, wall)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Whatever happens, the visitor gets a response with a request id (O6)."""
        if scope["type"] != "http":
            return
        request_id, trace_id = new_request_id(self._wall()), ""
        waits: Mark = scope[WAITS]
        waits.begin(request_id, body=scope["method"] != "HEAD")
        try:
            asked = visit.parse(scope["method"], scope["raw_path"], scope["query_string"], scope["headers"])
            route = self._route(asked)
            if route is None:
                reply = await self._reply(asked, None, receive, request_id)
            else:
                trace_id, facts = route.trace, {"app": route.app, "stage": route.stage, "request.id": request_id}
                with self._spans.visit(route.parent, facts):
                    reply = await self._safely(asked, route, receive, request_id)
        except BadVisit:
            reply = pages.reply(Page(400, "That address is not readable", "Check the link."), request_id)
        except Exception:
            # The rim of this worker: one visit's fault must not stop the others'.
            reply = fault(request_id)
        waits.end()
        await visit.respond(send, reply, request_id, trace_id, body=scope["method"] != "HEAD")

    async def _safely(self, asked: Visit, route: Route, receive: Receive, request_id: str) -> Reply:
        """Within the visit's trace, so that what went wrong is logged under it."""
        try:
            return await self._reply(asked, route, receive, request_id)
        except Exception:
            # The rim of one visit.
            return fault(request_id)

    def _route(self, asked: Visit) -> Route | None:
        where = visit.address(asked.host, self._domain)
        return self._routes.find(*where) if where else None

    async def _reply(self, asked: Visit, route: Route | None, receive: Receive, request_id: str) -> Reply:
        relayed = self._doorman.relay(asked)
        if relayed is not None:
            return pages.reply(relayed, request_id) if isinstance(relayed, Page) else relayed
        if route is None:
            return self._gallery.way(asked) or pages.reply(pages.NOT_FOUND, request_id)
        if route is GALLERY and (free := self._gallery.open(asked)):
            return free
        if asked.path.startswith(PLATFORM):
            platform = await self._doorman.platform_path(asked, route, receive)
            if platform is not None:
                return pages.reply(platform, request_id) if isinstance(platform, Page) else platform
        if (seen := await self._onlooker.reply(asked, route, request_id)) is not None:
            return seen
        entry = await self._doorman.enter(asked, route)
        if isinstance(entry, Page):
            return pages.reply(entry, request_id)
        if isinstance(entry, Reply):
            return entry
        if route is GALLERY:
            return await self._gallery.reply(asked, entry.person, request_id)
        reply = await self._inside(asked, route, entry, receive, request_id)
        return for_anybody(reply, entry) if entry.anonymous else reply

    async def _inside(self, asked: Visit, route: Route, entry: Entry, receive: Receive, request_id: str) -> Reply:
        """The visitor is known and belongs to the audience."""
        now = self._wall() + self._routes.clock_offset()
        if visit.method(asked) is None:
            return pages.reply(pages.NO_METHOD, request_id)
        if asked.path.startswith(PLATFORM):
            if asked.path == REHEARSAL:
                return await self._rehearsing.answer(asked, route, entry, receive, now, request_id)
            if asked.path == EXPORT:
                return await self._export(route, entry, request_id)
            if asked.path == SBOM and (listed := self._loader.sbom(Digest(route.bundle))):
                return Reply(200, listed, "application/vnd.cyclonedx+json")
            if asked.path == ABOUT and route.open(now):
                return pages.reply(about(self._loader, route, now, sign_in=entry.anonymous), request_id)
            return pages.reply(pages.NOT_FOUND, request_id)
        if page := closed.instead(route, now, self._routes.contact, owner=entry.owner):
            return pages.reply(page, request_id)
        seen_by = self._rehearsing.seen_by(asked, route, entry)
        if isinstance(seen_by, Page):
            return pages.reply(seen_by, request_id)
        entry = seen_by
        form: Mapping[str, list[str]] = {}
        if asked.method == "POST":
            body = None if visit.too_large(asked) else await visit.body(receive)
            if body is None:
                return pages.reply(pages.TOO_LARGE, request_id)
            try:
                form = visit.form(asked.headers.get("content-type", ""), body)
            except BadVisit:
                return pages.reply(pages.UNSUPPORTED, request_id)
            if not self._doorman.genuine(asked, entry, form):
                return pages.reply(pages.FORGED, request_id)
        return await self._call(asked, route, entry, form, now, request_id)

    async def _call(
        self,
        asked: Visit,
        route: Route,
        entry: Entry,
        form: Mapping[str, list[str]],
        now: int,
        request_id: str,
    ) -> Reply:
        try:
            loaded = self._loader.get(Digest(route.bundle), self._routes.revoked)
        except (RuntimeFault, BrokenApp) as error:
            log.error("%s: bundle of %s cannot be used: %s", request_id, route.app, error)
            if isinstance(error, Corrupt | Unproved):
                self._watch.unusable(route, request_id, error)
            return pages.reply(closed.unusable(route, error, self._routes.contact), request_id)
        if asked.path in loaded.static and asked.method != "POST":
            return visit.static(asked.path, loaded.static[asked.path])
        most = loaded.manifest.limits.requests_per_minute
        # The public has half of it, counted by itself: whoever signed in comes in all the same.
        of, most = (f"{route.name}.{GUEST}", max(1, most // 2)) if entry.anonymous else (route.name, most)
        refused = self._rate.take(of, route.team, most)
        if refused is not None:
            self._watch.refused(route, request_id, refused)
            return pages.reply(pages.too_many(route.title, refused), request_id)
        call = self._asked(asked, route, entry, form, now, request_id)
        try:
            ran = await self.conduct(loaded, route, call, visit.client_id(asked))
        except NotNow as error:
            log.warning("%s: %s was not called: %s", request_id, route.app, error)
            return pages.reply(pages.TRY_LATER, request_id)
        if isinstance(ran.outcome, Breach):
            return pages.reply(closed.breach(route, ran.outcome, self._routes.contact), request_id)
        return visit.from_app(ran.outcome)

    async def conduct(self, loaded: Loaded, route: Route, call: Call, client: str = "") -> Ran:
        """One Call, watched and spooled, with what it wants said; `client` is the client's own request id.

        Raises NotNow when it was not begun.
        """
        request_id = call.request_id
        with self._spans.call():
            ran = await self._host.run(
                loaded, route, call, self._routes, lambda: self._watch.running(route, request_id)
            )
        to_blame = not withheld(loaded.manifest, ran.outcome)
        if not (isinstance(ran.outcome, Breach) and asked_for(route.stilled, ran.outcome.detail)):
            self._watch.ended(route, request_id, ran.outcome, to_blame=to_blame, schedule=call.schedule)
        self._spool(noted(client, route, call, ran))
        for name in ran.blocked:
            await self._teller.blocked(route, name, call)
        for text in ran.notices:
            await self._teller.notify(route, text, request_id)
        if isinstance(ran.outcome, Breach):
            detail = self._scrub(ran.outcome.detail)
            log.warning("%s: %s of %s: %s", request_id, ran.outcome.kind, route.app, detail)
        return ran

    def _asked(
        self, asked: Visit, route: Route, entry: Entry, form: Mapping[str, list[str]], now: int, request_id: str
    ) -> Call:
        """The visit as the app may know it."""
        return Call(
            method="POST" if asked.method == "POST" else "GET",
            path=asked.path,
            visitor=Visitor(
                id=visitor_id(self._salt, route.app, entry.person),
                name=entry.name,
                owner=entry.owner,
                handle=entry.handle,
            ),
            now=now,
            request_id=request_id,
            query=asked.query,
            form=form,
            stage=route.stage,
            csrf=entry.csrf,
        )

    async def _export(self, route: Route, entry: Entry, request_id: str) -> Reply:
        """The data of an ended app, for its owner alone; recorded before it is given."""
        if not route.export or not entry.owner:
            return pages.reply(pages.outsider(route.title), request_id)
        try:
            read = {"app": route.app, "person": entry.person, "action": "export.downloaded", "request_id": request_id}
            answer = await self._wire.ask("record", read)
        except Unreachable as error:
            answer = {"why": str(error)}
        if "why" in answer:
            return pages.reply(pages.TRY_LATER, request_id)
        name = f'attachment; filename="{route.slug}.zip"'
        return Reply(200, self._exports(route.export), "application/zip", headers=(("content-disposition", name),))
