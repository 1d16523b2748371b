"""Rows go when their app no longer keeps them: from stores, files and exports, on time, whatever was missed."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from runtime import apps, deployments, reaper, retention
from runtime.appdata import SqliteAppData
from runtime.apps import App, Stage
from runtime.retention import Purged, PurgeRow
from tests.runtime import scene
from tests.runtime.scene import BUNDLE, DAY, NOW

pytestmark = pytest.mark.scenario

HOUR = 3600
KEPT_DAYS = 14
SOUP = "a soup that nobody may remember"


class Place:
    """An app that is live and has a preview, with a row from day 0 in each store."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self.engine, self.home, self.exports = engine, home, home / "exports"
        self.data = SqliteAppData(home / "data")
        self.recorded: list[tuple[str, int]] = []
        with self.transaction() as session:
            scene.app(session)
            deployments.preview(session, "app_1", BUNDLE, NOW)
            scene.publish(session)
        for stage in retention_stages:
            self.write(stage, NOW, SOUP)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def write(self, stage: retention.Where, at: int, meal: str) -> None:
        box = self.data.open("app_1", stage, 1)
        box.insert("answers", {"meal": meal}, at=at, by="v_1", most=10_000)
        box.close()

    def meals(self, stage: retention.Where = "live") -> list[object]:
        return [row["meal"] for row in self.data.export("app_1", stage).get("answers", ())]

    def purge(self, now: int) -> tuple[Purged, ...]:
        def record(_session: Session, app: App, removed: int) -> None:
            self.recorded.append((app.id, removed))

        return retention.purge(self.transaction, self.data, self.exports, lambda _: KEPT_DAYS, record, now)

    def end(self, stage: Stage, now: int) -> Path:
        with self.transaction() as session:
            reaper.end(session, "app_1", stage, now)
        reaper.finish(self.transaction, self.data, self.exports, lambda *_: None, now)
        return self.exports / "app_1.zip"


retention_stages: tuple[retention.Where, ...] = ("preview", "live")


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Place:
    return Place(engine, tmp_path)


def test_a_row_of_day_0_is_there_on_day_14_and_gone_a_day_later(place: Place) -> None:  # T15
    for hour in range(0, KEPT_DAYS * 24 + 1):
        place.purge(NOW + hour * HOUR)
    assert (place.meals("live"), place.meals("preview")) == ([SOUP], [SOUP])
    for hour in range(KEPT_DAYS * 24 + 1, (KEPT_DAYS + 1) * 24 + 1):
        place.purge(NOW + hour * HOUR)
    assert (place.meals("live"), place.meals("preview")) == ([], [])
    assert place.recorded == [("app_1", 1), ("app_1", 1)]


def test_younger_rows_stay(place: Place) -> None:
    place.write("live", NOW + 2 * DAY, "bread")
    place.purge(NOW + 15 * DAY)
    assert place.meals() == ["bread"]


def test_no_byte_of_it_stays_in_any_file(place: Place) -> None:  # T15
    held = place.data.open("app_1", "live", 1)
    place.purge(NOW + 15 * DAY)
    files = list((place.home / "data").iterdir())
    assert len(files) >= 2
    assert [one.name for one in files if SOUP.encode() in one.read_bytes()] == []
    held.close()


def test_an_export_forgets_too(place: Place) -> None:  # T15
    place.write("live", NOW + 5 * DAY, "bread")
    kept = place.end(Stage.RETIRED, NOW + 6 * DAY)
    assert exported(kept) == [SOUP, "bread"]
    place.purge(NOW + 15 * DAY)
    assert exported(kept) == ["bread"]
    place.purge(NOW + 20 * DAY)
    assert exported(kept) == []
    assert SOUP.encode() not in kept.read_bytes()


def test_an_archived_app_forgets_in_its_store_and_its_export(place: Place) -> None:  # T15
    kept = place.end(Stage.ARCHIVED, NOW + 6 * DAY)
    assert (place.meals(), exported(kept)) == ([SOUP], [SOUP])
    place.purge(NOW + 15 * DAY)
    assert (place.meals(), exported(kept)) == ([], [])


def test_a_purge_is_recorded_and_not_done_again_the_same_morning(place: Place) -> None:
    assert place.purge(NOW + 15 * DAY) == (Purged("app_1", "live", 1), Purged("app_1", "preview", 1))
    assert place.purge(NOW + 15 * DAY + HOUR) == ()
    with place.transaction() as session:
        row = session.get(PurgeRow, ("app_1", "live"))
        assert row is not None
        assert (row.workspace, row.removed, row.purged_at) == ("T1", 1, NOW + 15 * DAY)


def test_a_store_that_cannot_be_purged_stops_no_other_and_is_tried_again(place: Place) -> None:
    path = place.home / "data" / "app_1.live.db"
    whole = path.read_bytes()
    path.write_bytes(b"this is no database" * 500)
    live, preview = place.purge(NOW + 15 * DAY)
    assert (live.stuck, preview) == ("DatabaseError: file is not a database", Purged("app_1", "preview", 1))
    path.write_bytes(whole)
    assert place.purge(NOW + 15 * DAY + 60) == (Purged("app_1", "live", 1),)


def test_a_writer_at_work_is_waited_for_and_the_purge_comes_again(place: Place) -> None:
    busy = sqlite3.connect(place.home / "data" / "app_1.live.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    assert [one.stuck for one in place.purge(NOW + 15 * DAY)] == ["Busy: the store is busy", ""]
    busy.execute("ROLLBACK")
    busy.close()
    assert place.purge(NOW + 15 * DAY + 60) == (Purged("app_1", "live", 1),)


def test_a_purge_that_was_missed_is_said_until_it_is_done(place: Place) -> None:  # T15
    place.purge(NOW)
    with place.transaction() as session:
        assert retention.overdue(session, NOW + DAY) == ()
        assert retention.overdue(session, NOW + DAY + 1) == ("app_1",)
    place.purge(NOW + 15 * DAY)
    with place.transaction() as session:
        assert retention.overdue(session, NOW + 15 * DAY + 1) == ()


def test_an_ended_app_is_left_alone_once_nothing_of_it_can_be_too_old(place: Place) -> None:
    place.end(Stage.ARCHIVED, NOW + 6 * DAY)
    assert place.purge(NOW + 15 * DAY) == (Purged("app_1", "live", 1),)
    assert place.purge(NOW + 21 * DAY) == (Purged("app_1", "live", 0),)
    assert place.purge(NOW + 90 * DAY) == ()
    with place.transaction() as session:
        assert retention.overdue(session, NOW + 90 * DAY) == ()


def test_a_shorter_promise_holds_for_rows_that_came_before_it(place: Place) -> None:
    place.purge(NOW + DAY)
    retention.purge(place.transaction, place.data, place.exports, lambda _: 1, lambda *_: None, NOW + 3 * DAY)
    assert place.meals() == []


def test_an_app_that_is_gone_is_not_asked_for(place: Place) -> None:
    place.end(Stage.RETIRED, NOW + DAY)
    place.purge(NOW + 15 * DAY)
    with place.transaction() as session:
        found = apps.get(session, "app_1")
        assert found is not None
    assert not (place.home / "data" / "app_1.live.db").exists()


def exported(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["app.json", "answers.json", "answers.csv"]
        return [row["meal"] for row in json.loads(archive.read("answers.json"))]
