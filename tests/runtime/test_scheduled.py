"""The worker's end of a schedule: what it may, it runs once, as it runs a visit; what it may not, it does not."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import Session

from guardrails import grants
from runtime import apps, begun, deployments, due, spool
from runtime.apps import Stage
from runtime.scheduled import PATH, Fired
from templates.manifest import Digest, Limits, ScheduleCapability, Time
from tests.runtime import scene
from tests.runtime.door import SOURCE, Door
from tests.runtime.scene import DAY, NOW

NIGHTLY = ScheduleCapability(
    times={"nightly": Time(every="day", at="02:00"), "weekly": Time(every="monday", at="09:00")}
)
GRANTED = ("store", "notify", "schedule:nightly")
APP = """
export function handle(call) { return String(store.count("answers")); }
export async function scheduled(call) { BODY }
"""
ADD = 'store.insert("answers", { meal: call.schedule }); notify(`${store.count("answers")} from the kitchen`);'
CLOSED, NOT_LIVE = "it may not run by itself at this time", "the app is not live"


def publish(door: Door, body: str = ADD, granted: tuple[str, ...] = GRANTED, **more: Any) -> Digest:
    return door.publish(APP.replace("BODY", body), granted=granted, declared=(NIGHTLY,), **more)


def count(door: Door) -> str:
    return door.visitor("ana").get("/").text


def asked(door: Door, question: str) -> list[Mapping[str, Any]]:
    door.told()
    return [document for name, document in door.control.asked if name == question]


def test_a_time_runs_the_app_with_its_store_and_its_thread(door: Door) -> None:
    publish(door)
    assert door.fire("nightly", NOW - 5) == Fired("ran", "204")
    request = due.request_id("app_1", "nightly", NOW - 5)
    notice = {"app": "app_1", "stage": "live", "text": "1 from the [scrubbed]", "request_id": request}
    assert asked(door, "notify") == [notice]
    assert count(door) == "1"


def test_it_is_metered_as_a_visit_and_is_no_use_of_the_app(door: Door) -> None:  # D11
    publish(door)
    door.fire("nightly", NOW - 5)
    (record,) = door.records()
    assert {**record, "cpu_ms": 1} == {
        "at": NOW,
        "app": "app_1",
        "stage": "live",
        "request": due.request_id("app_1", "nightly", NOW - 5),
        "client": "",
        "trace": record["trace"],
        "result": "204",
        "cpu_ms": 1,
        "schedule": "nightly",
    }
    assert record["cpu_ms"] > 0


def test_an_app_is_last_used_when_somebody_visited_it(tmp_path: Any) -> None:
    kept = spool.Spool(tmp_path, "w1")
    kept.keep({"app": "app_1", "at": 5})
    kept.keep({"app": "app_1", "at": 9, "schedule": "nightly"})
    kept.close()
    assert spool.last_used(tmp_path, "app_1") == 5


def test_one_time_runs_once_however_often_it_is_asked_for(door: Door) -> None:
    publish(door)
    with ThreadPoolExecutor(6) as pool:
        fired = list(pool.map(lambda _: door.fire("nightly", NOW - 5), range(6)))
    assert sorted(one.state for one in fired) == ["begun"] * 5 + ["ran"]
    door.forget()
    assert door.fire("nightly", NOW - 5) == Fired("begun")
    assert count(door) == "1"
    assert door.fire("nightly", NOW - 5 + DAY).state == "ran"


def test_what_was_begun_is_forgotten_in_time(door: Door) -> None:
    publish(door)
    door.fire("nightly", NOW - 5)
    folder = door.folder / "usage" / "begun"
    (kept,) = folder.iterdir()
    begun.forget(folder, int(kept.stat().st_mtime) - 1)
    assert kept.exists()
    begun.forget(folder, int(kept.stat().st_mtime) + 2)
    assert not kept.exists()


def test_a_time_without_a_grant_does_not_run(door: Door) -> None:  # S4 S11
    publish(door)
    assert door.fire("weekly", NOW) == Fired("closed", CLOSED)
    publish(door, name="app_2", granted=("store", "schedule"))
    assert door.fire("nightly", NOW, app="app_2", slug=slug(door, "app_2")) == Fired("closed", CLOSED)
    assert door.calls() == 0


def test_a_grant_that_is_taken_back_or_over_stops_it_with_the_next_time(door: Door) -> None:  # S11
    publish(door)
    assert door.fire("nightly", NOW).state == "ran"
    door.wall = NOW + 13 * DAY
    with Session(door.engine) as session, session.begin():
        grants.revoke(session, "app_1", NOW, "schedule:nightly")
        apps.touch_routes(session)
    assert door.fire("nightly", NOW + DAY) == Fired("closed", CLOSED)
    assert door.visitor("ana").get("/").status_code == 200


def test_what_the_manifest_does_not_name_does_not_run_with_any_grant(door: Door) -> None:  # S4
    door.publish(APP.replace("BODY", ADD), granted=("store", "schedule:nightly", "schedule:hourly"))
    for name in ("nightly", "hourly", "", "../nightly", "toString"):
        assert door.fire(name, NOW) == Fired("closed", CLOSED)
    assert door.calls() == 0


def test_no_app_runs_for_the_time_of_another(door: Door) -> None:
    publish(door)
    door.publish(SOURCE, "app_2", granted=("store", "notify"))
    other = slug(door, "app_2")
    assert door.fire("nightly", NOW, app="app_2", slug="lunch-survey") == Fired("closed", NOT_LIVE)
    assert door.fire("nightly", NOW, app="app_1", slug=other) == Fired("closed", NOT_LIVE)
    assert door.fire("nightly", NOW, app="app_2", slug=other) == Fired("closed", CLOSED)
    assert door.fire("nightly", NOW, app="app_9", slug="nobody") == Fired("closed", NOT_LIVE)
    assert door.calls() == 0


def test_the_same_time_of_two_apps_runs_each_with_its_own_store(door: Door) -> None:
    publish(door)
    publish(door, name="app_2")
    assert door.fire("nightly", NOW).state == "ran"
    assert door.fire("nightly", NOW, app="app_2", slug=slug(door, "app_2")).state == "ran"
    assert count(door) == "1"
    assert [one["text"] for one in asked(door, "notify")] == ["1 from the [scrubbed]"] * 2


def slug(door: Door, app: str) -> str:
    with Session(door.engine) as session:
        found = apps.get(session, app)
    assert found is not None
    return found.slug


def suspended(session: Session) -> None:
    deployments.pause(session, "app_1", "live", "OutOfCpu", NOW)


def ended(session: Session) -> None:
    apps.move(session, "app_1", Stage.RETIRED, NOW)
    deployments.end(session, "app_1", "live", NOW)


def lapsed(session: Session) -> None:
    row = session.get_one(deployments.LeaseRow, ("app_1", "live"))
    row.ends_at = NOW
    apps.touch_routes(session)


@pytest.mark.parametrize("stop", [suspended, ended, lapsed])
def test_an_app_that_does_not_answer_does_not_run_by_itself(door: Door, stop: Any) -> None:  # D3
    publish(door)
    with Session(door.engine) as session, session.begin():
        stop(session)
    assert door.fire("nightly", NOW) == Fired("closed", NOT_LIVE)
    assert door.calls() == 0


def test_a_preview_never_runs_by_itself(door: Door) -> None:
    digest = door.bundles.put(scene.bundle(APP.replace("BODY", ADD), declared=(NIGHTLY,)))
    with Session(door.engine) as session, session.begin():
        scene.app(session)
        deployments.preview(session, "app_1", digest, NOW)
    assert door.fire("nightly", NOW) == Fired("closed", NOT_LIVE)


def test_an_idle_app_that_was_put_out_of_memory_runs_when_it_is_time(door: Door) -> None:  # C4
    publish(door)
    count(door)
    door.forget()
    assert door.fire("nightly", NOW) == Fired("ran", "204")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("for (;;) {}", "OutOfCpu"),
        ("throw new Error('the kitchen is closed')", "Crashed"),
        ("await egress.fetch('https://api.example.com/')", "Denied"),
        ("return call.visitor.id", "Crashed"),
    ],
)
def test_a_breach_is_counted_and_told_as_for_a_visit_and_names_the_time(door: Door, body: str, kind: str) -> None:  # S6
    publish(door, body)
    fired = door.fire("nightly", NOW)
    assert fired == Fired("ran", kind)
    (told,) = asked(door, "breached")
    assert "kitchen" not in told["detail"]
    request = due.request_id("app_1", "nightly", NOW)
    assert {name: told[name] for name in ("app", "stage", "kind", "request", "row", "schedule")} == {
        "app": "app_1",
        "stage": "live",
        "kind": kind,
        "request": request,
        "row": 1,
        "schedule": "nightly",
    }


def test_three_times_in_a_row_are_three_breaches_in_a_row(door: Door) -> None:  # S6
    publish(door, "throw new Error('no')")
    for day in range(3):
        door.fire("nightly", NOW + day * DAY)
    assert [one["row"] for one in asked(door, "breached")] == [1, 2, 3]


def test_it_counts_among_the_requests_of_a_minute(door: Door) -> None:  # S6
    publish(door, limits=Limits(requests_per_minute=1))
    assert count(door) == "0"
    assert door.fire("nightly", NOW) == Fired("later", "it is asked too often")
    door.wall += 60
    assert door.fire("nightly", NOW) == Fired("ran", "204")
    assert door.visitor("ana").get("/").status_code == 429


def test_a_bundle_that_cannot_be_used_is_tried_again_later(door: Door) -> None:
    digest = publish(door, "log('of this test alone')")
    for path in (door.folder / "bundles").rglob("*"):
        if path.is_file() and str(digest).removeprefix("sha256:") in path.name:
            path.write_bytes(b"{}")
    assert door.fire("nightly", NOW) == Fired("later", "its bundle cannot be used")


def test_the_rest_of_the_socket_is_as_it_was(door: Door) -> None:
    publish(door)
    answer = post(door, PATH, {"app": "app_1", "slug": "lunch-survey", "schedule": "nightly", "due": NOW})
    assert answer == (200, {"state": "ran", "result": "204"})
    for wrong in ({}, [], {"app": "app_1", "slug": "lunch-survey", "schedule": "nightly", "due": "soon"}):
        assert post(door, PATH, wrong)[0] == 400
    assert post(door, "/", {})[1] == {"problem": "The question was not understood."}


def post(door: Door, path: str, document: object) -> tuple[int, Any]:
    """One HTTP question to the worker's second application."""
    sent: list[Any] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": json.dumps(document).encode()}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path}
    asyncio.run_coroutine_threadsafe(door.scheduled(scope, receive, send), door._loop).result(15)
    return sent[0]["status"], json.loads(sent[1]["body"])
