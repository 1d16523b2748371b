"""Previews: an address of their own that nobody guesses, over calmly, and as many as one person may have (D2)."""

from urllib.parse import urlsplit

from bot.conversation import buttons
from tests.bot.house import House

SURVEY = "a lunch survey, three questions, keep it two weeks"


def test_each_change_has_a_preview_of_its_own_that_nobody_guesses(house: House) -> None:  # D2
    thread = house.ask(SURVEY)
    first = house.preview(thread)
    assert house.ana.sign_in(first).status_code == 200
    label = str(urlsplit(first).hostname).partition(".")[0]
    assert label.startswith("lunch-") and len(label.removeprefix("lunch-")) == 12
    house.fill(thread, title="Supper")
    second = house.preview(thread)
    assert second != first and house.ana.sign_in(second).status_code == 200
    guessed = first.replace(label, "lunch")
    wrong = first.replace(label, "lunch-" + "0" * 12)
    for url in (guessed, wrong, second.replace("lunch-", "dinner-")):
        page = house.ana.web.get(url, follow_redirects=True)
        assert page.status_code == 404 and "There is no app here" in page.text


def test_an_old_link_says_calmly_that_it_is_over_and_only_to_who_may_know(house: House) -> None:  # D2
    thread = house.ask(SURVEY)
    first = house.preview(thread)
    house.fill(thread, title="Supper")
    page = house.ana.sign_in(first)
    assert page.status_code == 410 and "This preview of Supper is over" in page.text
    assert "The card in its Slack thread leads to what there is now." in page.text
    assert "Supper" not in house.ana.web.get(first.replace("//", "//x"), follow_redirects=True).text
    stranger = house.dora.sign_in(first)
    assert stranger.status_code == 403, "a preview is for the place where it was asked for"
    assert house.ana.web.post(first, data={}, follow_redirects=False).status_code in (401, 410)


def test_with_no_room_the_oldest_is_offered_and_goes_by_a_press_alone(house: House) -> None:  # D2
    house.wire(open_previews=2)
    oldest = house.ask("a lunch survey, three questions")
    house.later(0.1)
    second = house.ask("a supper survey, three questions")
    house.later(0.1)
    third = house.ask("a checklist for the fire drill: check exits, count people")
    assert "You have 2 previews open, which is as many as one person may have." in house.card(third)
    [offer] = [one for one in house.whispers(house.ana) if "slipway.discard" in buttons(one)]
    assert offer["text"].startswith("You have 2 previews open. The oldest that you did not publish is *Lunch*")
    house.later(0.5)
    assert house.ana.sign_in(house.preview(oldest)).status_code == 200, "never removed silently"
    assert house.ana.press("#ops", offer["ts"], "slipway.discard") == ""
    house.settle()
    house.press(third, "slipway.retry")
    assert house.ana.sign_in(house.preview(third)).status_code == 200
    assert house.ana.sign_in(house.preview(second)).status_code == 200
    assert "was discarded" in house.card(oldest)
    house.fill(second, title="Noodles")
    told = house.card(second)
    assert "Noodles: preview." in told and "as many as one person" not in told, "a change needs no room"


def test_what_was_published_takes_no_room(house: House) -> None:  # D2
    house.wire(open_previews=1)
    first = house.ask("a lunch survey, three questions")
    house.press(first, "slipway.publish")
    second = house.ask("a supper survey, three questions")
    assert house.ana.sign_in(house.preview(second)).status_code == 200
    cys = house.ask("a breakfast survey, three questions", house.cy)
    assert house.cy.sign_in(house.preview(cys)).status_code == 200, "everybody has their own"
