"""Bookings, in the sandbox: what is free, who was first, and how many a person may have."""  # R1

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from templates.answers import validate
from tests.templates.crowd import at_once
from tests.templates.shelf import ANSWERS, shelf
from tests.templates.stage import ANA, BEN, CY, NOW, Seen, Stage, Visitor

Opens = Callable[..., Stage]

HOUR, DAY = 3600, 86_400
TODAY = "2026-11-24"


@pytest.fixture
def booking(stage: Opens) -> Opens:
    return lambda **answers: stage("booking", **answers)


def book(stage: Stage, visitor: Visitor, starts: int = NOW, thing: str = "Desk A") -> Seen:
    day = datetime.fromtimestamp(starts, UTC).date().isoformat()
    return stage.post("/book", visitor, resource=thing, day=day, starts=str(starts))


def cancel(stage: Stage, visitor: Visitor, booking: str = "1", **more: str) -> Seen:
    return stage.post("/cancel", visitor, id=booking, **more)


def test_a_day_shows_each_thing_with_its_slots(booking: Opens) -> None:
    page = booking().get("/", BEN).text
    assert page.count("<caption") == 2 and '<caption dir="auto">Desk A</caption>' in page
    assert page.count('<th scope="row">') == 20
    assert page.count("<span>over</span>") == 4, "08:00 and 09:00 are over at ten o'clock"
    assert f'value="{NOW}">Book<span class="unseen"> Desk A, 10:00–11:00</span></button>' in page
    assert "All hours are UTC. You may book 2 more of 2." in page
    assert "<h2>Tue 24 Nov 2026</h2>" in page


def test_today_and_thirteen_more_days_can_be_booked(booking: Opens) -> None:
    stage = booking()
    page = stage.get("/", BEN).text
    assert page.count("/?day=") == 14
    assert (
        f'<a href="/?day={TODAY}" aria-current="date"><span>Tue</span> <b>24</b><span class="unseen"> Nov</span></a>'
        in page
    )
    assert "<h2>Mon 7 Dec 2026</h2>" in stage.get("/?day=2026-12-07", BEN).text
    for strange in ("2026-12-08", "2026-11-23", "tomorrow", "2026-02-30"):
        assert "<h2>Tue 24 Nov 2026</h2>" in stage.get(f"/?day={strange}", BEN).text
    assert book(stage, BEN, NOW + 13 * DAY).status == 303
    assert book(stage, BEN, NOW + 14 * DAY).status == 404


def test_when_the_last_slot_is_over_the_next_day_comes_first(booking: Opens) -> None:
    stage = booking()
    stage.now = NOW + 8 * HOUR
    assert "<h2>Wed 25 Nov 2026</h2>" in stage.get("/", BEN).text


def test_a_slot_is_booked_with_one_press_and_given_back_with_another(booking: Opens) -> None:
    stage = booking()
    answer = book(stage, BEN)
    assert (answer.status, answer.headers["location"]) == (303, f"/?day={TODAY}&booked=1")
    page = stage.get(answer.headers["location"], BEN).text
    assert "Booked for you: <bdi>Desk A</bdi>, Tue 24 Nov 2026, 10:00–11:00 UTC." in page
    assert "<span>Yours</span>" in page and "You may book 1 more of 2." in page
    assert 'My bookings <span class="count">1</span>' in page
    seen_by_cy = stage.get("/", CY).text
    assert "<bdi>Ben Okafor</bdi>" in seen_by_cy and "/cancel" not in seen_by_cy
    assert cancel(stage, BEN).headers["location"] == f"/?day={TODAY}"
    assert stage.rows("bookings") == [] and stage.told == []


def test_who_was_too_late_is_told_who_was_faster_and_what_is_free_next(booking: Opens) -> None:
    stage = booking()
    book(stage, BEN)
    book(stage, BEN, NOW + HOUR)
    answer = book(stage, CY)
    assert answer.status == 409
    assert "<h1><bdi>Ben Okafor</bdi> was faster</h1>" in answer.text
    assert "<bdi>Desk A</bdi> is taken: Tue 24 Nov 2026, 10:00–11:00 UTC." in answer.text
    assert "The next free slot is Tue 24 Nov 2026, 12:00–13:00 UTC." in answer.text
    assert f'<button name="starts" value="{NOW + 2 * HOUR}">Book this one</button>' in answer.text
    assert book(stage, CY, NOW + 2 * HOUR).status == 303


