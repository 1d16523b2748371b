"""A live app shared in a real browser: the form, and what its sharer is told."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import demo
from tests.browser.test_journey import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]


def test_a_live_app_is_shared_with_a_person_by_a_form(  # A10
    running: demo.Running,
    browser: Browser,
    pictures: Path,
) -> None:
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("a survey about our tea kitchen, three questions")
    expect(ana.thread.get_by_role("button", name="Publish")).to_be_visible()
    ana.press("Publish")
    expect(ana.thread.get_by_text("is live").last).to_be_visible()
    ana.press("Who may open it")
    form = ana.page.get_by_role("dialog")
    expect(form.get_by_label("Open to")).to_have_value("this channel")
    ana.shoot(ana.page, "audience")
    form.get_by_role("button", name="Cancel").click()
    ana.press("Share")
    expect(form.get_by_text("With a person")).to_be_visible()
    form.get_by_label("Ben Okafor").check()
    ana.shoot(ana.page, "share")
    form.get_by_role("button", name="Share").click()
    expect(ana.thread.get_by_text("Shared with")).to_be_visible()
