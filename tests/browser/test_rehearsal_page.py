"""The rehearsal's page in a real browser: it fits a phone, can be read, and its buttons are reached by keyboard."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import ViewportSize, sync_playwright

from runtime import rehearsal_page
from runtime.rehearsal import Rehearsal, Tick
from templates.planning import plan
from tests.browser.legible import faint
from tests.browser.looking import ARGS, CHROMIUM
from tests.templates.shelf import ANSWERS, shelf

pytestmark = pytest.mark.browser
TRIED = Rehearsal(
    (Tick("A request reaches its approver.", True), Tick("x" * 160, False, "y" * 200)), ("the page /all",)
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_rehearsals_page_fits_a_phone_and_can_be_read(
    tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:  # N9
    made = plan(shelf().get("approval"), ANSWERS["approval"], 1_795_514_400, 7)
    title = "<b>Purchases</b> " + "w" * 90
    reply = rehearsal_page.page(title, TRIED, made, made.people[1], "token", "It is done.", "r1")
    (tmp_path / "page.html").write_bytes(reply.body)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for width in (320, 390, 1280):
            view: ViewportSize = {"width": width, "height": 800}
            page = browser.new_page(viewport=view, color_scheme=scheme)
            page.goto((tmp_path / "page.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert faint(page) == []
            assert page.get_by_role("heading", level=1).inner_text().startswith("Try “<b>Purchases</b>")
            names = [one.inner_text() for one in page.get_by_role("button").all()]
            assert names[0] == "Myself" and any(one.endswith(", its approver") for one in names)
            assert sum(", a member" in one for one in names) == 2 and len(names) == 8
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.value") == "back"
        browser.close()
