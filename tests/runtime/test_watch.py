"""Limits at the door: one request too many, a full store, breaches in a row, and what control hears of it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from runtime import apps, deployments
from runtime.apps import Stage
from templates.manifest import Limits
from tests.runtime import scene
from tests.runtime.door import SOURCE, Door, request_id
from tests.runtime.scene import DAY, NOW

FILLING = """
export function handle(call) {
  if (call.path === "/lie") throw new Error("store: the store is full");
  if (call.path === "/log") { log("password: kitchen"); throw new Error("no kitchen"); }
  for (;;) store.insert("answers", { meal: "soup" });
}
"""


def publish(door: Door, source: str = SOURCE, granted: tuple[str, ...] = (), **limits: int) -> None:
    """Put an app live that has other limits than usual."""
    made = scene.bundle(source)
    manifest = made.manifest.model_copy(update={"limits": Limits(**limits)})
    door.publish(granted=granted)
    digest = door.bundles.put(replace(made, manifest=manifest))
    with Session(door.engine) as session, session.begin():
        row = session.get_one(deployments.DeploymentRow, deployments.active(session, "app_1", "live").id)
        row.bundle = digest
        apps.touch_routes(session)


def told(door: Door, count: int = 1) -> list[Mapping[str, Any]]:
    """What control was told of breaches, once it was so many: it comes after the visitor's answer."""
    until(lambda: door.control.count("breached") >= count)
    return [document for name, document in door.control.asked if name == "breached"]


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.005)


def test_one_request_too_many_is_asked_to_come_back(door: Door) -> None:  # S10
    publish(door, requests_per_minute=2)
    ben, ana = door.visitor("ben"), door.visitor("ana")
    door.wall = NOW - NOW % 60 + 18
    assert [ben.get("/").status_code, ana.get("/").status_code] == [200, 200]
    refused = ben.get("/")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "42")
    assert "This app may be asked 2 times a minute, and 2 were used." in refused.text
    assert "Please try again in 42 seconds." in refused.text
    assert request_id(refused) in refused.text
    assert door.calls() == 2
    assert [(one["kind"], one["row"]) for one in told(door)] == [("TooManyRequests", 0)]
    door.wall += 42
    assert ben.get("/").status_code == 200


def test_control_hears_of_a_rush_once(door: Door) -> None:
    publish(door, requests_per_minute=1)
    ben = door.visitor("ben")
    assert [ben.get("/").status_code for _ in range(6)] == [200, *[429] * 5]
    assert len(told(door)) == 1


def test_files_and_strangers_use_up_nothing(door: Door) -> None:
    publish(door, requests_per_minute=1)
    stranger, ben = door.visitor(), door.visitor("ben")
    for _ in range(3):
        assert stranger.get("/").status_code == 302
        assert ben.get("/static/none").status_code in (404, 429)
    door.later += 60
    assert ben.get("/").status_code == 200


def test_a_preview_has_the_same_limit_and_a_count_of_its_own(door: Door) -> None:  # S7, L9
    publish(door, requests_per_minute=1)
    with Session(door.engine) as session, session.begin():
        live = deployments.active(session, "app_1", "live")
        assert live is not None
        deployments.preview(session, "app_1", live.bundle, NOW)
    inside, outside = door.visitor("ana", door.preview(), stage="preview"), door.visitor("ana")
    assert [one.get("/").status_code for one in (inside, outside, inside, outside)] == [200, 200, 429, 429]


def test_the_apps_of_a_team_share_its_limit(door: Door) -> None:  # S10
    publish(door)
    used = [door.rate.take(f"other_{number % 7}.live", "T1:", 10**6) for number in range(6000)]
    assert used == [None] * 6000
    refused = door.visitor("ben").get("/")
    assert refused.status_code == 429
    assert "may be asked 6,000 times a minute" in refused.text
    assert "The platform team can raise that." in refused.text


