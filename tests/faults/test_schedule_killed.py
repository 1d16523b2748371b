"""`kill -9` of control, and of the gateway, while an app runs by itself: it runs once, and is heard of once."""

import pytest

from bot import database, demo
from bot.clockwork import wall
from bot.conversation import send_form, wait
from runtime import due
from runtime.schedules import ScheduleRow
from templates.manifest import Time
from tests.faults.house import Asked, House

pytestmark = pytest.mark.faults

TRACKER = "track our laptops: model, serial number, price"
MONDAYS = Time(every="monday", at="09:00")


@pytest.fixture
def tracker(house: House) -> Asked:
    """A tracker with an entry in it that sums up its week."""
    asked = house.ask(TRACKER)
    asked.press("slipway.answer")
    form = wait("the form", asked.who.views)[-1]
    assert not asked.who.submit(form["id"], {"weekly_summary": "yes"})
    asked.thread.saying(asked.who, "run by itself every Monday")
    asked.publish()
    url = asked.live_url + "add"
    assert send_form(asked.who, url, asked.who.sign_in(url), model="X1").status_code == 200
    return asked


def comes(house: House, asked: Asked) -> None:
    """Its time has come; and if it was claimed already, that claim is over."""
    engine = database.connect(f"sqlite:///{house.home / 'control.db'}")
    with database.transaction(engine) as session:
        row = session.get_one(ScheduleRow, (house.app(asked), "weekly_summary"))
        row.next_at = row.next_at if row.running else due.latest(MONDAYS, wall())
        row.due_at = 0
        session.add(row)
    engine.dispose()


def settled(house: House, asked: Asked) -> bool:
    rows = house.rows("SELECT running FROM schedule WHERE app = ?", house.app(asked))
    return rows == [(0,)] and "schedule.ran" in house.story(asked)


@pytest.mark.parametrize("place", ["during:schedule.ran", "after:schedule.ran", "sent:notice"])
def test_a_time_at_which_control_is_killed_comes_once(house: House, tracker: Asked, place: str) -> None:
    # U1 D8
    house.die_at(place)
    comes(house, tracker)
    wait("control dying", house.has_died)
    house.running.wait()
    if house.rows("SELECT 1 FROM schedule WHERE app = ? AND running > 0", house.app(tracker)):
        # It died before this run was settled; of the notices, then, at somebody else's.
        assert place == "during:schedule.ran" or (place == "sent:notice" and "notice" not in house.posts(tracker))
        comes(house, tracker)  # its claim is over
    wait("the time being settled", lambda: settled(house, tracker))
    tracker.thread.saying(tracker.who, "this week: ")
    house.settle()
    assert house.story(tracker).count("schedule.ran") == 1
    assert house.posts(tracker) == ["card", "live", "notice"]
    kept = house.rows("SELECT next_at FROM schedule WHERE app = ?", house.app(tracker))
    assert kept == [(due.following(MONDAYS, wall()),)]


def test_a_time_at_which_the_gateway_is_away_comes_once_it_is_back(house: House, tracker: Asked) -> None:
    # U1 C4
    house.running.kill(demo.GATEWAY)
    comes(house, tracker)
    claimed = "SELECT 1 FROM schedule WHERE app = ? AND running > 0 AND attempts > 0"
    wait("the claim", lambda: house.rows(claimed, house.app(tracker)))
    house.running.start(demo.GATEWAY)
    house.running.wait()
    comes(house, tracker)
    wait("the time being settled", lambda: settled(house, tracker))
    tracker.thread.saying(tracker.who, "this week: ")
    assert house.story(tracker).count("schedule.ran") == 1
