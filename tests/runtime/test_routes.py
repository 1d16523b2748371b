"""What a gateway worker reads of the control database, and how soon it sees a change."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert
from sqlmodel import Session

from bot import clockwork
from guardrails import grants
from runtime import apps, deployments, identity, walls
from runtime.apps import Stage
from runtime.routes import Route, Routes
from tests import engines
from tests.runtime import scene
from tests.runtime.scene import BUNDLE, DAY, NOW, OTHER


@pytest.fixture
def routes(engine: Engine, tmp_path: Path) -> Iterator[Routes]:
    with Session(engine) as session, session.begin():
        scene.app(session)
    found = Routes(scene.source(engine, tmp_path))
    yield found
    found.close()


def live(routes: Routes) -> Route:
    route = routes.find("lunch-survey", "live")
    assert route is not None
    return route


def test_an_app_that_is_not_published_has_a_host_and_nothing_behind_it(routes: Routes) -> None:
    assert (live(routes).bundle, live(routes).open(NOW)) == ("", False)
    assert routes.find("nobody", "live") is None


def test_a_commit_is_seen_by_the_next_visit(engine: Engine, routes: Routes) -> None:
    assert not live(routes).open(NOW)
    with Session(engine) as session, session.begin():
        scene.publish(session)
        session.flush()
        assert not live(routes).open(NOW), "not before the commit"
    assert (live(routes).bundle, live(routes).open(NOW)) == (BUNDLE, True)
    with Session(engine) as session, session.begin():
        scene.publish(session, bundle=OTHER)
    assert live(routes).bundle == OTHER


def test_a_host_that_led_nowhere_leads_to_an_app_as_soon_as_there_is_one(engine: Engine, routes: Routes) -> None:
    assert routes.find("dinner-survey", "live") is None
    with Session(engine) as session, session.begin():
        scene.app(session, "app_2", "Dinner survey")
    assert routes.find("dinner-survey", "live") is not None


def test_a_commit_that_changes_no_route_reads_none_anew(engine: Engine, routes: Routes) -> None:
    before = live(routes)
    with Session(engine) as session, session.begin():
        clockwork.Clock(session).move(session, 5)
    assert live(routes) is before
    assert routes.clock_offset() == 5


def test_a_lapsed_lease_is_closed_though_its_deployment_still_stands(engine: Engine, routes: Routes) -> None:
    with Session(engine) as session, session.begin():  # Invariant 7
        scene.publish(session, days=14)
    assert live(routes).open(NOW + 14 * DAY - 1)
    assert not live(routes).open(NOW + 14 * DAY)


def test_a_suspended_app_is_closed_and_opens_again(engine: Engine, routes: Routes) -> None:
    with Session(engine) as session, session.begin():
        scene.publish(session)
    for stage, opened in ((Stage.SUSPENDED, False), (Stage.LIVE, True)):
        with Session(engine) as session, session.begin():
            apps.move(session, "app_1", stage, NOW)
        assert live(routes).open(NOW) is opened


@pytest.mark.parametrize("stage", ["draft", "suspended", "archived", "retired", "promoted"])
def test_a_live_deployment_of_an_app_in_any_other_stage_is_not_served(stage: str) -> None:  # G1
    route = Route("app_1", "s", "live", "S", "ana", BUNDLE, NOW + DAY, stage, None, "", "", {})
    assert not route.open(NOW)


def test_grants_and_the_second_until_which_they_hold_are_read(engine: Engine, routes: Routes) -> None:
    with Session(engine) as session, session.begin():
        grants.grant(session, workspace="T1", app="app_1", wanted=("store",), proposal="p", until=NOW + DAY, now=NOW)
        apps.touch_routes(session)
    assert live(routes).grants == {"store": NOW + DAY}
    with Session(engine) as session, session.begin():
        grants.revoke(session, "app_1", NOW)
        apps.touch_routes(session)
    assert live(routes).grants == {}


def test_a_session_opens_only_its_own_app_and_stage(engine: Engine, routes: Routes) -> None:
    with Session(engine) as session, session.begin():
        token = identity.open_session(
            session, workspace="T1", app="app_1", stage="preview", person="cy", name="Cy", handle="cy", now=NOW
        )
    digest = identity.token_digest(token)
    found = routes.session(digest, "app_1", "preview")
    assert found is not None
    assert (found.person, found.expires_at) == ("cy", NOW + identity.SESSION_SECONDS)
    assert routes.session(digest, "app_1", "live") is None
    assert routes.session(digest, "app_2", "preview") is None


def test_a_session_that_was_ended_is_gone_at_the_next_visit(engine: Engine, routes: Routes) -> None:
    with Session(engine) as session, session.begin():
        token = identity.open_session(
            session, workspace="T1", app="app_1", stage="live", person="cy", name="Cy", handle="cy", now=NOW
        )
    digest = identity.token_digest(token)
    for _ in range(2):
        live(routes)
        assert routes.session(digest, "app_1", "live") is not None
    with Session(engine) as session, session.begin():
        identity.close_session(session, digest)
    live(routes)
    assert routes.session(digest, "app_1", "live") is None


@engines.sqlite_only
def test_whoever_opens_and_closes_the_database_takes_nothing_away_from_a_worker_that_waits(tmp_path: Path) -> None:
    """SQLite removes the log when the last user closes; a worker behind its walls cannot make another."""
    scene.database(tmp_path).dispose()
    walls.database(tmp_path / "control.db")
    routes = Routes(tmp_path / "control.db")
    with closing(sqlite3.connect(tmp_path / "control.db")) as other, other:
        other.execute('UPDATE clock SET "offset" = 7')
    assert (tmp_path / "control.db-wal").exists()
    assert (tmp_path / "control.db-shm").exists()
    assert routes.find("lunch-survey", "live") is None
    routes.close()


def test_ten_thousand_apps_are_read_in_a_moment(engine: Engine, routes: Routes) -> None:
    row = {"workspace": "T1", "title": "Many", "template": "t@1", "owner": "ana", "collaborators": "[]", "named": "[]"}
    row |= {"audience": "{}", "channel": "C", "stage": "draft", "export": "", "trace": ""}
    many = [{**row, "id": f"many_{n}", "slug": f"many-{n}", "created_at": NOW} for n in range(10_000)]
    with Session(engine) as session, session.begin():
        session.execute(insert(apps.AppRow.__table__), many)
        apps.touch_routes(session)
    start = clockwork.stopwatch()
    assert routes.find("many-9999", "live") is not None
    assert clockwork.stopwatch() - start < 1


def test_deployments_that_ended_leave_the_host_and_nothing_behind_it(engine: Engine, routes: Routes) -> None:
    with Session(engine) as session, session.begin():
        scene.publish(session)
        deployments.end(session, "app_1", "live", NOW)
    assert live(routes).bundle == ""
