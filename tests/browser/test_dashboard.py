"""The operators' page in a real browser: a phone's width holds it, and all of it can be read."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import ViewportSize, sync_playwright

from bot.platformctl import command
from tests.bot.desk import Desk
from tests.browser.legible import faint
from tests.browser.looking import ARGS, CHROMIUM

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_operators_page_fits_a_phone_and_can_be_read(
    tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:  # K2
    desk = Desk(tmp_path)
    desk.press("slipway.publish", desk.ask())
    desk.press("slipway.publish", desk.ask("a feedback survey about the new office for everyone in the company"))
    assert command.main(["dashboard", "--home", str(tmp_path), "--out", str(tmp_path / "board")]) == 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for width in (320, 390, 1280):
            view: ViewportSize = {"width": width, "height": 800}
            page = browser.new_page(viewport=view, color_scheme=scheme)
            page.goto((tmp_path / "board" / "index.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert faint(page) == []
            assert page.get_by_role("table").count() >= 4
            assert page.get_by_role("rowheader", name="Lunch").count() >= 1
        browser.close()
