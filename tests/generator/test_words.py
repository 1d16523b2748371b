"""Lists, titles, places, options and things are cut out of sentences as a reader would."""

from datetime import date

import pytest

from generator import counts, flags, lists
from generator.audience import find_audience
from generator.choices import find_options, find_question
from generator.phrases import phrase, phrase_before, tidy
from generator.places import find_place
from generator.resources import find_resources
from generator.titles import find_title
from generator.utterance import hear

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "entries"),
    [
        ("red, green and blue", ["red", "green", "blue"]),
        ("rot, grün und blau", ["rot", "grün", "blau"]),
        ("travel, equipment and visas, ¦¦¦", ["travel", "equipment", "visas"]),
        ("Desk Nord und Desk Süd", ["Desk Nord", "Desk Süd"]),
        ("Top, Flop und Idee, jeder hat vier Stimmen", ["Top", "Flop", "Idee"]),
        ("keep / drop / try", ["keep", "drop", "try"]),
        ("keep / change / drop, max ¦", ["keep", "change", "drop"]),
        ("- a b\n- c d", ["a b", "c d"]),
        ("first aid kit, exits, please", ["first aid kit", "exits"]),
        ("12. Januar, 19. Januar oder 26. Januar", ["12. Januar", "19. Januar", "26. Januar"]),
    ],
)
def test_a_list_is_parted_and_ends_where_a_clause_begins(said: str, entries: list[str]) -> None:
    assert lists.items(said) == entries


def test_a_list_ends_with_its_sentence_but_not_at_the_day_of_a_date() -> None:
    assert lists.after_colon("Options: x, y. Then z, w") == ["x", "y"]
    assert lists.passage_from("12. Januar oder 19. Januar. Danke", 0) == "12. Januar oder 19. Januar"


def test_questions_in_a_row_need_no_comma() -> None:
    assert lists.asked_in_a_row("whats shipping whats blocked") == ["whats shipping", "whats blocked"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("the new shift plan for our crew", "new shift plan"),
        ("office move my inbox has overflowed", "office move"),
        ("it together", ""),
        ("Thema Arbeitskleidung bitte", "Arbeitskleidung"),
        ("all hands", "all hands"),
        ("from", ""),
    ],
)
def test_a_noun_phrase_ends_at_verbs_and_pronouns(said: str, name: str) -> None:
    assert phrase(said) == name


def test_a_phrase_before_a_word_has_no_fillers() -> None:
    assert phrase_before("please make a release ", 22) == "release"
    assert phrase_before("Kindly provide a ", 17) == ""
    assert tidy("the ¦¦ weekly lunch please") == "lunch"


@pytest.mark.parametrize(
    ("kind", "said", "title"),
    [
        ("survey", "survey ¦¦¦ on meeting culture", "meeting culture"),
        ("survey", 'survey called "First Winter"', "First Winter"),
        ("survey", "feedback questionnaire after the workshop", "workshop feedback"),
        ("survey", "survey for the newcomers", ""),
        ("rsvp", "who will attend the all hands ¦¦¦", "all hands"),
        ("rsvp", "Anmeldung zum Erste-Hilfe-Kurs ¦", "Erste-Hilfe-Kurs"),
        ("approval", "gotta get freebies signed off if ¦", "freebies"),
        ("approval", "discounts ¦ need ok from ¦ and ¦", "discounts"),
        ("form_tracker", "can flaky tests get a proper home", "flaky tests"),
        ("calculator", "what a print run costs", "print run"),
        ("checklist", "At the month closing I forget always something", "month closing"),
        ("retro", "Now that the review cycle is finally behind us", "review cycle"),
        ("faq", "since the announcement of our office move my inbox", "office move"),
    ],
)
def test_a_title_is_what_the_request_is_about(kind: str, said: str, title: str) -> None:
    assert find_title(kind, said) == title


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("at the Savile Club", "Savile Club"),
        ("toolbox talk ¦ bay 3. need names", "bay 3"),
        ("Kurs ¦, Halle 2. Zwölf Mann", "Halle 2"),
        ("fire drill ¦ hall b, 12 places", "hall b"),
        ("party, ¦, rooftop, bring a friend", "rooftop"),
        ("game night ¦ @ my place, who in", "my place"),
        ("Writing for Dr. Adeyemi, who hosts a briefing", None),
        ("Party ¦, please sign up", None),
    ],
)
def test_a_place_is_a_room_a_name_or_a_known_word(said: str, place: str | None) -> None:
    found = find_place(said, proper=True)
    assert (found.value if found else None) == place


@pytest.mark.parametrize(
    ("said", "question", "options"),
    [
        ("should we adopt Rust? options yes, no, later", "should we adopt Rust", ["yes", "no", "later"]),
        ("sooo do we rename it now?? yes / no", "do we rename it now", ["yes", "no"]),
        ("Could you let them vote. Svelte, Vue oder SolidJS", "", ["Svelte", "Vue", "SolidJS"]),
        ("which day suits? Monday, Tuesday or Friday. Just one", "which day suits", ["Monday", "Tuesday", "Friday"]),
    ],
)
def test_a_poll_has_a_question_and_what_can_be_picked(said: str, question: str, options: list[str]) -> None:
    found = find_question(said)
    assert found == question
    assert find_options(said, said.find(found) + len(found) if found else 0, found) == options


@pytest.mark.parametrize(
    ("said", "things"),
    [
        ("reserve rooms Paris and Rome in ¦", ["Paris", "Rome"]),
        ("spaces p1 p2 p3 need to be reserved", ["p1", "p2", "p3"]),
        ("Beamer und Leinwand ausleihen", ["Beamer", "Leinwand"]),
        ("our 3d printer is always taken", ["3d printer"]),
        ("Wir streiten uns um die Waschmaschine.", ["Waschmaschine"]),
        ("phone booths, ¦", ["phone booths"]),
    ],
)
def test_what_can_be_booked_is_named_before_or_behind_the_word(said: str, things: list[str]) -> None:
    assert find_resources(said) == things


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("a survey for the finance team", "finance"),
        ("for #sre channel", "sre"),
        ("nur für #backend", "backend"),
        ("lessons learned for B shift", "B shift"),
        ("im Team Fertigung", "Fertigung"),
        ("what the night nurses think", "night nurses"),
        ("for the team please", None),
        ("our team lunch", None),
    ],
)
def test_an_audience_is_a_channel_or_a_named_group(said: str, group: str | None) -> None:
    found = find_audience(hear(said, TODAY))
    assert (found.value if found else None) == group


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ("anonymous", True),
        ("ohne Namen", True),
        ("nobody should see names", True),
        ("not anonymous", False),
        ("lunch", None),
    ],
)
def test_anonymity_is_said_or_denied_or_open(said: str, flag: bool | None) -> None:
    found = flags.find_flag(said, flags.ANONYMOUS)
    assert (found.value if found else None) is flag


def test_counts_are_told_apart_by_what_is_counted() -> None:
    capacity, votes = counts.find_capacity("up to 80 people"), counts.find_votes("three votes each")
    questions, each = (
        counts.find_question_count("one questionnaire, six questions"),
        counts.find_per_person("max 2 per person"),
    )
    assert [one.value for one in (capacity, votes, questions, each) if one] == [80, 3, 6, 2]
