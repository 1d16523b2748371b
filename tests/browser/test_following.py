"""A reply below an app, in a real browser: the change stands there, and is made on a press."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import demo
from tests.browser.test_journey import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]


def test_a_reply_is_shown_as_a_change_and_applied(  # N15
    running: demo.Running,
    browser: Browser,
    pictures: Path,
) -> None:
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("a survey about our tea kitchen, three questions")
    expect(ana.thread.get_by_role("button", name="Publish")).to_be_visible()
    box = ana.page.locator("#thread-composer").get_by_role("combobox")
    box.fill("make it anonymous, till 18 December, and add a question about the biscuits")
    box.press("Enter")
    expect(ana.thread.get_by_text("Shall I change this?")).to_be_visible()
    expect(ana.thread.get_by_text("Anonymous: no → yes")).to_be_visible()
    ana.shoot(ana.page, "change")
    ana.press("Apply")
    expect(ana.thread.get_by_text("Applied by")).to_be_visible()
    expect(ana.thread.get_by_role("button", name="Apply", exact=True)).to_have_count(0)
    app = ana.open("Open preview")
    expect(app.get_by_role("textbox", name="Biscuits")).to_be_visible()


def test_a_colleagues_comment_is_sent_as_a_change_that_is_shown(  # A8
    running: demo.Running,
    browser: Browser,
    pictures: Path,
) -> None:
    words = "a survey about the bicycle shed, two questions"
    ana, cy = (Desk(browser, running.stage.url, who, pictures) for who in ("ana", "cy"))
    ana.ask(words)
    expect(ana.thread.get_by_role("button", name="Publish")).to_be_visible()
    cy.look(words)
    box = cy.page.locator("#thread-composer").get_by_role("combobox")
    box.fill("I would rather answer that anonymously: make it anonymous")
    box.press("Enter")
    ana.pick(ana.thread, "I would rather", "Change the app like this")
    form = ana.page.get_by_role("dialog")
    expect(form.get_by_label("What to change")).to_have_value(re.compile("I would rather"))
    expect(form.get_by_text("They are a quotation")).to_be_visible()
    ana.shoot(ana.page, "from-comment")
    form.get_by_label("What to change").fill("make it anonymous")
    form.get_by_role("button", name="Show the change").click()
    expect(form).to_be_hidden()
    expect(ana.thread.get_by_text("Anonymous: no → yes")).to_be_visible()
    expect(ana.thread.get_by_text("From what")).to_be_visible()
