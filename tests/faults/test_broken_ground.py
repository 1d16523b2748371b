"""What a process stands on is taken, damaged or full: a clear sentence, nothing half-made, and on again afterwards."""

import fcntl
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import demo
from bot.conversation import wait
from bot.environment import inherited
from bot.wording import words
from tests.faults.house import SURVEY, UP_TO_LIVE, House

pytestmark = pytest.mark.faults


def refused(command: str, home: Path, **environ: str) -> str:
    """What a process says that cannot start."""
    given = {**inherited(()), "SLIPWAY_HOME": str(home), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    client = {"SLIPWAY_CLIENT_ID": "slipway", "SLIPWAY_CLIENT_SECRET": "secret"}
    ended = subprocess.run(
        [sys.executable, "-m", "bot.platformctl", command],
        env={**given, **client, "SLACK_API_URL": "http://127.0.0.1:9/api/", **environ},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize("command", ["control", "gateway"])
def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, command: str) -> None:
    damaged = tmp_path / "control.db"
    damaged.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    before = damaged.read_bytes()
    said = refused(command, tmp_path)
    assert said.startswith(f"platformctl: The control database {damaged} cannot be used: ")
    assert "put a backup in its place" in said
    assert damaged.read_bytes() == before


def test_a_second_control_in_the_same_home_does_not_start(tmp_path: Path) -> None:
    held = os.open(tmp_path / "control.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    assert refused("control", tmp_path) == (
        f"platformctl: Another control process is at work in {tmp_path}. Stop it first.\n"
    )
    os.close(held)
    assert [one.name for one in tmp_path.iterdir()] == ["control.lock"]


def test_a_home_whose_path_is_too_long_for_a_socket_is_named(tmp_path: Path) -> None:
    home = tmp_path / ("h" * 100)
    said = refused("control", home)
    assert said.startswith(f"platformctl: The socket {home}/run/control.sock cannot be made: ")
    assert "Set SLIPWAY_HOME to a folder of ours with a short path." in said


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused("gateway", tmp_path, SLIPWAY_GATEWAY_PORT=str(port))
    assert said.startswith(f"platformctl: The gateway cannot listen on 127.0.0.1:{port}")
    assert "Set SLIPWAY_GATEWAY_PORT to a free port" in said


@contextmanager
def _no_room(house: House) -> Iterator[None]:
    """No file that control writes can grow."""
    parent = house.running.pid(demo.CONTROL)
    (pid,) = map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def test_without_room_nothing_is_kept_and_everybody_is_told_and_with_room_all_goes_on(house: House) -> None:
    # S12
    asked = house.ask()
    who, channel = asked.who, asked.thread.channel
    card = asked.thread.with_button(who, "slipway.publish")
    house.settle()
    before = house.rows("SELECT count(*) FROM audit_event")
    with _no_room(house):
        root = who.say(f"@slipway {SURVEY}", channel)
        wait("being told", lambda: [one for one in who.whispers(channel) if one["text"] == words.READ_ONLY])
        who.press(channel, card["ts"], "slipway.publish")
        wait(
            "being told twice",
            lambda: len([one for one in who.whispers(channel) if one["text"] == words.READ_ONLY]) == 2,
        )
        assert house.rows("SELECT count(*) FROM audit_event") == before
        assert house.rows("SELECT id FROM request WHERE thread = ?", root) == []
    asked.publish()
    house.settle()
    assert house.story(asked) == UP_TO_LIVE
    assert house.posts(asked) == ["card", "live"]
