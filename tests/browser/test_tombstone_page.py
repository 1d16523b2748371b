"""What stands where an app was, in a real browser: it says whose it was and until when, fits a phone, and is read."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import ViewportSize, sync_playwright

from runtime import pages
from runtime.pages import Page
from tests.browser.legible import faint
from tests.browser.looking import ARGS, CHROMIUM, PHONE, shoot

pytestmark = pytest.mark.browser
ENDED, UNTIL = 1_795_514_400, 1_803_290_400
LONG = "<b>" + "w" * 110
STONES: dict[str, Page] = {
    "archived": pages.tombstone("Lunch", "archived", ENDED, export=True, keeper="Ana Ortiz", until=UNTIL, owner=True),
    "long": pages.tombstone(
        "<b>" + "w" * 110, "archived", ENDED, export=True, keeper="x" * 90, until=UNTIL, owner=False
    ),
    "retired": pages.tombstone("Lunch", "retired", ENDED, export=False, keeper="Ana Ortiz", owner=False),
    "closing": pages.tombstone("Lunch", "suspended", ENDED, export=False, keeper="Ana Ortiz", owner=False),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_tombstone_fits_a_phone_and_can_be_read(
    tmp_path: Path, pictures: Path, scheme: Literal["light", "dark"]
) -> None:  # D9
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for name, stone in STONES.items():
            (tmp_path / f"{name}.html").write_bytes(stone.html("r6b08d12bebfc00e0"))
            for width in (320, PHONE, 1280):
                view: ViewportSize = {"width": width, "height": 700}
                page = browser.new_page(viewport=view, color_scheme=scheme)
                page.goto((tmp_path / f"{name}.html").as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                assert faint(page) == []
                assert page.get_by_role("heading", level=1).count() == 1
                assert page.get_by_role("link").count() == (1 if name == "archived" else 0), "the owner's alone"
                if (name, scheme) == ("archived", "light") and width != 320:
                    shoot(page, pictures / f"tombstone-{width}.png")
                page.close()
        browser.close()


def test_a_tombstone_says_whose_it_was_and_until_when_it_can_come_back() -> None:  # D9, N6
    said = {name: one.text for name, one in STONES.items()}
    assert said["archived"] == (
        "This app was archived on 24 November 2026. Ana Ortiz looked after it, and can restore it until "
        "22 February 2027. Its entries were exported first; the owner can download them."
    )
    assert said["retired"] == ("This app ended on 24 November 2026. Ana Ortiz looked after it. It cannot be restored.")
    assert said["closing"] == "This app has answered nobody since 24 November 2026. Ana Ortiz looked after it."
    assert {one.status for one in STONES.values()} == {410}
    assert "&lt;b&gt;" in STONES["long"].html("r1").decode()
