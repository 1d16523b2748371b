"""Apps speak the language of the request: every sentence is there in both, and a German page has no English left."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from templates.catalog import SHELF
from tests.templates.stage import ANA, BEN, Stage

Opens = Callable[..., Stage]
TEXTS = sorted(SHELF.glob("*/*/parts/texts.js"))
SENTENCES = re.compile(r"inLanguage\(\{\n  English: (\{.*?\n  \}),\n  Deutsch: (\{.*?\n  \}),\n\}\)", re.S)
NAMES = re.compile(r"^    (\w+):", re.M)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parents[2].name)
def test_what_is_said_in_one_language_is_said_in_the_other(path: Path) -> None:
    [(english, german)] = SENTENCES.findall(path.read_text())
    assert NAMES.findall(english) == NAMES.findall(german)


def test_a_german_survey_is_german_from_the_first_page_to_the_results(stage: Opens) -> None:
    survey = stage(
        "survey", title="Mittagessen", questions=["Wie gut war das Essen?", "Kommst du Freitag?"], language="Deutsch"
    )
    form = survey.get("/", BEN).text
    assert '<html lang="de">' in form
    assert "2 Fragen; beantworte, welche du magst. Dein Name steht bei deinen Antworten." in form
    assert "1: gar nicht" in form and '<span dir="auto">Ja</span>' in form
    assert "Beantworte mindestens eine Frage." in survey.post("/", BEN).text
    assert survey.post("/", BEN, q1="4", q2="Ja").status == 303
    assert "Danke, <bdi>Ben Okafor</bdi>" in survey.get("/thanks", BEN).text
    results = survey.get("/results", ANA).text
    assert "4,0 <small>von 5</small>" in results
    assert "24. Nov. 2026, 10:00 UTC" in results
    assert "Einträge werden 90 Tage aufbewahrt." in results


def test_numbers_are_read_as_the_language_writes_them(stage: Opens) -> None:
    german = stage("survey", questions=["Wie viele Kilometer?"], language="Deutsch")
    assert german.post("/", BEN, q1="1.250,5").status == 303
    assert "1.250,5" in german.get("/results", ANA).text
    english = stage("survey", questions=["How many miles?"])
    assert english.post("/", BEN, q1="1,250.5").status == 303
    assert "1,250.5" in english.get("/results", ANA).text