def test_a_full_store_has_a_page_of_its_own_and_suspends_nobody(door: Door) -> None:  # T3
    publish(door, FILLING, granted=("store",), store_rows=3, cpu_ms=500)
    full = door.visitor("ben").get("/")
    assert (full.status_code, "no room for more entries" in full.text) == (507, True)
    assert request_id(full) in full.text
    [one] = told(door)
    assert (one["kind"], one["row"]) == ("StoreFull", 0)
    assert one["detail"].startswith("Error: store: answers has 3 rows, which is all it may have\n")


def test_an_app_cannot_claim_that_its_store_is_full(door: Door) -> None:
    publish(door, FILLING)
    assert door.visitor("ben").get("/lie").status_code == 500
    [one] = told(door)
    assert (one["kind"], one["row"]) == ("Crashed", 1)


def test_breaches_in_a_row_are_counted_and_a_good_answer_ends_the_row(door: Door) -> None:  # S6
    door.publish()
    ben = door.visitor("ben")
    visits = ("/spin", "/crash", "/", "/spin", "/nothing", "/crash", "/crash")
    ids = [request_id(ben.get(path)) for path in visits]
    rows = {one["request"]: one["row"] for one in told(door, 5)}
    assert [rows.get(one, 0) for one in ids] == [1, 2, 0, 1, 0, 1, 2]


def test_what_is_told_is_scrubbed_and_names_the_visit(door: Door) -> None:  # Invariant 3
    publish(door, FILLING)
    reply = door.visitor("ben").get("/log")
    [one] = told(door)
    assert one["logs"] == ["password: [scrubbed]"]
    assert one["detail"].startswith("Error: no [scrubbed]")
    assert (one["app"], one["stage"], one["request"]) == ("app_1", "live", request_id(reply))


def test_a_visitor_does_not_wait_for_control(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.publish()
    ben = door.visitor("ben")
    ben.get("/")
    door.control.away = True
    assert ben.get("/crash").status_code == 500
    until(lambda: "not told: control does not answer" in caplog.text)
    door.control.away = False
    assert ben.get("/crash").status_code == 500
    assert [one["row"] for one in told(door)] == [2], "what control did not hear of counts all the same"


@pytest.mark.parametrize("stage", ["live", "preview"])
def test_what_is_suspended_is_calm_and_comes_back_with_its_lease(door: Door, stage: Any) -> None:  # S6, S7
    door.publish()
    with Session(door.engine) as session, session.begin():
        live = deployments.active(session, "app_1", "live")
        assert live is not None
        deployments.preview(session, "app_1", live.bundle, NOW)
        before = deployments.leased(session, "app_1", stage)
        assert deployments.pause(session, "app_1", stage, "OutOfCpu", NOW)
        assert not deployments.pause(session, "app_1", stage, "OutOfCpu", NOW)
    host = "lunch-survey.localhost" if stage == "live" else door.preview()
    ana = door.visitor("ana", host, stage=stage)
    page = ana.get("/")
    assert (page.status_code, "Lunch survey is paused" in page.text) == (503, True)
    assert "Its entries are safe, and its owner was told." in page.text
    assert (door.calls(), ana.get("/static/app.css").status_code) == (0, 503)
    with Session(door.engine) as session, session.begin():
        assert deployments.leased(session, "app_1", stage) == before
        assert deployments.resume(session, "app_1", stage, NOW)
        found = apps.get(session, "app_1")
        assert found is not None
        assert found.stage is Stage.LIVE
    assert ana.get("/").status_code == 200


def test_a_suspended_app_still_ends(door: Door) -> None:  # Invariant 7
    door.publish()
    with Session(door.engine) as session, session.begin():
        deployments.pause(session, "app_1", "live", "Crashed", NOW)
    door.wall = NOW + 15 * DAY
    assert door.visitor("ben").get("/").status_code == 410


def test_a_new_version_of_a_suspended_app_starts_anew(door: Door) -> None:
    digest = door.publish()
    with Session(door.engine) as session, session.begin():
        deployments.pause(session, "app_1", "live", "Crashed", NOW)
        scene.publish(session, bundle=digest)
    assert door.visitor("ben").get("/").status_code == 200
