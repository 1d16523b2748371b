"""What control makes of each answer to "run this app now": settled, tried again, given up, each said at most once."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.operating import scheduling
from bot.rows.requests import Request
from bot.wiring import Unavailable
from bot.wording import times
from guardrails import audit
from runtime import schedules
from runtime.apps import App
from runtime.scheduled import Fired
from runtime.schedules import Schedule
from tests.bot.desk import DAY, START, Desk

pytestmark = pytest.mark.scenario

MONDAY = START + 7 * DAY - 3600
"""Mon 14 Dec 2026, 09:00 UTC."""


class Gateway:
    """Answers as it is told to, the last answer again and again; keeps what it was asked for."""

    def __init__(self, *answers: Fired | None) -> None:
        self.answers = list(answers)
        self.asked: list[Schedule] = []

    def fire(self, _: App, schedule: Schedule) -> Fired:
        self.asked.append(schedule)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            raise Unavailable("No gateway worker answers right now.")
        return answer


def live(home: Path, gateway: Gateway) -> tuple[Desk, Request]:
    """A tracker that sums up its week, and its time has come."""
    desk = Desk(home, fire=gateway.fire)
    request = desk.ask("track our laptops: model, serial number, price")
    assert not desk.send(request, title="Laptops", fields="model\nprice", weekly_summary="yes")
    assert desk.press("slipway.publish", request).state == "live"
    desk.now = MONDAY
    return desk, desk.seen(request.id)


def an_hour(desk: Desk) -> None:
    for _ in range(60):
        scheduling.tick(desk.wiring)
        desk.now += 60
    desk.tick()


def endings(desk: Desk, request: Request) -> Sequence[str]:
    with Session(desk.wiring.engine) as session:
        story = audit.story(session, str(request.app))
    return [one.action for one in story if one.action.startswith("schedule.")]


def said(desk: Desk) -> Sequence[str]:
    return [one.text for one in desk.chat.messages.values() if ":alarm_clock:" in one.text]


def test_what_ran_is_settled_and_nobody_is_told(tmp_path: Path) -> None:
    gateway = Gateway(Fired("ran", "204"))
    desk, request = live(tmp_path, gateway)
    an_hour(desk)
    assert [one.running for one in gateway.asked] == [MONDAY]
    assert (endings(desk, request), said(desk)) == (["schedule.ran"], [])


def test_whoever_is_away_for_a_while_is_asked_for_the_same_call_again(tmp_path: Path) -> None:
    gateway = Gateway(None, Fired("later"), None, Fired("ran", "Crashed"))
    desk, request = live(tmp_path, gateway)
    an_hour(desk)
    assert (len(gateway.asked), len({one.request for one in gateway.asked})) == (4, 1)
    assert (endings(desk, request), said(desk)) == (["schedule.ran"], [])


@pytest.mark.parametrize("answer", [None, Fired("later", "it is asked too often")])
def test_what_nobody_could_run_for_too_long_is_given_up_and_said_once(tmp_path: Path, answer: Fired | None) -> None:
    gateway = Gateway(answer)
    desk, request = live(tmp_path, gateway)
    an_hour(desk)
    an_hour(desk)
    assert len(gateway.asked) == schedules.MOST_ATTEMPTS
    again = "It runs next on Mon 21 Dec 2026, 09:00 UTC."
    why = "it was due on Mon 14 Dec 2026, 09:00 UTC, and nobody could run it for too long"
    assert said(desk) == [f":alarm_clock: *Laptops* did not run by itself (weekly summary): {why}. {again}"]
    assert endings(desk, request) == ["schedule.missed"]


def test_what_was_begun_and_left_no_trace_is_said_to_be_cut_off_once(tmp_path: Path) -> None:
    gateway = Gateway(Fired("begun"))
    desk, request = live(tmp_path, gateway)
    an_hour(desk)
    visit = gateway.asked[0].request
    assert len(gateway.asked) == scheduling.LOOKS
    assert said(desk) == [times.cut_off("Laptops", "weekly_summary", MONDAY, MONDAY + 7 * DAY, visit)]
    assert "may have done a part of it. I do not run it again for that" in said(desk)[0]
    assert endings(desk, request) == ["schedule.cut_off"]


def test_what_may_not_run_after_all_is_let_be_without_a_word(tmp_path: Path) -> None:
    gateway = Gateway(Fired("closed"))
    desk, request = live(tmp_path, gateway)
    an_hour(desk)
    assert (len(gateway.asked), endings(desk, request), said(desk)) == (1, [], [])


def test_before_its_time_nobody_is_asked(tmp_path: Path) -> None:
    gateway = Gateway(Fired("ran", "204"))
    desk, _ = live(tmp_path, gateway)
    desk.now = MONDAY - 3601
    an_hour(desk)
    assert gateway.asked == []
