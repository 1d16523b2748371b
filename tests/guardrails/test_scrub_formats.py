"""What vendors document, what programs are told, what people say: a second set, made by a seed, with floors."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from guardrails.scrub import Scrubbed, scrub
from tests.guardrails.formats import (
    FORMATS,
    PLACES,
    armoured,
    asked_lines,
    bare,
    calm_lines,
    command_lines,
    format_lines,
    said_lines,
)
from tests.guardrails.test_scrub_recall import is_removed

SEED = 41
FLOORS: dict[str, tuple[Callable[[int], Iterator[tuple[str, str, str]]], float]] = {
    "a key in what people ask a bot": (asked_lines, 0.99),
    "a password in a command or a setting": (command_lines, 0.96),
    "a password that is said": (said_lines, 0.95),
    "a private key": (armoured, 1.0),
}


def test_the_set_holds_two_hundred_formats_and_most_say_whose_they_are() -> None:
    assert len(FORMATS) >= 200
    assert sum(not bare(shape) for shape in FORMATS) >= 120


@pytest.fixture(scope="module")
def formats() -> list[tuple[str, str, bool]]:
    """(format, place, whether it was removed)."""
    return [(*family.split(" @ "), is_removed(text, key)) for family, text, key in format_lines(SEED)]


@pytest.mark.parametrize("place", PLACES)
def test_documented_formats_are_removed_wherever_they_stand(place: str, formats: list[tuple[str, str, bool]]) -> None:
    # R7
    removed = [gone for _, where, gone in formats if where == place]
    assert sum(removed) / len(removed) >= (0.95 if place == "two lines" else 0.99)


def test_no_format_is_missed_in_two_places(formats: list[tuple[str, str, bool]]) -> None:
    missed = Counter(name for name, _, gone in formats if not gone)
    assert [name for name, times in missed.items() if times > 2] == []


@pytest.mark.parametrize("family", FLOORS)
def test_enough_is_removed_of(family: str) -> None:  # R7
    made, floor = FLOORS[family]
    removed = [is_removed(text, secret) for _, text, secret in made(SEED)]
    assert sum(removed) / len(removed) >= floor


def test_what_only_looks_like_a_key_stays() -> None:  # R7
    touched = [text for _, text in calm_lines(SEED, 4) if scrub(text) != Scrubbed(text)]
    assert len(touched) <= 6, touched


@pytest.mark.parametrize(
    "text",
    [
        "our GPG key is 0xCCA0D87A41F98337",
        "the primary key 34aa722f9dfb90f1e39e68fc6130d6a0 was not found",
        "the file is in C:\\Users\\ana\\AppData\\Local\\Temp\\fc58989e",
        "the manual says password: changeit, so change it",
        "github: 'AbstractSingletonProxyFactoryBean'",
    ],
)
def test_a_word_beside_it_says_that_it_is_none(text: str) -> None:
    assert scrub(text) == Scrubbed(text)


def test_a_service_and_a_string_that_a_machine_made_are_a_key() -> None:
    key = "k7" + "Qw2Zr9Lm4Xv8Bn3Tc6Yd1"
    assert scrub(f"pipedrive: '{key}'").text == "pipedrive: '<secret#1>'"
    assert scrub(f"department: '{key}'").text == f"department: '{key}'"


def test_a_certificate_hides_nothing_that_is_a_key_by_itself() -> None:
    key, armour = "AK" + "IAZ7Q2MNB4XK6RTV3W", "-----{} CERTIFICATE-----"
    text = f"{armour.format('BEGIN')}\n{key}\nthe password is hunter2!\n{armour.format('END')}"
    clean = scrub(text).text
    assert key not in clean and "hunter2" not in clean
