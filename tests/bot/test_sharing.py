"""A live app shared with a person or a channel by one press (A10)."""

import json

from bot.conversation import Thread, buttons, words
from bot.owning import sharing
from bot.workspace.person import Person
from tests.bot.house import House

BISCUITS = "a survey about biscuits, three questions"


def live(house: House) -> tuple[Thread, str]:
    thread = house.ask(BISCUITS)
    house.press(thread, "slipway.publish")
    return thread, house.live(thread)


def share(house: House, thread: Thread, *people: Person, who: Person | None = None, channels: str = "") -> list[str]:
    """Share it by the form; what the sharer alone is told."""
    who = who or house.ana
    before = len(house.whispers(who))
    view = house.form(thread, who, "slipway.share")
    places = [house.harbor.channel(one) for one in channels.split()]
    assert who.submit(view["id"], {"people": [one.id for one in people], "channels": places}) == {}
    house.settle()
    return [words(one) for one in house.whispers(who)[before:]]


def sent(house: House, to: Person) -> list[str]:
    """What the bot has said to somebody directly about sharing."""
    channel = to.open(house.harbor.config.bot_user)
    return [words(one) for one in to.messages(channel) if "shares *Biscuits*" in words(one)]


def test_whoever_may_open_it_gets_the_address_by_one_press(house: House) -> None:  # A10
    thread, url = live(house)
    before = len(sent(house, house.ben))
    [told] = share(house, thread, house.ben)
    assert f"Shared with <@{house.ben.id}>" in told
    [message] = sent(house, house.ben)[before:]
    assert f"<@{house.ana.id}> shares *Biscuits* with you: <{url}>" in message
    assert "*Open to* the people in this channel." in message
    assert house.ben.sign_in(url).status_code == 200
    assert house.actions().count("app.shared") == 1


def test_whoever_may_not_is_offered_as_a_widening_through_the_same_gate(house: House) -> None:  # A10 D7 K7
    thread, url = live(house)
    before = sent(house, house.dora)
    [told] = share(house, thread, house.dora)
    assert "may not open this app" in told
    assert sent(house, house.dora) == before, "she gets nothing"
    offer = house.whispers(house.ana)[-1]
    assert buttons(offer).keys() == {"slipway.widen"}
    house.ana.press("#ops", offer["ts"], "slipway.widen")
    house.settle()
    assert "new: may be opened by @dora" in house.card(thread)
    assert house.dora.sign_in(url).status_code == 403, "until somebody has said yes"
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(url).status_code == 200
    assert house.cy.sign_in(url).status_code == 200


def test_a_channel_gets_it_where_the_sharer_and_we_are_in_it(house: House) -> None:  # A10
    thread, _ = live(house)
    [told] = share(house, thread, channels="finance")
    assert "You are not in" in told
    [told] = share(house, thread, channels="ops")
    assert "Shared with" in told
    assert any("shares *Biscuits*" in words(one) for one in house.cy.messages("#ops"))
    [told] = share(house, thread, channels="general")
    assert "may not open this app" in told or "I am not in" in told
    assert not any("shares *Biscuits*" in words(one) for one in house.ana.messages("#general"))


def test_a_viewer_shares_and_widens_nothing_and_an_outsider_does_neither(house: House) -> None:  # A10 G3
    thread, _ = live(house)
    [told] = share(house, thread, house.dora, who=house.cy)
    assert f"<@{house.ana.id}> can open it for them" in told
    assert not buttons(house.whispers(house.cy)[-1])
    request = house.request().id
    hint = json.dumps({"v": "1", "request": request, "add": "@dora"})
    house.door.press("slipway.widen", hint, who=house.cy)
    house.settle()
    assert "Only" in house.told(house.cy)
    about = json.dumps({"v": "1", "request": request})
    house.door.submit("slipway.shared", about, who=house.dora, people="x")
    house.settle()
    assert "app.shared" in house.actions()
    assert house.actions().count("app.shared") == 1, "cy's alone"


def test_twenty_a_day_and_no_more(house: House) -> None:  # A10
    thread, _ = live(house)
    for _ in range(sharing.A_DAY // 2):
        share(house, thread, house.ben, house.cy)
    before = len(sent(house, house.ben))
    [told] = share(house, thread, house.ben)
    assert "20 times today" in told
    assert len(sent(house, house.ben)) == before
    house.later(1)
    [told] = share(house, thread, house.ben)
    assert "Shared with" in told
