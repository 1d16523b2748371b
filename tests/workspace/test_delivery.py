"""How payloads reach the app: sockets with retries and refreshes, and signed HTTP."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.workspace.harbour import Running, config, free_port, until

pytestmark = pytest.mark.scenario

Make = Callable[..., Running]


@contextmanager
def link(harbor: Running) -> Iterator[ClientConnection]:
    """One raw socket of the app, past its hello."""
    opened = harbor.client.apps_connections_open(app_token="xapp-test")
    with connect(opened["url"]) as socket:
        assert json.loads(socket.recv(2))["type"] == "hello"
        yield socket


def ack(socket: ClientConnection, envelope: dict[str, Any], **payload: Any) -> None:
    socket.send(json.dumps({"envelope_id": envelope["envelope_id"], **({"payload": payload} if payload else {})}))


def test_an_unacknowledged_event_comes_again_with_its_number_and_the_same_id(made: Make) -> None:
    harbor = made(ack_s=0.1, socket_retries=(0.0, 0.0))
    with link(harbor) as socket:
        harbor.person("ana").say("hello", "#ops")
        first, second = json.loads(socket.recv(2)), json.loads(socket.recv(2))
        ack(socket, second)
        assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
        assert second["retry_reason"] == "timeout"
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        with pytest.raises(TimeoutError):
            socket.recv(0.3)


def test_events_wait_for_the_app_and_each_goes_to_one_socket(made: Make) -> None:
    harbor = made()
    for word in ("one", "two"):
        harbor.person("ana").say(word, "#ops")
    with link(harbor) as first, link(harbor) as second:
        heard = []
        for _ in range(2):
            envelope = json.loads(first.recv(2))
            heard.append(envelope["payload"]["event"]["text"])
            ack(first, envelope)
        assert sorted(heard) == ["one", "two"]
        with pytest.raises(TimeoutError):
            second.recv(0.2)


def test_a_ticket_opens_one_socket(harbor: Running) -> None:
    url = harbor.client.apps_connections_open(app_token="xapp-test")["url"]
    with connect(url) as socket:
        socket.recv(2)
    with pytest.raises(InvalidStatus, match="403"):
        connect(url)


def test_a_command_nobody_answers_says_so_to_the_asker(made: Make) -> None:
    harbor = made(ack_s=0.1)
    ana = harbor.person("ana")
    assert ana.command("/slipway hello", "#ops") == "dispatch_failed"
    with link(harbor):
        assert ana.command("/slipway hello", "#ops") == "operation_timeout"
    assert ana.command("/nonsense", "#ops") == "invalid_command"
    told = ana.whispers("#ops")[-1]
    assert told["text"] == "`/nonsense` is not a valid command."
    drawn = ana.web.get(f"{ana.base_url}/page/picture/{told['user']}.svg")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml"), "whoever speaks has a picture"


def test_a_socket_asked_to_leave_gets_nothing_more_and_its_successor_gets_all(made: Make) -> None:
    harbor = made(refresh_s=0.3, ack_s=0.3)
    with link(harbor) as first:
        reasons = [json.loads(first.recv(2))["reason"] for _ in range(2)]
        assert reasons == ["warning", "refresh_requested"]
        harbor.person("ana").say("after", "#ops")
        with link(harbor) as second:
            envelope = json.loads(second.recv(2))
            ack(second, envelope)
            assert envelope["payload"]["event"]["text"] == "after"
        with pytest.raises(ConnectionClosed):
            first.recv(2)


class Listener:
    """An app's request URL that answers as it is told, and records."""

    def __init__(self, statuses: list[int]) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        listener = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                challenge = b"url_verification" in body and json.loads(body)["challenge"].encode()
                if not challenge:
                    listener.heard.append((dict(self.headers.items()), body))
                self.send_response(200 if challenge or not statuses else statuses.pop(0))
                self.end_headers()
                self.wfile.write(challenge or b'{"text": "Heard"}')

            def log_message(self, *words: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", free_port()), Answer)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener([500, 500])
    yield made
    made.stop()


def test_signed_http_is_verified_retried_and_numbered(made: Make, listener: Listener) -> None:
    harbor = made(mode="http", request_url=listener.url, http_retries=(0.0, 0.0, 0.0))
    harbor.person("ana").say("hello", "#ops")
    until(lambda: len(listener.heard) == 3)
    verifier = SignatureVerifier("signing")
    assert all(verifier.is_valid_request(body, headers) for headers, body in listener.heard)
    numbers = [headers.get("X-Slack-Retry-Num", headers.get("x-slack-retry-num")) for headers, _ in listener.heard]
    assert numbers == [None, "1", "2"]
    assert len({json.loads(body)["event_id"] for _, body in listener.heard}) == 1
    assert harbor.person("ana").command("/slipway a & b", "#ops") == ""
    form = parse_qs(listener.heard[-1][1].decode())
    assert form["text"] == ["a &amp; b"]
    assert [one["text"] for one in harbor.person("ana").whispers("#ops")] == ["Heard"]


def test_what_was_said_outlives_a_restart(tmp_path: Path) -> None:
    made = config(keep=tmp_path / "harbor.db")
    first = Running(made)
    ts = first.person("ana").say("remember me", "#ops")
    first.client.chat_postEphemeral(channel="#ops", user=first.person("ana").id, text="only you")
    first.stop()
    second = Running(made)
    try:
        assert [one["ts"] for one in second.person("ana").messages("#ops")] == [ts]
        assert [one["text"] for one in second.person("ana").whispers("#ops")] == ["only you"]
        assert second.person("ana").say("later", "#ops") > ts
    finally:
        second.stop()
