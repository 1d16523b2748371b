"""Values are found as people write them, in English and German."""

from datetime import date

import pytest

from generator.columns import columns
from generator.dates import find_dates
from generator.durations import find_retention, find_rotation, find_slot
from generator.formulas import find_formula, find_inputs
from generator.mentions import find_channels, find_people
from generator.money import Money, find_money
from generator.numbers import amount, count
from generator.times import find_times, likely
from generator.utterance import hear
from generator.weekdays import weekday

TODAY = date(2026, 11, 23)
"""A Monday."""


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("until 2026-12-01", "2026-12-01"),
        ("on June 12", "2027-06-12"),
        ("am 3. Dezember", "2026-12-03"),
        ("3.12., 18 Uhr", "2026-12-03"),
        ("the 6th of December", "2026-12-06"),
        ("on the 14th of next month", "2026-12-14"),
        ("tomorrow", "2026-11-24"),
        ("tmrw", "2026-11-24"),
        ("übermorgen", "2026-11-25"),
        ("on Thursday", "2026-11-26"),
        ("next Monday", "2026-11-30"),
        ("bis Freitag", "2026-11-27"),
        ("Mo 7:00 Halle 4", "2026-11-30"),
        ("in two weeks", "2026-12-07"),
        ("by the end of the month", "2026-11-30"),
        ("by New Year's Eve", "2026-12-31"),
        ("from January 2027", "2027-01-01"),
    ],
)
def test_a_day_is_counted_from_the_day_of_the_request(said: str, day: str) -> None:
    assert [found.value for found in find_dates(said, TODAY)] == [day]


@pytest.mark.parametrize("said", ["every Monday", "montags", "on Mondays", "31.2.2026", "24/7", "room 3.12"])
def test_what_recurs_or_cannot_be_is_no_day(said: str) -> None:
    assert find_dates(said, TODAY) == []


def test_a_weekday_is_known_by_its_short_names_in_both_tongues() -> None:
    assert [weekday(one) for one in ("Mon", "Dienstag", "wed", "do", "fri", "Sonnabend", "xyz")] == [
        0,
        1,
        2,
        3,
        4,
        5,
        None,
    ]


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("at 5 pm", "17:00"),
        ("17:30", "17:30"),
        ("7.30pm", "19:30"),
        ("um 18 Uhr", "18:00"),
        ("halb acht früh", "07:30"),
        ("half past eight in the morning", "08:30"),
        ("quarter past nine", "09:15"),
        ("viertel vor zehn", "09:45"),
        ("six thirty pm", "18:30"),
        ("fri 0545 bay 3", "05:45"),
        ("daily 0845 #growth", "08:45"),
        ("at 8:45: yesterday, today", "08:45"),
        ("at noon", "12:00"),
        ("12 am", "00:00"),
        ("handover 08:30", "08:30"),
    ],
)
def test_a_time_of_day_is_read_from_digits_and_words(said: str, time: str) -> None:
    assert [found.value for found in find_times(said)] == [time]


@pytest.mark.parametrize("said", ["at 20 people", "5 votes", "bis 500 Euro", "2026", "version 1.2.3", "3 December"])
def test_a_number_without_any_sign_of_an_hour_is_no_time(said: str) -> None:
    assert find_times(said) == []


@pytest.mark.parametrize(
    ("said", "before", "time"), [("at seven", 12, "19:00"), ("at three o'clock", 7, "15:00"), ("at 07:00", 12, "07:00")]
)
def test_an_hour_of_the_clock_is_of_the_half_of_the_day_that_fits(said: str, before: int, time: str) -> None:
    (found,) = find_times(said)
    assert likely(found, said, before=before) == time


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("stored for one month", 30),
        ("delete after 1 year", 365),
        ("keep it two weeks", 14),
        ("retain 2 years", 730),
        ("90 Tage aufheben", 90),
        ("nach drei Monaten löschen", 90),
        ("the replies should vanish after two months", 60),
        ("survey open for two weeks", None),
        ("in two weeks we meet", None),
    ],
)
def test_how_long_something_is_kept_is_said_with_a_word_for_keeping(said: str, days: int | None) -> None:
    found = find_retention(said)
    assert (found.value if found else None) == days


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("in 45 minute slots", 45),
        ("2 hr slots", 120),
        ("half-day slots", 240),
        ("by the hour", 60),
        ("1 day slots", 1440),
        ("90 Minuten", 90),
        ("halbtags", 240),
        ("rooms Paris and Rome", None),
        ("our 3d printer", None),
    ],
)
def test_a_slot_has_a_length_in_minutes(said: str, minutes: int | None) -> None:
    found = find_slot(said)
    assert (found.value if found else None) == minutes


