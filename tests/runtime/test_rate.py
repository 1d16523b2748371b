"""Requests per minute: no interleaving of workers and apps passes an app's limit or its team's."""

import inspect
import os
import time
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from runtime import rate
from runtime.board import Board, Seat
from runtime.rate import MINUTE, Rate, Refused

NOW = 1_800_000_000


def test_the_one_over_the_limit_is_refused_and_told_when_to_come_back() -> None:  # S10
    now = [NOW + 18]
    one = Rate(Board(1).seat(), 100, lambda: now[0])
    assert [one.take("app_1.live", "T1:ops", 3) for _ in range(3)] == [None] * 3
    assert one.take("app_1.live", "T1:ops", 3) == Refused("app", most=3, used=3, wait=42)
    now[0] = NOW + MINUTE
    assert one.take("app_1.live", "T1:ops", 3) is None


def test_a_no_names_the_limit_its_use_and_who_can_raise_it() -> None:  # S10
    seat = Board(1).seat()
    one = Rate(seat, 2, lambda: NOW)
    assert one.take("app_1.live", "T1:ops", 600) is None
    assert one.take("app_2.live", "T1:ops", 600) is None
    refused = one.take("app_3.live", "T1:ops", 600)
    assert refused is not None
    assert refused.why == (
        "This team's apps together may be asked 2 times a minute, and 2 were used. The platform team can raise that."
    )
    assert one.take("app_1.live", "T1:hr", 1) == Refused("app", most=1, used=1, wait=60)
    assert "Whoever maintains its template can raise that." in Refused("app", 600, 600, 9).why


def test_what_was_refused_uses_up_nothing() -> None:
    one = Rate(Board(1).seat(), 3, lambda: NOW)
    for _ in range(5):
        one.take("loud.live", "T1:ops", 1)
    assert [one.take("quiet.live", "T1:ops", 5) for _ in range(3)][:2] == [None, None]


def test_another_team_is_not_touched() -> None:  # S10
    one = Rate(Board(1).seat(), 1, lambda: NOW)
    assert one.take("a.live", "T1:ops", 9) is None
    assert one.take("b.live", "T1:ops", 9) is not None
    assert one.take("c.live", "T1:hr", 9) is None


Taking = Iterator[bool | None]


def taking(seat: Seat, app: str, app_most: int, team_most: int) -> Taking:
    """`Rate.take`, with a place to be interrupted after each of its steps; gives at last whether it was let in."""
    app_used = seat.add(app, 1)
    yield None
    team_used = seat.add("team", 1)
    yield None
    if rate.decide(app_used, app_most, team_used, team_most) is None:
        yield True
        return
    seat.take_back(app, 1)
    yield None
    seat.take_back("team", 1)
    yield False


@given(
    visits=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=40),
    order=st.lists(st.integers(0, 39), max_size=200),
    app_most=st.integers(1, 6),
    team_most=st.integers(1, 12),
)
def test_no_interleaving_passes_a_limit(  # S10
    visits: list[tuple[int, int]], order: list[int], app_most: int, team_most: int
) -> None:
    board = Board(4)
    seats = [board.seat() for _ in range(4)]
    under_way = {
        number: (f"app_{app}", taking(seats[worker], f"app_{app}", app_most, team_most))
        for number, (worker, app) in enumerate(visits)
    }
    let_in: list[str] = []
    # A worker takes one visit at a time, so only the first of each worker's visits may go on.
    for wanted in [*order, *(number for number in range(len(visits)) for _ in range(8))]:
        mine = [one for one in under_way if wanted < len(visits) and visits[one][0] == visits[wanted][0]]
        if not mine:
            continue
        name, steps = under_way[mine[0]]
        done = next(steps)
        if done is not None:
            del under_way[mine[0]]
            let_in += [name] if done else []
    assert len(let_in) <= team_most
    assert all(let_in.count(one) <= app_most for one in let_in)
    assert let_in or not visits or under_way


def test_four_workers_at_once_let_in_as_many_as_one_would() -> None:  # S8, S10
    board, most = Board(4), 2000
    read, write = os.pipe()
    children = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            one = Rate(board.seat(), most, lambda: NOW)
            let_in = sum(one.take(f"app_{turn % 3}.live", "T1:ops", most) is None for turn in range(1000))
            os.write(write, f"{let_in}\n".encode())
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    os.close(write)
    with os.fdopen(read) as told:
        total = sum(map(int, told.read().split()))
    assert most * 0.95 <= total <= most


def test_to_count_costs_a_visit_next_to_nothing() -> None:
    one, rounds = Rate(Board(4).seat(), 10**6, lambda: NOW), 2000
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(rounds):
            one.take("app_1.live", "T1:ops", 10**6)
        best = min(best, (time.perf_counter() - start) / rounds)
    # 3 to 4 µs where it is quiet; a busy machine gets room.
    assert best < 20e-6


def test_one_decision_takes_both_limits() -> None:  # S10
    assert list(inspect.signature(rate.decide).parameters) == ["app_used", "app_most", "team_used", "team_most"]
    assert [rate.decide(1, 1, 1, 1), rate.decide(2, 1, 2, 1), rate.decide(1, 1, 2, 1)] == [None, "app", "team"]
