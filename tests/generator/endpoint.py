"""A server that speaks the chat completions protocol, with every failure that such a server can answer."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Said:
    """One answer of the endpoint. `body` stands for itself when given; else `content` is the model's answer."""

    content: str | None = ""
    status: int = 200
    finish: str = "stop"
    refusal: str | None = None
    body: bytes | None = None
    wait: float = 0.0
    usage: dict[str, int] | None = None

    def encoded(self) -> bytes:
        """The HTTP body."""
        if self.body is not None:
            return self.body
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        choice = {"index": 0, "finish_reason": self.finish, "message": message, "logprobs": None}
        answer = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        return json.dumps({**answer, **({"usage": self.usage} if self.usage else {})}).encode()


@dataclass
class Endpoint:
    """A running endpoint: `url` for the client, and every request's JSON as it came."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)

    def texts(self) -> str:
        """Everything that was sent, as one text."""
        return json.dumps(self.asked, ensure_ascii=False)


@contextmanager
def endpoint(answer: Callable[[dict[str, Any]], Said]) -> Iterator[Endpoint]:
    """Serve on loopback until the block ends; `answer` makes an answer of a request's JSON."""
    stop = threading.Event()
    running = Endpoint("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            running.asked.append(asked)
            said = answer(asked)
            stop.wait(said.wait)
            body = said.encoded()
            self.send_response(said.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    running.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield running
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
