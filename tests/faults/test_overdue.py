"""Rows that should have gone while control was away: said meanwhile, and gone before it answers anybody."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from bot import demo
from runtime.appdata import SqliteAppData
from tests.faults.house import CONTROL, House

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
DAY = 86_400


def test_a_purge_that_was_missed_is_an_alarm_and_comes_first_at_the_start(house: House) -> None:  # T15
    asked = house.ask()
    asked.publish()
    app, data = house.app(asked), SqliteAppData(house.home / "data")
    house.running.kill(demo.CONTROL)
    door = house.home / "run" / "control.sock"
    door.unlink(missing_ok=True)
    box, now = data.open(app, "live", 10), int(time.time())
    box.insert("responses", {"x": "long ago"}, at=now - 400 * DAY, by="v_1", most=10)
    box.insert("responses", {"x": "today"}, at=now, by="v_1", most=10)
    box.close()
    with closing(sqlite3.connect(house.home / "control.db", timeout=5)) as connection, connection:
        connection.execute("UPDATE purge SET purged_at = ? WHERE app = ?", (now - 2 * DAY, app))
        connection.execute("UPDATE deployment SET created_at = ? WHERE app = ?", (now - 401 * DAY, app))
    code, said = doctor(house)
    assert code == 1
    assert f"MISSING  entries: kept too long by {app}. Start control, which removes them\n" in said
    house.running.start(CONTROL)
    while not door.exists():
        time.sleep(0.01)
    with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(door)), base_url="http://control", timeout=30) as asking:
        assert asking.post("/nothing", json={}).status_code == 404
    assert [one["x"] for one in data.export(app, "live")["responses"]] == ["today"]
    house.running.wait()
    assert "ok       entries: none too old" in doctor(house)[1]


def doctor(house: House) -> tuple[int, str]:
    command = [sys.executable, "-m", "bot.platformctl", "doctor", "--home", str(house.home)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    return found.returncode, found.stdout
