"""Slipway for the peers' harness (`bench/slipway-target.json`): `python -m bench.target PORT FOLDER`.

A gateway as the product starts it, one worker behind its walls, on 127.0.0.1:PORT. The harness knows paths where
Slipway has hosts, and no cookies. So the worker's application is the gateway's own with one thing before it, which adds
to a request what a signed-in visitor's browser would have sent: Host, Cookie, and a form's token. Every check of the
gateway then runs on them; none is replaced, and what the adding costs is Slipway's loss (`python -m bench.gateway`
measures the same page both ways).

Deploys come to 127.0.0.2:PORT, where control would be, and are `Installation.deploy`.
"""

import logging
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import uvicorn

from bench.installation import LARGE, Installation, survey, token
from runtime import visit, worker
from runtime.gateway import Gateway
from runtime.identity import COOKIE
from runtime.visit import Receive, Reply, Scope, Send
from templates.bundle import Bundle
from templates.manifest import StoreCapability, Table

DOOR = "127.0.0.2"
APP, EVICT, DEPLOY = b"/a/", b"/_evict/", "/_deploy/"
WORKLOAD = Path(__file__).with_name("workload") / "survey.js"
FIELDS = {"name": "text", "rating": "number", "team": "text", "again": "text", "comment": "text"}
TITLE = re.compile(r'^const TITLE = "([^"\\]*)";$', re.MULTILINE)
FORM = b"application/x-www-form-urlencoded"


def workload(title: str = "__APP_TITLE__") -> Bundle:
    """The survey of the harness with this title."""
    store = StoreCapability(tables={"responses": Table(fields=FIELDS)})
    manifest = survey(LARGE).manifest.model_copy(update={"name": "peers", "title": title, "capabilities": (store,)})
    return Bundle(manifest, {"app.js": WORKLOAD.read_text().replace("__APP_TITLE__", title).encode()})


class Fronted(Gateway):
    """The gateway of one worker, for a client that is no browser."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`/a/<app>/<path>` is that app's path; `/_evict/<app>` makes the worker forget what it holds in memory."""
        path: bytes = scope.get("raw_path", b"")
        if path.startswith(EVICT):
            # All of it, the stores' connections too: what is left is what lies on disk.
            self._loader.forget()
            self._host.close()
            await visit.respond(send, Reply(200, b"evicted", "text/plain"), "bench", "", body=True)
            return
        if path.startswith(APP):
            scope, receive = await as_visitor(scope, receive)
        await super().__call__(scope, receive, send)


async def as_visitor(scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
    """The same request as the app's visitor would have sent it."""
    app, _, path = scope["raw_path"].removeprefix(APP).partition(b"/")
    name = app.decode("ascii")
    headers = [(b"host", app + b".localhost"), (b"cookie", f"{COOKIE}={token(name)}".encode())]
    given = dict(scope["headers"])
    if scope["method"] == "POST":
        body = signed(await visit.body(receive) or b"", given.get(b"content-type", b""), token(name))
        headers += [(b"content-type", FORM), (b"content-length", str(len(body)).encode())]
        receive = _once(body)
    return {**scope, "raw_path": b"/" + path, "headers": [*{**given, **dict(headers)}.items()]}, receive


def signed(body: bytes, kind: bytes, csrf: str) -> bytes:
    """A form with its token. A JSON document becomes a field of one: the app reads it, as the peers' apps do."""
    fields = urlencode({"_csrf": csrf}).encode()
    return fields + b"&" + (body if kind.startswith(FORM) else urlencode({"json": body}).encode())


def _once(body: bytes) -> Receive:
    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body}

    return receive


def door(installation: Installation) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The ASGI application that deploys. Of the source that the harness sends only its title is used."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        reply = Reply(404, b"", "text/plain")
        if scope["type"] == "http" and scope["path"].startswith(DEPLOY):
            title = TITLE.search((await visit.body(receive) or b"").decode())
            assert title is not None, "the source names no title"
            installation.deploy(scope["path"].removeprefix(DEPLOY), workload(title[1]))
            reply = Reply(200, b"deployed", "text/plain")
        await visit.respond(send, reply, "bench", "", body=True)

    return application


def main() -> None:
    """Serve until SIGTERM."""
    logging.basicConfig(level=logging.WARNING)
    installation = Installation(Path(sys.argv[2]) / "home", int(sys.argv[1]))
    with patch.object(worker, "Gateway", Fronted), installation.serving(core=None):
        uvicorn.run(
            door(installation),
            host=DOOR,
            port=installation.settings.port,
            http="httptools",
            lifespan="off",
            access_log=False,
            log_level="error",
        )


if __name__ == "__main__":
    main()
