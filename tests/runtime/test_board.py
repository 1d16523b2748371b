"""What workers know together: counts, breaches in a row, and what a killed one was running. Real processes."""

import os
import signal
from collections.abc import Callable

import pytest

from runtime.board import Board, Running
from runtime.keeper import _fork_sharing_files
from tests.workspace.harbour import until


def child(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return pid


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_what_a_killed_worker_was_running_is_known_to_the_next() -> None:  # S1
    one = Board(1)

    def die() -> None:
        one.seat().begin("app_1", "live", "r0000000100000001")
        os.kill(os.getpid(), signal.SIGKILL)

    assert ended(child(die)) == -signal.SIGKILL
    seat = one.seat()
    assert seat.left == Running("app_1", "live", "r0000000100000001")


def test_a_seat_that_is_free_late_is_looked_at_by_whoever_is_there() -> None:  # S1
    """The keeper of a killed worker shares its files, and so its lock, until it has ended."""
    one, (ready, go) = Board(1), os.pipe()

    def die() -> None:
        one.seat().begin("app_1", "live", "r0000000100000001")
        late = _fork_sharing_files()
        if late == 0:
            signal.pause()
        os.write(go, late.to_bytes(4))
        os.kill(os.getpid(), signal.SIGKILL)

    ended(child(die))
    keeper = int.from_bytes(os.read(ready, 4))
    assert one.seat().left is None
    assert one.abandoned() == [], "its seat is not free yet"
    os.kill(keeper, signal.SIGKILL)
    assert until(one.abandoned) == [Running("app_1", "live", "r0000000100000001")]
    assert one.abandoned() == [], "it is given out once"
    os.close(ready)
    os.close(go)


def test_who_is_at_work_is_not_taken_for_dead() -> None:
    one, (ready, go) = Board(2), os.pipe()

    def stay() -> None:
        one.seat().begin("app_1", "live", "r0000000100000001")
        os.write(go, b".")
        signal.pause()

    pid = child(stay)
    os.read(ready, 1)
    one.seat().begin("app_2", "live", "r0000000100000002")
    assert one.abandoned() == []
    os.kill(pid, signal.SIGKILL)
    ended(pid)
    assert one.abandoned() == [Running("app_1", "live", "r0000000100000001")]
    os.close(ready)
    os.close(go)


def test_a_worker_that_dies_between_calls_accuses_nobody() -> None:  # S1
    one = Board(1)

    def die() -> None:
        seat = one.seat()
        seat.begin("app_1", "live", "r0000000100000001")
        seat.end()
        os.kill(os.getpid(), signal.SIGKILL)

    ended(child(die))
    assert one.seat().left is None


def test_a_seat_is_taken_once_and_free_again_when_its_worker_is_gone() -> None:
    one, (ready, go) = Board(1), os.pipe()

    def stay() -> None:
        one.seat()
        os.write(go, b".")
        signal.pause()

    staying = [child(stay), child(stay)]
    for _ in staying:
        os.read(ready, 1)
    with pytest.raises(RuntimeError, match="more workers than seats"):
        one.seat()
    for pid in staying:
        os.kill(pid, signal.SIGKILL)
        ended(pid)
    assert one.seat()
    os.close(ready)
    os.close(go)


def test_what_a_worker_counted_outlives_it() -> None:
    one = Board(2)
    ended(child(lambda: [one.seat().add("app_1", 7) for _ in range(1)]))
    mine = one.seat()
    assert mine.add("app_1", 7) == 2
    assert mine.add("app_1", 8) == 1, "another minute begins at nothing"


def test_breaches_in_a_row_are_counted_over_all_workers() -> None:  # S6
    one = Board(2)
    ended(child(lambda: one.seat().failed("app_1.live")))
    mine = one.seat()
    assert mine.failed("app_1.live") == 2
    assert mine.failed("app_2.live") == 1
    mine.went_well("app_1.live")
    assert mine.failed("app_1.live") == 1


def test_names_past_the_last_place_share_one_count() -> None:
    seat = Board(1, names=3).seat()
    assert [seat.add(name, 1) for name in ("a", "b", "c", "d", "a")] == [1, 1, 1, 2, 2]


def test_a_long_name_does_not_spill_into_the_next_seat() -> None:
    one = Board(1)
    first, second = one.seat(), one.seat()
    first.begin("a" * 500, "live", "r1")
    second.begin("app_2", "live", "r2")
    second.end()
    assert Board(1).seat().left is None
