"""The whole job in a real browser, over the real processes: ask, look, try, publish, approve, be reminded, end.

Its pictures are the ones in `docs/images`: `SLIPWAY_PICTURES=docs/images make test-browser` takes them anew.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot import demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]
WIDTHS = {1280: 860, 390: 844}
LAPTOPS = (
    {"Model": "ThinkPad X1", "Serial number": "PF-3XK2", "Price": "1899", "Bought on": "2026-03-02"},
    {"Model": "MacBook Air 15", "Serial number": "C02-9QL", "Price": "1549", "Bought on": "2026-06-18"},
    {"Model": "Framework 13", "Serial number": "FRA-771", "Price": "1290", "Bought on": "2026-10-05"},
)
WAIT = 15_000
"""Milliseconds for anything to appear."""


class Desk:
    """One person at the workspace's page, and the apps they open."""

    def __init__(self, browser: Browser, url: str, handle: str, pictures: Path) -> None:
        self.context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 860})
        self.context.set_default_timeout(WAIT)
        self.context.request.post(f"{url}page/api/me", data={"person": handle})
        self.page: Page = self.context.new_page()
        self.page.goto(url)
        self.page.get_by_role("button", name=re.compile("^.*ops")).first.click()
        expect(self.page.locator("#channel-name")).to_have_text("# ops")
        self._pictures = pictures

    @property
    def thread(self) -> Locator:
        """The thread that is open."""
        return self.page.get_by_role("complementary", name="Thread")

    def ask(self, text: str) -> None:
        """Type a slash command and open the thread that answers."""
        box = self.page.locator("#composer").get_by_role("combobox")
        box.fill(f"/slipway {text}")
        box.press("Enter")
        self.look(text)

    def look(self, text: str) -> None:
        """Open the thread below what was asked."""
        root = self.page.locator("#log .message").filter(has_text=text).last
        root.get_by_role("button", name=re.compile("repl")).click()

    def press(self, name: str) -> None:
        """Press the newest button with this name in the thread."""
        self.thread.get_by_role("button", name=name, exact=True).last.click()

    def pick(self, within: Locator, text: str, name: str) -> Locator:
        """Pick an entry in the menu of the newest message within that says this; the message."""
        said = within.locator(".message").filter(has_text=text).last
        said.hover()
        said.locator("summary").click()
        said.get_by_role("button", name=name).click()
        return said

    def open(self, name: str) -> Page:
        """Follow the newest link button with this name, and be in the app."""
        link = self.thread.get_by_role("link", name=re.compile(name)).last
        return self.visit(link.get_attribute("href") or "")

    def visit(self, url: str) -> Page:
        """Go to an app; sign in when asked."""
        app = self.context.new_page()
        app.goto(url)
        if "/openid/" in app.url:
            app.get_by_role("button", name=re.compile("Continue as")).click()
            app.wait_for_url(lambda url: "/openid/" not in url and "/_slipway/" not in url)
        return app

    def shoot(self, page: Page, name: str) -> None:
        """A picture at both widths; nothing may stick out at either."""
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(150)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than {width}"
            page.screenshot(path=self._pictures / f"{name}-{width}.png")
        page.set_viewport_size({"width": 1280, "height": 860})


