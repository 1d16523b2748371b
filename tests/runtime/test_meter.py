"""Estimates: a range with its basis, never zero, never narrower than what is known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import meter, prices
from runtime.meter import GUESS, Estimate, Sibling
from runtime.prices import RESOURCES, Usage
from templates.manifest import EgressCapability, Limits, Manifest, ScheduleCapability, Time
from tests.runtime.test_prices import STORE, manifest

pytestmark = pytest.mark.scenario

TABLE = prices.load()
HOUR = 3_600_000_000
quantities = st.builds(Usage, *(st.integers(0, 10**14) for _ in RESOURCES))
families = st.lists(st.builds(Sibling, quantities, st.integers(7, 90)), min_size=5, max_size=30)
manifests = st.builds(
    lambda limits, capabilities: manifest(*capabilities).model_copy(update={"limits": limits}),
    st.builds(Limits, cpu_ms=st.integers(1, 1000), store_mb=st.integers(1, 100)),
    st.sampled_from([(), (STORE,), (STORE, EgressCapability(hosts=("a.example",)))]),
)


def of(siblings: int, days: int = 30, cents_a_month: int = 10) -> list[Sibling]:
    """So many apps, each of which cost so much."""
    used = Usage(cpu_us=HOUR * 2 * cents_a_month // 10 * days // 30)
    return [Sibling(used, days) for _ in range(siblings)]


def estimated(siblings: list[Sibling]) -> Estimate:
    return meter.estimate(manifest(STORE), TABLE, siblings)


@given(manifests, st.booleans())
def test_a_guess_is_a_wide_range_and_says_so(app: Manifest, remote: bool) -> None:  # C3
    guess = meter.estimate(app, TABLE, remote=remote)
    assert 1 <= guess.low < guess.high
    assert guess.basis == GUESS == "a guess: no history yet"
    assert 1 <= len(guess.drivers) <= 3


def test_what_an_app_does_by_itself_is_part_of_the_guess() -> None:  # C3
    times = {"daily": Time(every="day", at="09:00"), "weekly": Time(every="friday", at="17:00")}
    visited, by_itself = manifest(STORE), manifest(STORE, ScheduleCapability(times=times))
    (quiet, busy), (more_quiet, more_busy) = meter.month(visited), meter.month(by_itself)
    assert (more_quiet.calls - quiet.calls, more_busy.calls - busy.calls) == (35, 35)
    assert more_busy.cpu_us - busy.cpu_us == 35 * visited.limits.cpu_ms * 1000
    assert TABLE.missing(by_itself) == ()


@given(families)
def test_what_is_known_is_a_range_that_is_never_zero(siblings: list[Sibling]) -> None:  # C3
    known = estimated(siblings)
    assert 1 <= known.low < known.high
    assert known.basis == f"as {len(siblings)} sibling apps of this template cost"


@given(families, st.data())
def test_more_use_never_costs_less(siblings: list[Sibling], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(siblings) - 1))
    more = list(siblings)
    more[at] = replace(more[at], used=more[at].used + data.draw(quantities))
    before, after = estimated(siblings), estimated(more)
    assert before.low <= after.low and before.high <= after.high


@given(families)
def test_eight_of_ten_siblings_lie_in_their_own_range(siblings: list[Sibling]) -> None:  # C3
    known = estimated(siblings)
    costs = [TABLE.total(one.used) * 30 / one.days for one in siblings]
    # The range begins at a cent: what costs less is rounded up to it.
    inside = sum(1 for one in costs if known.low <= max(1, one) <= known.high)
    assert inside >= 0.8 * len(costs) - 2


def test_five_siblings_of_a_week_are_a_history_and_fewer_are_none() -> None:  # C3
    assert estimated(of(5, days=7)).basis == "as 5 sibling apps of this template cost"
    assert estimated(of(4, days=30)).basis == GUESS
    assert estimated([*of(4, days=30), *of(3, days=6)]).basis == GUESS
    assert estimated([*of(5, days=30), *of(3, days=6)]).basis == "as 5 sibling apps of this template cost"


def test_the_range_is_from_the_tenth_to_the_ninetieth_of_a_hundred() -> None:  # C3
    known = estimated([one for cents in range(10, 120, 10) for one in of(1, cents_a_month=cents)])
    assert (known.low, known.high) == (20, 100)


def test_the_three_dearest_are_named_and_what_runs_it() -> None:  # C3
    used = Usage(cpu_us=HOUR, calls=1_000_000, storage_byte_days=2**40, mails=10)
    known = estimated([Sibling(used, 30) for _ in range(5)])
    assert known.drivers == ("stored entries", "visits", "processor time")
    assert known.runtime == "the wasm sandbox"


def test_words_that_no_remote_model_reads_cost_no_tokens() -> None:
    assert "the language model" in meter.estimate(manifest(STORE), TABLE, remote=True).drivers
    assert "the language model" not in meter.estimate(manifest(STORE), TABLE).drivers
