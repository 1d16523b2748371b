"""A rollback that is cut short anywhere ends as if it had not been, and a doubled press has one effect (R3, D12)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.archives import putting_back
from runtime import deployments, history
from tests.bot.histories import History

SURVEY = "a lunch survey, three questions, keep it two weeks"


@pytest.fixture
def past(tmp_path: Path) -> Iterator[History]:
    """An app of ana's that was published twice."""
    one = History(tmp_path / "home")
    one.hear(SURVEY, "U-ANA")
    ticks(one)
    for title in ("", "Supper"):
        if title:
            one.send("slipway.answers", "U-ANA", about(one), title=title)
            ticks(one)
        one.press("slipway.publish", "U-ANA", about(one))
        ticks(one)
    assert number(one) == 2
    yield one
    one.close()


def ticks(past: History, rounds: int = 4) -> None:
    for _ in range(rounds):
        for which in range(4):
            past.tick(which)
        with past.alive():
            putting_back.finish(past.wiring)
        past.now += 3


def about(past: History) -> str:
    ((request,),) = past.rows("SELECT id FROM request")
    return json.dumps({"request": request})


def number(past: History) -> int:
    ((app,),) = past.rows("SELECT id FROM app")
    with Session(past.wiring.engine) as session:
        live = deployments.active(session, app, "live")
        assert live is not None
        version = history.of(session, live)
    assert version is not None
    return version.number


def back(past: History, times: int = 1) -> None:
    ((app, live),) = past.rows("SELECT app, id FROM deployment WHERE stage = 'live' AND ended_at IS NULL")
    past.press("slipway.revert", "U-ANA", json.dumps({"app": app, "from": live, "version": "1"}), times=times)


@pytest.mark.parametrize(
    ("kind", "left"), [*(("begin", at) for at in (2, 4, 6, 8)), *(("commit", at) for at in (1, 3, 5, 7)), ("sent", 1)]
)
def test_it_ends_the_same_wherever_control_dies(past: History, kind: str, left: int) -> None:  # D12, R3
    back(past)
    past.crashes.kind, past.crashes.left = kind, left
    ticks(past)
    past.crashes.left = 0
    ticks(past)
    assert number(past) == 1
    assert past.rows("SELECT count(*) FROM audit_event WHERE action = 'app.rolled_back'") == [(1,)]
    assert past.rows("SELECT count(*) FROM deployment WHERE stage = 'live' AND ended_at IS NULL") == [(1,)]
    assert past.rows("SELECT state, standing = brief FROM request") == [("live", 1)]
    ((slug,),) = past.rows("SELECT slug FROM app")
    route = past.routes.find(slug, "live")
    assert route is not None
    assert route.open(past.now)
    posts = [key for key, _ in past.chat.posted if key.startswith("live:")]
    assert len(posts) == len(set(posts)) == 3


def test_a_doubled_press_has_one_effect_and_the_second_is_told(past: History) -> None:  # D12
    back(past, times=2)
    ticks(past)
    assert number(past) == 1
    assert past.rows("SELECT count(*) FROM audit_event WHERE action = 'app.rolled_back'") == [(1,)]
    assert len(past.told) == 1
    assert "nothing was changed" in past.told[0][1]
