"""An app of the shelf, served and opened in a real browser as one of the cast."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot import demo
from runtime.wasm import WasmSandbox
from tests.browser.apphost import Host, serve
from tests.browser.looking import ARGS, CHROMIUM, WIDE, Opens
from tests.templates.shelf import bundle
from tests.templates.stage import Stage


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, compiled: Path, sandbox: WasmSandbox) -> demo.Stage:
    """The demo's place, with what the run's own sandbox compiled: that takes longer than the rest of the start."""
    made = demo.prepare(tmp_path_factory.mktemp("demo"), 0, 0, inherit=False)
    shutil.copytree(compiled, made.home / "guest", dirs_exist_ok=True)
    return made


@pytest.fixture(scope="module")
def running(stage: demo.Stage) -> Iterator[demo.Running]:
    """The demo's processes, for all tests of a file."""
    with demo.running(stage) as house:
        yield house


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go: `SLIPWAY_PICTURES=docs/images` keeps them."""
    return Path(os.environ.get("SLIPWAY_PICTURES", tmp_path))


@pytest.fixture
def host(sandbox: WasmSandbox, tmp_path: Path) -> Iterator[Callable[..., Host]]:
    with ExitStack() as stack:
        yield lambda name, answers: stack.enter_context(serve(Stage(bundle(name, **answers), tmp_path / name, sandbox)))


@pytest.fixture
def visit(browser: Browser) -> Iterator[Opens]:
    """Opens an app as a person. A script error, a refused resource or a page wider than the screen fails the test."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def go(host: Host, who: str, width: int = WIDE, path: str = "/", **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, timezone_id="Europe/Berlin", **more)
        contexts.append(context)
        context.add_cookies([{"name": "who", "value": who, "url": host.url}])
        page = context.new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(host.url + path)
        return page

    yield go
    for context in contexts:
        for page in context.pages:
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{page.url} is wider than the screen")
        context.close()
    assert wrong == []


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go; a run that wants to keep them names a folder with `--basetemp`."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder
