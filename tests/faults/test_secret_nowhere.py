"""What a core dump would show: a secret that was set while everything runs stands in nobody's memory and in no file."""

import base64
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot import demo
from tests.faults.house import House

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
LARGEST = 64 << 20
"""Bytes of one part that are looked at."""


@pytest.mark.skipif(os.geteuid() != 0, reason="a process's memory is closed to everybody but root")
def test_a_secret_stands_in_no_memory_and_in_no_file_in_clear(house: House) -> None:  # S5, T16, K3
    asked = house.ask()
    asked.publish()
    slug = (urlsplit(asked.live_url).hostname or "").partition(".")[0]
    value = secrets.token_urlsafe(24)
    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "bot.platformctl",
            "secret",
            "set",
            "api-key",
            "--app",
            slug,
            "--host",
            "api.example.com",
            "--home",
            str(house.home),
        ],
        input=value,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert said.stdout.startswith(f"api-key is kept for app {house.app(asked)}."), said.stderr
    page = house.visit(asked.who, asked.live_url)
    assert page.status_code == 200, page.text
    forms = [value.encode(), value.encode().hex().encode(), base64.b64encode(value.encode()).rstrip(b"=")]
    for pid in processes(house):
        read = 0
        for part in memory(pid):
            read += len(part)
            assert not [one for one in forms if one in part], Path(f"/proc/{pid}/cmdline").read_bytes()
        assert read > 5 << 20, "its memory was really read"
    for path in house.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [one for one in forms if one in content], path


def processes(house: House) -> Iterator[int]:
    """Everyone's but the broker's, whose whole memory has a test of its own: control, the chat, the gateway."""
    for part in (demo.CONTROL, demo.WORKSPACE, demo.GATEWAY):
        yield from family(house.running.pid(part))


def memory(pid: int) -> Iterator[bytes]:
    """What a process has written into memory, part by part; pools that it only reserved are left out."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as held:
        for block in re.split(r"\n(?=[0-9a-f]+-)", Path(f"/proc/{pid}/smaps").read_text()):
            span, rights = block.split()[:2]
            begin, end = (int(one, 16) for one in span.split("-"))
            if rights.startswith("rw") and "Rss:                   0 kB" not in block:
                # Some mappings cannot be read by anybody, and hold nothing of the process.
                with suppress(OSError):
                    held.seek(begin)
                    yield held.read(min(end - begin, LARGEST))


def family(pid: int) -> Iterator[int]:
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))
