"""The sentences: plain words, absolute dates, one next step; each of them used."""

import ast
import re
from pathlib import Path

import pytest

from bot.wording import handing_words, labels, words

MOMENT = 1_796_637_600
"""Mon 7 Dec 2026, 10:00 UTC."""


def test_dates_are_absolute() -> None:
    assert words.when(MOMENT) == "Mon 7 Dec 2026, 10:00 UTC"


@pytest.mark.parametrize(("count", "said"), [(0, "0 people"), (1, "1 person"), (2, "2 people")])
def test_people_are_counted_in_words(count: int, said: str) -> None:
    assert words.counted(count, "person", "people") == said


def test_a_kind_without_a_phrase_still_reads_as_one() -> None:
    assert words.kind("oncall_rota") == "a rota"
    assert words.kind("seating_plan") == "a seating plan"


def test_a_secret_is_named_once_by_its_kind() -> None:
    said = words.secret_warning(("api-key", "password", "api-key"))
    assert "*api key, password*" in said
    assert "replace that secret" in said


def test_costs_carry_their_sign_and_say_that_they_are_a_guess() -> None:
    assert words.cost(2, 105, "EUR") == "€0.02–1.05 a month, a guess: no history yet"
    assert words.cost(2, 105, "CHF").startswith("CHF 0.02–1.05 a month")


def test_a_no_names_the_nearest_template_or_shows_how_to_ask() -> None:
    assert words.declined("unsafe", "survey").endswith("The nearest I have is *a survey*.")
    assert words.declined("empty", "").endswith(words.HELP)
    assert words.declined("never heard of", "poll").startswith("None of our templates fits that.")


def test_what_is_not_on_the_shelf_is_noted() -> None:
    assert words.not_on_shelf("retro", "") == ("That sounds like *a retro board*, which is not on our shelf yet.")
    assert words.not_on_shelf("retro", "survey").endswith("The nearest I have is *a survey*.")


def test_a_finding_says_why_what_to_do_where_and_who() -> None:
    said = words.finding(
        "Kept too long.", "Keep it 90 days.", "`app.retention_days`", "data-stewards", "privacy", "retention"
    )
    assert said == (
        "• Kept too long. Keep it 90 days. `app.retention_days` _@data-stewards decides._ _Rule of privacy._"
    )
    assert words.finding("", "", "", "", "", "weekend") == (
        "• This rule gave no reason. _Rule `weekend`, of which nobody here knows the owner._"
    )


def test_a_request_for_approval_says_how_many_are_asked() -> None:
    said = words.asks_approval("UANA", "Lunch", ["*@a*", "<!subteam^S1>"], 1)
    assert said == "<@UANA> wants to publish *Lunch*. It needs a yes from *@a* and <!subteam^S1> (1 person)."
    assert words.wants_approval("Lunch", ["a", "b"]) == "Lunch needs a yes from @a and @b"


def test_an_end_says_what_became_of_the_entries() -> None:
    assert words.ended("Lunch", "archived", "") == ":wave: *Lunch* was archived."
    assert words.ended("Lunch", "retired", "http://x/e").endswith(
        "has ended. Its entries were exported first: <http://x/e|download them>."
    )
    assert words.discarded("") == "Discarded; nothing of it is left."
    assert words.discarded("Lunch") == "*Lunch* was discarded; nothing of it is left."


def test_a_reminder_and_a_live_app_name_the_date() -> None:
    said = handing_words.reminder("UANA", "Lunch", MOMENT, "Nobody has used it yet.")
    assert said.startswith(":hourglass_flowing_sand: <@UANA>, *Lunch* ends on *Mon 7 Dec 2026, 10:00 UTC*. Nobody")
    assert words.live("Lunch", "http://x", MOMENT) == (
        ":rocket: *Lunch* is live: <http://x>\nIt ends on *Mon 7 Dec 2026, 10:00 UTC*; I will remind you before."
    )
    assert words.still_live("http://x", MOMENT).startswith("*Live* <http://x> stays as it is")


@pytest.mark.parametrize(("days", "said"), [(1, "*Runs* 1 day."), (14, "*Runs* 14 days.")])
def test_a_term_is_said_in_days(days: int, said: str) -> None:
    assert words.runs(days) == said


def test_every_button_fits_its_own_confirmation() -> None:
    assert [one for one in labels.BUTTONS.values() if len(one) > 30] == []
    assert len(labels.FORM_TITLE) <= 24 and len(labels.FORM_SEND) <= 24


def test_every_sentence_is_used() -> None:
    here = Path(words.__file__)
    tree = ast.parse(here.read_text())
    named = {
        name.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    } | {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    elsewhere = "\n".join(one.read_text() for one in here.parents[1].rglob("*.py") if one != here)
    silent = {
        name
        for name in named
        if not re.search(rf"words\.{name}\b", elsewhere) and len(re.findall(rf"\b{name}\b", here.read_text())) < 2
    }
    assert silent == set()
