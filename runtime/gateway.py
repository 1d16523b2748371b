"""The gateway: HTTP in front, sandbox inside. One visit goes through every check, in one order, each time.

host -> route -> signed in? -> Lease -> audience -> form token -> static file or Call -> Outcome -> HTTP
"""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from opentelemetry import trace

from runtime import pages, visit
from runtime.call import Breach, Call, Outcome, Visitor
from runtime.doorman import Doorman, Entry
from runtime.errors import RuntimeFault
from runtime.identity import visitor_id
from runtime.loaded import Loaded, Loader
from runtime.pages import Page
from runtime.routes import Route, Routes
from runtime.sandbox import BrokenApp, Sandbox
from runtime.visit import BadVisit, Reply, Visit
from runtime.wire import ControlWire, Unreachable
from templates.manifest import Digest

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Dispatching = Callable[[Loaded, Route, Call], Any]
"""Builds one Call's dispatch table from what the app is granted (Invariant 8)."""

PLATFORM, EXPORT = "/_slipway/", "/_slipway/export"
"""Paths under every app's origin that are the platform's; an app never gets to see them."""

log = logging.getLogger("slipway.gateway")
tracer = trace.get_tracer("slipway.gateway")


class Gateway:
    """One worker's ASGI application."""

    def __init__(
        self,
        *,
        domain: str,
        routes: Routes,
        doorman: Doorman,
        loader: Loader,
        sandbox: Sandbox,
        dispatching: Dispatching,
        wire: ControlWire,
        exports: Callable[[str], bytes],
        salt: bytes,
        wall: Callable[[], int],
        spool: Callable[[Mapping[str, Any]], None],
    ) -> None:
        """`wall` is UNIX seconds; `exports` reads an export by its name; `spool` keeps one usage record."""
        self._domain = domain
        self._routes = routes
        self._doorman = doorman
        self._loader = loader
        self._sandbox = sandbox
        self._dispatching = dispatching
        self._wire = wire
        self._exports = exports
        self._salt = salt
        self._wall = wall
        self._spool = spool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Whatever happens, the visitor gets a response with a request id (O6)."""
        if scope["type"] != "http":
            return
        request_id = "r" + secrets.token_hex(8)
        try:
            reply, trace_id = await self._reply(scope, receive, request_id)
        except BadVisit:
            reply, trace_id = _page(Page(400, "That address is not readable", "Check the link."), request_id), ""
        except Exception:
            # The rim of this worker: one visit's fault must not stop the others'.
            log.exception("visit %s failed", request_id)
            reply, trace_id = _page(pages.TRY_LATER, request_id), ""
        await _respond(send, reply, request_id, trace_id, body=scope["method"] != "HEAD")

    async def _reply(self, scope: Scope, receive: Receive, request_id: str) -> tuple[Reply, str]:
        asked = visit.parse(scope["method"], scope["raw_path"], scope["query_string"], scope["headers"])
        where = visit.address(asked.host, self._domain)
        route = self._routes.find(*where) if where else None
        if route is None:
            return _page(pages.NOT_FOUND, request_id), ""
        if asked.path.startswith(PLATFORM):
            platform = await self._doorman.platform_path(asked, route)
            if platform is not None:
                return (_page(platform, request_id) if isinstance(platform, Page) else platform), route.trace
        entry = await self._doorman.enter(asked, route)
        if isinstance(entry, Page):
            return _page(entry, request_id), route.trace
        if isinstance(entry, Reply):
            return entry, route.trace
        return await self._inside(asked, route, entry, receive, request_id), route.trace

    async def _inside(self, asked: Visit, route: Route, entry: Entry, receive: Receive, request_id: str) -> Reply:
        """The visitor is known and belongs to the audience."""
        now = self._wall() + self._routes.clock_offset()
        if visit.method(asked) is None:
            return _page(pages.NO_METHOD, request_id)
        if asked.path.startswith(PLATFORM):
            if asked.path == EXPORT:
                return await self._export(route, entry, request_id)
            return _page(pages.NOT_FOUND, request_id)
        if not route.open(now):
            ended = bool(route.ended_at) or bool(route.bundle)
            page = (
                pages.tombstone(
                    route.title, route.app_stage, route.ended_at or route.ends_at, export=bool(route.export)
                )
                if ended
                else pages.WRONG_STAGE
            )
            return _page(page, request_id)
        form: Mapping[str, list[str]] = {}
        if asked.method == "POST":
            body = None if visit.too_large(asked) else await _body(receive)
            if body is None:
                return _page(pages.TOO_LARGE, request_id)
            try:
                form = visit.form(asked.headers.get("content-type", ""), body)
            except BadVisit:
                return _page(pages.UNSUPPORTED, request_id)
            if not self._doorman.genuine(asked, entry, form):
                return _page(pages.FORGED, request_id)
        return self._call(asked, route, entry, form, now, request_id)

    def _call(
        self,
        asked: Visit,
        route: Route,
        entry: Entry,
        form: Mapping[str, list[str]],
        now: int,
        request_id: str,
    ) -> Reply:
        try:
            loaded = self._loader.get(Digest(route.bundle))
        except (RuntimeFault, BrokenApp) as error:
            log.error("%s: bundle of %s cannot be used: %s", request_id, route.app, error)
            return _page(pages.TRY_LATER, request_id)
        if asked.path in loaded.static and asked.method != "POST":
            return visit.static(asked.path, loaded.static[asked.path])
        call = Call(
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
        with tracer.start_as_current_span("call", attributes={"app": route.app, "request.id": request_id}):
            outcome = self._sandbox.run(
                loaded.prepared, call, loaded.manifest.limits, self._dispatching(loaded, route, call)
            )
        self._note(asked, route, call, outcome)
        if isinstance(outcome, Breach):
            log.warning("%s: %s of %s: %s", request_id, outcome.kind, route.app, outcome.detail)
            return _page(pages.breach(outcome.kind, route.title), request_id)
        return visit.from_app(outcome)

    def _note(self, asked: Visit, route: Route, call: Call, outcome: Outcome) -> None:
        """Spool what this Call was and used. A request id of the client's own is kept beside ours, never instead."""
        self._spool(
            {
                "at": call.now,
                "app": route.app,
                "stage": route.stage,
                "request": call.request_id,
                "client": visit.client_id(asked),
                "trace": route.trace,
                "result": outcome.kind if isinstance(outcome, Breach) else str(outcome.status),
                "cpu_ms": round(outcome.cpu_ms, 3),
            }
        )

    async def _export(self, route: Route, entry: Entry, request_id: str) -> Reply:
        """The data of an ended app, for its owner alone; recorded before it is given."""
        if not route.export or not entry.owner:
            return _page(pages.outsider(route.title), request_id)
        try:
            answer = await self._wire.ask(
                "record",
                {
                    "app": route.app,
                    "person": entry.person,
                    "action": "export.downloaded",
                    "request_id": request_id,
                },
            )
        except Unreachable:
            return _page(pages.TRY_LATER, request_id)
        if "why" in answer:
            return _page(pages.TRY_LATER, request_id)
        name = f'attachment; filename="{route.slug}.zip"'
        return Reply(200, self._exports(route.export), "application/zip", headers=(("content-disposition", name),))


