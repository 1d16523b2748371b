"""Many ways to say the same day, time, span, sum or choice, in English and German."""

from datetime import date
from typing import TypeVar

import pytest

from generator import counts, flags
from generator.dates import find_dates
from generator.durations import find_retention, find_rotation, find_slot
from generator.extract import extract
from generator.found import Found
from generator.money import Money, find_currency, find_money
from generator.times import find_times
from generator.utterance import hear

TODAY = date(2026, 11, 23)
Value = TypeVar("Value")


def value(found: Found[Value] | None) -> Value | None:
    return found.value if found else None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("this Friday", "2026-11-27"),
        ("next Friday", "2026-12-04"),
        ("on Friday", "2026-11-27"),
        ("by EOD Thursday", "2026-11-26"),
        ("by end of day Wednesday", "2026-11-25"),
        ("in two weeks", "2026-12-07"),
        ("two weeks from now", "2026-12-07"),
        ("a week from today", "2026-11-30"),
        ("in a fortnight", "2026-12-07"),
        ("in 10 days", "2026-12-03"),
        ("Ende der Woche", "2026-11-27"),
        ("bis Ende nächster Woche", "2026-12-04"),
        ("übermorgen", "2026-11-25"),
        ("bis 3.12.", "2026-12-03"),
        ("due 12/3", "2026-12-03"),
        ("due 3/12", "2026-12-03"),
        ("by the end of the quarter", "2026-12-31"),
        ("end of Q4", "2026-12-31"),
        ("Quartalsende", "2026-12-31"),
        ("end of Q1", "2027-03-31"),
        ("EOM", "2026-11-30"),
        ("by EOW", "2026-11-27"),
        ("by COB Friday", "2026-11-27"),
        ("due eod", "2026-11-23"),
        ("until the 30th", "2026-11-30"),
        ("bis zum 5.", "2026-12-05"),
        ("am 24. Dezember", "2026-12-24"),
        ("24.12.2026", "2026-12-24"),
        ("24.12.26", "2026-12-24"),
        ("Dec 24, 2026", "2026-12-24"),
        ("24th of December", "2026-12-24"),
        ("Freitag, den 4. Dezember", "2026-12-04"),
        ("Fr., 4.12.", "2026-12-04"),
        ("a week on Tuesday", "2026-12-01"),
        ("Tuesday week", "2026-12-01"),
        ("kommenden Donnerstag", "2026-11-26"),
        ("diesen Samstag", "2026-11-28"),
        ("Samstag in einer Woche", "2026-12-05"),
        ("heute in einer Woche", "2026-11-30"),
        ("in acht Tagen", "2026-12-01"),
        ("in vierzehn Tagen", "2026-12-07"),
        ("in 14 Tagen", "2026-12-07"),
        ("tomorrow evening", "2026-11-24"),
        ("tonight", "2026-11-23"),
        ("heute Abend", "2026-11-23"),
        ("on the 1st of January", "2027-01-01"),
        ("Anfang Dezember", None),
        ("in einem Monat", "2026-12-23"),
        ("mid December", None),
        ("New Year's Eve", "2026-12-31"),
        ("Mittwoch nächster Woche", "2026-12-02"),
        ("Monday the 30th", "2026-11-30"),
        ("Mon 30 Nov", "2026-11-30"),
        ("30/11", "2026-11-30"),
        ("11/30", "2026-11-30"),
        ("2026/12/05", "2026-12-05"),
        ("5.1.", "2027-01-05"),
        ("last Friday of November", "2026-11-27"),
        ("the day after tomorrow", "2026-11-25"),
        ("next week Wednesday", "2026-12-02"),
        ("Thurs", "2026-11-26"),
        ("by this weekend", None),
        ("bis Weihnachten", "2026-12-24"),
        ("Ende Januar", "2027-01-31"),
        ("end of January", "2027-01-31"),
        ("end of the year", "2026-12-31"),
        ("nächste Woche Freitag", "2026-12-04"),
        ("morgen früh", "2026-11-24"),
        ("Do 26.11.", "2026-11-26"),
        ("starting first of December", "2026-12-01"),
        ("ab dem ersten Dezember", "2026-12-01"),
        ("December first", "2026-12-01"),
        ("the fifteenth of December", "2026-12-15"),
        ("3. Jänner", "2027-01-03"),
        ("bis Montag in einer Woche", "2026-12-07"),
        ("2 Dec", "2026-12-02"),
        ("Dec. 2nd", "2026-12-02"),
    ],
)
def test_a_day_is_found_however_it_is_said(said: str, meant: str | None) -> None:
    assert [one.value for one in find_dates(said, TODAY)][:1] == ([meant] if meant else [])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("at half past nine", "09:30"),
        ("9ish", "09:00"),
        ("um 9 Uhr 30", "09:30"),
        ("halb zehn", "09:30"),
        ("9.30 Uhr", "09:30"),
        ("9h30", "09:30"),
        ("at 9", "09:00"),
        ("5pm", "17:00"),
        ("5:30 p.m.", "17:30"),
        ("17h", "17:00"),
        ("viertel vor acht", "07:45"),
        ("dreiviertel neun", "08:45"),
        ("viertel neun", "08:15"),
        ("quarter to 4 in the afternoon", "15:45"),
        ("noon", "12:00"),
        ("nine o'clock", "09:00"),
        ("um neun", "09:00"),
        ("ab 18 Uhr", "18:00"),
        ("1830 hrs", "18:30"),
        ("at 0915", "09:15"),
        ("zehn vor neun", "08:50"),
        ("8 in the evening", "20:00"),
        ("8 Uhr abends", "20:00"),
        ("from 14:00 to 16:00", "14:00"),
        ("2-4pm", "14:00"),
        ("10-11:30", "10:00"),
        ("14-16 Uhr", "14:00"),
        ("12:30pm", "12:30"),
        ("12 am", "00:00"),
        ("nine thirty", "09:30"),
        ("at seven in the morning", "07:00"),
        ("high noon", "12:00"),
        ("punkt acht", "08:00"),
        ("around 3pm", "15:00"),
        ("gegen halb drei", "02:30"),
        ("9.15am", "09:15"),
        ("kurz nach acht", None),
        ("lunchtime", None),
        ("um 15:00h", "15:00"),
    ],
)
def test_a_time_of_day_is_found_however_it_is_said(said: str, meant: str | None) -> None:
    assert [one.value for one in find_times(said)][:1] == ([meant] if meant else [])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("keep it for a fortnight", 14),
        ("delete after anderthalb Wochen löschen", 10),
        ("keep for a quarter", 90),
        ("kept one and a half years", 548),
        ("retain 18 months", 540),
        ("store 90d", 90),
        ("delete after 6 weeks", 42),
        ("nach zwei Jahren löschen", 730),
        ("10 Jahre aufbewahren", 3650),
        ("keep the data a year", 365),
        ("retention: 30 days", 30),
        ("Löschung nach 60 Tagen", 60),
        ("Aufbewahrungsfrist 5 Jahre", 1825),
        ("wipe after 3 months", 90),
        ("gone in a week", 7),
        ("keep 2y", 730),
        ("90-day retention", 90),
        ("delete after a month", 30),
        ("wird nach einem Quartal gelöscht", 90),
    ],
)
def test_how_long_something_is_kept_is_counted_in_days(said: str, meant: int) -> None:
    assert value(find_retention(said)) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("45 minute slots", 45),
        ("one-hour slots", 60),
        ("1h slots", 60),
        ("90min", 90),
        ("half an hour each", 30),
        ("two hours at a time", 120),
        ("halbtags", 240),
        ("half days", 240),
        ("whole days", 1440),
        ("ganztags", 1440),
        ("1.5 hours", 90),
        ("anderthalb Stunden", 90),
        ("in 15-Minuten-Blöcken", 15),
        ("quarter of an hour", 15),
        ("2 hr blocks", 120),
        ("per day", 1440),
        ("tageweise", 1440),
        ("stündlich", 60),
        ("jeweils 2 Stunden", 120),
        ("one day at a time", 1440),
        ("slots of 20", 20),
        ("im Halbstundentakt", 30),
        ("1 hour 30", 90),
        ("viertelstündlich", 15),
        ("je eine Stunde", 60),
        ("every 30 mins", 30),
    ],
)
def test_how_long_a_slot_is_is_counted_in_minutes(said: str, meant: int) -> None:
    assert value(find_slot(said)) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("over 1.5k", (1500.0, "")),
        ("1.500,00 EUR", (1500.0, "EUR")),
        ("five hundred quid", (500.0, "GBP")),
        ("$2,500.50", (2500.5, "USD")),
        ("EUR 300", (300.0, "EUR")),
        ("300,- €", (300.0, "EUR")),
        ("2k bucks", (2000.0, "USD")),
        ("ab tausend Euro", (1000.0, "EUR")),
        ("zweihundert Euro", (200.0, "EUR")),
        ("£1m", (1000000.0, "GBP")),
        ("1'000 Euro", (1000.0, "EUR")),
        ("more than 5000", (5000.0, "")),
        ("a thousand dollars", (1000.0, "USD")),
        ("two thousand five hundred euros", (2500.0, "EUR")),
        ("zweitausend Euro", (2000.0, "EUR")),
        ("fünfhundert Pfund", (500.0, "GBP")),
        ("ab 50€", (50.0, "EUR")),
        ("100 US dollars", (100.0, "USD")),
        ("half a million euros", (500000.0, "EUR")),
        ("dreitausendfünfhundert Euro", (3500.0, "EUR")),
        ("a hundred and fifty pounds", (150.0, "GBP")),
        ("1,2 Mio Euro", (1200000.0, "EUR")),
        ("75 euro", (75.0, "EUR")),
        ("20'000 euros", (20000.0, "EUR")),
    ],
)
def test_money_is_read_in_digits_and_words(said: str, meant: tuple[float, str]) -> None:
    assert value(find_money(said)) == Money(*meant)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("not anonymous", False),
        ("with names", False),
        ("names visible", False),
        ("don't make it anonymous", False),
        ("no need to be anonymous", False),
        ("ohne Namen", True),
        ("mit Namen", False),
        ("anonym", True),
        ("keine Anonymität", False),
        ("nicht anonym", False),
        ("nobody should know who said what", True),
        ("no one sees who voted", True),
        ("everyone can see who voted for what", False),
        ("people should sign with their name", False),
        ("namentlich", False),
        ("man soll sehen wer was gesagt hat", False),
        ("niemand soll sehen, wer was schreibt", True),
        ("answers not attributable", True),
        ("keep it anon", True),
        ("it should be anonymous", True),
        ("non-anonymous", False),
        ("anonymity guaranteed", True),
        ("names hidden", True),
        ("unnamed", True),
        ("we want to see who answered", False),
        ("Names should stay on the answers", False),
        ("no need to hide who wrote what", False),
        ("auf die Karten gehört der Name drauf", False),
        ("anonymous survey about lunch, no need to hide the results", True),
        ("anonymous poll: which names should stay on the doors, old or new?", True),
        ("survey on file names, anonymous please; names must be known by Friday", True),
        ("anonyme Umfrage, zu jeder Antwort gehört der Name des Produkts", True),
        ("anonyme Umfrage zu den Raumnamen, die Namen dürfen stehen bleiben", True),
        ("Namen werden selbstverständlich nicht erfasst", True),
    ],
)
def test_anonymity_is_said_or_denied(said: str, meant: bool) -> None:
    assert value(flags.find_flag(said, flags.ANONYMOUS)) is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("multi-select", True),
        ("multiple answers allowed", True),
        ("pick one", False),
        ("only one choice", False),
        ("you can tick several", True),
        ("mehrfach möglich", True),
        ("nur eine Stimme", False),
        ("single choice", False),
        ("more than one is fine", True),
        ("choose all that apply", True),
        ("up to two picks each", True),
        ("jeder darf zwei wählen", True),
        ("mehrere Antworten", True),
        ("one vote per person", False),
        ("no multiple choice", False),
        ("everyone gets one vote", False),
        ("select as many as you want", True),
    ],
)
def test_one_pick_or_several(said: str, meant: bool) -> None:
    assert value(flags.find_flag(said, flags.MULTI)) is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("plus ones welcome", True),
        ("+1 ok", True),
        ("no +1s", False),
        ("bring your partner", True),
        ("partners are welcome", True),
        ("ohne Begleitung", False),
        ("mit Begleitung", True),
        ("Partner willkommen", True),
        ("no guests", False),
        ("employees only", False),
        ("kids welcome", True),
        ("families can come along", True),
        ("Gäste erlaubt", True),
        ("each may bring one guest", True),
        ("sorry, no partners", False),
        ("plus-ones not allowed", False),
        ("Begleitung nicht möglich", False),
        ("plus one is fine", True),
        ("spouses invited", True),
        ("feel free to bring someone", True),
        ("bitte ohne Anhang", False),
    ],
)
def test_guests_are_welcome_or_not(said: str, meant: bool) -> None:
    assert value(flags.find_flag(said, flags.PLUS_ONES)) is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("max 20", 20),
        ("a dozen people", 12),
        ("up to fifty guests", 50),
        ("limited to 15", 15),
        ("room for 30", 30),
        ("20 spots", 20),
        ("maximal zwölf", 12),
        ("höchstens 8 Plätze", 8),
        ("25 seats only", 25),
        ("capacity: 100", 100),
        ("no more than 40", 40),
        ("two dozen seats", 24),
        ("Platz für 60", 60),
        ("begrenzt auf 16 Personen", 16),
        ("first 10 only", 10),
        ("cap of 35", 35),
        ("nur 6 Plätze", 6),
        ("maximum of 18 attendees", 18),
        ("hundred people max", 100),
    ],
)
def test_how_many_people_fit(said: str, meant: int) -> None:
    assert value(counts.find_capacity(said)) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("five questions", 5),
        ("4 short questions", 4),
        ("drei Fragen", 3),
        ("ten Qs", 10),
        ("a dozen questions", 12),
        ("one question", 1),
        ("eine Handvoll Fragen", None),
        ("6-question survey", 6),
        ("with seven items", 7),
        ("a couple of questions", 2),
        ("zwölf kurze Fragen", 12),
        ("three things to ask", 3),
    ],
)
def test_how_many_questions(said: str, meant: int | None) -> None:
    assert value(counts.find_question_count(said)) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("three votes each", 3),
        ("3 votes pp", 3),
        ("jeder hat fünf Stimmen", 5),
        ("2 dots per person", 2),
        ("votes: 4", 4),
        ("4 Punkte pro Nase", 4),
        ("everyone gets six votes", 6),
        ("one vote per head", 1),
        ("max 3 votes", 3),
        ("drei Klebepunkte pro Person", 3),
        ("each person can vote 5 times", 5),
    ],
)
def test_how_many_votes(said: str, meant: int) -> None:
    assert value(counts.find_votes(said)) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("max 2 per person", 2),
        ("one each", 1),
        ("at most three reservations each", 3),
        ("jeder höchstens zwei", 2),
        ("one booking per person", 1),
        ("nur einmal pro Woche", 1),
        ("max. 2 Buchungen pro Kopf", 2),
        ("limit of 3 bookings per user", 3),
        ("no more than one each", 1),
        ("everyone may book twice", 2),
        ("two slots per head", 2),
        ("maximal eine Buchung pro Person", 1),
        ("only one slot per employee", 1),
        ("two per team", 2),
    ],
)
def test_how_many_reservations_a_person_may_have(said: str, meant: int) -> None:
    assert value(counts.find_per_person(said)) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("every weekday", "mon tue wed thu fri"),
        ("Mo-Fr", "mon tue wed thu fri"),
        ("except Wednesday", "mon tue thu fri"),
        ("mon/wed/fri", "mon wed fri"),
        ("Monday to Thursday", "mon tue wed thu"),
        ("every day", ""),
        ("Tuesdays and Thursdays", "tue thu"),
        ("montags und donnerstags", "mon thu"),
        ("jeden Dienstag", "tue"),
        ("Mo, Mi und Fr", "mon wed fri"),
        ("every Mon & Thu", "mon thu"),
        ("weekdays but not Friday", "mon tue wed thu"),
        ("seven days a week", "mon tue wed thu fri sat sun"),
        ("weekends", "sat sun"),
        ("on weekends only", "sat sun"),
        ("Mon, Tue, Thu", "mon tue thu"),
        ("workdays", "mon tue wed thu fri"),
        ("unter der Woche", "mon tue wed thu fri"),
        ("Monday through Friday", "mon tue wed thu fri"),
        ("Di + Do", "tue thu"),
        ("every Friday", "fri"),
        ("Montag bis Freitag", "mon tue wed thu fri"),
        ("am Wochenende", "sat sun"),
    ],
)
def test_on_which_days(said: str, meant: str) -> None:
    assert extract("standup", hear(f"stand-up {said}", TODAY)).get("days", []) == meant.split()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("@a then @b", "sequential"),
        ("first @ben then @dora", "sequential"),
        ("@a and @b both", "all"),
        ("either @a or @b", "any"),
        ("@a oder @b", "any"),
        ("erst @a, dann @b", "sequential"),
        ("@a, @b and @c, all of them", "all"),
        ("@a followed by @b", "sequential"),
        ("any of @a @b @c", "any"),
        ("@a and after that @b", "sequential"),
        ("sowohl @a als auch @b", "all"),
        ("@a und danach @b", "sequential"),
        ("@a or @b, one is enough", "any"),
        ("@a before @b", "sequential"),
        ("@a & @b in that order", "sequential"),
        ("one of @a and @b", "any"),
        ("@a > @b", "sequential"),
        ("@a -> @b", "sequential"),
        ("@b once @a has approved", "sequential"),
        ("both @a and @b", "all"),
        ("@a as well as @b", None),
        ("@a, sonst @b", "any"),
        ("two-step: @a, @b", "sequential"),
        ("@a/@b", "any"),
        ("@a and @b have to approve", "all"),
    ],
)
def test_in_which_order_people_approve(said: str, meant: str | None) -> None:
    assert extract("approval", hear(f"invoices: {said}", TODAY)).get("mode") == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("weekly", "weekly"),
        ("every two weeks", "biweekly"),
        ("alle vierzehn Tage", "biweekly"),
        ("täglich", "daily"),
        ("each month", "monthly"),
        ("one week each", "weekly"),
        ("rotating every day", "daily"),
        ("bi-weekly", "biweekly"),
        ("monatlich", "monthly"),
        ("wochenweise", "weekly"),
        ("changes every Monday", "weekly"),
        ("swap each morning", "daily"),
        ("a fortnight each", "biweekly"),
        ("each person does a week", "weekly"),
        ("im Wochenrhythmus", "weekly"),
        ("jeder eine Woche", "weekly"),
        ("every 2nd week", "biweekly"),
        ("im Zweiwochentakt", "biweekly"),
        ("every 14 days", "biweekly"),
        ("once a month", "monthly"),
        ("from month to month", "monthly"),
        ("every 4 weeks", "monthly"),
        ("twice a month", "biweekly"),
        ("jeden Tag wer anders", "daily"),
        ("im Tageswechsel", "daily"),
    ],
)
def test_how_often_a_turn_passes_on(said: str, meant: str) -> None:
    assert value(find_rotation(said)) == meant


