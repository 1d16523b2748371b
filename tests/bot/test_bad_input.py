"""Bad input on its whole way, from the request over the card and the form to the app (issue 5)."""

import json
import re
from typing import Any

import pytest

from bot.conversation import Thread
from tests.bot.house import House

RTL, ZERO = "\u202e", "\u200b"


def state(house: House) -> str:
    return house.request().state


def values(house: House) -> dict[str, Any]:
    brief = json.loads(house.request().brief or "{}")
    return {one["name"]: one["value"] for one in brief.get("answers", [])}


def questions(house: House, thread: Thread) -> str:
    return house.ana.sign_in(house.preview(thread)).text


def test_of_three_questions_and_four_the_list_wins_and_the_card_says_so(house: House) -> None:
    thread = house.ask("a survey about lunch, 3 questions: how was it, which day, what else, who cooks")
    assert "You said “3 questions” and listed 4: I took the whole list." in house.card(thread)
    page = questions(house, thread)
    assert all(one in page for one in ("how was it", "which day", "what else", "who cooks"))
    assert not values(house).get("num_questions")
    assert house.fill(thread, questions="Only this?") == {}
    assert "listed 4" not in house.card(thread)


@pytest.mark.parametrize(
    ("words", "said", "name"),
    [
        ("dinner sign-up on 30 February at 19:00", "“30 February” is no day of the calendar", "date"),
        ("Anmeldung fürs Sommerfest am 31. Juni um 18 Uhr", "“31. Juni” is no day of the calendar", "date"),
        ("sign-up for dinner on 2026-02-30", "“2026-02-30” is no day of the calendar", "date"),
        ("lunch survey, three questions, open until 31.06.2027", "“31.06.2027” is no day of the calendar", "deadline"),
        ("team dinner sign-up on 12 December at 25:70", "“25:70” is no time of day", "time"),
        ("team dinner sign-up on 3 March 2020", "“2020-03-03” has passed", "date"),
    ],
)
def test_a_day_or_an_hour_that_cannot_be_is_told_and_stands_nowhere(
    house: House, words: str, said: str, name: str
) -> None:
    thread = house.ask(words)
    assert f"{said}, so I left it out. Change answers puts it right." in house.card(thread)
    assert not values(house).get(name) and "Juni" not in str(values(house)["title"])
    assert house.ana.sign_in(house.preview(thread)).status_code == 200


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("date", "30 February", "“Date” is not a date."),
        ("date", "2026-02-30", "“Date” is not a date."),
        ("date", "2026-06-31", "“Date” is not a date."),
        ("date", "2020-03-03", "“Date” is 2020-03-03, which has passed. Name a day from "),
        ("time", "25:70", "“Begins at” is not a time of day."),
        ("capacity", "many", "should be a number"),
        ("capacity", "-1", "The least is"),
        ("capacity", "1e999", "should be a number"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_lost(house: House, name: str, typed: str, why: str) -> None:
    thread = house.ask("a sign-up for dinner on 12 December at 19:00")
    before = values(house)
    wrong = house.fill(thread, title="Dinner for all", **{name: typed})
    assert list(wrong) == [name] and why in wrong[name]
    view = house.ana.views()[-1]
    house.ana.close_view(view["id"])
    fields = [one for one in house.form(thread)["blocks"] if one["type"] == "input"]
    again = {one["block_id"]: one["element"].get("initial_value") for one in fields}
    assert (again["title"], again[name]) == ("Dinner for all", typed) and values(house) == before
    house.ana.close_view(house.ana.views()[-1]["id"])


def test_a_day_that_passed_since_it_was_set_stops_no_other_change(house: House) -> None:
    thread = house.ask("a sign-up for dinner, tomorrow at 19:00")
    house.press(thread, "slipway.publish")
    house.later(3)
    assert house.fill(thread, title="Dinner, moved") == {}


def test_five_hundred_options_are_not_cut_but_asked_about(house: House) -> None:
    thread = house.ask("a poll with 500 options: " + ", ".join(f"opt{n}" for n in range(500)))
    assert state(house) == "incomplete" and "options" in house.card(thread).lower()
    wrong = house.fill(thread, title="Which", options="\n".join(f"o{n}" for n in range(500)))
    assert re.search(r"“Options” has 500 entries\. Keep at most \d+", wrong["options"])
    house.ana.close_view(house.ana.views()[-1]["id"])
    kept = next(one for one in house.form(thread)["blocks"] if one.get("block_id") == "options")
    assert kept["element"]["initial_value"].count("\n") == 499
    house.ana.close_view(house.ana.views()[-1]["id"])


@pytest.mark.parametrize(
    "title",
    [
        f"Lunch {RTL}hcnul{RTL} now",
        f"Lu{ZERO}nch",
        "🎉 Lunch 👩‍👩‍👧‍👦 🇩🇪",
        "الغداء مع Team",
        "Z" + "\u0301" * 40,
        "</title><script>alert(1)</script>",
        "x" * 120,
    ],
)
def test_odd_words_reach_the_app_as_words(house: House, title: str) -> None:
    thread = house.ask("a lunch survey, three questions")
    assert house.fill(thread, title=title) == {}
    page = house.ana.sign_in(house.preview(thread)).text
    assert "<script>alert" not in page and 'dir="auto"' in page
    shown = house.card(thread)
    assert RTL not in shown and ZERO not in shown
