"""Hostile apps and requests against a whole gateway, and what a good neighbour feels of each (S1)."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from runtime.wasm import WasmSandbox
from tests.hostile import arena, corpus, requests
from tests.hostile.arena import Arena, exchange
from tests.hostile.requests import GET, Hostile

pytestmark = pytest.mark.hostile
SOON = 5.0
TOLERATED = 500.0
"""Milliseconds of p99 that fail this on any machine; the table has what was measured."""
SOURCES = {**corpus.TOO_LONG, **corpus.TOO_MUCH, **{name: body for name, (body, _) in corpus.CRASHES.items()}}
HOSTS = {name: f"hostile-{number}" for number, name in enumerate(SOURCES)}
SOCKETS = 600
"""Connections that only stand open; the descriptors of this process are few."""


@pytest.fixture(scope="module")
def ground(
    tmp_path_factory: pytest.TempPathFactory, compiled: Path, sandbox: WasmSandbox, request: pytest.FixtureRequest
) -> Iterator[Arena]:
    by_host = {HOSTS[name]: body for name, body in SOURCES.items()}
    with arena.arena(tmp_path_factory.mktemp("arena"), compiled, by_host) as made:
        before = made.workers()
        yield made
        print_table(made, request)
        assert made.workers() == before, "no worker died of any of it"
        assert made.neighbour.starved <= len(made.neighbour.spent) / 100


def print_table(ground: Arena, request: pytest.FixtureRequest) -> None:
    """The table, past pytest's capturing."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{'name':<38}{'ended':<22}{'ms':>8}{'neighbour p99':>15}{'baseline':>10}  tries")
        for one in sorted(ground.lines, key=lambda line: line.name):
            print(
                f"{one.name[:37]:<38}{one.ended[:21]:<22}{one.ms:>8.1f}{one.p99:>12.1f} ms{one.baseline:>7.1f} ms"
                f"  {one.tries[:60]}"
            )
        ordinary = [one for one in ground.lines if not one.name.startswith("app: ")]
        for what, lines in (("apps", [o for o in ground.lines if o not in ordinary]), ("requests", ordinary)):
            if lines:
                middle = sorted(one.p99 for one in lines)[len(lines) // 2]
                print(
                    f"{len(lines)} {what}: neighbour's p99 {middle:.1f} ms in the median case, "
                    f"{max(one.p99 for one in lines):.1f} ms in the worst, {ground.baseline:.1f} ms alone"
                )
        visits, starved = len(ground.neighbour.spent), ground.neighbour.starved
        print(f"the neighbour came {visits} times; {starved} times the machine was too busy for its app")


@pytest.mark.parametrize("name", SOURCES)
def test_a_hostile_app_ends_with_a_page_and_harms_nobody(ground: Arena, name: str) -> None:  # S1
    with ground.measured(f"app: {name}", SOURCES[name]) as ended:
        began = time.perf_counter()
        reply = ground.visit(HOSTS[name])
        assert time.perf_counter() - began < SOON
        ended.append(str(reply.status_code))
    assert reply.status_code in (500, 502, 503, 504)
    assert reply.headers["x-request-id"]
    assert "Nothing you typed was saved" in reply.text
    assert ground.neighbour.failed == []
    assert ground.lines[-1].p99 < TOLERATED


@pytest.mark.parametrize("name", requests.ALL)
def test_a_hostile_request_ends_as_it_must_and_reaches_nothing(ground: Arena, name: str) -> None:  # S1
    hostile = requests.ALL[name]
    with ground.measured(f"request: {name}", hostile.tries) as ended:
        found = ground.send(hostile)
        ended += sorted(set(found))
    assert set(found) <= hostile.ends, found
    assert len(found) <= hostile.most
    assert ground.neighbour.failed == []
    assert ground.lines[-1].p99 < TOLERATED


def test_slow_connections_are_let_go_and_keep_nobody_out(ground: Arena) -> None:
    with ground.measured("request: slowloris", f"{SOCKETS} heads, a line a second") as ended, ExitStack() as held:
        slow = [held.enter_context(socket.create_connection(("127.0.0.1", ground.port))) for _ in range(SOCKETS)]
        for one in slow:
            one.sendall(b"GET / HTTP/1.1\r\nhost: good.localhost\r\n")
        lost = 0
        for _ in range(12):
            time.sleep(1)
            lost = sum(not alive(one) for one in slow)
        ended.append(f"{lost} closed")
        assert lost == SOCKETS
    assert ground.neighbour.failed == []
    assert ground.lines[-1].p99 < TOLERATED


def alive(one: socket.socket) -> bool:
    try:
        one.sendall(b"x-a: b\r\n")
    except OSError:
        return False
    return True


def test_ten_thousand_connections_leave_room_for_the_next(ground: Arena) -> None:
    with ground.measured("request: 10,000 connections", "to use up what a worker may have open") as ended:
        held: list[socket.socket] = []
        for number in range(10_000):
            held.append(socket.create_connection(("127.0.0.1", ground.port), timeout=10))
            # This process may not have so many open: the first of its own are forgotten, and stay open over there.
            if len(held) > 3000:
                held.pop(0).detach() if number % 4 == 0 else held.pop(0).close()
        assert exchange(ground.port, requests.request("GET / HTTP/1.1"))
        ended.append("served")
        for one in held:
            one.close()
    assert ground.neighbour.failed == []


def test_nothing_was_smuggled_past_the_first_request(ground: Arena) -> None:
    """A control: the same bytes as two honest requests are two answers."""
    assert len(ground.send(Hostile("two requests", GET + GET))) == 2