def test_the_next_free_slot_may_be_on_another_day_or_nowhere(booking: Opens) -> None:
    stage = booking(slot_minutes=600, max_per_person=20)
    book(stage, BEN, NOW - 2 * HOUR)
    assert "The next free slot is Wed 25 Nov 2026, 08:00–18:00 UTC." in book(stage, CY, NOW - 2 * HOUR).text
    for day in range(1, 14):
        assert book(stage, BEN, NOW - 2 * HOUR + day * DAY).status == 303
    assert "Nothing else is free in the next two weeks." in book(stage, CY, NOW - 2 * HOUR).text


def test_to_press_twice_is_to_book_once(booking: Opens) -> None:
    stage = booking()
    assert [book(stage, BEN).status for _ in range(2)] == [303, 303]
    assert len(stage.rows("bookings")) == 1


def test_the_same_time_of_another_thing_is_another_slot(booking: Opens) -> None:
    stage = booking()
    assert [book(stage, BEN, thing=thing).status for thing in ("Desk A", "Desk B")] == [303, 303]


def test_nobody_has_more_ahead_than_allowed(booking: Opens) -> None:
    stage = booking(max_per_person=1)
    assert "You may book one slot." in stage.get("/", BEN).text
    book(stage, BEN)
    page = stage.get("/", BEN).text
    assert "You have booked all you may (1). Cancel one to book another." in page
    assert "<span>free</span>" in page and ">Book<" not in page.partition("</header>")[2]
    refused = book(stage, BEN, NOW + HOUR)
    assert refused.status == 409 and "At most 1 booking at the same time." in refused.text
    stage.now += HOUR
    assert book(stage, BEN, NOW + HOUR).status == 303, "what is over does not count"


def test_a_slot_that_has_begun_can_be_taken_and_one_that_is_over_cannot(booking: Opens) -> None:
    stage = booking()
    stage.now = NOW + HOUR - 1
    assert book(stage, BEN).status == 303
    stage.now += 1
    refused = book(stage, CY)
    assert refused.status == 409 and "This slot is over" in refused.text
    assert cancel(stage, BEN).status == 409
    assert len(stage.rows("bookings")) == 1


@pytest.mark.parametrize(
    ("thing", "starts"), [("Desk C", NOW), ("Desk A", NOW + 60), ("Desk A", NOW + 12 * HOUR), ("__proto__", NOW)]
)
def test_what_nobody_offers_cannot_be_booked(booking: Opens, thing: str, starts: int) -> None:
    stage = booking()
    answer = book(stage, BEN, starts, thing)
    assert answer.status == 404 and "There is no such slot" in answer.text
    assert stage.rows("bookings") == []


def test_only_who_booked_and_the_owner_may_give_back(booking: Opens) -> None:
    stage = booking()
    book(stage, BEN)
    refused = cancel(stage, CY)
    assert refused.status == 403 and "This is not yours to cancel" in refused.text
    assert "/cancel" in stage.get("/", ANA).text
    assert cancel(stage, ANA).status == 303
    assert stage.told == ["Ana Silva cancelled Ben Okafor's booking of Desk A, Tue 24 Nov 2026, 10:00–11:00 UTC."]
    gone = cancel(stage, BEN)
    assert gone.status == 404 and "This booking is gone" in gone.text


def test_a_full_days_notices_do_not_stop_the_owner(booking: Opens) -> None:
    stage = booking()
    book(stage, BEN)
    stage.quiet = True
    assert cancel(stage, ANA).status == 303 and stage.rows("bookings") == []


def test_my_bookings_are_listed_with_the_next_one_first(booking: Opens) -> None:
    stage = booking()
    assert "You have booked nothing" in stage.get("/mine", BEN).text
    book(stage, BEN, NOW + DAY)
    book(stage, BEN, thing="Desk B")
    page = stage.get("/mine", BEN).text
    assert page.index('<b dir="auto">Desk B</b>') < page.index('<b dir="auto">Desk A</b>')
    assert "2 of at most 2." in page and "Wed 25 Nov 2026, 10:00–11:00 UTC" in page
    assert cancel(stage, BEN, back="mine").headers["location"] == "/mine"
    stage.now += HOUR
    assert "You have booked nothing" in stage.get("/mine", BEN).text