def _page(page: Page, request_id: str) -> Reply:
    return Reply(page.status, page.html(request_id), policy=pages.POLICY)


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or None when it is larger than we take."""
    content = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        content += bytes(message.get("body", b""))
        if len(content) > visit.MAX_BODY:
            return None
        if not message.get("more_body"):
            return content


async def _respond(send: Send, reply: Reply, request_id: str, trace_id: str, *, body: bool) -> None:
    headers = [
        (b"content-type", reply.content_type.encode()),
        (b"content-length", str(len(reply.body)).encode()),
        (b"content-security-policy", reply.policy.encode()),
        (b"cache-control", b"no-store"),
        (b"x-request-id", request_id.encode()),
        *visit.SECURITY,
        *((name.encode(), value.encode("latin-1")) for name, value in reply.headers),
    ]
    if trace_id:
        headers.append((b"x-trace-id", trace_id.encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body if body else b""})


class Smoke:
    """The second ASGI application of a worker, on a local socket: control asks it to try a bundle once."""

    def __init__(self, loader: Loader, sandbox: Sandbox, dispatching: Callable[[Loaded, Call], Any]) -> None:
        """`dispatching` gives a throwaway store: a smoke Call leaves nothing behind."""
        self._loader = loader
        self._sandbox = sandbox
        self._dispatching = dispatching

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /` with `{"bundle": digest, "now": seconds}` gives `{"problem": ""}` or what went wrong."""
        if scope["type"] != "http":
            return
        asked = json.loads(await _body(receive) or b"{}")
        document = json.dumps({"problem": self._try(Digest(asked["bundle"]), int(asked["now"]))}).encode()
        await _respond(send, Reply(200, document, "application/json"), "smoke", "", body=True)

    def _try(self, bundle: Digest, now: int) -> str:
        try:
            loaded = self._loader.get(bundle)
        except BrokenApp as error:
            return f"The app does not load: {error}"
        except RuntimeFault as error:
            return f"The bundle cannot be used: {error}"
        call = Call(
            "GET", "/", Visitor("v_smoke", "Slipway", owner=True, handle="slipway"), now, "smoke", stage="preview"
        )
        outcome = self._sandbox.run(loaded.prepared, call, loaded.manifest.limits, self._dispatching(loaded, call))
        if isinstance(outcome, Breach):
            return f"The first page ended with {outcome.kind}: {outcome.detail}"
        return "" if outcome.status < 400 else f"The first page answered {outcome.status}."
