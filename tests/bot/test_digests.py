"""Two hundred notices in a week: as many posts as the budget bears and one digest, with nothing lost (U9)."""

from dataclasses import replace

from bot.answering import visitors
from bot.channels import Channel, Channels
from bot.chat import Message
from bot.control import Refused
from bot.conversation import Thread
from bot.conversation import words as said_in
from bot.database import transaction
from bot.posting import outbox, posts, quiet
from bot.rows import requests
from bot.threads import thread
from tests.bot.house import DAY, House

SURVEY = "a lunch survey, three questions, keep it two weeks"
CHECKLIST = "a checklist for the fire drill: check exits, count people, lock up, due in two weeks"
NOTICES = 200


def live(house: House, sentence: str = SURVEY) -> tuple[Thread, str]:
    asked = house.ask(sentence)
    if "slipway.confirm" in house.offered(asked):
        house.press(asked, "slipway.confirm")
    house.press(asked, "slipway.publish")
    app = house.request().app
    assert app and house.live(asked)
    return asked, app


def notices(house: House, app: str, numbers: range) -> None:
    """As many messages as the app likes, as `bot.answering.visitors` posts them."""
    with transaction(house.engine) as session:
        request = requests.of_app(session, app)
        assert request is not None
        for one in numbers:
            post = thread.post(request, f"notice:{app}:{one:03}", Message(f"drill number {one}."))
            outbox.put(session, post, house.now())


def told(house: House, thread: Thread) -> dict[str, list[str]]:
    """What stands in the thread, by its kind."""
    found: dict[str, list[str]] = {}
    for one in thread.messages(house.ana):
        if one.get("metadata"):
            kind = one["metadata"]["event_payload"]["key"].partition(":")[0]
            found.setdefault(kind, []).append(said_in(one))
    return found


def test_a_chatty_app_is_told_as_far_as_the_budget_bears_and_the_rest_in_one_digest(house: House) -> None:  # U9
    asked, app = live(house)
    with transaction(house.engine) as session:
        house.clock.move(session, quiet.week(house.now()) + 7 * DAY - house.now() + 60)  # a week from its beginning
    week = quiet.week(house.now())
    for day in range(5):
        notices(house, app, range(day * 40, day * 40 + 40))
        house.settle()
        house.later(1)
    found = told(house, asked)
    assert len(found["notice"]) == quiet.POSTS_A_WEEK and len(found["digest"]) == 1
    [digest] = found["digest"]
    assert "*Lunch*, the week of" in digest and "195 more messages from the app." in digest
    assert "drill number 199." in digest and "drill number 190." in digest and "… and 185 more." in digest
    assert "drill number 189." not in digest
    with transaction(house.engine) as session:
        assert len(posts.held(session, f"digest:{app}:{week}")) == NOTICES - quiet.POSTS_A_WEEK, "nothing is lost"
    house.later(5)
    notices(house, app, range(900, 901))
    house.settle()
    assert len(told(house, asked)["notice"]) == quiet.POSTS_A_WEEK + 1, "the next week has its own"


def test_what_needs_somebody_comes_at_once_whatever_was_said_before(house: House) -> None:  # U9
    asked, app = live(house)
    for _ in range(2):
        notices(house, app, range(20))
        house.settle()
        house.later(6.6)
    assert len(told(house, asked)["reminder"]) >= 1
    house.keep_app(asked)
    assert "it now ends on" in house.card(asked)


def test_a_channel_says_how_many_posts_it_bears(house: House) -> None:  # U8, U9
    asked, app = live(house)
    channel = house.harbor.channel("ops")
    house.wire(channels=Channels({channel: Channel(posts_a_week=2)}))
    notices(house, app, range(6))
    house.settle()
    assert len(told(house, asked)["notice"]) == 2
    house.wire(channels=replace(house.wiring.channels, named={channel: Channel(posts_a_week=0)}))
    notices(house, app, range(77, 78))
    house.settle()
    assert len(told(house, asked)["notice"]) == 2 and "digest" not in told(house, asked), "it comes in the morning"
    house.later(1)
    assert "5 more messages from the app" in told(house, asked)["digest"][0]


def test_an_apps_own_messages_go_by_the_budget_beside_their_number_a_day(house: House) -> None:  # U9
    asked, app = live(house, CHECKLIST)
    said = 0
    for number in range(visitors.NOTICES_A_DAY + 1):
        notice = {"app": app, "stage": "live", "text": f"drill number {number}", "request_id": f"req-{number}"}
        try:
            visitors.notify(house.wiring, lambda text: text, notice)
            said += 1
        except Refused:
            break
    house.settle()
    assert said > quiet.POSTS_A_WEEK == len(told(house, asked)["notice"])
    with transaction(house.engine) as session:
        assert len(posts.held(session, f"digest:{app}:{quiet.week(house.now())}")) == said - quiet.POSTS_A_WEEK
