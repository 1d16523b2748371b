"""Rows of schedules: each time is claimed once, by whomever; a missed one comes once; a wrong clock does no harm."""

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from runtime import due, reaper, schedules
from runtime.apps import Stage
from runtime.schedules import Schedule
from templates.manifest import Time
from tests.runtime import scene
from tests.runtime.scene import DAY

DAILY = Time(every="day", at="09:00")
MONDAY = 1_796_637_600
"""Mon 7 Dec 2026, 10:00 UTC."""
NINE = MONDAY - 3600
"""An hour ago."""


def keep(session: Session, now: int = MONDAY, app: str = "app_1", **times: Time) -> None:
    schedules.keep(session, workspace="T1", app=app, times=times or {"daily": DAILY}, now=now)
    session.flush()


def only(session: Session) -> Schedule:
    (one,) = schedules.of(session, "app_1")
    return one


def claimed(session: Session, now: int) -> list[Schedule]:
    """What a tick at this moment takes."""
    taken = [schedules.claim(session, one, now) for one in schedules.waiting(session, now)]
    return [one for one in taken if one is not None]


def fired(session: Session, now: int) -> list[int]:
    """The times that a tick at this moment brings about."""
    done = claimed(session, now)
    assert all(schedules.settle(session, one) for one in done)
    return [one.running for one in done]


def test_what_goes_live_comes_at_its_next_time_and_not_before(session: Session) -> None:
    keep(session)
    assert [fired(session, now) for now in (MONDAY, NINE + DAY - 1)] == [[], []]
    assert fired(session, NINE + DAY) == [NINE + DAY]
    assert fired(session, NINE + DAY) == []
    assert only(session).next_at == NINE + 2 * DAY


@pytest.mark.parametrize("away", [DAY, 2 * DAY + 5, 40 * DAY])
def test_however_many_times_were_missed_the_last_one_comes_once(session: Session, away: int) -> None:
    keep(session)
    now = NINE + DAY + away
    assert fired(session, now) == [due.latest(DAILY, now)]
    assert [fired(session, now + late) for late in (0, 1, 3600)] == [[], [], []]


def test_a_clock_that_went_back_brings_nothing_twice(session: Session) -> None:
    keep(session)
    assert fired(session, NINE + DAY) == [NINE + DAY]
    assert [fired(session, NINE + DAY - back) for back in (1, 3600, DAY, 3 * DAY)] == [[]] * 4
    assert fired(session, NINE + 2 * DAY) == [NINE + 2 * DAY]


def test_a_clock_that_was_years_ahead_silences_nobody_for_years(session: Session) -> None:
    keep(session)
    (ahead,) = fired(session, MONDAY + 3650 * DAY)
    assert ahead == NINE + 3650 * DAY
    assert fired(session, MONDAY) == []
    assert only(session).next_at == NINE + DAY
    assert fired(session, NINE + DAY) == [NINE + DAY]


def test_what_was_claimed_while_the_clock_was_ahead_is_looked_at_again(session: Session) -> None:
    keep(session)
    (one,) = claimed(session, MONDAY + 3650 * DAY)
    (again,) = claimed(session, MONDAY)
    assert (again.running, again.attempts) == (one.running, 2)


def test_whoever_dies_with_a_claim_leaves_it_to_the_next_with_the_same_request_id(session: Session) -> None:
    keep(session)
    (one,) = claimed(session, NINE + DAY)
    assert claimed(session, NINE + DAY + schedules.CLAIMED - 1) == []
    (again,) = claimed(session, NINE + DAY + schedules.CLAIMED)
    assert (again.request, again.attempts) == (one.request, 2)
    assert not schedules.settle(session, one)
    assert schedules.settle(session, again)
    assert not schedules.settle(session, again)


