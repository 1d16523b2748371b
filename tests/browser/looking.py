"""How tests look at an app: the browser, the two widths, and pictures."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

CHROMIUM = "/usr/bin/chromium"
ARGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = 1280, 390
Opens = Callable[..., Page]


def shoot(page: Page, path: Path) -> None:
    """A picture of the whole page."""
    page.screenshot(path=path, full_page=True, animations="disabled")
