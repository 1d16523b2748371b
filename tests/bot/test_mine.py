"""What may I do here? Each reader is shown exactly the buttons whose press would be taken of them (N1)."""

import pytest

from bot.conversation import Thread, buttons
from bot.workspace.person import Person
from tests.bot.house import House

SURVEY = "a lunch survey, three questions, keep it two weeks"


def mine(house: House, thread: Thread, who: Person) -> tuple[str, frozenset[str]]:
    before = len(house.whispers(who))
    house.press(thread, "slipway.mine", who)
    told = house.whispers(who)[before:]
    assert len(told) == 1
    return str(told[0]["text"]), frozenset(buttons(told[0]))


def test_the_asker_sees_all_and_a_colleague_what_is_theirs(house: House) -> None:  # N1
    thread = house.ask(SURVEY)
    text, offered = mine(house, thread, house.ana)
    assert text.startswith("This is what you may do here.")
    assert offered == house.offered(thread) - {"slipway.mine"}
    text, offered = mine(house, thread, house.cy)
    assert offered == {"slipway.open"}, "the people of the channel may look at the preview"


def test_an_approver_is_offered_the_decision_and_the_asker_is_not(house: House) -> None:  # N1
    thread = house.ask("a feedback survey about the new office for everyone in the company")
    house.press(thread, "slipway.publish")
    decisions = {"slipway.approve", "slipway.consent", "slipway.reject"}
    assert decisions <= mine(house, thread, house.ben)[1]
    assert not decisions & mine(house, thread, house.ana)[1]
    assert not decisions & mine(house, thread, house.cy)[1]


def test_a_button_shown_to_somebody_alone_works_and_is_judged_again(house: House) -> None:  # N1, U3
    thread = house.ask(SURVEY)
    mine(house, thread, house.ana)
    [shown] = house.whispers(house.ana)
    assert house.ana.press("#ops", shown["ts"], "slipway.publish") == ""
    house.settle()
    assert house.live(thread)
    assert house.ana.press("#ops", shown["ts"], "slipway.publish") == ""
    house.settle()
    assert house.actions().count("app.live") == 1
    assert house.whispers(house.ana)[-1]["thread_ts"] == thread.root, "the answer stands in the app's thread"


@pytest.mark.parametrize("who", ["gil", "pia"])
def test_outsiders_are_told_that_nothing_is_theirs(house: House, who: str) -> None:  # U7
    thread = house.ask(SURVEY, channel="#slipway-demo")
    person: Person = getattr(house, who)
    house.press(thread, "slipway.mine", person)
    [told] = person.whispers("#slipway-demo")
    offered = frozenset(buttons(told))
    assert offered == ({"slipway.open"} if who == "gil" else frozenset())
    if not offered:
        assert told["text"].startswith("Nothing here is yours to press. Ask <@")
