"""The guard of connections: who is slow, too large or too many goes, and everybody else is served."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from runtime import supervisor, worker
from runtime.guard import MOST_QUEUED, GuardedHttp, Waiting
from runtime.keeper import Unanswered
from runtime.visit import Receive, Scope, Send

HEAD, BODY = 0.3, 0.5
REQUEST = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how long the body was."""
    size = 0
    while (message := await receive()).get("more_body"):
        size += len(message["body"])
    said = str(size + len(message.get("body", b""))).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
    await send({"type": "http.response.body", "body": said})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    unanswered = Unanswered(supervisor.OPEN_FILES)
    any_application: Any = application
    server = worker.server(any_application, lambda: 1_800_000_000, unanswered, HEAD, BODY)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listening.close()


def opened(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def rest(one: socket.socket) -> bytes:
    """Everything until the other side closes."""
    content = b""
    with one:
        try:
            while part := one.recv(65536):
                content += part
        except ConnectionResetError:
            pass
    return content


def served(one: socket.socket) -> bool:
    """Whether a request on this connection is answered."""
    one.sendall(REQUEST)
    content = b""
    while not content.endswith(b"\r\n\r\n0"):
        part = one.recv(65536)
        if not part:
            return False
        content += part
    return content.startswith(b"HTTP/1.1 200 OK\r\n")


def seconds_open(port: int, first: bytes, drop: bytes) -> float:
    """How long a connection lasts that sends something, and then drop by drop."""
    began = time.monotonic()
    with opened(port) as one:
        one.sendall(first)
        one.settimeout(0.05)
        while time.monotonic() - began < 5:
            try:
                one.sendall(drop)
                if not one.recv(65536):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("first", "drop", "allowed"),
    [
        (b"", b"", HEAD),
        (b"GET / HTTP/1.1\r\n", b"x-a: b\r\n", HEAD),
        (b"GET /", b"a", HEAD),
        (b"", b"\r\n", HEAD),
        (b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999\r\n\r\n", b"a", BODY),
        (b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\na\r\n", BODY),
        (REQUEST + b"GET / HTTP/1.1\r\n", b"x-a: b\r\n", HEAD),
    ],
    ids=["nothing", "headers", "line", "blank lines", "body", "chunks", "a second request"],
)
def test_whoever_is_slow_is_let_go(port: int, first: bytes, drop: bytes, allowed: float) -> None:
    assert allowed * 0.8 < seconds_open(port, first, drop) < allowed + 2


def test_whoever_is_quick_is_served_again_and_again(port: int) -> None:
    with opened(port) as one:
        for _ in range(3):
            assert served(one)
            time.sleep(HEAD * 0.6)


def test_a_large_body_that_ends_is_no_head(port: int) -> None:
    with opened(port) as one:
        one.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 200000\r\n\r\n" + b"a" * 200_000)
        content = b""
        while not content.endswith(b"\r\n\r\n200000"):
            content += one.recv(65536)
        assert served(one)


@pytest.mark.parametrize(
    "content",
    [
        b"GET / HTTP/1.1\r\nx-a: " + b"b" * 100_000,
        b"GET / HTTP/1.1\r\nx-a: " + b"b" * 40_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000,
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 101 + b"\r\n",
        b"nonsense\r\n\r\n",
        b"GET /\r\n\r\n",
    ],
    ids=["endless header", "long header", "long line", "many headers", "nonsense", "HTTP/0.9"],
)
def test_what_is_too_large_or_unreadable_gets_a_page_with_a_request_id(port: int, content: bytes) -> None:  # O6
    one = opened(port)
    one.sendall(content)
    told = rest(one)
    assert told.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"x-request-id: r6b49d200" in told and b"connection: close" in told
    assert b"That request is not readable" in told


def test_a_queue_on_one_connection_has_an_end(port: int) -> None:
    one = opened(port)
    one.sendall(REQUEST * 500)
    assert rest(one).count(b"HTTP/1.1 200") <= MOST_QUEUED + 1
    with opened(port) as other:
        assert served(other)


class Connection(GuardedHttp):
    """One that only knows whether it was dropped."""

    def __init__(self) -> None:
        self.dropped = False

    def drop(self) -> None:
        self.dropped = True


def test_with_too_many_connections_the_one_goes_that_waited_longest() -> None:
    waiting, made = Waiting(lambda: 0, Unanswered(1), most=3), [Connection() for _ in range(5)]
    for number, one in enumerate(made[:3], start=1):
        waiting.add(one, number)
    waiting.remove(made[0])
    waiting.add(made[3], 4)
    assert [one.dropped for one in made] == [False, True, False, False, False]
    waiting.add(made[4], 4)
    assert [one.dropped for one in made] == [False, True, True, False, False]
