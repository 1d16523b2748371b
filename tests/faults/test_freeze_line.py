"""The freeze line with everything away that it must not need: the model, telemetry, the chat, control itself."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot import demo
from bot.conversation import DidNotHappen, wait
from bot.conversation import words as said
from bot.workspace.person import Person
from runtime.wasm import WasmSandbox
from tests.faults.house import CONTROL, Asked, House, press

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

SECONDS = 5.0
"""How soon nobody is answered by the app any more, on whichever worker (N14, U10)."""
VISITS = 12
"""Visits in a row, each with a connection of its own: two workers take them in turn."""
DEAD = "http://127.0.0.1:1"
CHANNEL = "#general"


class Line:
    """A live app of ana's, and the operators ben and dora."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.asked: Asked = house.ask(name="ana", channel="#ops")
        self._previewed()
        self.asked.publish()
        self.url = self.asked.live_url
        assert self.asked.who.sign_in(self.url).status_code == 200
        ((self.slug,),) = house.rows("SELECT slug FROM app WHERE id = ?", house.app(self.asked))
        self.ben, self.dora = house.people["ben"], house.people["dora"]

    def _previewed(self) -> None:
        """A model that is away is given up on before the rules read: that takes its time on a busy machine."""
        for _ in range(4):
            # The last try's silence is seen by what needs the button.
            with suppress(DidNotHappen):
                self.asked.thread.with_button(self.asked.who, "slipway.publish")
                return

    def visit(self) -> int:
        try:
            return self.asked.who.web.get(self.url, headers={"connection": "close"}).status_code
        except httpx2.HTTPError:
            return 0

    def all(self, status: int) -> bool:
        return all(self.visit() == status for _ in range(VISITS))

    def shown(self, words: str, who: Person) -> Mapping[str, Any]:
        """What somebody is shown alone for a command, with its button; the newest, for a command that is given again
        was perhaps heard before."""
        before, button = len(who.whispers(CHANNEL)), f'"slipway.{words.split()[0]}"'
        wait("the command being taken", lambda: who.command(f"/slipway {words}", CHANNEL) == "")
        return wait("an answer", lambda: [one for one in who.whispers(CHANNEL)[before:] if button in said(one)])[-1]

    def press(self, message: Mapping[str, Any], action: str, who: Person) -> None:
        press(who, CHANNEL, message, action)

    def freeze(self) -> None:
        self.press(self.shown(f"freeze app {self.slug}", self.ben), "slipway.freeze", self.ben)

    def thaw(self) -> None:
        self.press(self.shown("thaw", self.dora), "slipway.thaw", self.dora)
        wait("the app being back", lambda: self.all(200))
        self.house.settle()

    def told(self) -> int:
        """How often its thread was told that it is frozen."""
        return self.house.posts(self.asked).count("frozen")

    def events(self) -> list[str]:
        return [one for one in self.house.story(self.asked) if one.startswith("freeze.")]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, compiled: Path, sandbox: WasmSandbox) -> Iterator[Line]:
    stage = demo.prepare(tmp_path_factory.mktemp("frozen"), 0, 0, inherit=False)
    away = {"OPENAI_BASE_URL": f"{DEAD}/v1", "OPENAI_MODEL": "gone", "OTEL_EXPORTER_OTLP_ENDPOINT": DEAD}
    # What the run's own sandbox compiled: it takes longer than the rest of the start.
    shutil.copytree(compiled, stage.home / "guest")
    parts = demo.Running(replace(stage, environ={**stage.environ, **away}))
    try:
        for one in (demo.WORKSPACE, CONTROL, demo.BROKER, demo.GATEWAY):
            parts.start(one)
        parts.wait()
        with closing(House(parts)) as house:
            yield Line(house)
            house.settle()
            house.check()
    finally:
        parts.stop()


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """It does not answer, and does not say so."""
    os.killpg(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(pid, signal.SIGCONT)


def within(seconds: float, true: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
    return time.monotonic() - began


def platformctl(home: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "bot.platformctl", *arguments, "--home", str(home)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_a_press_stops_an_app_within_five_seconds_with_model_telemetry_and_chat_dead(line: Line) -> None:
    # N14 U10
    shown = line.shown(f"freeze app {line.slug}", line.ben)
    assert line.all(200)
    line.press(shown, "slipway.freeze", line.ben)
    with stopped(line.house.running.pid(demo.WORKSPACE)):
        took = within(SECONDS, lambda: line.all(503))
    print(f"frozen on every worker after {took:.2f} s")
    line.thaw()


def test_the_command_line_stops_an_app_with_control_away(line: Line) -> None:  # N14 U10
    assert line.all(200)  # every worker has asked control about ana
    line.house.running.kill(CONTROL)
    try:
        assert "Nothing is frozen yet" in platformctl(line.house.home, "freeze", "app", line.slug)
        assert line.all(200)
        platformctl(line.house.home, "freeze", "app", line.slug, "--as", "@ben", "--now")
        within(SECONDS, lambda: line.all(503))
    finally:
        line.house.running.start(CONTROL)
        line.house.running.wait()
    line.asked.thread.saying(line.asked.who, "is switched off for now by the platform team")
    line.thaw()


def test_control_killed_between_what_was_shown_and_the_press_freezes_all_the_same(line: Line) -> None:  # N14 U1
    shown, before = line.shown(f"freeze app {line.slug}", line.ben), line.events()
    line.house.running.kill(CONTROL)
    line.house.running.start(CONTROL)
    line.house.running.wait()
    assert line.all(200)
    line.press(shown, "slipway.freeze", line.ben)
    wait("the app standing still", lambda: line.all(503))
    assert line.events() == [*before, "freeze.begun"]
    line.thaw()


@pytest.mark.parametrize("place", ["during:freeze.begun", "after:freeze.begun", "sent:frozen"])
def test_a_freeze_at_which_control_is_killed_stands_once_and_is_told_once(line: Line, place: str) -> None:  # N14 U1
    before, told = line.events(), line.told()
    line.house.die_at(place)
    line.freeze()
    wait("the app standing still", lambda: line.all(503))
    wait("control dying", line.house.has_died)
    line.house.running.wait()
    wait("the thread being told", lambda: line.told() > told)
    line.house.settle()
    assert line.events() == [*before, "freeze.begun"]
    line.house.die_at("during:freeze.thawed")
    line.thaw()
    assert line.house.has_died()
    line.house.settle()
    assert line.events() == [*before, "freeze.begun", "freeze.thawed"]
    assert line.told() == told + 1


def test_workers_that_are_killed_come_back_with_the_app_frozen(line: Line) -> None:  # N14 S1
    line.freeze()
    wait("the app standing still", lambda: line.all(503))
    line.house.running.kill(demo.GATEWAY)
    line.house.running.start(demo.GATEWAY)
    line.house.running.wait()
    assert line.all(503)
    line.thaw()
