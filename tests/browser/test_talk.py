"""The conversation around an app in a real browser: the picture in the thread, an app from a message, help, prompts.

Its pictures are among those in `docs/images`: `SLIPWAY_PICTURES=docs/images make test-browser` takes them anew.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import demo
from tests.browser.test_journey import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SLOW = 60_000
"""Milliseconds for a second Chromium beside this one."""


@pytest.fixture(scope="module")
def running(stage: demo.Stage) -> Iterator[demo.Running]:
    with demo.running(replace(stage, environ={**stage.environ, "SLIPWAY_CHROMIUM": ""})) as house:
        yield house


def test_the_thread_shows_its_picture_and_a_message_becomes_an_app(
    running: demo.Running, browser: Browser, pictures: Path
) -> None:  # T17 N15
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("a lunch survey for ops with the questions: Was it warm? Was it enough? What next? (Soup, Salad, Curry)")
    image = ana.thread.get_by_role("img", name=re.compile("first page of “Lunch.*Was it warm"))
    expect(image).to_be_visible(timeout=SLOW)
    assert image.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1140
    image.scroll_into_view_if_needed()
    ana.shoot(ana.page, "thread-picture")

    cy = Desk(browser, running.stage.url, "cy", pictures)
    box = cy.page.locator("#composer").get_by_role("combobox")
    box.fill("we should have a sign-up sheet for the summer party on 12 June, at most 40 people")
    box.press("Enter")
    said = ana.pick(ana.page.locator("#log"), "summer party", "Make an app from this")
    form = ana.page.get_by_role("dialog")
    expect(form.get_by_label("Your request")).to_have_value(re.compile("summer party"))
    expect(form.get_by_text("It is a quotation")).to_be_visible()
    ana.shoot(ana.page, "from-message")
    form.get_by_role("button", name="Ask for it").click()
    expect(form).to_be_hidden()
    expect(said.get_by_role("button", name=re.compile("repl"))).to_be_visible()

    box = ana.page.locator("#composer").get_by_role("combobox")
    box.fill("/slipway help")
    box.press("Enter")
    expect(ana.page.locator("#log").get_by_text("lets people in").last).to_be_visible()
    ana.page.locator("#thread-close").click()
    ana.shoot(ana.page, "help")


def test_whoever_opens_the_conversation_presses_a_sentence(
    running: demo.Running, browser: Browser, pictures: Path
) -> None:
    ben = Desk(browser, running.stage.url, "ben", pictures)
    ben.page.get_by_role("button", name=re.compile("Slipway")).first.click()
    suggested = ben.page.get_by_role("region", name="What shall I make?")
    expect(suggested.get_by_role("button").first).to_be_visible()
    ben.shoot(ben.page, "prompts")
    suggested.get_by_role("button").first.click()
    expect(ben.page.locator("#log .message").first).to_be_visible()
