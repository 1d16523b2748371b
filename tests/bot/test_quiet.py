"""So many posts about an app in a week, and what needs somebody at any time (U9)."""

from hypothesis import given
from hypothesis import strategies as st

from bot.posting import quiet

MONDAY = 1_795_996_800
"""Mon 30 Nov 2026, 00:00 UTC."""
NEEDED = ("reminder", "approval", "ended", "breach", "paused", "advisory", "gate", "exposure", "secret", "card")


@given(st.integers(0, 10_000), st.integers(0, 1000))
def test_what_needs_somebody_or_announces_an_end_is_never_put_off(posted: int, budget: int) -> None:  # U9
    assert all(quiet.decide(one, posted, budget) == "now" for one in (*NEEDED, "something that nobody thought of"))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_what_asks_nobody_for_anything_waits_once_the_budget_is_spent(posted: int, budget: int) -> None:  # U9
    for one in quiet.MAY_WAIT:
        assert quiet.decide(one, posted, budget) == ("digest" if posted >= budget else "now")


def test_edits_and_answers_are_not_counted_and_what_passes_is() -> None:  # U9
    keys = ["card:r", "root:r", "live:d", "kept:a:1", "digest:a:1", "reminder:a:1", "notice:a:1", "breach:a:x"]
    assert quiet.spent(keys) == 3


@given(st.integers(0, 2**33))
def test_a_week_begins_on_monday_and_a_digest_comes_in_the_morning(now: int) -> None:
    week = quiet.week(now)
    assert 0 <= now - week < 7 * 86_400 and (week - MONDAY) % (7 * 86_400) == 0
    assert 0 < quiet.morning(now) - now <= 86_400 and quiet.morning(now) % 86_400 == 9 * 3600
    assert 0 < quiet.hour(now) - now <= 3600
