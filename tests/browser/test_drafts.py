"""A form that is never sent: the browser dies in the middle of a word, and another one finds it again (A1)."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import demo
from bot.workspace.person import Person
from tests.browser.test_journey import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]


def test_what_was_typed_outlives_the_browser(running: demo.Running, browser: Browser, tmp_path: Path) -> None:  # A1
    words = "we need an approval flow for training requests"
    ana = Desk(browser, running.stage.url, "ana", tmp_path)
    ana.ask(words)
    ana.press("Fill in")
    form = ana.page.get_by_role("dialog")
    with ana.page.expect_response(
        lambda answer: answer.url.endswith("/press") and "ben, ci" in answer.request.post_data
    ):
        form.get_by_label("Approvers").press_sequentially("ben, ci")
    ana.context.close()  # nothing says goodbye

    # Slack's windows die with the browser; this workspace would show its own again.
    with Person(running.stage.url, "ana") as closing:
        for view in closing.views():
            closing.close_view(view["id"])
    again = Desk(browser, running.stage.url, "ana", tmp_path)
    again.look(words)
    again.press("Fill in")
    form = again.page.get_by_role("dialog")
    expect(form.get_by_label("Approvers")).to_have_value("ben, ci")
    expect(form.get_by_text("This is what you typed until")).to_be_visible()
    form.get_by_role("button", name="Start over").click()
    expect(form.get_by_label("Approvers")).to_have_value("")
    form.get_by_label("Approvers").fill("ben")
    form.get_by_role("button", name="Build preview").click()
    expect(again.thread.get_by_role("link", name="Open preview")).to_be_visible()
    again.context.close()


def test_a_guessed_formula_is_confirmed_with_one_press(running: demo.Running, browser: Browser, tmp_path: Path) -> None:
    ana = Desk(browser, running.stage.url, "ana", tmp_path)
    ana.ask("fuel cost calculator: distance in km, consumption in l/100 km and price (EUR per litre)")
    expect(ana.thread.get_by_text("price 1.80 EUR/l → 15.12 EUR")).to_be_visible()
    ana.press("The formula is right")
    expect(ana.thread.get_by_role("button", name="Publish")).to_be_visible()
    expect(ana.thread.get_by_role("button", name="The formula is right")).to_have_count(0)
    app = ana.open("Open preview")
    app.get_by_label("distance (km)").fill("120")
    app.get_by_label("consumption (l/100 km)").fill("0")
    app.get_by_label("price (EUR/l)").fill("1.80")
    app.get_by_role("button", name="Work it out").click()
    expect(app.locator(".big")).to_have_text("0.00 EUR")
    ana.context.close()