def test_what_is_long_over_is_forgotten_as_others_book(booking: Opens) -> None:
    stage = booking()
    book(stage, BEN)
    book(stage, BEN, NOW + DAY)
    stage.now += 2 * DAY + HOUR
    assert len(stage.rows("bookings")) == 2
    book(stage, CY, stage.now)
    assert [row["starts"] for row in stage.rows("bookings")] == [NOW + DAY, stage.now]


def test_of_fifty_at_once_one_is_first_and_all_others_are_told_who(booking: Opens) -> None:
    stage = booking()
    seen = at_once(lambda who: book(stage, who))
    assert Counter(one.status for one in seen) == {303: 1, 409: 49}
    [row] = stage.rows("bookings")
    told = [one.text for one in seen if one.status == 409]
    assert all(f"<h1><bdi>{row['name']}</bdi> was faster</h1>" in one for one in told)


def test_fifty_at_once_lose_nothing_and_take_nothing_twice(booking: Opens) -> None:
    stage = booking(resources=[f"Desk {number}" for number in range(5)])
    wanted = [(f"Desk {number % 5}", NOW + number % 4 * HOUR) for number in range(50)]

    def press(who: Visitor) -> Seen:
        thing, starts = wanted[int(who.handle.removeprefix("visitor"))]
        return book(stage, who, starts, thing)

    seen = at_once(press)
    rows = stage.rows("bookings")
    assert {(row["resource"], row["starts"]) for row in rows} == set(wanted) and len(rows) == len(set(wanted)) == 20
    assert Counter(one.status for one in seen) == {303: 20, 409: 30}


def test_one_person_in_fifty_windows_gets_no_more_than_allowed(booking: Opens) -> None:
    stage = booking(resources=[f"Desk {number}" for number in range(40)])
    seen = at_once(lambda who: book(stage, BEN, thing=f"Desk {int(who.handle.removeprefix('visitor')) % 40}"), 40)
    assert Counter(one.status for one in seen) == {303: 2, 409: 38}
    assert len(stage.rows("bookings")) == 2


def test_hours_may_run_over_midnight(booking: Opens) -> None:
    stage = booking(opens_at="22:00", closes_at="06:00", slot_minutes=240)
    stage.now = NOW - NOW % DAY + 3 * HOUR
    page = stage.get("/", BEN).text
    assert "<h2>Mon 23 Nov 2026</h2>" in page and "22:00–02:00" in page and "02:00–06:00" in page
    starts = NOW - NOW % DAY + 2 * HOUR
    answer = stage.post("/book", BEN, resource="Desk A", day="2026-11-23", starts=str(starts))
    assert answer.status == 303
    assert "Tue 24 Nov 2026, 02:00–06:00 UTC" in stage.get("/mine", BEN).text


@pytest.mark.parametrize(
    ("minutes", "opens", "closes", "first", "slots"),
    [
        (1440, "08:00", "18:00", "08:00–18:00", 1),
        (240, "08:00", "18:00", "08:00–12:00", 2),
        (1440, "00:00", "00:00", "00:00–00:00", 1),
        (45, "9:30", "12:00", "09:30–10:15", 3),
    ],
)
def test_only_whole_slots_are_offered(
    booking: Opens, minutes: int, opens: str, closes: str, first: str, slots: int
) -> None:
    stage = booking(slot_minutes=minutes, opens_at=opens, closes_at=closes, resources=["Van"])
    page = stage.get("/?day=2026-11-25", BEN).text
    assert page.count('<th scope="row">') == slots and f'<th scope="row">{first}</th>' in page


def test_a_slot_of_another_length_from_before_is_not_given_again(booking: Opens) -> None:
    stage = booking()
    long = {"resource": "Desk A", "day": TODAY, "starts": NOW + 1800, "ends": NOW + 3 * HOUR, "name": "Cy Young"}
    stage.fill("bookings", [dict(long)])
    assert stage.get("/", BEN).text.count("<bdi>Cy Young</bdi>") == 3
    answer = book(stage, BEN, NOW + HOUR)
    assert "<bdi>Cy Young</bdi> was faster" in answer.text
    assert "The next free slot is Tue 24 Nov 2026, 13:00–14:00 UTC." in answer.text