def test_two_controls_at_the_same_moment_claim_a_time_once(engine: Engine) -> None:  # D8
    with Session(engine) as session, session.begin():
        for number in range(20):
            keep(session, app=f"app_{number}")
    taken: list[Schedule] = []
    begin = threading.Barrier(3)

    def control() -> None:
        with Session(engine) as session:
            seen = schedules.waiting(session, NINE + DAY)
        begin.wait(5)
        for one in seen:
            with Session(engine) as session, session.begin():
                mine = schedules.claim(session, one, NINE + DAY)
            taken.extend([mine] if mine else [])

    threads = [threading.Thread(target=control) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(one.app for one in taken) == sorted(f"app_{number}" for number in range(20))


def test_a_gateway_that_is_away_is_asked_later_each_time_for_a_bounded_time(session: Session) -> None:
    keep(session)
    now, waits = NINE + DAY, list[int]()
    while True:
        (one,) = claimed(session, now)
        if one.attempts >= schedules.MOST_ATTEMPTS:
            break
        schedules.postpone(session, one, now)
        waits.append(only(session).due_at - now)
        now += waits[-1]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert sum(waits) < 3600


def test_a_time_that_may_not_come_is_over(session: Session) -> None:
    keep(session)
    (one,) = schedules.waiting(session, NINE + 3 * DAY)
    assert schedules.pass_over(session, one, NINE + 3 * DAY)
    assert (only(session).next_at, only(session).running) == (NINE + 4 * DAY, 0)
    assert not schedules.pass_over(session, one, NINE + 3 * DAY)


def test_publishing_again_moves_only_what_changed(session: Session) -> None:
    keep(session, daily=DAILY, gone=DAILY, other=DAILY)
    claims = {one.name: one for one in claimed(session, NINE + DAY)}
    later = Time(every="day", at="11:00")
    keep(session, now=NINE + DAY + 5, daily=DAILY, other=later, new=DAILY)
    kept = {one.name: (one.time, one.running, one.next_at) for one in schedules.of(session, "app_1")}
    assert kept == {
        "daily": (DAILY, NINE + DAY, NINE + 2 * DAY),
        "other": (later, 0, NINE + DAY + 7200),
        "new": (DAILY, 0, NINE + 2 * DAY),
    }
    assert schedules.settle(session, claims["daily"])
    assert not schedules.settle(session, claims["gone"])


@pytest.mark.parametrize("stage", [Stage.ARCHIVED, Stage.RETIRED])
def test_nothing_is_left_of_the_schedule_of_an_app_that_ended(session: Session, stage: Stage) -> None:  # D3
    scene.app(session)
    scene.publish(session)
    keep(session)
    keep(session, app="app_2")
    (one, _) = claimed(session, NINE + DAY)
    reaper.end(session, "app_1", stage, NINE + DAY)
    assert schedules.of(session, "app_1") == ()
    assert not schedules.settle(session, one)
    assert len(schedules.of(session, "app_2")) == 1


STEPS = st.one_of(
    st.tuples(st.just("later"), st.integers(1, 3 * DAY)),
    st.tuples(st.just("back"), st.integers(1, 2 * DAY)),
    st.tuples(st.sampled_from(["tick", "dies", "away"]), st.just(0)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_whatever_happens_no_time_is_settled_twice_and_none_early(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:  # D8
    engine = scene.database(tmp_path_factory.mktemp("history"))
    now, latest, seen = MONDAY, MONDAY, list[int]()
    with Session(engine) as session:
        keep(session)
        for what, seconds in steps:
            now += {"later": seconds, "back": -seconds}.get(what, 0)
            latest = max(latest, now)
            if what in ("later", "back"):
                continue
            for one in claimed(session, now):
                if what == "tick":
                    seen += [one.running] if schedules.settle(session, one) else []
                elif what == "away":
                    schedules.postpone(session, one, now)
        assert len(schedules.of(session, "app_1")) == 1
    engine.dispose()
    assert len(seen) == len(set(seen))
    assert all(at <= latest and at > NINE for at in seen)


def test_a_row_is_read_as_it_was_written(session: Session, tmp_path: Path) -> None:
    times: Mapping[str, Time] = {"a": Time(every="weekday", at="00:05"), "b": Time(every="sunday", at="23:59")}
    keep(session, **times)
    assert {one.name: one.time for one in schedules.of(session, "app_1")} == times
