"""Reminders: once each, wherever somebody hears them; no app ends unannounced, and each end fires once."""

import json
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from bot.chat import ChatError
from bot.conversation import Thread, buttons, everything
from bot.ending import endings
from bot.posting import outbox
from bot.posting.outbox import PostRow
from bot.slack.web_api import SlackChat
from guardrails import audit
from runtime import apps, deployments
from runtime.lease import DAY, HOUR
from tests.bot.house import House
from tests.bot.test_endings import SURVEY, days_left, reminders

pytestmark = pytest.mark.scenario


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


def stage(house: House) -> str:
    with Session(house.engine) as session:
        app = apps.get(session, str(house.request().app))
    assert app is not None
    return app.stage


def ends_at(house: House) -> int:
    with Session(house.engine) as session:
        lease = deployments.leased(session, str(house.request().app), "live")
    assert lease is not None
    return lease.ends_at


def sent(house: House, prefix: str = "reminder:") -> list[PostRow]:
    with Session(house.engine) as session:
        rows = session.exec(select(PostRow).where(PostRow.key.startswith(prefix)).order_by(PostRow.created_at)).all()
    return list(rows)


def told_in(house: House, channel: str) -> str:
    """What is asked there about this test's app: the channel still holds what other tests brought about."""
    app = str(house.request().app)
    return " ".join(str(one["text"]) for one in house.dora.messages(channel) if app in json.dumps(one))


def test_each_reminder_names_the_date_and_the_last_use_and_offers_three_ways(house: House, survey: Thread) -> None:
    # D8 N6
    house.answer(house.cy, house.live(survey), q1="4", q2="5", q3="soup")
    for before in (6.9, 0.9, 0.9 / 24):
        house.later(days=days_left(house) - before)
    found = [one for one in survey.messages(house.ana) if "What should happen?" in one["text"]]
    assert [list(buttons(one)) for one in found] == [["slipway.keep", "slipway.archive", "slipway.hand"]] * 3
    assert all("It was last used on *" not in one["text"] and "It was last used on" in one["text"] for one in found)
    assert all(f"<@{house.ana.id}>, *Lunch* ends on *" in one["text"] for one in found)
    assert reminders(house) == 3


def test_a_reminder_that_cannot_be_delivered_puts_the_end_off_once_and_asks_elsewhere(
    house: House, survey: Thread
) -> None:  # D8 N6
    house.wire(fallbacks={"": house.harbor.channel("templates")})
    before = ends_at(house)
    house.archive()
    house.later(days=days_left(house) - 6.9)
    house.later(days=0.001)
    assert ends_at(house) == before + 72 * HOUR
    assert house.actions().count("app.put_off") == 1
    asked = told_in(house, "#templates")
    assert "nobody could be told: its channel is archived. Its end was put off once, by 72 hours" in asked
    for before_end in (6.9, 0.9, 0.9 / 24):  # those that follow are asked elsewhere, and put nothing off
        house.later(days=days_left(house) - before_end)
        house.later(days=0.001)
    assert ends_at(house) == before + 72 * HOUR
    assert told_in(house, "#templates").count("What should happen?") == 4
    house.later(days=days_left(house) + 0.001)
    assert stage(house) == "archived"
    assert house.actions().count("app.put_off") == 1


def test_the_audit_says_why_it_was_put_off_and_whom_it_asked(house: House, survey: Thread) -> None:  # D8
    house.wire(fallbacks={"": house.harbor.channel("templates")})
    house.archive()
    house.later(days=days_left(house) - 6.9)
    house.later(days=0.001)
    with Session(house.engine) as session:
        [one] = [one for one in audit.story(session, str(house.request().app)) if one.action == "app.put_off"]
    assert one.why == "its channel is archived"
    assert (one.facts["hours"], one.facts["asked"]) == (72, house.harbor.channel("templates"))


def test_whose_owner_is_gone_is_put_off_and_asked_elsewhere(house: House, survey: Thread) -> None:  # D8
    house.wire(fallbacks={"ops": house.harbor.channel("templates")})
    before = ends_at(house)
    hand = Hand(house)
    hand.at += int((days_left(house) - 6.9) * DAY)
    house.deactivate(house.ana)
    hand.tick()
    assert ends_at(house) == before + 72 * HOUR
    assert "the account of its owner was deactivated" in told_in(house, "#templates")


