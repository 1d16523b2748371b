"""Two real control processes on one database: whichever hears, whoever leads, whoever dies, there is one effect."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from bot import database
from guardrails import audit
from tests.faults.house import UP_TO_LIVE, UP_TO_PREVIEW, Asked
from tests.postgres import pair as pairs
from tests.postgres.pair import PATIENCE, Pair, Replica
from tests.workspace.harbour import until

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]
TAKEN_OVER = 10.0


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with pairs.running(tmp_path_factory.mktemp("pair")) as one:
        yield one


def rests(pair: Pair) -> None:
    """Nothing is left to be sent or decided."""
    until(lambda: pair.rows("SELECT count(*) FROM press WHERE settled_at IS NULL") == [(0,)], PATIENCE)
    left = "SELECT count(*) FROM outbox WHERE sent_version < version AND failed = ''"
    until(lambda: pair.rows(left) == [(0,)], PATIENCE)


def check(pair: Pair, asked: Asked, story: tuple[str, ...], posts: list[str]) -> None:
    """One effect, and a chain without gaps."""
    rests(pair)
    stages = [("live", True)] if "app.live" in story else []
    assert tuple(pair.story(asked)) == story
    assert pair.deployments(asked) == [*stages, ("preview", True)]
    assert pair.posts(asked) == posts
    with database.reading(pair.url) as session:
        for workspace in audit.workspaces(session):
            assert audit.verify(session, workspace) == ()


def previewed(pair: Pair, asked: Asked) -> None:
    until(lambda: tuple(pair.story(asked)) == UP_TO_PREVIEW, PATIENCE)


def other(pair: Pair, one: Replica) -> Replica:
    return next(other for other in pair.replicas if other is not one)


def taken(pair: Pair, term: int, began: float) -> float:
    """Seconds until somebody leads under a higher term."""
    until(lambda: pair.rows("SELECT term FROM leader")[0][0] > term, PATIENCE)
    return time.monotonic() - began


def test_an_event_that_both_hear_five_times_out_of_order_and_two_presses_have_one_effect(pair: Pair) -> None:
    # U2, D6, L7
    asked = [pair.say(name) for name in ("ana", "cy")]
    pair.deliver(*[pair.mention(one, f"EvBoth{number}") for number, one in enumerate(asked)], seed=1)
    for one in asked:
        previewed(pair, one)
        check(pair, one, UP_TO_PREVIEW, ["card"])
    first = asked[0]
    clicks = [pair.press(first, "slipway.publish", at) for at in ("7.1", "7.2")]  # a double click, each delivered often
    pair.deliver(*clicks, seed=2)
    until(lambda: tuple(pair.story(first)) == UP_TO_LIVE, PATIENCE)
    check(pair, first, UP_TO_LIVE, ["card", "live"])


def test_the_leader_dies_in_the_middle_and_the_other_ends_what_it_began(pair: Pair) -> None:  # U2, D6, D8
    asked = [pair.say(name) for name in ("ana", "cy", "ben")]
    leader, term = pair.leads()
    pair.deliver(*[pair.mention(one, f"EvDies{number}") for number, one in enumerate(asked)], seed=3)
    until(lambda: any(len(pair.story(one)) > 1 for one in asked), PATIENCE)
    leader.kill()
    survivor = other(pair, leader)
    assert taken(pair, term, time.monotonic()) < TAKEN_OVER
    assert pair.leads()[0] is survivor
    again = [pair.mention(one, f"EvDies{number}") for number, one in enumerate(asked)]
    pair.deliver(*again, seed=4, to=[survivor])
    for one in asked:
        previewed(pair, one)
    press = pair.press(asked[0], "slipway.publish", "8.1")
    pair.deliver(press, seed=5, to=[survivor])
    leader.start()
    leader.wait()
    pair.deliver(press, seed=6)
    until(lambda: tuple(pair.story(asked[0])) == UP_TO_LIVE, PATIENCE)
    check(pair, asked[0], UP_TO_LIVE, ["card", "live"])
    for one in asked[1:]:
        check(pair, one, UP_TO_PREVIEW, ["card"])


def test_a_leader_that_is_stopped_and_comes_back_changes_nothing_twice(pair: Pair) -> None:  # D6, D8
    asked = [pair.say(name) for name in ("ana", "cy", "ben")]
    leader, term = pair.leads()
    survivor = other(pair, leader)
    events = [pair.mention(one, f"EvStop{number}") for number, one in enumerate(asked)]
    pair.deliver(*events, seed=7, to=[survivor])
    until(lambda: any(len(pair.story(one)) > 1 for one in asked), PATIENCE)
    os.kill(leader.pid, signal.SIGSTOP)  # wherever it is
    try:
        assert taken(pair, term, time.monotonic()) < 2 * TAKEN_OVER, "it may have stopped in a transaction"
        assert pair.leads()[0] is survivor
        for one in asked:
            previewed(pair, one)
    finally:
        os.kill(leader.pid, signal.SIGCONT)
    pair.deliver(pair.press(asked[1], "slipway.publish", "9.1"), seed=8)
    until(lambda: tuple(pair.story(asked[1])) == UP_TO_LIVE, PATIENCE)
    assert pair.leads() == (survivor, term + 1)
    check(pair, asked[1], UP_TO_LIVE, ["card", "live"])
    for one in (asked[0], asked[2]):
        check(pair, one, UP_TO_PREVIEW, ["card"])
