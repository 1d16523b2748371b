"""The sign-up sheet, in the sandbox: who comes, who waits, who moves up, and when it is over."""  # R1

from collections import Counter
from collections.abc import Callable

import pytest

from runtime.call import Visitor
from templates.answers import validate
from tests.templates.crowd import at_once
from tests.templates.shelf import ANSWERS, shelf
from tests.templates.stage import ANA, BEN, CY, Stage

Opens = Callable[..., Stage]

DAN = Visitor("v-dan", "Dan Ito", handle="dan")
BEGINS = 1_797_015_600
"""Friday 11 December 2026, 19:00 UTC."""


@pytest.fixture
def rsvp(stage: Opens) -> Opens:
    return lambda **answers: stage("rsvp", **answers)


def say(stage: Stage, visitor: Visitor, answer: str, guests: str = "", note: str = "") -> int:
    return stage.post("/", visitor, answer=answer, guests=guests, note=note).status


def test_when_where_and_how_many_fit_stand_on_top(rsvp: Opens) -> None:
    page = rsvp().get("/", BEN).text
    assert "<dt>When</dt><dd>Fri 11 Dec 2026, 19:00 UTC</dd>" in page
    assert '<dt>Where</dt><dd dir="auto">Osteria</dd>' in page
    assert "0 of 3 places taken. 3 left." in page
    assert "No answers yet" in page
    assert '<input type="hidden" name="_csrf" value="token">' in page


def test_names_are_for_everybody_and_notes_for_the_owner(rsvp: Opens) -> None:
    stage = rsvp()
    assert say(stage, BEN, "yes", note="No nuts, please") == 303
    say(stage, CY, "maybe")
    say(stage, DAN, "no")
    page = stage.get("/", CY).text
    assert "1 of 3 places taken. 2 left." in page
    assert '<h3>Coming <span class="by">1</span></h3>' in page and "<bdi>Ben Okafor</bdi>" in page
    assert "<h3>Maybe " in page and "<h3>Not coming " in page and "<bdi>Dan Ito</bdi>" in page
    assert "No nuts" not in page
    assert "No nuts, please" in stage.get("/", ANA).text
    assert ">\nNo nuts, please</textarea>" in stage.get("/", BEN).text


def test_an_answer_is_one_and_may_change(rsvp: Opens) -> None:
    stage = rsvp()
    say(stage, BEN, "yes")
    page = stage.get("/", BEN).text
    assert "You are coming. See you there!" in page and "Change my answer" in page
    assert 'value="yes" checked' in page
    say(stage, BEN, "maybe")
    assert "You said maybe. No place is kept for you until you say yes." in stage.get("/", BEN).text
    say(stage, BEN, "no")
    assert "You are not coming. You can still change your mind." in stage.get("/", BEN).text
    [row] = stage.rows("replies")
    assert row["answer"] == "no"


def test_what_is_wrong_stands_at_its_field_and_keeps_the_words(rsvp: Opens) -> None:
    page = rsvp(plus_ones=True).post("/", BEN, guests="7", note="n" * 501 + "kept")
    assert page.status == 422
    assert "3 things need another look" in page.text
    assert 'id="f-answer-error">Pick yes, maybe or no.' in page.text
    assert 'id="f-guests-error">Bring up to 5 guests.' in page.text
    assert 'id="f-note-error">This is 505 characters long; 500 fit.' in page.text
    assert "nkept</textarea>" in page.text


def test_guests_are_not_asked_for_unless_they_may_come(rsvp: Opens) -> None:
    stage = rsvp()
    assert 'name="guests"' not in stage.get("/", BEN).text
    assert "Guests are not asked for here." in stage.post("/", BEN, answer="yes", guests="1").text


def test_guests_take_places(rsvp: Opens) -> None:
    stage = rsvp(plus_ones=True)
    assert "There are only 3 places in all." in stage.post("/", BEN, answer="yes", guests="3").text
    say(stage, BEN, "yes", "2")
    page = stage.get("/", BEN).text
    assert "You are coming, with 2 guests." in page and '<option value="2" selected>' in page
    assert "3 of 3 places taken. It is full; there is a waiting list." in page
    assert '<h3>Coming <span class="by">3, with 2 guests</span></h3>' in page


