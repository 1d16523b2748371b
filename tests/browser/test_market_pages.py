"""The gallery and the Home tab in a real browser, over the real processes: at two widths, by light and dark.

`SLIPWAY_PICTURES=docs/images make test-browser` keeps the pictures.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import demo
from tests.browser.legible import faint
from tests.browser.looking import PHONE, WIDE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]


class Looker:
    """Opens pages as somebody; a script error or a refused resource fails the test."""

    def __init__(self, browser: Browser, stage: demo.Stage) -> None:
        self.browser, self.stage = browser, stage
        self.wrong: list[str] = []
        self.contexts: list[Any] = []

    def page(self, handle: str, width: int, scheme: Literal["light", "dark"] = "light", locale: str = "en-GB") -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, locale=locale)
        self.contexts.append(context)
        context.set_default_timeout(15_000)
        context.request.post(f"{self.stage.url}page/api/me", data={"person": handle})
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if "Content Security" in said.text else None)
        return page

    def gallery(self, handle: str, width: int, **more: Any) -> Page:
        page = self.page(handle, width, **more)
        page.goto(f"http://localhost:{self.stage.gateway_port}/")
        page.get_by_role("button", name=re.compile("Continue as")).click()
        page.wait_for_url(f"http://shelf.localhost:{self.stage.gateway_port}/")
        return page

    def home(self, handle: str, width: int) -> Page:
        page = self.page(handle, width)
        page.goto(self.stage.url)
        if width < 700:
            page.get_by_role("button", name="Channels and people").click()
        page.get_by_role("button", name="Slipway APP", exact=True).click()
        page.get_by_role("tab", name="Home").click()
        expect(page.get_by_role("heading", name="What you can make")).to_be_visible()
        return page


@pytest.fixture
def looker(browser: Browser, running: demo.Running) -> Iterator[Looker]:
    one = Looker(browser, running.stage)
    yield one
    for context in one.contexts:
        context.close()
    assert one.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_gallery_shows_each_template_with_its_picture(
    looker: Looker, pictures: Path, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:  # T8
    page = looker.gallery("ana", width, scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_have_text("What you can make")
    assert page.get_by_role("listitem").count() >= 12
    shown = page.get_by_role("img")
    for at in range(shown.count()):
        shown.nth(at).scroll_into_view_if_needed()
        expect(shown.nth(at)).to_have_js_property("complete", True)
        assert shown.nth(at).evaluate("one => one.naturalWidth") > 0 and shown.nth(at).get_attribute("alt")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faint(page) == []
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=(pictures if scheme == "light" else tmp_path) / f"gallery-{width}.png")


def test_the_sentence_below_a_picture_is_taken_whole_by_one_click(looker: Looker) -> None:
    page = looker.gallery("ana", WIDE)
    page.get_by_text("/slipway a poll").click()
    assert page.evaluate("String(getSelection())").startswith("/slipway a poll: where do we eat on Friday?")


def test_a_german_browser_is_shown_german(looker: Looker) -> None:
    page = looker.gallery("ana", PHONE, locale="de-DE")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was du machen kannst")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_home_tab_shows_what_one_may_create_and_begins_it(looker: Looker, pictures: Path, width: int) -> None:  # T8
    page = looker.home("ana" if width == WIDE else "ben", width)
    home = page.get_by_role("tabpanel")
    expect(home.get_by_role("button", name="Make one").first).to_be_visible()
    assert home.get_by_role("button", name="Make one").count() >= 12
    expect(home.get_by_role("img").first).to_have_js_property("complete", True)
    assert home.get_by_role("img").first.evaluate("one => one.naturalWidth") > 0
    assert faint(page) == [] and page.evaluate("document.documentElement.scrollWidth") <= width
    home.get_by_role("button", name="Make one").first.click()
    expect(home.get_by_text("waits for you to fill it in.")).to_be_visible()
    expect(home.get_by_text("not finished")).to_be_visible()
    page.screenshot(path=pictures / f"home-{width}.png")
    page.get_by_role("tab", name="Home").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Messages")).to_be_focused()
    expect(page.locator("#log")).to_contain_text("asked:")


def test_the_list_in_a_channel_is_for_one_person_alone(looker: Looker, tmp_path: Path) -> None:  # T8
    page = looker.page("cy", WIDE)
    page.goto(looker.stage.url)
    page.get_by_role("button", name=re.compile("^.*ops")).first.click()
    box = page.locator("#composer").get_by_role("combobox")
    box.fill("/slipway templates")
    box.press("Enter")
    told = page.locator("#log .whisper").last
    expect(told).to_contain_text("What you can make here")
    expect(told).to_contain_text("Only visible to you")
    assert told.get_by_role("button", name="Make one").count() >= 12 and faint(page) == []
    page.screenshot(path=tmp_path / "templates-1280.png")
