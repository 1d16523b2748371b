"""The three apps in a real browser, at a phone's and a desk's width, with the gateway's content policy."""  # R1

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.apphost import Host
from tests.browser.looking import PHONE, WIDE, Opens, shoot
from tests.templates.stage import CY

pytestmark = pytest.mark.browser
SURVEY = {
    "title": "Working from home",
    "questions": [
        "How satisfied are you with working from home?",
        "Do you have the equipment you need?",
        "Which day suits the team lunch? (Mon, Tue, Wed, Thu)",
        "How many days a week would you like to be in the office?",
        "What should we change?",
    ],
    "deadline": "2026-12-11",
}
APPROVAL = {
    "title": "Purchases",
    "approvers": ["ben", "cy"],
    "mode": "sequential",
    "amount_threshold": 750.0,
    "currency": "GBP",
}
TRACKER = {
    "title": "Bugs",
    "fields": [
        {"name": "Summary", "type": "text"},
        {"name": "Severity", "type": "select"},
        {"name": "Owner", "type": "person"},
        {"name": "Cost", "type": "money"},
        {"name": "Due", "type": "date"},
        {"name": "Fixed", "type": "checkbox"},
        {"name": "Details", "type": "long_text"},
    ],
}


def respond(page: Page, rating: str, equipped: str, day: str, days: str, change: str) -> None:
    page.get_by_role("radio", name=rating, exact=True).check(force=True)
    page.get_by_role("radio", name=equipped, exact=True).check()
    page.get_by_role("radio", name=day, exact=True).check()
    page.get_by_label("How many days a week").fill(days)
    page.get_by_label("What should we change?").fill(change)


