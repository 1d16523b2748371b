"""Killed anywhere between an utterance and its change: said once, shown once, applied once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat import Heard, Place
from tests.bot.histories import OPS, WORKSPACE, History

SURVEY = "a lunch survey, three questions, keep it two weeks"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    one = History(tmp_path / "home")
    one.hear(SURVEY, "U-ANA")
    rest(one)
    yield one
    one.close()


def rest(history: History) -> None:
    """Tick until nothing more happens; what failed is tried again."""
    for _ in range(8):
        for which in range(len(history.ticks)):
            history.tick(which)
        history.now += 2


def said(history: History) -> Heard:
    return Heard("EvSaid", Place(WORKSPACE, OPS, history.heard[0].ts), "U-ANA", "make it anonymous", "thread", "9.9")


PLACES = [("begin", at) for at in range(1, 8)] + [("commit", at) for at in range(1, 8)] + [("sent", 1), ("sent", 2)]


@pytest.mark.parametrize(("kind", "at"), PLACES)
def test_a_change_is_shown_once_wherever_control_is_killed(history: History, kind: str, at: int) -> None:
    history.crashes.kind, history.crashes.left = kind, at
    history.deliver(said(history))
    for which in (4, 2, 4, 2):
        history.tick(which)
    for _ in range(3):
        history.deliver(said(history))
    rest(history)
    assert len([key for key, _ in history.chat.posted if key.startswith("change:")]) == 1
    assert history.rows("SELECT state, text FROM follow_up") == [("shown", "")]
    assert history.rows("SELECT count(*) FROM audit_event WHERE action = 'change.shown'") == [(1,)]


@pytest.mark.parametrize(("kind", "at"), PLACES)
def test_a_change_is_applied_once_wherever_control_is_killed(history: History, kind: str, at: int) -> None:
    history.deliver(said(history))
    rest(history)
    [(request,)] = history.rows("SELECT id FROM request")
    history.crashes.kind, history.crashes.left = kind, at
    history.press("slipway.apply", "U-ANA", json.dumps({"request": request, "change": "EvSaid"}))
    for which in (1, 0, 2, 0):
        history.tick(which)
    history.press("slipway.apply", "U-ANA", json.dumps({"request": request, "change": "EvSaid"}))
    rest(history)
    assert history.rows("SELECT count(*) FROM audit_event WHERE action = 'request.changed'") == [(1,)]
    [(state, brief)] = history.rows("SELECT state, brief FROM request")
    assert state == "previewed"
    assert {one["name"]: one["value"] for one in json.loads(brief)["answers"]}["anonymous"] is True
    assert history.rows("SELECT state FROM follow_up") == [("applied",)]
