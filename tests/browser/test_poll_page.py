"""A poll in a real browser: voted by keyboard, a tally that updates itself until it is told to stop."""  # R1

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime.call import Visitor
from tests.browser.apphost import Host
from tests.browser.looking import PHONE, WIDE, Opens, shoot

pytestmark = pytest.mark.browser
POLL = {
    "question": "Where do we go for the team day",
    "options": ["A boat trip on the lake", "Climbing park", "Museum and dinner"],
    "deadline": "2026-11-27",
}
STRANGE = [
    "مرحبا بالعالم",
    "<script>alert(1)</script>",
    "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselanhänger" * 3,
    "食堂",
]


def others(app: Host, *picks: str) -> None:
    for pick in picks:
        name = f"Person {len(app.stage.rows('votes'))}"
        assert app.stage.post("/vote", Visitor(name, name), pick=pick).status == 303


def later(page: Page, seconds: int) -> None:
    """The page's own clock goes on; what it then loads is waited for by whoever expects it."""
    page.clock.run_for(seconds * 1000)


def test_a_vote_is_given_and_changed_by_keyboard_alone(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("poll", POLL)
    others(app, "Climbing park", "Climbing park", "Museum and dinner")
    page = visit(app, "ben", PHONE)
    shoot(page, shots / "poll-390.png")
    page.get_by_role("button", name="Vote").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    shoot(page, shots / "poll-errors-390.png")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="A boat trip on the lake")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your vote is in.")).to_be_visible()
    expect(page.get_by_role("heading", name="Climbing park leads with 2 of 4 votes.")).to_be_visible()
    expect(page.get_by_role("row", name="A boat trip on the lake 1 25 %")).to_be_visible()
    shoot(page, shots / "poll-tally-390.png")
    page.get_by_role("link", name="Change my vote").press("Enter")
    expect(page.get_by_role("radio", name="A boat trip on the lake")).to_be_checked()
    page.get_by_role("radio", name="A boat trip on the lake").press("ArrowDown")
    page.get_by_role("button", name="Save my vote").press("Enter")
    expect(page.get_by_role("heading", name="Climbing park leads with 3 of 4 votes.")).to_be_visible()
    page.get_by_text("Who picked what").click()
    shoot(page, shots / "poll-names-390.png")
    ana = visit(app, "ana", WIDE, "/tally")
    shoot(ana, shots / "poll-tally-1280.png")
    shoot(visit(app, "cy", WIDE), shots / "poll-1280.png")


def test_a_tally_updates_itself_until_it_is_told_to_pause(host: Callable[..., Host], visit: Opens) -> None:
    app = host("poll", POLL)
    page = visit(app, "ana", PHONE)
    page.clock.install()
    page.goto(app.url + "/tally")
    expect(page.get_by_role("heading", name="Nobody has voted yet")).to_be_visible()
    expect(page.get_by_role("link", name="Refresh")).to_be_hidden()
    others(app, "Climbing park")
    later(page, 5)
    expect(page.get_by_role("heading", name="Climbing park leads with 1 of 1 vote.")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused")).to_be_visible()
    others(app, "Climbing park")
    later(page, 20)
    expect(page.get_by_role("heading", name="Climbing park leads with 1 of 1 vote.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    later(page, 5)
    expect(page.get_by_role("heading", name="Climbing park leads with 2 of 2 votes.")).to_be_visible()


def test_a_tally_waits_for_whoever_reads_or_moves_in_it(host: Callable[..., Host], visit: Opens) -> None:
    app = host("poll", POLL)
    others(app, "Climbing park")
    page = visit(app, "ana", PHONE)
    page.clock.install()
    page.goto(app.url + "/tally")
    page.get_by_text("Who picked what").click()
    others(app, "Climbing park")
    later(page, 20)
    expect(page.get_by_text("Person 0", exact=True)).to_be_visible()
    page.get_by_text("Who picked what").click()
    page.keyboard.press("Tab")
    later(page, 20)
    expect(page.get_by_role("heading", name="Climbing park leads with 1 of 1 vote.")).to_be_visible()


def test_options_of_any_script_and_length_fit_a_phone(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("poll", {"question": "", "options": STRANGE, "multi_select": True, "language": "Deutsch"})
    page = visit(app, "ben", PHONE)
    for option in STRANGE:
        page.get_by_role("checkbox", name=option).check()
    shoot(page, shots / "poll-strange-390.png")
    page.get_by_role("button", name="Abstimmen").click()
    expect(page.get_by_role("row", name="食堂 1 100 %")).to_be_visible()
    shoot(page, shots / "poll-strange-tally-390.png")


def test_a_poll_works_without_scripts_to_its_end(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("poll", POLL)
    page = visit(app, "ben", PHONE, java_script_enabled=False)
    page.get_by_role("radio", name="Climbing park").check()
    page.get_by_role("button", name="Vote").click()
    expect(page.get_by_text("Updates by itself")).to_be_hidden()
    others(app, "Climbing park")
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("heading", name="Climbing park leads with 2 of 2 votes.")).to_be_visible()
    app.stage.now += 5 * 86_400
    page.goto(app.url)
    expect(page.get_by_role("heading", name="Climbing park won with 2 of 2 votes.")).to_be_visible()
    expect(page.get_by_role("link", name="Refresh")).to_have_count(0)
    shoot(page, shots / "poll-closed-390.png")
