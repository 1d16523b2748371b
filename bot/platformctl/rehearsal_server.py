"""A page server for one visitor of one rehearsal, on the loopback address. For whoever writes templates."""

from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

from runtime import visit
from runtime.filling import Sent
from runtime.stage import CSRF, Shown, Stage
from runtime.visit import MAX_BODY, BadVisit

HOST = "127.0.0.1"


def serve(stage: Stage, role: str, static: Mapping[str, bytes], port: int) -> None:
    """Serve the stage's app to somebody in this role until Ctrl-C. Its address is the first line that is printed."""
    server = HTTPServer((HOST, port), _handler(stage, role, static))
    print(f"http://{HOST}:{server.server_port}/  (as {stage.person(role).name}; Ctrl-C ends it)", flush=True)
    with server:
        server.serve_forever()


def _handler(stage: Stage, role: str, static: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path in static:
                found = visit.static(path, static[path])
                self._give(found.status, found.content_type, found.body)
                return
            self._show(stage.open(role, self.path))

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "0")
            if not length.isdigit() or int(length) > MAX_BODY:
                self._give(413, "text/plain", b"Too much.")
                return
            try:
                form = visit.form(self.headers.get("content-type", ""), self.rfile.read(int(length)))
            except BadVisit:
                self._give(415, "text/plain", b"Only forms are read.")
                return
            if form.get("_csrf") != [CSRF]:
                self._give(403, "text/plain", b"That form is of another app.")
                return
            self._show(stage.send(role, Sent(self.path, "POST", form, ())))

        def _show(self, shown: Shown) -> None:
            self._give(shown.status, "text/html; charset=utf-8", (shown.why or shown.body).encode())

        def _give(self, status: int, kind: str, body: bytes) -> None:
            # Another site's page may lead a browser here by a name of its own: only the address itself is answered.
            if self.headers.get("host", "").partition(":")[0] != HOST:
                status, kind, body = 421, "text/plain", b"Open the address that was printed."
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.send_header("content-security-policy", visit.APP_POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    return Handler
