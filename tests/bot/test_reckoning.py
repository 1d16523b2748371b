"""How an app reckons: said in words with an example, a guess confirmed once, wrong units told at the field."""

import json
import re

import pytest

from bot.wording import reckoning
from bot.workspace.person import Person
from tests.bot.desk import Desk
from tests.bot.house import House
from tests.templates.shelf import shelf

FUEL = "fuel cost calculator: distance in km, consumption in l/100 km and price (EUR per litre)"
APPROVAL = "approval for purchases by @ben and @dora, over 500 EUR needs a second approval"


def test_a_formula_is_said_in_words_with_an_example(house: House) -> None:
    said = house.card(house.ask(FUEL))
    assert "Fuel cost is distance (km) ÷ 100 × consumption (l/100 km) × price (EUR/l)." in said
    assert "For example: distance 120 km, consumption 7 l/100 km, price 1.80 EUR/l → 15.12 EUR." in said


def test_the_app_says_the_same_and_works_it_out(house: House) -> None:
    thread = house.ask(FUEL)
    page = house.ana.sign_in(f"{house.preview(thread)}?v0=120&v1=7&v2=1.8").text
    assert '<p class="big">15.12 EUR</p>' in page and "120 km ÷ 100 × 7 l/100 km × 1.80 EUR/l = 15.12 EUR" in page
    assert "consumption 7 l/100 km and price 1.80 EUR/l gives 15.12 EUR." in page


def test_a_guessed_formula_is_confirmed_once_before_it_is_published(house: House) -> None:  # T4
    thread = house.ask(FUEL)
    assert "slipway.publish" not in house.offered(thread) and "The formula is right" in house.card(thread)
    bundle = house.request().bundle
    house.press(thread, "slipway.confirm")
    assert "slipway.confirm" not in house.offered(thread) and house.request().bundle == bundle
    assert house.actions().count("request.confirmed") == 1
    house.press(thread, "slipway.publish")
    assert house.ben.sign_in(house.live(thread)).status_code == 200


def test_a_guess_that_was_changed_or_sent_in_the_form_is_confirmed(house: House) -> None:  # T4
    thread = house.ask(FUEL)
    view = house.form(thread)
    hint = next(one["hint"]["text"] for one in view["blocks"] if one.get("block_id") == "formula")
    assert "I guessed this: please check it." in hint and "15.12 EUR" in hint
    assert house.ana.submit(view["id"], {"formula": "distance / 100 * consumption * price + 5"}) == {}
    house.settle()
    assert "→ 20.12 EUR" in house.card(thread) and "slipway.publish" in house.offered(thread)


def test_a_publish_that_comes_before_the_confirmation_is_refused(tmp_path: object) -> None:  # T4
    desk = Desk(tmp_path)
    request = desk.press("slipway.publish", desk.ask(FUEL))
    assert request.state == "previewed"
    assert "press *The formula is right*" in desk.chat.whispers[-1]


def test_a_confirmation_is_of_the_bundle_that_was_shown(tmp_path: object) -> None:  # T4
    desk = Desk(tmp_path)
    request = desk.press("slipway.confirm", desk.ask(FUEL))  # a button that names no bundle
    assert [one.origin for one in (request.brief.answers if request.brief else ()) if one.name == "formula"] == [
        "guessed"
    ]
    assert "moved on" in desk.chat.whispers[-1]


def test_a_formula_that_was_said_needs_no_confirmation(house: House) -> None:  # T4
    thread = house.ask("a calculator: pay (EUR) = hours (h) * rate (EUR/h)")
    assert "slipway.publish" in house.offered(thread)
    assert "hours 8 h, rate 25 EUR/h → 200.00 EUR" in house.card(thread)


def test_units_that_do_not_go_together_are_told_at_the_field_with_both(house: House) -> None:  # T4
    thread = house.ask(FUEL)
    errors = house.fill(thread, formula="distance + price")
    assert errors == {
        "formula": "“Formula” adds “distance” (km) to “price” (EUR/l). Only numbers in the same unit go together."
    }
    assert house.ana.views(), "the form stays open"


def test_a_formula_of_the_asker_that_does_not_hold_is_asked_about(house: House) -> None:
    thread = house.ask("calculator: total = distance (km) + price (EUR)")
    assert "adds “distance” (km) to “price” (EUR)" in house.card(thread)
    assert "slipway.publish" not in house.offered(thread)


def file(who: Person, url: str, amount: str) -> str:
    page = who.sign_in(f"{url}new").text
    token = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert token
    sent = who.web.post(f"{url}new", data={"_csrf": token[1], "subject": "Desk", "reason": "Old", "amount": amount})
    return sent.headers["location"]


def test_a_rule_is_said_in_words_and_applied(house: House) -> None:
    thread = house.ask(APPROVAL)
    said = house.card(thread)
    assert "A second approval is needed when amount (EUR) &gt; 500." in said
    assert "For example: a request of 600 EUR needs both; one of 400 EUR needs one." in said
    url = house.preview(thread)
    assert (
        "Waiting for <bdi>ben</bdi> and <bdi>dora</bdi>"
        in house.cy.sign_in(f"{url[:-1]}{file(house.cy, url, '600')}").text
    )
    assert (
        "Waiting for <bdi>ben</bdi> or <bdi>dora</bdi>"
        in house.cy.sign_in(f"{url[:-1]}{file(house.cy, url, '400')}").text
    )


def test_a_rule_can_be_changed_in_the_form_and_is_judged_there(house: House) -> None:
    thread = house.ask(APPROVAL)
    assert house.fill(thread, rule="amount and urgent")["rule"].startswith(
        "“A second approval is needed when” has “amount”"
    )
    assert house.fill(thread, rule="over 100 USD")["rule"].endswith(
        "speaks of USD, but amounts are in EUR. Write amounts in EUR."
    )
    assert "only one person can give one" in house.fill(thread, approvers="ben", rule="over 500")["rule"]
    assert house.fill(thread, approvers="ben, dora", rule="travel or over 1,000") == {}
    assert "travel or amount (EUR) &gt; 1,000" in house.card(thread)
    assert (
        "a request of 1,200 EUR that is not travel needs both; one of 800 EUR that is not travel needs one."
        in house.card(thread)
    )


def test_a_rule_speaks_german(house: House) -> None:
    thread = house.ask(
        "Freigabe für Bestellungen durch @ben und @dora, über 1.000 Euro braucht es eine zweite Genehmigung"
    )
    assert "amount (EUR) &gt; 1,000" in house.card(thread)


@pytest.mark.parametrize("hostile", ["<!channel> * b", "*a* * _b_", "a\u202eb * c", "x" * 200 + " * y"])
def test_hostile_names_in_a_formula_stay_words(hostile: str) -> None:
    from generator.brief import Answer

    template = shelf().get("calculator@1.0")
    said = reckoning.in_words(template, (Answer(name="formula", value=hostile, origin="said"),))
    assert json.dumps(said)
