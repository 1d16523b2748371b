"""`kill -9` of a gateway worker and of the whole gateway, idle and at work: visitors are answered, nothing is lost."""

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

from bot import demo
from bot.conversation import TOKEN, wait
from tests.faults.house import UP_TO_PREVIEW, Asked, House

pytestmark = pytest.mark.faults

LAPTOPS = "track our laptops: model, serial number"
WORKER_SECONDS, GATEWAY_SECONDS = 2.0, 4.0
"""How soon visitors are answered again (S1). The whole gateway takes 1.5 s; the rest is for a busy machine."""


class Desk:
    """A tracker's preview with its asker before it, who adds entries and counts what was confirmed."""

    def __init__(self, house: House) -> None:
        self.asked = house.ask(LAPTOPS)
        self.url = self.asked.thread.link(self.asked.who, "slipway.open")
        self._web = self.asked.who.web
        self._token = TOKEN.findall(self.asked.who.sign_in(f"{self.url}add").text)[0]
        self._file = house.home / "data" / f"{house.app(self.asked)}.preview.db"
        self.confirmed: list[str] = []
        self.tried = 0

    def add(self) -> bool:
        """Send one entry; whether it was confirmed."""
        self.tried += 1
        name = f"laptop {self.tried:04}"
        fields = {"_csrf": self._token, "model": name, "serial_number": "1"}
        try:
            answer = self._web.post(f"{self.url}add", data=fields)
        except httpx2.HTTPError:
            return False
        if answer.status_code != 303:
            return False
        self.confirmed.append(name)
        return True

    def answers(self) -> bool:
        """Whether the app's page comes, with a connection of its own as a new visitor's."""
        try:
            page = self._web.get(self.url, headers={"connection": "close"})
        except httpx2.HTTPError:
            return False
        assert page.status_code != 429 and "is paused" not in page.text, page.text
        return page.status_code == 200

    def kept(self) -> list[str]:
        """What the app's store holds."""
        with closing(sqlite3.connect(self._file)) as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            found = store.execute('SELECT fields FROM entry WHERE "table" = ? ORDER BY id', ("entries",))
            return [json.loads(fields)["model"] for (fields,) in found]

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Entries are sent one after the other as long as the block lasts, so many that the app is asked no more than
        the 600 times a minute that it may be."""
        ending = threading.Event()

        def work() -> None:
            while not ending.wait(0.04):
                self.add()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join(20)


@pytest.fixture(scope="module")
def desk(standing: House) -> Desk:
    return Desk(standing)


def workers(house: House) -> set[int]:
    """The gateway's worker processes."""
    supervisor = house.running.pid(demo.GATEWAY)
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text()
    return {int(one) for one in children.split()}


def _serving(house: House) -> set[int]:
    """The workers, once each of them has given a sign of life; none before."""
    log = (house.home / "log" / "gateway.log").read_text()
    found = workers(house)
    return found if all(f"worker {pid} serves" in log for pid in found) else set()


def seconds_until(true: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < 10
        time.sleep(0.02)
    return time.monotonic() - began


def kill_a_worker(house: House) -> None:
    before = workers(house)
    killed = max(before)
    os.kill(killed, signal.SIGKILL)
    wait("a replacement", lambda: len(workers(house) - {killed}) == len(before))


def kill_the_gateway(house: House) -> None:
    house.running.kill(demo.GATEWAY)
    house.running.start(demo.GATEWAY)


KILLS = pytest.mark.parametrize(
    ("kill", "seconds"), [(kill_a_worker, WORKER_SECONDS), (kill_the_gateway, GATEWAY_SECONDS)]
)


@KILLS
def test_visitors_of_an_idle_gateway_are_soon_answered_again(
    house: House, desk: Desk, kill: Callable[[House], None], seconds: float
) -> None:
    # U1 S1
    assert desk.add()
    kept, control = desk.kept(), house.running.pid(demo.CONTROL)
    kill(house)
    assert seconds_until(desk.answers) < seconds
    assert desk.kept() == kept
    assert desk.add()
    assert house.running.pid(demo.CONTROL) == control and demo.CONTROL not in house.running.ended()


@KILLS
def test_what_was_confirmed_before_a_kill_at_work_is_there_and_nothing_is_half_written(
    house: House, desk: Desk, kill: Callable[[House], None], seconds: float
) -> None:
    # U1
    with desk.busy():
        for _ in range(2):  # a third worker killed at a Call of this app would quarantine it
            so_far = len(desk.confirmed)
            wait("entries being added", lambda so_far=so_far: len(desk.confirmed) > so_far + 5)
            kill(house)
            assert seconds_until(desk.answers) < seconds
    kept = desk.kept()
    assert set(desk.confirmed) <= set(kept)
    assert len(kept) == len(set(kept)) <= desk.tried
    assert all(line.endswith(b"}\n") for line in _spooled(house))


def _spooled(house: House) -> list[bytes]:
    return [line for path in (house.home / "usage").glob("*.jsonl") for line in path.read_bytes().splitlines(True)]


def _stopped_at_the_smoke_call(house: House, stop: Callable[[], None]) -> Asked:
    """A Request whose smoke Call was taken by a gateway that does not answer it."""
    stop()
    asked = house.ask()
    reviewed = "SELECT 1 FROM request WHERE thread = ? AND state = 'reviewed'"
    wait("the smoke Call", lambda: house.rows(reviewed, asked.thread.root))
    time.sleep(0.3)
    assert house.rows(reviewed, asked.thread.root)
    return asked


def test_a_smoke_call_is_tried_again_after_its_workers_were_killed(house: House) -> None:
    # U1
    # One that only starts is given longer before it counts as hung.
    before = wait("every worker serving", lambda: _serving(house))

    def stop() -> None:
        for pid in before:
            os.kill(pid, signal.SIGSTOP)

    asked = _stopped_at_the_smoke_call(house, stop)  # they hang now; the supervisor kills them
    asked.thread.with_button(asked.who, "slipway.publish")
    house.settle()
    # The first to be replaced may have answered before the supervisor came to the other.
    seconds_until(lambda: not before & workers(house))
    assert house.story(asked) == UP_TO_PREVIEW
    assert house.deployments(asked) == [("preview", True)]


def test_a_smoke_call_is_tried_again_after_the_whole_gateway_was_killed(house: House) -> None:
    # U1
    gateway = house.running.pid(demo.GATEWAY)
    asked = _stopped_at_the_smoke_call(house, lambda: os.killpg(gateway, signal.SIGSTOP))
    kill_the_gateway(house)
    asked.thread.with_button(asked.who, "slipway.publish")
    house.settle()
    assert house.story(asked) == UP_TO_PREVIEW
    assert house.deployments(asked) == [("preview", True)]
    assert house.visit(asked.who, asked.thread.link(asked.who, "slipway.open")).status_code == 200
