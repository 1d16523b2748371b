"""The operators' page in a real browser: a phone's width holds it, and all of it can be read."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bot.platformctl import command
from tests.bot.desk import Desk
from tests.browser.test_apps import ARGS, CHROMIUM

pytestmark = pytest.mark.browser
CONTRASTS = """() => {
  const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).map(Number).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b }
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor
    if (!/, 0\\)$/.test(c)) return c } return "rgb(255, 255, 255)" }
  return [...document.querySelectorAll("main *")]
    .filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
    .map(e => { const [a, b] = [light(getComputedStyle(e).color), light(behind(e))]
      return [e.textContent.slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)] })
    .filter(([, c]) => c < 4.5) }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_operators_page_fits_a_phone_and_can_be_read(tmp_path: Path, scheme: str) -> None:  # K2
    desk = Desk(tmp_path)
    desk.press("slipway.publish", desk.ask())
    desk.press("slipway.publish", desk.ask("a feedback survey about the new office for everyone in the company"))
    assert command.main(["dashboard", "--home", str(tmp_path), "--out", str(tmp_path / "board")]) == 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        for width in (320, 390, 1280):
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto((tmp_path / "board" / "index.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(CONTRASTS) == []
            assert page.get_by_role("table").count() >= 4
            assert page.get_by_role("rowheader", name="Lunch").count() >= 1
        browser.close()
