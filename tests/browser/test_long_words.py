"""Words that no line can hold, words from right to left, unseen signs: each app stays within a phone's width."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.apphost import Host
from tests.browser.looking import PHONE, Opens
from tests.templates.shelf import ANSWERS

pytestmark = pytest.mark.browser
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 2
ODD = "🎉 الغداء \u202eevil\u202c Z\u0301\u0301\u200b " + "W" * 70
WIDE: dict[str, dict[str, Any]] = {
    "survey": {"questions": [LONG, f"{ODD}? ({LONG[:60]}, {ODD[:60]})"]},
    "poll": {"question": LONG, "options": [LONG, ODD]},
    "rsvp": {"location": LONG},
    "approval": {"approvers": [LONG[:60], "ben"], "rule": f"{LONG[:60]} or over 1000"},
    "form_tracker": {"fields": [[LONG[:60], "text"], [ODD[:60], "money"]]},
    "calculator": {"formula": f"{LONG[:60]} (EUR/l) * {'b' * 80} / 3 + {'c' * 80}"},
    "checklist": {"items": [LONG, ODD]},
    "oncall_rota": {"members": [LONG[:60], "ben"]},
    "faq": {"topics": [LONG, ODD]},
    "retro": {"columns": [LONG[:60], ODD[:60]]},
    "standup": {},
    "booking": {"resources": [LONG, ODD]},
}


@pytest.mark.parametrize("name", WIDE)
def test_no_word_makes_a_page_wider_than_a_phone(host: Callable[..., Host], visit: Opens, name: str) -> None:
    answers = {**ANSWERS[name], **WIDE[name]}
    answers |= {"title": LONG[:100]} if name != "standup" else {"title": ODD[:100]}
    app = host(name, answers)
    for who in ("ana", "ben"):
        page = visit(app, who, PHONE)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} for {who}"
        assert "\u202e" not in page.title()


def test_an_approval_with_long_words_stays_narrow(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(host("approval", {**ANSWERS["approval"], **WIDE["approval"]}), "cy", PHONE, "/new")
    page.get_by_label("What do you ask for?").fill(LONG)
    page.get_by_label("Amount").fill("2000")
    page.get_by_label(LONG[:60]).check()
    page.get_by_label("Why?").fill(ODD)
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("Waiting for").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_calculation_of_long_names_stays_narrow(host: Callable[..., Host], visit: Opens) -> None:
    page = visit(
        host("calculator", {**ANSWERS["calculator"], **WIDE["calculator"]}), "ben", PHONE, "/?v0=123456789&v1=3&v2=4"
    )
    assert page.locator(".big").count() == 1
