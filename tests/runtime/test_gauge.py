"""How full a store is, and when that is said."""

from pathlib import Path

from sqlmodel import Session

from runtime import gauge
from runtime.appdata import Full, SqliteAppData
from runtime.rows import Measured
from templates.manifest import Limits
from tests.runtime import scene
from tests.runtime.scene import DAY, NOW


def test_a_store_is_as_full_as_the_nearer_of_its_quotas(tmp_path: Path) -> None:  # T3
    limits = Limits(store_mb=1, store_rows=1000)
    data = SqliteAppData(tmp_path)
    assert data.measure("app_1", "live") == Measured(0, 0, 0)
    box = data.open("app_1", "live", limits.store_mb)
    for n in range(300):
        box.insert("answers" if n % 3 else "others", {"meal": "soup"}, at=NOW, by="v_1", most=1000)
    assert gauge.percent(data.measure("app_1", "live"), limits) == 20
    refused = 0
    while not refused:
        try:
            box.insert("others", {"meal": "x" * 20_000}, at=NOW, by="v_1", most=1000)
        except Full:
            refused += 1
    found = data.measure("app_1", "live")
    assert gauge.percent(found, limits) >= 95
    assert found.disk >= found.used > 1_000_000
    box.close()
    data.purge("app_1", "live", NOW + 1)
    assert gauge.percent(data.measure("app_1", "live"), limits) < 5


def test_a_warning_begins_at_80_per_cent_and_ends_below(session: Session) -> None:  # T3
    scene.app(session)
    turned = [gauge.note(session, "app_1", "live", percent, NOW) for percent in (0, 79, 80, 95, 79)]
    assert turned == [False, False, True, False, True]
    assert gauge.read(session, "app_1", "live").percent == 79
    assert gauge.read(session, "app_1", "preview") == gauge.EMPTY
    assert not gauge.note(session, "app_9", "live", 99, NOW)


def test_a_day_has_one_survey_however_often_the_store_is_measured(session: Session) -> None:
    scene.app(session)
    gauge.note(session, "app_1", "live", 1, NOW)
    assert gauge.surveyed_on(session, NOW // DAY) == frozenset()
    gauge.note(session, "app_1", "live", 1, NOW, daily=True)
    gauge.note(session, "app_1", "live", 2, NOW + DAY)
    assert gauge.surveyed_on(session, NOW // DAY) == {("app_1", "live")}
    assert gauge.surveyed_on(session, NOW // DAY + 1) == frozenset()
