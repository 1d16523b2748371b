"""The page that links two accounts, and the form that shares an app, in a real browser: a phone and a desk.

`SLIPWAY_PICTURES=docs/images make test-browser` keeps the pictures.
"""

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import ViewportSize, sync_playwright

from runtime import linkpage
from tests.browser.legible import faint
from tests.browser.looking import ARGS, CHROMIUM, PHONE, WIDE, shoot

pytestmark = pytest.mark.browser
TOLD = {"company": "Acme", "shown": "Cy Lindqvist · cy…@acme.example", "handle": "", "because": "", "note": ""}
LONG = {
    **TOLD,
    "company": "Acme <b>",
    "shown": "w" * 120,
    "because": "Somebody else signed in with this account's e-mail address.",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_link_page_names_both_accounts_and_fits_a_phone(
    tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:  # K6 N9
    named = {**TOLD, "handle": "cy", "note": linkpage.NOTES["sent"]}
    pages = {
        "choice": linkpage.choice("Acme", "/_slipway/sign-in?to=%2F&way="),
        "whose": linkpage.page(LONG, "ticket", "/"),
        "link": linkpage.page(named, "ticket", "/"),
    }
    pictures = Path(os.environ.get("SLIPWAY_PICTURES", tmp_path))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for name, reply in pages.items():
            (tmp_path / f"{name}.html").write_bytes(reply.body)
            for width in (320, PHONE, WIDE):
                view: ViewportSize = {"width": width, "height": 800}
                page = browser.new_page(viewport=view, color_scheme=scheme)
                page.goto((tmp_path / f"{name}.html").as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert faint(page) == []
                if scheme == "light" and width != 320 and name == "link":
                    shoot(page, pictures / f"{name}-{width}.png")
                if name == "whose":
                    assert page.get_by_text("Acme <b> account", exact=True).is_visible()
                if name == "link":
                    said = page.locator("dd").all_inner_texts()
                    assert said == ["Cy Lindqvist · cy…@acme.example", "@cy"]
                    assert page.get_by_text("Acme account", exact=True).is_visible()
                    assert page.evaluate("document.activeElement.id") == "code"
                    page.keyboard.press("Tab")
                    assert page.evaluate("document.activeElement.value") == "link"
        browser.close()
