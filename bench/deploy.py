"""From a bundle to its first page, and from disk to a page: `python -m bench.deploy`. Through the whole real path.

A deploy keeps the bundle, has a worker try it, and makes it live in one transaction with Grants and AuditEvent; then
its visitor opens a connection of their own, as each of these visits does. An eviction leaves of an app what lies on
disk. Beside them, in the same run: the same page from bare ASGI, which reads its file when it is asked first, and the
page of an app that is in memory. Goals: deploy -> first 200 in 3 ms, first Call after eviction in 1 ms, both p50.
"""

import http.client
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from unittest.mock import patch

from bench.gateway import page
from bench.installation import ASKED, App, Installation, answered, enter, free_port, process
from bench.target import Fronted, workload
from bot import database
from runtime import worker

TIMES = 60


class Spent:
    """Milliseconds, by what they were spent on, in order of appearance."""

    def __init__(self) -> None:
        self.of: dict[str, list[float]] = {}

    def on(self, what: str, act: Callable[[], Any]) -> Any:
        """Do it, and note how long it took."""
        began = perf_counter()
        result = act()
        self.of.setdefault(what, []).append(1000 * (perf_counter() - began))
        return result


def visit(port: int, path: str = "/", method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """One request on a connection of its own; anything but 200 ends the measurement."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body or None, headers)
        reply = connection.getresponse()
        content = reply.read()
    finally:
        connection.close()
    if reply.status != 200:
        raise SystemExit(f"{method} {path}: {reply.status} {content.decode(errors='replace')}")
    return content


def bare(folder: Path, port: int) -> None:
    """uvicorn, bare: PUT keeps a page, GET gives it, from memory once it was read."""
    import uvicorn

    held: dict[str, bytes] = {}

    async def application(scope, receive, send):
        name = scope["path"].removeprefix("/")
        body = b"kept"
        if scope["method"] == "PUT":
            (folder / name).write_bytes((await receive())["body"])
            held.pop(name, None)
        else:
            body = held[name] if name in held else held.setdefault(name, (folder / name).read_bytes())
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": body})

    uvicorn.run(application, port=port, http="httptools", lifespan="off", access_log=False, log_level="error")


def deployed(installation: Installation, spent: Spent, number: int) -> App:
    """One deploy and its first page, in parts, which are those of `Installation.deploy`."""
    name, bundle = f"survey-{number}", workload(f"Survey {number}")
    # In the journey that is done before the preview, long before anything goes live.
    spent.on("before: listed and signed", lambda: installation.notary.attest(ASKED, bundle))
    began = perf_counter()
    digest = spent.on("  the bundle is kept", lambda: installation.bundles.put(bundle))
    assert not spent.on("  a worker tries it", lambda: installation.smoke(digest)).problem

    def commit() -> None:
        with database.transaction(installation.engine) as session:
            enter(session, name, digest, bundle.manifest)

    spent.on("  it goes live, one transaction", commit)
    app = App(bundle, name)
    body = spent.on("  its first page", lambda: opened(installation, app))
    spent.of.setdefault("deploy -> first 200", []).append(1000 * (perf_counter() - began))
    assert f"<h1>Survey {number}</h1>".encode() in body
    return app


def opened(installation: Installation, app: App) -> bytes:
    """Its page, as a visitor gets it."""
    return visit(installation.settings.port, host=app.host, cookie=app.cookie)


def main() -> None:
    """Measure both, and print each with its parts."""
    spent = Spent()
    with tempfile.TemporaryDirectory() as name, patch.object(worker, "Gateway", Fronted):
        installation, port = Installation(Path(name) / "home"), free_port()
        (Path(name) / "bare").mkdir()
        (Path(name) / "bare" / "ready").touch()
        (first,) = installation.registered({"first": workload("First")})
        with installation.serving(), process(bare, Path(name) / "bare", port):
            body = page(installation, first)
            answered(f"http://127.0.0.1:{port}/ready")
            for number in range(TIMES):
                app = deployed(installation, spent, number)
                spent.on("the same app again, in memory", lambda app=app: opened(installation, app))
                visit(installation.settings.port, f"/_evict/{app.name}", "POST")
                spent.on("first Call after eviction", lambda app=app: opened(installation, app))

                def both(number: int = number) -> None:
                    visit(port, f"/{number}", "PUT", body)
                    visit(port, f"/{number}")

                spent.on("bare ASGI: PUT of a page -> first 200", both)
                spent.on("bare ASGI: the same again", lambda number=number: visit(port, f"/{number}"))
    for what in sorted(spent.of, key=lambda one: (one.startswith("bare"), not one.startswith(("  ", "deploy")))):
        some = spent.of[what]
        print(f"{what:<40} p50 {median(some):7.2f} ms   p95 {quantiles(some, n=20)[18]:7.2f} ms")
    for one, other in (
        ("deploy -> first 200", "bare ASGI: PUT of a page -> first 200"),
        ("first Call after eviction", "bare ASGI: the same again"),
    ):
        print(f"{one}: {median(spent.of[one]) / median(spent.of[other]):.1f} times {other}")


if __name__ == "__main__":
    main()
