"""Sleep: what nobody uses is let go of and comes back; business hours are read strictly (C4)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime import sleeping
from runtime.bundles import BundleStore
from runtime.loaded import Loader
from runtime.sleeping import Sleep
from runtime.wasm import WasmSandbox
from templates.bundle import digest_of
from tests.runtime import scene
from tests.runtime.door import SOURCE, Door


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("hours", "moment", "open_"),
    [
        ("Mon-Fri 07:00-19:00 Europe/Berlin", "2026-11-26T06:00", True),  # a Thursday, 7 there
        ("Mon-Fri 07:00-19:00 Europe/Berlin", "2026-11-26T05:59", False),
        ("Mon-Fri 07:00-19:00 Europe/Berlin", "2026-11-26T18:00", False),
        ("Mon-Fri 07:00-19:00 Europe/Berlin", "2026-07-23T05:00", True),  # in summer 7 there is an hour earlier
        ("Mon-Fri 07:00-19:00 Europe/Berlin", "2026-11-28T12:00", False),
        ("Sun-Thu 08:00-17:00 Asia/Dubai", "2026-11-29T04:00", True),  # around the week's end
        ("Sun-Thu 08:00-17:00 Asia/Dubai", "2026-11-27T08:00", False),
        ("Sat-Sat 00:00-24:00 UTC", "2026-11-28T23:59", True),
    ],
)
def test_business_hours_are_those_of_their_place(hours: str, moment: str, open_: bool) -> None:  # C4
    read = sleeping.hours(hours)
    assert read is not None and read.open(at(moment)) is open_
    assert Sleep(15, read).after(at(moment)) == (15 if open_ else 1)


@pytest.mark.parametrize(
    "text",
    ["always", "Mon-Fri 7-19 UTC", "Mon-Fri 19:00-07:00 UTC", "Mon-Fri 07:00-25:00 UTC", "Mon-Son 07:00-19:00 UTC",
     "Mon-Fri 07:00-19:00 Europe/Nowhere", "Mon-Fri 07:00-19:00 ../../etc/passwd"],
)  # fmt: skip  # a list
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write days, hours and a time zone|not known here"):
        sleeping.hours(text)


def test_without_hours_apps_sleep_when_nobody_uses_them() -> None:
    assert sleeping.hours("") is None
    assert Sleep(15).after(at("2026-11-28T23:59")) == 15


def test_a_bundle_is_let_go_of_after_so_many_minutes_without_a_call(tmp_path: Path, sandbox: WasmSandbox) -> None:  # C4
    bundles = BundleStore(tmp_path / "bundles")
    loader = Loader(bundles, sandbox, tmp_path / "deltas", lambda *_: "")
    used, idle = (bundles.put(scene.bundle(one)) for one in (SOURCE, SOURCE + "\n"))
    first = loader.get(idle, 0)
    for minute in range(3):
        loader.get(used, 0)
        assert sleeping.rest(2, loader) == (1 if minute == 2 else 0)
    delta = tmp_path / "deltas" / digest_of((SOURCE + "\n").encode()).removeprefix("sha256:")
    made = delta.stat().st_mtime_ns
    again = loader.get(idle, 0)
    assert again is not first and again.manifest == first.manifest
    assert delta.stat().st_mtime_ns == made  # its source was not evaluated again
    assert sleeping.rest(0, loader) == 2


@pytest.mark.scenario
def test_an_app_that_does_not_wake_says_whom_to_ask_and_loses_nothing(door: Door) -> None:  # C4
    digest = door.publish()
    ben = door.visitor("ben")
    assert ben.get("/").status_code == 200
    door.sleep()
    kept = {path: path.read_bytes() for path in (door.folder / "data").glob("*.db")}
    blob = door.folder / "bundles" / "blobs" / "sha256" / digest.removeprefix("sha256:")
    away = blob.rename(door.folder / "away")
    page = ben.get("/")
    assert page.status_code == 503
    assert "Its entries are safe" in page.text and "Try again" in page.text and "the platform team" in page.text
    assert {path: path.read_bytes() for path in (door.folder / "data").glob("*.db")} == kept
    away.rename(blob)
    assert ben.get("/").status_code == 200  # with the next visit
