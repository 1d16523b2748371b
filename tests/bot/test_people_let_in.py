"""Whom answers name is approved with the app: nobody from elsewhere comes in by a form alone."""

from bot.conversation import Thread
from tests.bot.house import House

BISCUITS = "a survey about biscuits, three questions"


def test_a_collaborator_from_elsewhere_needs_a_yes_before_they_come_in(house: House) -> None:  # N4 K7
    thread = house.ask(BISCUITS)
    house.fill(thread, collaborators="dora")
    assert house.dora.sign_in(house.preview(thread)).status_code == 403, "a preview is for its thread"
    house.press(thread, "slipway.publish")
    assert "open to the people in this channel, and @dora" in house.card(thread)
    assert "app.live" not in house.actions()
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(house.live(thread)).status_code == 200


def test_a_live_app_lets_nobody_in_by_an_answer_that_is_not_published(house: House) -> None:  # N4
    thread = house.ask(BISCUITS)
    house.press(thread, "slipway.publish")
    url = house.live(thread)
    house.fill(thread, collaborators="dora", title="Cakes")
    assert house.dora.sign_in(url).status_code == 403
    assert "Cakes" not in house.ana.sign_in(url).text
    house.press(thread, "slipway.retire", house.dora)
    assert "app.retired" not in house.actions()


def test_a_collaborator_of_the_channel_needs_nobody_s_yes(house: House) -> None:
    thread = house.ask(BISCUITS)
    house.fill(thread, collaborators="cy")
    house.press(thread, "slipway.publish")
    url = house.live(thread)
    assert house.cy.sign_in(url + "results").status_code == 200


def test_people_nobody_knows_are_asked_about(house: House) -> None:
    thread = house.ask("an approval flow for trips")
    house.fill(thread, approvers="nobodyhere, ben")
    assert "I know nobody here called @nobodyhere." in house.card(thread)
    assert "slipway.publish" not in house.offered(thread)
    house.fill(thread, approvers="ben")
    assert "slipway.publish" in house.offered(thread)


def test_who_may_enter_live_is_not_let_into_the_preview_nor_the_other_way_round(house: House) -> None:  # T1
    thread: Thread = house.ask("a feedback survey about the lamps for everyone in the company")
    preview = house.preview(thread)
    assert house.dora.sign_in(preview).status_code == 403
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    assert house.dora.sign_in(house.live(thread)).status_code == 200, "at once, whatever the preview said"
    assert house.dora.sign_in(preview).status_code == 403, "and still not there"