@pytest.mark.parametrize(
    ("said", "title", "currency"),
    [
        ("an approval flow for travel requests in euros", "travel", "EUR"),
        ("approve purchases in GBP", "purchases", "GBP"),
        ("Freigabe für Reisekosten in Euro", "Reisekosten", "EUR"),
        ("sign-off for gadgets, dollars only, by @ana", "gadgets", "USD"),
        ("Bestellungen (EUR) genehmigt @ben", "Bestellungen", "EUR"),
        ("expense approval, currency: GBP", "expense", "GBP"),
    ],
)
def test_a_currency_needs_no_amount_and_is_no_title(said: str, title: str, currency: str) -> None:
    found = extract("approval", hear(said, TODAY))
    assert (found.get("title"), found.get("currency")) == (title, currency)


def test_no_currency_is_read_from_what_names_none() -> None:
    assert find_currency("trips to Europe, in the end of course, by @ana") is None


@pytest.mark.parametrize(
    "said",
    [
        "you can go home 3 days later",
        "who can go for 2 weeks to Rome?",
        "guests cannot come late",
        "we have cake for 20",
    ],
)
def test_what_only_looks_like_a_limit_is_none(said: str) -> None:
    assert find_retention(said) is None and counts.find_capacity(said) is None
    assert flags.find_flag(said, flags.PLUS_ONES) is None
