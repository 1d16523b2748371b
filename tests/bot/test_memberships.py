"""Who belongs, when the chat is away: what it said last counts for an hour, and then nobody comes in (D7)."""

import pytest
from sqlmodel import Session

from bot.answering import visitors
from bot.chat import ChatError
from bot.control import Refused
from bot.conversation import Thread
from bot.database import transaction
from bot.slack.web_api import SlackChat
from bot.who.meeting import meet
from runtime import apps
from tests.bot.house import HOUR, House

BISCUITS = "a survey about biscuits, three questions"


def live(house: House) -> tuple[Thread, str]:
    thread = house.ask(BISCUITS)
    house.press(thread, "slipway.publish")
    return thread, house.live(thread)


def turn(house: House, seconds: int) -> None:
    """The clock goes forward, and nothing else happens."""
    with transaction(house.engine) as session:
        house.clock.move(session, seconds)


def asked(house: House, person: str) -> dict[str, object]:
    """What control tells a worker that asks whether this person may come in."""
    app = house.request().app
    return dict(visitors.admits(house.wiring, {"app": app, "stage": "live", "person": person}))


def cy(house: House) -> str:
    return meet(house.wiring, house.harbor.config.team_id, house.cy.id).id


class Rolls(SlackChat):
    """A chat whose channels hold whom a test says; without a say, they are gone."""

    inside: frozenset[str] | None = None

    def members(self, channel: str) -> frozenset[str]:
        if self.inside is None:
            raise ChatError("channel_not_found", permanent=True)
        return self.inside


def rolls(house: House) -> Rolls:
    config = house.harbor.config
    chat = Rolls(config.bot_token, config.api_url)
    house.wire(chat=chat)
    return chat


def test_what_the_chat_said_last_counts_for_an_hour_and_no_longer(house: House) -> None:  # D7
    _, url = live(house)
    assert house.cy.sign_in(url).status_code == 200
    person = cy(house)
    house.chat.cut = True
    turn(house, HOUR - 60)
    told = asked(house, person)
    assert told["admitted"] is True
    assert HOUR - 60 <= int(str(told["age"])) < HOUR
    turn(house, 60)
    with pytest.raises(Refused, match="cannot say who belongs"):
        asked(house, person)
    house.chat.cut = False
    assert asked(house, person) == {"admitted": True, "owner": False, "age": 0}


def test_a_worker_lets_nobody_in_by_an_answer_that_was_old_already(house: House) -> None:  # D7
    _, url = live(house)
    assert house.cy.sign_in(url).status_code == 200
    house.chat.cut = True
    turn(house, HOUR - 120)
    house.ahead += 61
    assert house.cy.web.get(url).status_code == 200, "58 minutes old"
    house.ahead += 90
    assert house.cy.web.get(url).status_code == 200, "asked again"
    turn(house, 180)
    house.ahead += 181
    assert house.cy.web.get(url).status_code == 503, "nobody has anything newer to say"
    house.chat.cut = False
    assert house.cy.web.get(url).status_code == 200


def test_a_change_of_routes_while_the_chat_is_away_locks_nobody_out(house: House) -> None:  # D7
    _, url = live(house)
    assert house.cy.sign_in(url).status_code == 200
    house.chat.cut = True
    with Session(house.engine) as session, session.begin():
        apps.touch_routes(session)
    assert house.cy.web.get(url).status_code == 200
    assert house.dora.web.get(url).status_code != 200


def test_who_left_is_out_a_minute_later(house: House) -> None:  # D7
    _, url = live(house)
    chat = rolls(house)
    chat.inside = frozenset({house.cy.id})
    assert house.cy.sign_in(url).status_code == 200
    chat.inside = frozenset({house.ana.id})
    house.ahead += 61
    assert house.cy.web.get(url).status_code == 403


def test_a_place_that_is_gone_lets_in_nobody_at_once(house: House) -> None:  # D7
    live(house)
    assert asked(house, cy(house))["admitted"] is True
    rolls(house)
    assert asked(house, cy(house)) == {"admitted": False, "owner": False, "age": 0}