def test_the_waiting_list_moves_up_in_order_and_the_thread_is_told(rsvp: Opens) -> None:
    stage = rsvp(capacity=1)
    assert say(stage, BEN, "yes") == 303
    assert "Yes, on the waiting list" in stage.get("/", CY).text
    say(stage, CY, "yes")
    say(stage, DAN, "yes")
    assert "You are number 1 on the waiting list." in stage.get("/", CY).text
    assert "You are number 2 on the waiting list." in stage.get("/", DAN).text
    assert stage.told == []
    say(stage, BEN, "no")
    assert stage.told == ["A place came free: Cy Young moved up from the waiting list."]
    assert "You are coming." in stage.get("/", CY).text
    assert "You are number 1 on the waiting list." in stage.get("/", DAN).text
    say(stage, BEN, "yes")
    assert "You are number 2 on the waiting list." in stage.get("/", BEN).text


def test_nobody_overtakes_a_party_that_waits_for_its_places(rsvp: Opens) -> None:
    stage = rsvp(plus_ones=True)
    say(stage, BEN, "yes", "1")
    say(stage, CY, "yes", "1")
    say(stage, DAN, "yes")
    page = stage.get("/", DAN).text
    assert "You are number 2 on the waiting list." in page
    assert "2 of 3 places taken. 2 answers are on the waiting list." in page
    answer = stage.post("/", BEN, answer="yes", guests="2")
    assert "There is room for 1 guest of yours. You keep your place as it was." in answer.text
    say(stage, CY, "yes")
    assert "You are coming. See you there!" in stage.get("/", CY).text
    say(stage, BEN, "yes")
    assert stage.told == ["A place came free: Dan Ito moved up from the waiting list."]


def test_more_guests_than_places_are_refused_and_the_own_place_stays(rsvp: Opens) -> None:
    stage = rsvp(plus_ones=True)
    say(stage, BEN, "yes")
    say(stage, CY, "yes", "1")
    answer = stage.post("/", BEN, answer="yes", guests="1", note="and my sister")
    assert answer.status == 422
    assert 'id="f-guests-error">There is no room for guests. You keep your place as it was.' in answer.text
    assert "and my sister" in answer.text
    assert "You are coming. See you there!" in stage.get("/", BEN).text


def test_fifty_at_once_fill_the_places_and_never_more(rsvp: Opens) -> None:
    stage = rsvp(capacity=20, plus_ones=True)

    coming = at_once(lambda who: stage.post("/", who, answer="yes", guests="1"))
    assert Counter(seen.status for seen in coming) == {303: 50}
    rows = stage.rows("replies")
    assert len({row["by"] for row in rows}) == len(rows) == 50
    assert sorted(int(str(row["turn"])) for row in rows) == list(range(1, 51))
    page = stage.get("/", BEN).text
    assert "20 of 20 places taken. 40 answers are on the waiting list." in page
    leaving = at_once(lambda who: stage.post("/", who, answer="no"), 30)
    assert Counter(seen.status for seen in leaving) == {303: 30}
    assert "20 of 20 places taken. 10 answers are on the waiting list." in stage.get("/", BEN).text


def test_when_it_begins_no_answer_is_taken(rsvp: Opens) -> None:
    stage = rsvp()
    stage.now = BEGINS - 1
    assert say(stage, BEN, "yes") == 303
    stage.now = BEGINS
    page = stage.get("/", BEN).text
    assert "Sign-up is closed. This is who comes." in page and "<bdi>Ben Okafor</bdi>" in page
    assert "<form" not in page
    answer = stage.post("/", CY, answer="yes")
    assert answer.status == 409 and "Sign-up is closed." in answer.text
    assert len(stage.rows("replies")) == 1


def test_a_day_without_an_hour_counts_to_its_end(rsvp: Opens) -> None:
    stage = rsvp(time="", location="")
    stage.now = BEGINS + 5 * 3600 - 1
    page = stage.get("/", BEN).text
    assert "<dd>Fri 11 Dec 2026</dd>" in page and "<dt>Where</dt>" not in page and "<form" in page
    stage.now += 1
    assert "Sign-up is closed." in stage.get("/", BEN).text