def test_many_things_with_many_slots_come_a_page_at_a_time(booking: Opens) -> None:
    stage = booking(resources=[f"Bench {number}" for number in range(1, 41)], slot_minutes=30)
    page = stage.get("/", BEN).text
    assert page.count("<caption") == 12 and "1–12 of 40" in page
    rest = stage.get(f"/?day={TODAY}&from=36", BEN).text
    assert rest.count("<caption") == 4 and "37–40 of 40" in rest
    assert book(stage, BEN, thing="Bench 40").headers["location"] == f"/?day={TODAY}&from=36&booked=1"
    finest = booking(resources=["a", "b"], slot_minutes=5, opens_at="00:00", closes_at="00:00").get("/", BEN)
    assert finest.text.count('<th scope="row">') == 288


def test_the_file_is_for_the_owner_and_runs_no_formula(booking: Opens) -> None:
    stage = booking(resources=["=Desk", "Van"])
    book(stage, BEN, NOW + DAY, "=Desk")
    book(stage, CY, thing="Van")
    refused = stage.get("/bookings.csv", BEN)
    assert refused.status == 403 and "This list is not for everyone" in refused.text
    assert stage.get("/bookings.csv").text.removeprefix("\ufeff").split("\r\n") == [
        "What,From (UTC),To (UTC),Booked by",
        "Van,2026-11-24T10:00,2026-11-24T11:00,Cy Young",
        '"\'=Desk",2026-11-25T10:00,2026-11-25T11:00,Ben Okafor',
        "",
    ]


def test_words_that_look_like_markup_stay_words(booking: Opens) -> None:
    stage = booking(title="<b>Desks</b>", resources=["<script>alert(1)</script>", '"><img src=x>'])
    assert book(stage, BEN, thing="<script>alert(1)</script>").status == 303
    pages = [stage.get("/").text, stage.get("/mine", BEN).text, book(stage, CY, thing="<script>alert(1)</script>").text]
    assert all("<script>alert" not in page and "<img" not in page and "<b>Desks" not in page for page in pages)


def test_a_german_page_is_german_from_the_day_to_the_file(booking: Opens) -> None:
    stage = booking(title="Bookings", language="Deutsch")
    page = stage.get("/", BEN).text
    assert '<html lang="de">' in page and '<h1 dir="auto">Buchungen</h1>' in page
    assert "Alle Uhrzeiten sind UTC. Du kannst noch 2 von 2 buchen." in page
    assert (
        "<h2>Di., 24. Nov. 2026</h2>" in page and '<span>Mo</span> <b>7.</b><span class="unseen"> Dez.</span>' in page
    )
    answer = book(stage, BEN)
    assert (
        "Für dich gebucht: <bdi>Desk A</bdi>, Di., 24. Nov. 2026, 10:00–11:00 UTC."
        in stage.get(answer.headers["location"], BEN).text
    )
    late = book(stage, CY).text
    assert "<bdi>Ben Okafor</bdi> war schneller" in late
    assert "Als Nächstes frei: Di., 24. Nov. 2026, 11:00–12:00 UTC." in late
    assert "1 von höchstens 2." in stage.get("/mine", BEN).text
    assert "Was,Von (UTC),Bis (UTC),Gebucht von" in stage.get("/bookings.csv").text
    cancel(stage, ANA)
    assert stage.told == [
        "Ana Silva hat eine Buchung von Ben Okafor zurückgegeben: Desk A, Di., 24. Nov. 2026, 10:00–11:00 UTC."
    ]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"resources": [f"Desk {n}" for n in range(500)]}, "“What can be booked” has 500 entries. Keep at most 40."),
        ({"resources": []}, "“What can be booked” has 0 entries. Give at least 1."),
        ({"slot_minutes": 10_080}, "“Minutes per slot” is 10080. The most is 1440."),
        ({"slot_minutes": 0}, "“Minutes per slot” is 0. The least is 5."),
        ({"max_per_person": 0}, "“Bookings per person” is 0. The least is 1."),
        ({"opens_at": "early"}, "“From” is not a time of day. Write it as 09:30."),
        ({"closes_at": ""}, "“To” is empty. Say what it should be."),
    ],
)
def test_an_answer_that_no_page_can_have_is_refused_with_the_reason(answers: dict[str, object], why: str) -> None:
    bad = validate(shelf().get("booking"), {**ANSWERS["booking"], **answers})
    assert [str(one) for one in bad] == [why]
