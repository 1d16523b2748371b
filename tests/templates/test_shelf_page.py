"""The page of the shelf tells the truth: each sentence on it gives the app above it, with nothing left to ask."""

import re
from datetime import date
from pathlib import Path

import pytest

from generator.draft import draft
from generator.offline_model import OfflineModel
from generator.understand import understand
from templates.answers import validate
from tests.templates.shelf import shelf

PAGE = (Path(__file__).parents[2] / "docs" / "shelf.md").read_text()
KINDS = re.findall(r"\*\*(\w+)\*\*", PAGE)
SENTENCES = re.findall(r"\*“(.*?)”\*", PAGE)


def test_every_kind_has_its_place() -> None:
    assert sorted(KINDS) == sorted(one.kind for one in shelf().templates if one.kind)


@pytest.mark.parametrize(("kind", "sentence"), list(zip(KINDS, SENTENCES, strict=True)))
def test_a_sentence_of_the_page_gives_its_app(kind: str, sentence: str) -> None:
    understood = understand(sentence, date(2026, 11, 23), OfflineModel()).understanding
    template = shelf().for_kind(kind)
    assert template is not None and understood.kind == kind
    brief = draft(understood, template.ref, template.questions)
    assert brief.open == ()
    assert validate(template, {one.name: one.value for one in brief.answers}) == ()
