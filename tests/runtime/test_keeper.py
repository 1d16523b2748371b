"""Who waits for a worker that is gone gets a page from its keeper, and nobody else gets anything. Real processes."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime import keeper
from runtime.keeper import Mark, Unanswered

REQUEST = "r6b49d20000c0ffee"


@contextmanager
def doomed(work: Callable[[Unanswered, socket.socket], None]) -> Iterator[tuple[int, Callable[[], int]]]:
    """A worker with a keeper that has done its work and then hangs: where it listens, and what kills it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ready, done = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                unanswered = Unanswered(200)
                assert keeper.stand_by(unanswered, lambda: None) == ""
                work(unanswered, listening)
                os.write(done, b".")
                signal.pause()
            finally:
                os._exit(1)
        os.close(done)

        def kill() -> int:
            assert os.read(ready, 1) == b"."
            os.kill(pid, signal.SIGKILL)
            # The keeper holds the other end of the pipe as well, until it has answered.
            assert os.read(ready, 1) == b""
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

        yield listening.getsockname()[1], kill
        os.close(ready)


def opened(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def rest(one: socket.socket) -> bytes:
    content = b""
    while part := one.recv(65536):
        content += part
    return content


def marked(unanswered: Unanswered, one: socket.socket) -> Mark:
    """Of a connection that stays open for good."""
    return unanswered.mark(one.detach())


def test_who_waits_gets_a_page_with_the_request_id_and_others_are_closed() -> None:  # S1
    def work(unanswered: Unanswered, listening: socket.socket) -> None:
        visitor, answered, idle, head = (listening.accept()[0] for _ in range(4))
        visitor.recv(100)
        marked(unanswered, visitor).begin(REQUEST, body=True)
        done = marked(unanswered, answered)
        done.begin(REQUEST, body=True)
        done.end()
        marked(unanswered, idle)
        marked(unanswered, head).begin(REQUEST, body=False)

    with doomed(work) as (port, kill):
        visitor, answered, idle, head = (opened(port) for _ in range(4))
        visitor.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert kill() == -signal.SIGKILL
        page = rest(visitor)
        assert page.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b"\r\nx-request-id: " + REQUEST.encode() in page
        assert b"\r\nretry-after: 2\r\n" in page
        assert f"<strong>{REQUEST}</strong>".encode() in page
        length = int(page.split(b"content-length: ")[1].split(b"\r\n")[0])
        assert len(page.partition(b"\r\n\r\n")[2]) == length
        assert (rest(answered), rest(idle)) == (b"", b"")
        assert rest(head).startswith(b"HTTP/1.1 503 ") and b"<html" not in page[:100]
        for one in (visitor, answered, idle, head):
            one.close()


def test_a_head_is_answered_without_a_body() -> None:
    assert keeper.page(REQUEST, body=False).endswith(b"\r\n\r\n")
    assert b"<html" not in keeper.page(REQUEST, body=False)


def test_nothing_is_written_to_a_file_that_has_a_lost_connections_number(tmp_path: Path) -> None:
    kept = tmp_path / "store.db"
    kept.write_bytes(b"rows")

    def work(unanswered: Unanswered, listening: socket.socket) -> None:
        visitor = listening.accept()[0]
        number = visitor.fileno()
        unanswered.mark(number).begin(REQUEST, body=True)
        visitor.close()
        assert os.open(kept, os.O_RDWR) == number

    with doomed(work) as (port, kill), opened(port) as visitor:
        kill()
        assert rest(visitor) == b""
    assert kept.read_bytes() == b"rows"


def test_a_connection_that_is_gone_leaves_no_mark_for_the_next_of_its_number() -> None:
    unanswered = Unanswered(20)
    first = unanswered.mark(7)
    first.begin(REQUEST, body=True)
    assert list(unanswered.all()) == [(7, REQUEST, True)]
    first.close()
    second = unanswered.mark(7)
    second.begin("r" + 16 * "2", body=False)
    first.end()
    first.begin(REQUEST, body=True)
    assert list(unanswered.all()) == [(7, "r" + 16 * "2", False)]


def test_a_visitor_who_takes_nothing_holds_nobody_up() -> None:
    def work(unanswered: Unanswered, listening: socket.socket) -> None:
        deaf, visitor = (listening.accept()[0] for _ in range(2))
        deaf.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:
                deaf.send(bytes(65536))
        for one in (deaf, visitor):
            marked(unanswered, one).begin(REQUEST, body=True)

    with doomed(work) as (port, kill), opened(port) as deaf, opened(port) as visitor:
        kill()
        assert rest(visitor).startswith(b"HTTP/1.1 503 ")
        assert deaf.recv(1) == b"\0"


def test_what_a_worker_opens_and_closes_its_keeper_does_as_well() -> None:
    def work(unanswered: Unanswered, listening: socket.socket) -> None:
        one = listening.accept()[0]
        one.close()

    with doomed(work) as (port, kill), opened(port) as visitor:
        assert rest(visitor) == b"", "its end is not put off until the keeper's"
        kill()
