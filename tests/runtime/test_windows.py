"""When an app counts as broken, and when as well again."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.windows import FAILED, FAILING, QUIET, SHARE, WITHIN, Opening, Seen, opens, well

NOW = 1_800_000_000


def seen(*kinds: str, every: int = 10) -> list[Seen]:
    return [Seen(NOW - every * (len(kinds) - at), f"r{at}", kind) for at, kind in enumerate(kinds)]


def test_three_failed_visits_open_a_window_from_the_first_of_them() -> None:  # N12
    assert opens(seen("Crashed", "Crashed"), NOW) is None
    assert opens(seen("Crashed", "Crashed", "Crashed"), NOW) == Opening("Crashed", NOW - 30, "r2")


def test_a_few_failures_among_many_answers_break_nothing() -> None:  # N12
    assert opens(seen(*["Crashed"] * 3, *[""] * 4), NOW) is None
    assert opens(seen(*["Crashed"] * 3, *[""] * 3), NOW) is not None


def test_what_is_no_defect_of_the_app_never_opens_one() -> None:  # N12
    assert opens(seen(*["StoreFull"] * 9, *["TooManyRequests"] * 9, *["Denied"] * 9), NOW) is None


def test_old_failures_do_not_count() -> None:  # N12
    assert opens([Seen(NOW - WITHIN, f"r{one}", "Crashed") for one in range(9)], NOW) is None


def test_the_kind_that_fails_most_names_the_defect() -> None:  # N12
    found = opens(seen("TimedOut", "Crashed", "Crashed"), NOW)
    assert found == Opening("Crashed", NOW - 20, "r2")


def test_three_answers_in_a_row_are_well_again_since_the_first_of_them() -> None:  # N12
    assert well(seen("Crashed", "", ""), NOW, 0) == 0
    assert well(seen("Crashed", "", "", ""), NOW, 0) == NOW - 30
    assert well(seen("", "", "", "Crashed"), NOW, 0) == 0


def test_one_answer_is_enough_after_a_while_and_silence_never_is() -> None:  # N12
    quiet = [Seen(NOW - QUIET, "r0", "Crashed"), Seen(NOW - 5, "r1")]
    assert well(quiet, NOW, 0) == NOW - 5
    assert well(quiet[1:], NOW, NOW - 9) == 0, "it was mended just now"
    assert well(quiet[:1], NOW + 9 * QUIET, 0) == 0


KINDS = st.sampled_from(["", "StoreFull", *sorted(FAILING)])


@given(st.lists(st.tuples(st.integers(0, 2 * WITHIN), KINDS), max_size=30))
def test_a_window_is_opened_by_enough_recent_failures_and_nothing_else(calls: list[tuple[int, str]]) -> None:  # N12
    told = [Seen(NOW - ago, f"r{at}", kind) for at, (ago, kind) in enumerate(calls)]
    recent = [kind for ago, kind in calls if ago < WITHIN]
    bad = [kind for kind in recent if kind in FAILING]
    found = opens(told, NOW)
    assert (found is not None) == (len(bad) >= FAILED and len(bad) >= SHARE * len(recent))
    assert found is None or (found.kind in bad and found.began > NOW - WITHIN)
