"""A small host for one app: HTTP in front of the real sandbox and store, with the gateway's content policy.

Who visits is a cookie, `who=ana`; everything else of the gateway is left out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, HTTPServer
from mimetypes import guess_type
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from runtime.call import Call
from tests.templates.stage import ANA, BEN, CY, Stage

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "font-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
CAST = {one.handle: one for one in (ANA, BEN, CY)}


@dataclass(frozen=True)
class Host:
    """An app being served; `stage` is what is behind it."""

    url: str
    stage: Stage


@contextmanager
def serve(stage: Stage) -> Iterator[Host]:
    """Serve the app on a free port of the loopback interface."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._visit("GET", b"")

        def do_POST(self) -> None:
            self._visit("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _visit(self, method: str, body: bytes) -> None:
            parts = urlsplit(self.path)
            static = stage.bundle.files.get(parts.path.lstrip("/"))
            if parts.path.startswith("/static/") and static is not None:
                self._reply(200, {"content-type": guess_type(parts.path)[0] or "text/plain"}, static)
                return
            form = parse_qs(body.decode(), keep_blank_values=True)
            query = parse_qs(parts.query, keep_blank_values=True)
            visitor = CAST[SimpleCookie(self.headers["Cookie"])["who"].value]
            assert method == "GET" or form.pop("_csrf") == ["token"]
            call = Call(
                "GET" if method == "GET" else "POST", parts.path, visitor, stage.now, "r1", query, form, csrf="token"
            )
            seen = stage.visit(call)
            self._reply(seen.status, dict(seen.headers), seen.text.encode())

        def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            sent = {**headers, "content-security-policy": POLICY, "content-length": str(len(body))}
            for name, value in sent.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests say what went wrong themselves."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Host(f"http://localhost:{server.server_port}", stage)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