def test_without_another_channel_the_owner_is_asked_directly(house: House, survey: Thread) -> None:  # D8
    house.archive()
    house.later(days=days_left(house) - 6.9)
    house.later(days=0.001)
    said = " ".join(one["text"] for one in house.ana.messages("@slipway"))
    assert "Its end was put off once, by 72 hours" in said
    with Session(house.engine) as session:
        [one] = [one for one in audit.story(session, str(house.request().app)) if one.action == "app.put_off"]
    assert one.facts["asked"] == "its owner", "not the address of a conversation with somebody"


def test_an_app_whose_time_was_slept_through_is_put_off_and_announced_before_it_ends(
    house: House, survey: Thread
) -> None:  # D8
    house.later(days=40)
    assert stage(house) == "live"
    assert 2.9 < days_left(house) <= 3
    assert "no reminder could be sent in time" in everything(survey, house.ana)
    house.later(days=3.1)
    assert stage(house) == "archived"


def test_a_chat_that_is_away_for_the_last_days_ends_nothing_unannounced(house: House, survey: Thread) -> None:  # D8
    house.chat.cut = True
    house.later(days=days_left(house) - 0.5)
    house.later(days=0.6)
    assert stage(house) == "live" and house.actions().count("app.put_off") == 1
    house.chat.cut = False
    house.later(days=0.1)
    assert "Its end was put off once" in everything(survey, house.ana)
    house.later(days=3.1)
    assert stage(house) == "archived"


def test_a_profile_that_cannot_be_read_puts_nothing_off(
    house: House, survey: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:  # D8
    class Mute(SlackChat):
        def profile(self, user: str) -> object:  # type: ignore[override]  # it never answers
            raise ChatError("internal_error", permanent=False)

    monkeypatch.setattr(house.chat, "profile", Mute.profile.__get__(house.chat))
    before = ends_at(house)
    house.later(days=days_left(house) - 6.9)
    assert (ends_at(house), reminders(house)) == (before, 1)


class Hand:
    """A clock that goes wherever it is put, and the ticks of two schedulers on one database that go by it."""

    def __init__(self, house: House) -> None:
        self.at = house.now()
        self._house = house
        self._wirings = [replace(house.wiring, now=self.now) for _ in range(2)]

    def now(self) -> int:
        """Where it stands."""
        return self.at

    def tick(self) -> None:
        """Both tick, one after the other and back, and what is to be said is sent."""
        for one in (*self._wirings, self._wirings[0]):
            endings.tick(one)
        outbox.deliver(self._house.engine, self._house.chat, self.at)


@pytest.mark.parametrize("jump", [0, -2 * DAY, 3 * DAY])
def test_an_end_fires_once_within_minutes_whatever_two_schedulers_and_the_clock_do(
    house: House, survey: Thread, jump: int
) -> None:  # D8
    house.later(days=days_left(house) - 0.9)
    hand, end = Hand(house), ends_at(house)
    hand.at += jump
    hand.tick()
    assert (stage(house) == "archived") is (hand.at >= end)
    hand.at = end - 1
    hand.tick()
    assert (stage(house) == "archived") is (jump > DAY)
    hand.at = end + 4 * 60
    hand.tick()
    assert stage(house) == "archived"
    for there in (end - 20 * DAY, end + 40 * DAY):
        hand.at = there
        hand.tick()
    assert house.actions().count("live.lapsed") == house.actions().count("app.exported") == 1
    assert stage(house) == "archived"


def test_an_end_that_is_due_while_control_is_away_fires_once_after_it_started_anew(
    house: House, survey: Thread
) -> None:  # D8
    house.later(days=days_left(house) - 0.9)
    hand = Hand(house)
    hand.at = ends_at(house) + 3 * HOUR
    again = Hand(house)
    again.at = hand.at
    again.tick()
    hand.tick()
    assert stage(house) == "archived" and house.actions().count("live.lapsed") == 1


def test_a_clock_that_goes_back_says_no_reminder_twice(house: House, survey: Thread) -> None:  # D8
    hand, end = Hand(house), ends_at(house)
    for before in (6.9, 9, 6.8, 13, 6.7):
        hand.at = end - int(before * DAY)
        hand.tick()
    assert reminders(house) == 1 and len(sent(house)) == 1
    for before in (0.9, 3, 0.8, 1.5, 0.7):
        hand.at = end - int(before * DAY)
        hand.tick()
    assert reminders(house) == 2 and len(sent(house)) == 2