@pytest.mark.parametrize(
    ("said", "rotation"),
    [
        ("every fortnight", "biweekly"),
        ("zwei Wochen pro Person", "biweekly"),
        ("swap daily", "daily"),
        ("jeden Tag wer anders", "daily"),
        ("a week each", "weekly"),
        ("im Monat Wechsel, monatlich", "monthly"),
        ("sometimes", None),
    ],
)
def test_how_often_a_turn_passes_on(said: str, rotation: str | None) -> None:
    found = find_rotation(said)
    assert (found.value if found else None) == rotation


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("12.400", 12400),
        ("2,500", 2500),
        ("12,50", 12.5),
        ("10k", 10000),
        ("twenty-five", 25),
        ("zwölf", 12),
        ("half a dozen", 6),
    ],
)
def test_an_amount_is_read_in_either_notation(said: str, number: float) -> None:
    assert amount(said) == number


@pytest.mark.parametrize("said", ["ein paar", "a handful of", "many", ""])
def test_a_vague_count_is_no_number(said: str) -> None:
    assert count(said) is None


@pytest.mark.parametrize(
    ("said", "money"),
    [
        ("above $2,500", Money(2500, "USD")),
        ("over 15000 euros", Money(15000, "EUR")),
        ("ab 1.200 €", Money(1200, "EUR")),
        ("over £50", Money(50, "GBP")),
        ("over 500", Money(500, "")),
    ],
)
def test_money_has_an_amount_and_perhaps_a_currency(said: str, money: Money) -> None:
    found = find_money(said)
    assert found is not None and found.value == money


def test_a_percentage_and_a_term_are_no_money() -> None:
    assert find_money("over 15 percent") is None
    assert find_money("kept over 30 days") is None


def test_people_are_named_once_each_and_numbers_are_no_channels() -> None:
    heard = hear("@ana, @ben.k and @ana in #web about ticket #12, mail me@corp.example", TODAY)
    assert [found.value for found in find_people(heard)] == ["ana", "ben.k"]
    assert [found.value for found in find_channels(heard)] == ["web"]


def test_a_user_group_is_an_audience_and_no_person() -> None:
    heard = hear("ask <!subteam^S0123|@designers> and <@U0ANA>", TODAY)
    assert [found.value for found in find_channels(heard)] == ["designers"]
    assert [found.value for found in find_people(heard)] == ["U0ANA"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("bought on", "date"),
        ("Datum", "date"),
        ("owner", "person"),
        ("contact email", "email"),
        ("deal size in $", "money"),
        ("Menge", "number"),
        ("hot (tickbox)", "checkbox"),
        ("erledigt (ja/nein)", "checkbox"),
        ("severity", "select"),
        ("notes", "long_text"),
        ("website", "url"),
        ("pH (number)", "number"),
        ("candidate", "text"),
        ("asset tag", "text"),
    ],
)
def test_a_column_gets_its_type_from_a_hint_or_its_name(said: str, kind: str) -> None:
    (column,) = columns([said])
    assert isinstance(column, dict) and column["type"] == kind


def test_a_column_keeps_its_name_without_the_hint() -> None:
    assert columns(["the hot (tickbox)"]) == [{"name": "hot", "type": "checkbox"}]


@pytest.mark.parametrize(
    "said",
    [
        "status (new, broken)",
        "status (select: new, broken)",
        "status (new/broken)",
        "condition (new/broken)",
        "condition (dropdown: new, broken)",
        "status (new or broken)",
    ],
)
def test_a_column_offers_what_its_brackets_list(said: str) -> None:
    assert columns([said]) == [{"name": said.split()[0], "type": "select", "choices": ["new", "broken"]}]


@pytest.mark.parametrize("said", ["price (EUR, net)", "paid (yes/no)", "address (street, town)", "status (select)"])
def test_brackets_that_list_no_options_offer_none(said: str) -> None:
    (column,) = columns([said])
    assert isinstance(column, dict) and "choices" not in column


def test_a_formula_is_read_with_its_inputs_and_its_result() -> None:
    assert find_formula("fuel cost = distance / 100 * price, please") == (
        "distance / 100 * price",
        ["distance", "price"],
        "fuel cost",
    )
    assert find_formula("Gewinn = Umsatz - Kosten") == ("Umsatz - Kosten", ["Umsatz", "Kosten"], "Gewinn")
    assert find_formula("an and/or choice, 24/7") == ("", [], "")


@pytest.mark.parametrize(
    ("said", "inputs"),
    [
        ("discount calculator from price and percent off", ["price", "percent off"]),
        ("type hours and rate, get the total", ["hours", "rate"]),
        ("ROI calculator with investment and return", ["investment", "return"]),
        ("Stunden und Stundensatz eingeben, der Betrag soll rauskommen", ["Stunden", "Stundensatz"]),
    ],
)
def test_inputs_are_what_people_type_in(said: str, inputs: list[str]) -> None:
    assert find_inputs(said) == inputs
