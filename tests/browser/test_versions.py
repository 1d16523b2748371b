"""A version from the list is live again, and a broken app says so in its thread; in a real browser."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import demo
from tests.browser.test_journey import Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
ASKED = "a survey about our garden party, three questions, keep it two weeks"
LOOKS, PATIENCE = 60, 45_000
"""Looks, and milliseconds that one of them may take on a busy machine."""


def publish(ana: Desk) -> None:
    expect(ana.thread.get_by_role("button", name="Publish")).to_be_visible(timeout=PATIENCE)
    ana.press("Publish")
    expect(ana.thread.get_by_text("is live").last).to_be_visible(timeout=PATIENCE)


def twice(ana: Desk) -> Page:
    """Publish, change the title, publish again; the live app."""
    ana.ask(ASKED)
    publish(ana)
    ana.press("Change answers")
    form = ana.page.get_by_role("dialog")
    form.get_by_label("Title").fill("Summer party")
    form.get_by_role("button", name="Build preview").click()
    expect(form).to_have_count(0, timeout=PATIENCE)
    publish(ana)
    expect(ana.thread.get_by_role("button", name="Versions")).to_be_visible(timeout=PATIENCE)
    app = ana.open("Open")
    expect(app.get_by_role("heading", name="Summer party")).to_be_visible(timeout=PATIENCE)
    return app


def test_the_list_of_versions_and_the_card_of_a_broken_app(  # D12, N12
    running: demo.Running,
    browser: Browser,
    pictures: Path,
) -> None:
    ana = Desk(browser, running.stage.url, "ana", pictures)
    app = twice(ana)
    ana.press("Versions")
    form = ana.page.get_by_role("dialog")
    expect(form.get_by_text("Schema unchanged: data kept.")).to_be_visible(timeout=PATIENCE)
    expect(form.get_by_text("live now")).to_be_visible(timeout=PATIENCE)
    ana.shoot(ana.page, "versions")
    form.get_by_role("combobox").select_option(index=1)
    form.get_by_role("button", name="Roll back").click()
    expect(ana.thread.get_by_text("made version 1")).to_be_visible(timeout=PATIENCE)
    app.reload()
    expect(app.get_by_role("heading", name="Summer party")).to_have_count(0, timeout=PATIENCE)
    ruin(running)
    card = ana.thread.get_by_text("is broken since")
    for _ in range(LOOKS):
        app.reload()
        if card.count():
            break
        app.wait_for_timeout(1000)
    expect(card).to_be_visible(timeout=PATIENCE)
    expect(ana.thread.get_by_text("Last good version")).to_be_visible(timeout=PATIENCE)
    expect(ana.thread.get_by_text("repair 1 of 2")).to_be_visible(timeout=PATIENCE)
    card.scroll_into_view_if_needed()
    ana.shoot(ana.page, "broken")
    for _ in range(LOOKS):
        app.reload()
        if ana.thread.get_by_text("is well again since").count():
            break
        app.wait_for_timeout(1000)
    expect(ana.thread.get_by_text("is well again since")).to_be_visible(timeout=PATIENCE)


def ruin(running: demo.Running) -> None:
    """Damage the files of what is live, and start the gateway anew, which holds none of them then."""
    running.kill(demo.GATEWAY)
    with closing(sqlite3.connect(f"file:{running.stage.home / 'control.db'}?mode=ro", uri=True)) as database:
        live = database.execute("SELECT bundle FROM deployment WHERE stage = 'live' AND ended_at IS NULL").fetchall()
    for (digest,) in live:
        (running.stage.home / "bundles" / "blobs" / "sha256" / digest.removeprefix("sha256:")).write_bytes(b"{}")
    running.start(demo.GATEWAY)
    running.wait()
