"""What stands below a link, what is told together, and what one reader may press, as people see it (N1, U9).

Its pictures are in `docs/images`: `SLIPWAY_PICTURES=docs/images make test-browser` takes them anew.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.chat import Message
from bot.database import transaction
from bot.posting import outbox
from bot.rows import requests
from bot.threads import thread
from runtime.wasm import WasmSandbox
from tests.bot.house import House
from tests.browser.test_journey import Desk
from tests.workspace.harbour import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(170)]
DRILL = ("check the exits", "count people at the meeting point", "lock the gate", "tell the fire brigade")


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory, sandbox: WasmSandbox) -> Iterator[House]:
    one = House(tmp_path_factory.mktemp("house"), sandbox)
    yield one
    one.stop()


def test_a_link_a_digest_and_ones_own_buttons_are_drawn(house: House, browser: Browser, pictures: Path) -> None:
    asked = house.ask("a checklist for the fire drill: check exits, count people, lock up, due in two weeks")
    house.press(asked, "slipway.publish")
    url, app = house.live(asked), house.request().app
    with transaction(house.engine) as session:
        request = requests.of_app(session, app or "")
        assert request is not None
        for number in range(12):
            said = f":bell: Due tomorrow: {DRILL[number % len(DRILL)]}."
            outbox.put(session, thread.post(request, f"notice:{app}:{number:02}", Message(said)), house.now())
    house.settle()
    desk = Desk(browser, f"{house.harbor.config.base_url}/", "ben", pictures)
    box = desk.page.locator("#composer").get_by_role("combobox")
    heard = house.unfurls()
    box.fill(f"Has everybody seen {url} ?")
    box.press("Enter")
    until(lambda: house.unfurls() != heard)
    house.settle()
    below = desk.page.locator("#log .attached").last
    expect(below).to_contain_text("Fire drill · live")
    expect(below).to_contain_text("Open to the people in #ops.")
    desk.shoot(desk.page, "unfurl")
    house.later(1)
    desk.look("asked: “a checklist")
    expect(desk.thread).to_contain_text("7 more messages from the app.")
    digest = desk.thread.locator(".message").filter(has_text="more messages from the app").last
    digest.scroll_into_view_if_needed()
    desk.shoot(desk.page, "digest")
    desk.press("What may I do?")
    until(lambda: house.settle() or house.whispers(house.ben))
    house.settle()
    mine = desk.thread.locator(".whisper").last
    expect(mine).to_contain_text("This is what you may do here.")
    expect(mine.get_by_role("button", name="Retire")).to_have_count(0)
