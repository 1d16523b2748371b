"""Every app of the shelf as people meet it, at two widths: legible, within the screen, usable by keyboard.

Its pictures are the ones in `docs/shelf`: `SLIPWAY_SHELF=docs/shelf make test-browser` takes them anew.
"""  # R1

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from templates.catalog import load
from tests.browser.apphost import Host
from tests.browser.legible import faint
from tests.browser.looking import PHONE, WIDE, Opens, shoot
from tests.templates.stage import ANA, BEN, CY, Stage

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Scene:
    """An app in use: its answers, what people did, and who looks at which page."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    done: Callable[[Stage], object] = lambda _: None
    who: str = "ben"
    path: str = "/"


def post(path: str, *forms: tuple[Any, dict[str, Any]]) -> Callable[[Stage], object]:
    """Each of these people sends a form there."""
    return lambda stage: [stage.post(path, who, **form) for who, form in forms]


def retro(stage: Stage) -> None:
    cards = ((BEN, "0", "Pair more"), (CY, "0", "Short meetings"), (ANA, "1", "The build was red for two days"))
    post("/cards", *((who, {"column": column, "text": text}) for who, column, text in cards))(stage)
    second = str(stage.rows("cards")[1]["id"])
    post("/vote", (BEN, {"card": second, "on": "yes"}), (CY, {"card": second, "on": "yes"}))(stage)


def faq(stage: Stage) -> None:
    train = "How do I book a train?"
    stage.post("/write", ANA, before=train, question=train, answer="On the intranet, under Travel.\n\nOr ask Ben.")


SCENES: Mapping[str, Scene] = {
    "survey": Scene(
        done=post("/", (BEN, {"q1": "4", "q2": "Mon"}), (CY, {"q1": "5", "q2": "Tue", "q3": "More soup"})),
        who="ana",
        path="/results",
    ),
    "poll": Scene(done=post("/vote", (BEN, {"pick": ["Thai"]}), (CY, {"pick": ["Pizza"]}))),
    "rsvp": Scene(done=post("/", (ANA, {"answer": "yes"}), (CY, {"answer": "maybe"}))),
    "approval": Scene(
        done=post("/new", (CY, {"subject": "A laptop", "reason": "The old one broke", "amount": "1250"})), who="ben"
    ),
    "form_tracker": Scene(
        done=post("/add", (BEN, {"summary": "The door squeaks"}), (CY, {"summary": "Lamp broken", "cost": "12.50"})),
        who="ana",
    ),
    "calculator": Scene(path="/?v0=250&v1=6.4&v2=1.85"),
    "checklist": Scene(
        {"assignees": ["ben", "cy"], "deadline": "2026-11-27"},
        post("/tick", (BEN, {"step": "Bump the version", "done": "yes"})),
    ),
    "oncall_rota": Scene(done=post("/cover", (BEN, {"n": "2", "who": "ben"}))),
    "faq": Scene(done=faq, path="/?q=train"),
    "retro": Scene({"columns": [], "votes_per_person": 3}, retro),
    "standup": Scene(
        done=post("/", (CY, {"day": "2026-11-23", "q1": "The login page", "q2": "The bill", "q3": "The build"}))
    ),
    "booking": Scene(),
}


def named(page: Page) -> list[str]:
    """Every control that nobody could name by what it says."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input:not([type=hidden]), select, textarea")]
        .filter((one) => !(one.labels?.length || one.innerText?.trim() || one.getAttribute("aria-label")))
        .map((one) => one.outerHTML)"""
    )
    return found


@pytest.mark.parametrize(("language", "scheme"), [("English", "light"), ("Deutsch", "dark")])
@pytest.mark.parametrize("template", SCENES)
def test_an_app_is_legible_and_named_at_both_widths(
    host: Callable[..., Host], visit: Opens, shots: Path, template: str, language: str, scheme: str
) -> None:
    scene = SCENES[template]
    app = host(template, {**scene.answers, "language": language})
    scene.done(app.stage)
    for width in (PHONE, WIDE):
        page = visit(app, scene.who, width, scene.path, color_scheme=scheme)
        assert faint(page) == []
        assert named(page) == []
        if language == "English":
            shoot(page, Path(os.environ.get("SLIPWAY_SHELF", shots)) / f"{template}-{width}.png")


def test_every_kind_of_app_has_its_scene() -> None:
    assert {one.kind for one in load().templates if one.kind} == set(SCENES)


def test_a_checklist_is_ticked_by_keyboard(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("checklist", {}), "ben", PHONE)
    box = page.get_by_role("checkbox", name="Done: Run the tests")
    expect(box).not_to_be_checked()
    box.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Done: Run the tests")).to_be_checked()
    expect(page.get_by_text("1 of 3 steps done")).to_be_visible()


def test_a_turn_is_swapped(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("oncall_rota", {}), "ben", PHONE)
    page.get_by_role("link", name="Swap the turn of cy from 30 Nov 2026").click()
    page.get_by_role("button", name="I take this turn").click()
    expect(page.get_by_text("covers for cy")).to_be_visible()


def test_a_stand_up_is_answered_and_changed(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("standup", {}), "ben", PHONE)
    page.get_by_label("What is next?").fill("The bill")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("1 person has answered")).to_be_visible()
    page.get_by_text("Change your answers").click()
    expect(page.get_by_label("What is next?")).to_have_value("The bill")


def test_a_question_is_asked_and_answered(host: Callable[..., Host], visit: Opens) -> None:
    app = host("faq", {})
    reader = visit(app, "ben", PHONE)
    reader.get_by_label("Your question").fill("May I fly?")
    reader.get_by_role("button", name="Ask").click()
    expect(reader.get_by_role("status")).to_have_text("Thank you. The people who keep this page are told.")
    keeper = visit(app, "ana", WIDE, "/write")
    keeper.get_by_role("link", name="Answer: May I fly?").click()
    keeper.get_by_label("Answer").fill("Only over sea.")
    keeper.get_by_role("button", name="Save").click()
    keeper.get_by_text("May I fly?").click()
    expect(keeper.get_by_text("Only over sea.")).to_be_visible()


def test_a_card_is_put_up_and_voted_for(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("retro", {}), "ben", WIDE)
    page.get_by_label("New card: Start").fill("Pair more")
    page.get_by_role("region", name="Start").get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Vote: Pair more").click()
    expect(page.get_by_text("1 of your 2 votes left.")).to_be_visible()


def test_numbers_are_typed_and_what_is_wrong_is_said(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("calculator", {}), "ben", PHONE)
    page.get_by_label("distance").fill("250")
    page.get_by_label("consumption").fill("lots")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("2 things need another look")
    page.get_by_label("consumption").fill("6.4")
    page.get_by_label("price").fill("1.85")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("29.6")