def answer(app: Page, mark: int, said: str) -> None:
    """Answer a survey: the same mark and the same words everywhere."""
    for group in app.locator("fieldset").all():
        group.get_by_role("radio", name=str(mark), exact=True).check(force=True)
    for text in app.locator("textarea").all():
        text.fill(said)
    app.get_by_role("button", name="Send my answers").click()
    expect(app.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()


def good_to_use(app: Page) -> None:
    """What every page of an app has: a language, one heading, a name for each field."""
    assert app.locator("html").get_attribute("lang")
    assert app.locator("h1").count() == 1
    for field in app.locator("input:not([type=hidden]), select, textarea").all():
        assert field.evaluate("one => one.labels.length > 0 || !!one.getAttribute('aria-label')"), field.inner_html()


def test_a_survey_from_a_sentence_to_its_end(running: demo.Running, browser: Browser, pictures: Path) -> None:  # R1
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("a lunch survey for ops, three questions, keep it two weeks")
    expect(ana.thread.get_by_role("button", name="Publish")).to_be_visible()
    ana.shoot(ana.page, "thread")
    app = ana.open("Open preview")
    good_to_use(app)
    ana.shoot(app, "survey")
    for handle, mark, said in (("ben", 4, "The soup"), ("cy", 2, "It is warm"), ("ana", 3, "More soup, please")):
        answer(
            app if handle == "ana" else Desk(browser, running.stage.url, handle, pictures).visit(app.url), mark, said
        )
    app.goto("/".join(app.url.split("/")[:3]) + "/results")
    good_to_use(app)
    ana.shoot(app, "survey-results")
    ana.press("Publish")
    expect(ana.thread.get_by_text("is live").last).to_be_visible()
    ana.page.locator("#composer").get_by_role("combobox").fill("/slipway clock +13d")
    ana.page.locator("#composer").get_by_role("combobox").press("Enter")
    expect(ana.thread.get_by_text("What should happen?")).to_be_visible()
    ana.shoot(ana.page, "reminder")
    ana.press("Retire")
    ana.page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    expect(ana.thread.get_by_text("has ended").last).to_be_visible()


def test_a_wider_survey_is_approved_by_somebody_else(
    running: demo.Running, browser: Browser, pictures: Path
) -> None:  # U3
    asked = "a feedback survey about the new office for everyone in the company"
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask(asked)
    ana.press("Publish")
    ben = Desk(browser, running.stage.url, "ben", pictures)
    ben.look(asked)
    expect(ben.thread.get_by_role("button", name="Approve")).to_be_visible()
    ben.shoot(ben.page, "approval-request")
    ben.press("Approve")
    expect(ana.thread.get_by_text("approved this on").last).to_be_visible()
    expect(ana.thread.get_by_text("is live").last).to_be_visible()


def test_what_is_missing_is_asked_in_a_form(running: demo.Running, browser: Browser, pictures: Path) -> None:  # U2
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("we need an approval flow for travel requests")
    ana.press("Fill in")
    form = ana.page.get_by_role("dialog")
    expect(form.get_by_label("Approvers")).to_be_visible()
    ana.shoot(ana.page, "form")
    form.get_by_label("Approvers").fill("ben")
    form.get_by_role("button", name="Build preview").click()
    app = ana.open("Open preview")
    good_to_use(app)
    start = app.url
    for what, why in (("Train to Hamburg", "Customer visit on 3 December"), ("PyCon ticket", "Two days, early bird")):
        app.get_by_role("link", name="New request").click()
        good_to_use(app)
        app.get_by_label("What do you ask for?").fill(what)
        app.get_by_label("Amount in").fill("240")
        app.get_by_label("Why?").fill(why)
        app.get_by_role("button", name="Send request").click()
        expect(app.get_by_role("heading", name=what)).to_be_visible()
        app.goto(start)
    ana.shoot(app, "approval")


def test_a_tracker_is_filled_and_found_again(running: demo.Running, browser: Browser, pictures: Path) -> None:  # R1
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("track our laptops: model, serial number, price, bought on")
    app = ana.open("Open preview")
    good_to_use(app)
    for laptop in LAPTOPS:
        app.get_by_role("link", name="Add an entry").first.click()
        good_to_use(app)
        for label, value in laptop.items():
            app.get_by_label(label).fill(value)
        app.get_by_role("button", name="Add").first.click()
        expect(app.get_by_text(laptop["Serial number"]).first).to_be_visible()
    app.get_by_role("link", name="Entries").click()
    ana.shoot(app, "tracker")


def test_what_ends_an_app_asks_first(running: demo.Running, browser: Browser, pictures: Path) -> None:
    ana = Desk(browser, running.stage.url, "ana", pictures)
    ana.ask("a survey about the coffee machine")
    ana.press("Publish")
    expect(ana.thread.get_by_text("is live").last).to_be_visible()
    ana.press("Archive")
    question = ana.page.get_by_role("dialog")
    expect(question.get_by_text("Coffee machine stops answering. Its entries are exported and kept.")).to_be_visible()
    question.get_by_role("button", name="Not now").click()
    expect(ana.thread.get_by_role("button", name="Archive").last).to_be_visible()