def test_without_a_date_and_a_number_of_places_it_stays_open(rsvp: Opens) -> None:
    stage = rsvp(date="", capacity=None)
    stage.now += 365 * 86_400
    page = stage.get("/", BEN).text
    assert "<dd>No date yet, 19:00 UTC</dd>" in page and "places" not in page
    assert say(stage, BEN, "yes") == 303


def test_the_hour_may_stand_in_the_date(rsvp: Opens) -> None:
    assert "Fri 11 Dec 2026, 20:30 UTC" in rsvp(date="2026-12-11T20:30", time="").get("/").text


def test_the_file_is_for_the_owner_and_runs_no_formula(rsvp: Opens) -> None:
    stage = rsvp(plus_ones=True, capacity=2)
    say(stage, BEN, "yes", "1", "=1+1")
    say(stage, CY, "yes")
    say(stage, DAN, "maybe")
    refused = stage.get("/replies.csv", BEN)
    assert refused.status == 403 and "This list is not for everyone" in refused.text
    answer = stage.get("/replies.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="team-dinner.csv"'
    assert answer.text.removeprefix("\ufeff").split("\r\n") == [
        "Answered at (UTC),Name,Answer,Guests,Note",
        '2026-11-24T10:00,Ben Okafor,Yes,1,"\'=1+1"',
        '2026-11-24T10:00,Cy Young,"Waiting list, number 1",0,',
        "2026-11-24T10:00,Dan Ito,Maybe,0,",
        "",
    ]


def test_a_full_days_notices_stop_nobody(rsvp: Opens) -> None:
    stage = rsvp(capacity=1)
    say(stage, BEN, "yes")
    say(stage, CY, "yes")
    stage.quiet = True
    assert say(stage, BEN, "no") == 303
    assert "You are coming." in stage.get("/", CY).text


def test_words_that_look_like_markup_stay_words(rsvp: Opens) -> None:
    stage = rsvp(title="<b>Party</b> {{7*7}}", location="<img src=x>")
    say(stage, BEN, "yes", note="<script>alert(1)</script>")
    page = stage.get("/").text
    assert "<script>alert" not in page and "<img" not in page and "&lt;b&gt;Party&lt;/b&gt; {{7*7}}" in page


def test_a_german_sheet_is_german_from_the_first_page_to_the_file(rsvp: Opens) -> None:
    stage = rsvp(language="Deutsch", plus_ones=True, capacity=2)
    form = stage.get("/", BEN).text
    assert '<html lang="de">' in form
    assert "Fr., 11. Dez. 2026, 19:00 UTC" in form
    assert "0 von 2 Plätzen vergeben. 2 sind noch frei." in form
    assert "Wähle Ja, Vielleicht oder Nein." in stage.post("/", BEN).text
    say(stage, BEN, "yes", "1")
    assert "Du kommst, mit 1 Gast. Bis dann!" in stage.get("/", BEN).text
    say(stage, CY, "yes")
    assert (
        "Du bist Nummer 1 auf der Warteliste. Wenn andere absagen, rückst du von selbst nach."
        in stage.get("/", CY).text
    )
    assert "Es gibt insgesamt nur 2 Plätze." in stage.post("/", BEN, answer="yes", guests="2").text
    say(stage, BEN, "no")
    assert stage.told == ["Ein Platz ist frei geworden: Von der Warteliste rückt Cy Young nach."]
    assert "Geantwortet am (UTC),Name,Antwort,Gäste,Nachricht" in stage.get("/replies.csv").text
    stage.now = BEGINS
    assert "Die Anmeldung ist geschlossen. Hier steht, wer kommt." in stage.get("/", BEN).text


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"capacity": 0}, "“How many fit” is 0. The least is 1."),
        ({"capacity": 1001}, "“How many fit” is 1001. The most is 1000."),
        ({"time": "at seven"}, "“Begins at” is not a time of day. Write it as 09:30."),
        ({"date": "2026-02-30"}, "“Date” is not a date. Write it as 2026-11-30 or 2026-11-30T17:00."),
    ],
)
def test_an_answer_that_no_event_can_have_is_refused_with_the_reason(answers: dict[str, object], why: str) -> None:
    bad = validate(shelf().get("rsvp"), {**ANSWERS["rsvp"], **answers})
    assert [str(one) for one in bad] == [why]
