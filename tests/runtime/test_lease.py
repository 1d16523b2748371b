"""Lease arithmetic: when an app ends and when that is said."""

from hypothesis import given
from hypothesis import strategies as st

from runtime import lease
from runtime.lease import DAY, HOUR, Lease
from tests.runtime.scene import NOW

times = st.integers(min_value=NOW, max_value=NOW + 400 * DAY)


def said(kept: Lease, moments: list[int]) -> list[int]:
    """The reminders that ticks at these moments send."""
    sent = []
    for now in sorted(moments):
        before = lease.reminder_due(kept, now)
        if before:
            sent.append(before)
            kept = Lease(kept.started_at, kept.ends_at, before)
    return sent


def test_a_fortnight_is_announced_a_week_a_day_and_an_hour_before_its_end() -> None:  # D8
    ends = NOW + 14 * DAY
    hourly = [NOW + hour * HOUR for hour in range(14 * 24)]
    assert said(lease.start(14, NOW), hourly) == [7 * DAY, DAY, HOUR]
    assert said(lease.start(14, NOW), [ends - 7 * DAY - 1]) == []
    assert said(lease.start(14, NOW), [ends - 7 * DAY]) == [7 * DAY]


def test_after_a_downtime_only_the_latest_reminder_is_sent() -> None:
    assert said(lease.start(30, NOW), [NOW + 30 * DAY - 30 * 60]) == [HOUR]


def test_a_short_lease_is_not_announced_when_it_has_hardly_begun() -> None:
    assert said(lease.start(3, NOW), [NOW + hour * HOUR for hour in range(3 * 24)]) == [DAY, HOUR]


def test_a_lapsed_lease_is_not_announced() -> None:
    assert lease.reminder_due(lease.start(14, NOW), NOW + 14 * DAY) == 0
    assert lease.start(14, NOW).lapsed(NOW + 14 * DAY)
    assert not lease.start(14, NOW).lapsed(NOW + 14 * DAY - 1)


def test_extending_starts_the_reminders_anew() -> None:
    kept = Lease(NOW, NOW + 14 * DAY, reminded=HOUR)
    longer = lease.extend(kept, 14, 90, NOW + 14 * DAY - 60)
    assert longer.ends_at == NOW + 28 * DAY - 60
    assert longer.reminded == 0


@given(days=st.integers(1, 60), moments=st.lists(times, max_size=40))
def test_whenever_ticks_come_each_reminder_comes_once_and_in_order(days: int, moments: list[int]) -> None:  # D8
    sent = said(lease.start(days, NOW), moments)
    assert sent == sorted(set(sent), reverse=True)


@given(days=st.integers(1, 3650), more=st.integers(1, 3650), longest=st.integers(1, 3650), now=times)
def test_extending_never_shortens_nor_passes_the_longest(days: int, more: int, longest: int, now: int) -> None:
    kept = lease.start(days, NOW)
    longer = lease.extend(kept, more, longest, now)
    assert longer.ends_at >= kept.ends_at
    assert longer.ends_at <= max(kept.ends_at, now + longest * DAY)
