"""An app's end and its owner, in a real browser: kept with a reason, handed over, left alone, adopted.

`SLIPWAY_PICTURES=docs/images make test-browser` keeps the pictures.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import demo
from tests.browser.test_journey import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]


def command(desk: Desk, text: str) -> None:
    """Type a command into the channel."""
    box = desk.page.locator("#composer").get_by_role("combobox")
    box.fill(text)
    box.press("Enter")


def test_an_app_is_kept_handed_over_orphaned_and_adopted(  # D8 N6 N7 A10 U5
    running: demo.Running,
    browser: Browser,
    pictures: Path,
) -> None:
    ana = Desk(browser, running.stage.url, "ana", pictures)
    asked = "a survey about our coffee, three questions, keep it two weeks"
    ana.ask(asked)
    ana.press("Publish")
    expect(ana.thread.get_by_text("is live").last).to_be_visible()
    command(ana, "/slipway clock +8d")
    expect(ana.thread.get_by_text("What should happen?")).to_be_visible()
    ana.shoot(ana.page, "reminder-card")
    ana.press("Keep")
    form = ana.page.get_by_role("dialog")
    form.get_by_label("Why?").fill("The new machine comes in January.")
    ana.shoot(ana.page, "keep-form")
    form.get_by_role("button", name="Keep").click()
    expect(ana.thread.get_by_text("keeps it: it now ends on")).to_be_visible()

    ana.press("Hand over")
    form = ana.page.get_by_role("dialog")
    form.get_by_label("To whom?").select_option(label="Ben Okafor")
    form.get_by_role("button", name="Ask them").click()
    expect(ana.thread.get_by_role("button", name="Accept", exact=True)).to_be_visible()
    ana.shoot(ana.page, "hand-over")
    ben = Desk(browser, running.stage.url, "ben", pictures)
    ben.look(asked)
    ben.press("Accept")
    expect(ana.thread.get_by_text("took").last).to_be_visible()

    command(ana, "/deactivate @ben")
    command(ana, "/slipway clock +1d")
    expect(ana.thread.get_by_text("has nobody who looks after it")).to_be_visible(timeout=40_000)
    ana.thread.get_by_role("button", name="Adopt", exact=True).scroll_into_view_if_needed()
    ana.shoot(ana.page, "orphan")
    ana.press("Adopt")
    expect(ana.thread.get_by_text("adopted").last).to_be_visible()
    command(ana, "/reactivate @ben")
