"""When a time is due: on the named days, at the minute, once each, whatever the clock says."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import due
from runtime.spool import visited_at
from templates.manifest import Days, Time

DAYS: tuple[Days, ...] = (*due.ON, "mon,wed,fri", "sun")
TIMES = st.builds(
    lambda every, hour, minute: Time(every=every, at=f"{hour:02}:{minute:02}"),
    st.sampled_from(DAYS),
    st.integers(0, 23),
    st.integers(0, 59),
)
MOMENTS = st.integers(0, 4_000_000_000)
MONDAY = 1_796_637_600
"""Mon 7 Dec 2026, 10:00 UTC."""


def moment(said: str) -> int:
    return int(datetime.fromisoformat(f"{said}+00:00").timestamp())


@pytest.mark.parametrize(
    ("every", "at", "comes"),
    [
        ("day", "09:00", "2026-12-08T09:00"),
        ("day", "10:00", "2026-12-08T10:00"),
        ("day", "10:01", "2026-12-07T10:01"),
        ("weekday", "00:00", "2026-12-08T00:00"),
        ("monday", "09:00", "2026-12-14T09:00"),
        ("monday", "23:59", "2026-12-07T23:59"),
        ("sunday", "09:00", "2026-12-13T09:00"),
        ("tue,sat", "09:00", "2026-12-08T09:00"),
        ("sat,tue", "10:00", "2026-12-08T10:00"),
        ("mon", "09:00", "2026-12-14T09:00"),
    ],
)
def test_the_next_time_is_the_first_one_after_now(every: Days, at: str, comes: str) -> None:
    assert due.following(Time(every=every, at=at), MONDAY) == moment(comes)


def test_weekdays_leave_the_weekend_out() -> None:
    friday = moment("2026-12-11T09:00")
    assert due.following(Time(every="weekday", at="09:00"), friday) == moment("2026-12-14T09:00")
    assert due.latest(Time(every="weekday", at="09:00"), moment("2026-12-13T12:00")) == friday


@given(TIMES, MOMENTS)
def test_a_time_comes_on_its_day_at_its_minute_and_nothing_lies_between(time: Time, now: int) -> None:
    last, following = due.latest(time, now), due.following(time, now)
    assert last <= now < following <= last + due.WEEK
    for at in (last, following):
        there = datetime.fromtimestamp(at, UTC)
        assert (f"{there:%H:%M:%S}", there.weekday() in due.weekdays(time.every)) == (f"{time.at}:00", True)
    assert due.latest(time, following - 1) == last
    assert due.following(time, last) == following


@given(TIMES, MOMENTS)
def test_no_time_comes_more_than_once_a_day(time: Time, now: int) -> None:  # S6
    assert due.following(time, now) - due.latest(time, now) >= due.DAY


@pytest.mark.parametrize(("every", "count"), [("day", 30), ("weekday", 22), ("sunday", 5), ("mon,wed,fri", 13)])
def test_a_month_holds_so_many_of_them_at_most(every: Days, count: int) -> None:  # C3
    assert due.a_month(Time(every=every, at="09:00")) == count


def test_the_request_id_is_one_of_a_kind_and_says_when() -> None:
    ids = {due.request_id(app, name, at) for app in ("a", "b") for name in ("x", "y") for at in (MONDAY, MONDAY + 60)}
    assert len(ids) == 8
    assert due.request_id("a", "x", MONDAY) == due.request_id("a", "x", MONDAY)
    assert visited_at(due.request_id("a", "x", MONDAY)) == MONDAY