def test_a_survey_from_the_first_answer_to_the_charts(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("survey", SURVEY)
    page = visit(app, "ben", PHONE)
    respond(page, "4", "Yes", "Tue", "2", "Quieter mornings.\nAnd better coffee.")
    shoot(page, shots / "survey-390.png")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", name="Thank you, Ben Okafor")).to_be_visible()
    page.get_by_role("link", name="Look at my answers").click()
    expect(page.get_by_role("radio", name="4", exact=True)).to_be_checked()
    respond(visit(app, "cy", WIDE), "5", "No", "Tue", "3", "More light in the back room.")
    cy = visit(app, "cy", WIDE)
    respond(cy, "5", "No", "Tue", "3", "More light in the back room.")
    shoot(cy, shots / "survey-1280.png")
    cy.get_by_role("button", name="Send my answers").click()
    ana = visit(app, "ana", WIDE)
    respond(ana, "2", "Yes", "Wed", "2", "I would keep it as it is.")
    ana.get_by_role("button", name="Send my answers").click()
    ana.get_by_role("link", name="See the results").click()
    expect(ana.get_by_text("3.7 out of 5")).to_be_visible()
    expect(ana.get_by_role("row", name="Tue 2 67 %")).to_be_visible()
    expect(ana.locator("time").first).to_have_text("24 Nov 2026, 11:00 CET")
    shoot(ana, shots / "survey-results-1280.png")
    shoot(visit(app, "ana", PHONE, "/results"), shots / "survey-results-390.png")
    shoot(visit(app, "ana", WIDE, "/results", color_scheme="dark"), shots / "survey-results-dark.png")
    with ana.expect_download() as download:
        ana.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename == "working-from-home.csv"


def test_a_rating_is_given_by_keyboard_alone(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("survey", SURVEY), "ben", PHONE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()


def test_a_faulty_form_moves_the_focus_to_what_is_wrong(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    page = visit(host("form_tracker", TRACKER), "ben", PHONE, "/add")
    page.get_by_label("Cost").fill("a lot")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Cost")).to_have_accessible_description("Write a number, such as 1250.50.")
    shoot(page, shots / "tracker-errors-390.png")
    page.get_by_role("link", name="Cost: Write a number").click()
    expect(page.get_by_label("Cost")).to_be_focused()
    expect(page.get_by_label("Cost")).to_have_value("a lot")


def test_an_approval_from_filing_to_the_second_signature(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("approval", APPROVAL)
    page = visit(app, "ana")
    for subject, amount in (("Team lunch", "120"), ("Laptop for the new designer", "1,850")):
        page.get_by_role("link", name="New request").click()
        page.get_by_label("What do you ask for?").fill(subject)
        page.get_by_label("Amount in GBP").fill(amount)
        page.get_by_label("Why?").fill("We shipped in time.")
        page.get_by_role("button", name="Send request").click()
        page.goto(app.url)
    shoot(page, shots / "approval-1280.png")
    ben = visit(app, "ben", PHONE)
    shoot(ben, shots / "approval-queue-390.png")
    ben.get_by_role("link", name="Laptop").click()
    shoot(ben, shots / "approval-390.png")
    ben.get_by_role("button", name="Approve").click()
    expect(ben.get_by_text("Waiting for cy")).to_be_visible()
    cy = visit(app, "cy")
    cy.get_by_role("link", name="Laptop").click()
    cy.get_by_label("Comment").fill("Take the refurbished one.")
    cy.get_by_role("button", name="Reject").click()
    expect(cy.get_by_text("Take the refurbished one.")).to_be_visible()
    shoot(cy, shots / "approval-history-1280.png")
    page.reload()
    expect(page.get_by_text("approved automatically")).to_be_visible()
    expect(page.get_by_text("rejected", exact=True)).to_be_visible()


def test_a_tracker_from_the_empty_list_to_a_change(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("form_tracker", TRACKER)
    page = visit(app, "ana")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    shoot(page, shots / "tracker-empty-1280.png")
    entries = [("Login fails on Safari", "High", "1200", "2026-12-01"), ("Typo in the footer", "Low", "", "")]
    for summary, severity, cost, due in entries:
        page.goto(app.url + "/add")
        page.get_by_label("Summary").fill(summary)
        page.get_by_label("Severity").select_option(severity)
        page.get_by_label("Cost").fill(cost)
        page.get_by_label("Due").fill(due)
        page.get_by_label("Details").fill("It began yesterday.")
        page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Fixed").check()
    shoot(page, shots / "tracker-form-1280.png")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Fixed: no → yes")).to_be_visible()
    shoot(page, shots / "tracker-entry-1280.png")
    page.goto(app.url)
    shoot(page, shots / "tracker-1280.png")
    shoot(visit(app, "ana", PHONE), shots / "tracker-390.png")
    page.get_by_label("Severity").select_option("High")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_text("1 entry found.")).to_be_visible()


def test_a_spreadsheets_cells_are_pasted_looked_at_and_added_by_keyboard(
    host: Callable[..., Host], visit: Opens, shots: Path
) -> None:
    app = host("form_tracker", TRACKER)
    page = visit(app, "ana", PHONE, "/many")
    rows = page.get_by_role("textbox", name="Rows")
    rows.fill("Summary\tSeverity\tCost\tDue\nLogin fails\tHuge\t1,200\t2026-12-01\nTypo\tlow\t\t")
    rows.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text("Row 2, Severity: Pick one of the options.")).to_be_visible()
    shoot(page, shots / "tracker-paste-errors-390.png")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(rows).to_be_focused()
    rows.fill(rows.input_value().replace("Huge", "High"))
    page.get_by_role("button", name="Look again").press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 entries will be added")
    shoot(page, shots / "tracker-paste-390.png")
    page.get_by_role("button", name="Add 2 entries").press("Enter")
    expect(page.get_by_text("2 entries were added.")).to_be_visible()
    shoot(visit(app, "ana", WIDE, "/many"), shots / "tracker-many-1280.png")


def test_an_owner_reads_the_summary_of_an_approval(host: Callable[..., Host], visit: Opens, shots: Path) -> None:
    app = host("approval", APPROVAL)
    app.stage.post("/new", CY, subject="Team lunch", reason="We shipped in time.", amount="120")
    app.stage.post("/new", CY, subject="Laptop", reason="The old one broke.", amount="1850")
    page = visit(app, "ana")
    page.get_by_role("link", name="Summary").click()
    expect(page.get_by_role("row", name="waiting 1 50 %")).to_be_visible()
    shoot(page, shots / "approval-summary-1280.png")
    shoot(visit(app, "ana", PHONE, "/summary"), shots / "approval-summary-390.png")


def test_every_app_works_without_scripts(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("form_tracker", TRACKER), "ben", PHONE, "/add", java_script_enabled=False)
    page.get_by_label("Summary").fill("Plain")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("The entry was added.")).to_be_visible()
    expect(page.locator("time").first).to_have_text("24 Nov 2026, 10:00 UTC")
