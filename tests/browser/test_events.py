"""The sign-up sheet and the booking page in a real browser, at a phone's and a desk's width."""  # R1

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.apphost import Host
from tests.browser.looking import PHONE, WIDE, Opens, shoot
from tests.templates.crowd import crowd
from tests.templates.stage import ANA

pytestmark = pytest.mark.browser
RSVP = {
    "title": "Christmas dinner",
    "date": "2026-12-11",
    "time": "19:00",
    "location": "Osteria da Paolo, Lime Street 4",
    "capacity": 15,
    "plus_ones": True,
}

BOOKING = {
    "title": "Meeting rooms",
    "resources": ["Oslo", "Bergen", "The quiet room behind the kitchen, second floor"],
    "max_per_person": 2,
}


def test_a_sign_up_from_the_first_answer_to_moving_up(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("rsvp", RSVP)
    ben = visit(app, "ben", PHONE)
    shoot(ben, shots / "rsvp-empty-390.png")
    ben.get_by_role("radio", name="Yes").check()
    ben.get_by_label("Guests you bring").select_option("2")
    ben.get_by_label("Note for the organisers").fill("One of us eats no meat.")
    ben.get_by_role("button", name="Send my answer").click()
    expect(ben.get_by_role("status")).to_have_text("You are coming, with 2 guests. See you there!")
    for number, visitor in enumerate(crowd(12)):
        answer = ("yes", "yes", "yes", "maybe", "no")[number % 5]
        app.stage.post("/", visitor, answer=answer, guests=str(number % 2 or ""))
    cy = visit(app, "cy", PHONE)
    cy.get_by_role("radio", name="Yes, on the waiting list").check()
    cy.get_by_role("button", name="Send my answer").click()
    expect(cy.get_by_role("status")).to_contain_text("You are number 1 on the waiting list.")
    shoot(cy, shots / "rsvp-waiting-390.png")
    ana = visit(app, "ana", WIDE)
    expect(ana.get_by_text("One of us eats no meat.")).to_be_visible()
    shoot(ana, shots / "rsvp-1280.png")
    shoot(visit(app, "ana", WIDE, color_scheme="dark"), shots / "rsvp-dark-1280.png")
    ben.get_by_role("radio", name="No").check()
    ben.get_by_role("button", name="Change my answer").click()
    cy.reload()
    expect(cy.get_by_role("status")).to_have_text("You are coming. See you there!")
    with ana.expect_download() as download:
        ana.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename == "christmas-dinner.csv"
    app.stage.now += 30 * 86_400
    shoot(visit(app, "ben", PHONE), shots / "rsvp-over-390.png")


def test_a_sign_up_by_keyboard_alone_in_german(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("rsvp", {**RSVP, "title": "Weihnachtsessen", "language": "Deutsch"})
    app.stage.post("/", ANA, answer="yes", guests="4", note="Ich bringe den Wein mit.")
    page = visit(app, "ben", PHONE)
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Ja")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    page.keyboard.type("n" * 501)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Nachricht an die Gastgeber")).to_have_accessible_description(
        "Zum Beispiel, was du nicht isst. Nur du und sie sehen es. Das sind 501 Zeichen; 500 passen hinein."
    )
    shoot(page, shots / "rsvp-errors-390.png")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nachricht an die Gastgeber")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Ohne Nüsse, bitte.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Du kommst. Bis dann!")
    shoot(visit(app, "ana", WIDE), shots / "rsvp-german-1280.png")


def test_a_slot_from_the_first_press_to_giving_it_back(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("booking", BOOKING)
    ben = visit(app, "ben", PHONE)
    slow = visit(app, "cy", WIDE)
    ben.get_by_role("button", name="Book Oslo, 11:00–12:00").click()
    expect(ben.get_by_role("status")).to_have_text("Booked for you: Oslo, Tue 24 Nov 2026, 11:00–12:00 UTC.")
    shoot(ben, shots / "booking-390.png")
    slow.get_by_role("button", name="Book Oslo, 11:00–12:00").click()
    expect(slow.get_by_role("heading", name="Ben Okafor was faster")).to_be_visible()
    shoot(slow, shots / "booking-faster-1280.png")
    slow.get_by_role("button", name="Book this one").click()
    expect(slow.get_by_role("status")).to_have_text("Booked for you: Oslo, Tue 24 Nov 2026, 12:00–13:00 UTC.")
    slow.get_by_role("button", name="Book Bergen, 14:00–15:00").click()
    expect(slow.get_by_text("You have booked all you may (2).")).to_be_visible()
    shoot(slow, shots / "booking-1280.png")
    shoot(visit(app, "ana", WIDE, color_scheme="dark"), shots / "booking-owner-dark-1280.png")
    slow.get_by_role("link", name="My bookings").click()
    shoot(visit(app, "cy", PHONE, "/mine"), shots / "booking-mine-390.png")
    slow.get_by_role("button", name="Cancel Oslo").click()
    expect(slow.get_by_text("1 of at most 2.")).to_be_visible()
    shoot(visit(app, "ana", PHONE, "/?day=2026-11-30"), shots / "booking-owner-390.png")


def test_a_slot_is_booked_by_keyboard_alone_in_german(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    page = visit(host("booking", {**BOOKING, "title": "Bookings", "language": "Deutsch"}), "ben", PHONE)
    page.get_by_role("link", name="Mi 25. Nov.").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mi., 25. Nov. 2026")).to_be_visible()
    page.get_by_role("link", name="Mo 7. Dez.").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Buchen Oslo, 08:00–09:00")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Für dich gebucht: Oslo, Mi., 25. Nov. 2026, 08:00–09:00 UTC.")
    page.get_by_role("button", name="Zurückgeben Oslo, 08:00–09:00").press("Space")
    expect(page.get_by_text("Du kannst noch 2 von 2 buchen.")).to_be_visible()
    shoot(page, shots / "booking-german-390.png")


def test_a_slot_is_booked_without_scripts(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("booking", BOOKING), "ben", PHONE, java_script_enabled=False)
    page.get_by_role("button", name="Book Bergen, 10:00–11:00").click()
    expect(page.get_by_text("Booked for you: Bergen")).to_be_visible()
    page.get_by_role("button", name="Cancel Bergen, 10:00–11:00").click()
    expect(page.get_by_role("button", name="Book Bergen, 10:00–11:00")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_words_without_an_end_stay_on_the_page(host: Callable[..., Host], visit: Opens, width: int) -> None:
    sheet = host("rsvp", {**RSVP, "title": "W" * 120, "location": "w" * 200})
    sheet.stage.post("/", ANA, answer="yes", note="w" * 500)
    page = host("booking", {"title": "W" * 120, "resources": ["w" * 300, "שולחן ליד החלון"], "slot_minutes": 1440})
    page.stage.fill(
        "bookings",
        [{"resource": "w" * 300, "day": "2026-11-24", "starts": page.stage.now, "ends": 2**31, "name": "N" * 80}],
    )
    for app in (sheet, page):
        expect(visit(app, "ana", width).get_by_role("heading", level=1)).to_be_visible()
