"""The freeze line in a real browser: what it would stop, the press, and the calm page in the app's place."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import demo
from tests.browser.test_journey import Desk, good_to_use

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]


def test_an_operator_sees_what_it_would_stop_and_a_visitor_a_calm_page(  # N14
    running: demo.Running,
    browser: Browser,
    pictures: Path,
) -> None:
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("track our laptops with a weekly summary: model, serial number")
    ana.press("Publish")
    expect(ana.thread.get_by_text("is live").last).to_be_visible()
    app = ana.open("Open")
    expect(app.get_by_role("heading", level=1)).to_be_visible()
    ben = Desk(browser, running.stage.url, "ben", pictures)
    box = ben.page.locator("#composer").get_by_role("combobox")
    box.fill("/slipway freeze template form_tracker it shows what others wrote")
    box.press("Enter")
    expect(ben.page.get_by_text("Nothing is frozen yet.").last).to_be_visible()
    ben.shoot(ben.page, "freeze")
    ben.page.locator("#log").get_by_role("button", name="Freeze", exact=True).last.click()
    expect(ben.page.get_by_text("Another operator than you can thaw it").last).to_be_visible()
    app.reload()
    expect(app.get_by_role("heading", level=1)).to_contain_text("is switched off for now")
    expect(app.get_by_text("others wrote")).to_have_count(0)
    good_to_use(app)
    ana.shoot(app, "frozen")
    expect(ana.thread.get_by_text("is switched off for now by the platform team").last).to_be_visible()
