"""The door to Chromium: what it draws, what it cannot reach, and that nothing of it is left, whatever the page does."""

import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.building import camera
from bot.building.camera import Fetched, NoPicture

HTML = {"content-type": "text/html; charset=utf-8"}
URL = "https://lunch.preview.apps.dev/"
"""Under a domain that browsers know to be HTTPS only; nobody is asked for its address."""


def answering(page: str, asked: list[str]) -> Callable[[str], Fetched | None]:
    """Answers the page's own address, and keeps what was asked for."""

    def answer(url: str) -> Fetched | None:
        asked.append(url)
        return Fetched(200, page.encode(), HTML) if url == URL else None

    return answer


def stand_in(folder: Path, script: str) -> str:
    """A program in Chromium's place."""
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def left() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{camera.FOLDER}*"))


def running(mark: str) -> list[str]:
    """The processes whose command line or environment holds this mark."""
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                if mark.encode() in (one / "cmdline").read_bytes():
                    found.append(one.name)
            except OSError:
                continue
    return found


@pytest.mark.browser
def test_a_hostile_page_reaches_nothing_and_runs_nothing() -> None:  # T17
    reached: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reached.append(self.path)

    server = HTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    asked: list[str] = []
    page = f"""<!doctype html><link rel="stylesheet" href="{there}/a.css"><link rel="preconnect" href="{there}">
    <link rel="dns-prefetch" href="//leak.example"><img src="{there}/b.png"><iframe src="{there}/c"></iframe>
    <iframe src="file:///etc/passwd"></iframe><h1>Lunch</h1>
    <script>fetch("{there}/d"); new WebSocket("ws://127.0.0.1:{server.server_port}/e"); for (;;) {{}}</script>"""
    before = left()
    png = camera.shoot(camera.found(), URL, answering(page, asked))
    server.shutdown()
    server.server_close()
    assert png.startswith(b"\x89PNG") and reached == []
    assert f"{there}/b.png" in asked and f"{there}/d" not in asked
    assert left() <= before and running(camera.FOLDER) == []


@pytest.mark.browser
def test_a_page_that_leads_away_is_not_followed_and_drawn_as_it_is() -> None:  # T17
    asked: list[str] = []
    plain = "<!doctype html><h1 style='background: teal'>Lunch</h1>"
    away = '<meta http-equiv="refresh" content="0;url=https://evil.example/">'
    drawn = camera.shoot(camera.found(), URL, answering(plain.replace("<h1", f"{away}<h1"), asked))
    assert drawn.startswith(b"\x89PNG") and drawn == camera.shoot(camera.found(), URL, answering(plain, []))
    assert set(asked) <= {URL, f"{URL}favicon.ico", "https://evil.example/"}


@pytest.mark.browser
def test_a_page_that_is_not_there_is_no_picture() -> None:  # T17
    with pytest.raises(NoPicture, match="did not open"):
        camera.shoot(camera.found(), URL, lambda url: None)


def test_a_chromium_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:  # T17
    mark = f"slipway-hang-{os.getpid()}"
    hanging = stand_in(tmp_path, f"sh -c 'while :; do sleep 1; done' {mark} & while :; do sleep 1; done")
    began = time.monotonic()
    with pytest.raises(NoPicture, match="not drawn in time"):
        camera.shoot(hanging, URL, lambda url: None, seconds=0.5)
    assert time.monotonic() - began < 10
    end = time.monotonic() + 5
    while running(mark) and time.monotonic() < end:
        time.sleep(0.01)
    assert running(mark) == []


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 1", "ended|something else"),
        ("printf 'not json\\0' >&4; sleep 5", "something else"),
        ("while :; do printf '%65536d' 1 >&4; done", "too much|in time"),
        ('printf \'{"id":1,"error":{}}\\0\' >&4; sleep 5', "refused"),
    ],
)
def test_a_chromium_that_says_anything_else_is_no_picture(tmp_path: Path, script: str, why: str) -> None:  # T17
    with pytest.raises(NoPicture, match=why):
        camera.shoot(stand_in(tmp_path, script), URL, lambda url: None, seconds=2)


def test_it_gets_nothing_of_our_environment_and_has_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # T17
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    out = tmp_path / "seen"
    telling = stand_in(tmp_path, f"{{ env; ulimit -d; ulimit -t; ulimit -c; }} > {out}; exit 0")
    with pytest.raises(NoPicture):
        camera.shoot(telling, URL, lambda url: None, seconds=5)
    seen = out.read_text()
    assert "xoxb" not in seen and "SLACK" not in seen
    assert seen.splitlines()[-3:] == [str(camera.MEMORY_KB), str(camera.CPU_SECONDS), "0"]


def test_the_named_one_is_used_or_none(tmp_path: Path) -> None:  # T17
    assert camera.found(str(tmp_path / "nowhere")) == ""
    assert camera.found(stand_in(tmp_path, "exit 0")) == str(tmp_path / "chromium")
