"""Stand-ups, in the sandbox: rounds on the days that were asked for, answers, and what the thread is asked."""  # R1

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from runtime.call import Visitor
from tests.templates.stage import ANA, BEN, CY, Stage

Opens = Callable[..., Stage]


@pytest.fixture
def standup(stage: Opens) -> Opens:
    return lambda **answers: at(stage("standup", **answers), "2026-11-25T10:00")


def at(stage: Stage, moment: str) -> Stage:
    stage.now = int(datetime.fromisoformat(f"{moment}+00:00").timestamp())
    return stage


def answer(stage: Stage, visitor: Visitor = BEN, day: str = "2026-11-25", **said: str) -> int:
    return stage.post("/", visitor, day=day, **said).status


def test_people_answer_and_read_what_the_others_said(standup: Opens) -> None:
    stage = standup()
    assert "Nobody has answered yet." in stage.get("/", CY).text
    assert answer(stage, q1="The login page", q3="The build") == 303
    page = stage.get("/", CY).text
    assert "Wednesday, 25 Nov 2026" in page
    assert "<bdi>Ben Okafor</bdi>" in page and "The login page" in page and "1 person has answered" in page
    assert "What is next?</dt>" not in page, "what was not answered is left out"


def test_answers_are_changed_and_not_doubled(standup: Opens) -> None:
    stage = standup()
    answer(stage, q1="One")
    assert "Change your answers" in stage.get("/", BEN).text
    answer(stage, q1="Two")
    assert [one["q1"] for one in stage.rows("answers")] == ["Two"]


def test_fifty_people_at_once_are_all_heard_once(standup: Opens) -> None:
    stage = standup()
    crowd = [Visitor(f"v-{n}", f"Person {n}", handle=f"p{n}") for n in range(50)] * 2
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda one: answer(stage, one, q1=one.name), crowd)) == {303}
    assert sorted(str(one["q1"]) for one in stage.rows("answers")) == sorted({one.name for one in crowd})


@pytest.mark.parametrize(
    ("moment", "round_"),
    [
        ("2026-11-25T00:00", "Wednesday, 25 Nov 2026"),
        ("2026-11-26T23:59", "Wednesday, 25 Nov 2026"),
        ("2026-11-27T00:00", "Friday, 27 Nov 2026"),
        ("2026-11-29T12:00", "Friday, 27 Nov 2026"),
        ("2026-11-30T12:00", "Monday, 30 Nov 2026"),
    ],
)
def test_a_round_lasts_until_the_next_ones_day(standup: Opens, moment: str, round_: str) -> None:
    assert round_ in at(standup(), moment).get("/", BEN).text


def test_a_form_of_a_round_that_is_over_changes_nothing(standup: Opens) -> None:
    stage = at(standup(), "2026-11-27T08:00")
    answer_ = stage.post("/", BEN, day="2026-11-25", q1="Late")
    assert (answer_.status, "This round is over" in answer_.text, stage.rows("answers")) == (409, True, [])


def test_an_empty_or_giant_answer_is_told_at_the_field(standup: Opens) -> None:
    stage = standup()
    empty = stage.post("/", BEN, day="2026-11-25", q1=" ")
    assert (empty.status, "Answer at least one question." in empty.text) == (422, True)
    long = stage.post("/", BEN, day="2026-11-25", q1="kept", q2="x" * 5001)
    assert (
        long.status == 422
        and "This is 5,001 characters long; 5,000 fit." in long.text
        and "kept</textarea>" in long.text
    )


def test_earlier_rounds_are_there_to_read(standup: Opens) -> None:
    stage = standup()
    answer(stage, q1="On Wednesday")
    at(stage, "2026-11-27T10:00")
    assert '<a href="/day?day=2026-11-25">Earlier</a>' in stage.get("/", BEN).text
    page = stage.get("/day?day=2026-11-25", BEN).text
    assert "On Wednesday" in page and '<a href="/">Later</a>' in page
    assert "Nobody answered on this day." in stage.get("/day?day=2026-11-23", BEN).text


@pytest.mark.parametrize("day", ["2026-12-30", "soon", "", "2026-02-31"])
def test_a_day_that_is_none_or_not_yet_is_nothing(standup: Opens, day: str) -> None:
    assert standup().get(f"/day?day={day}", BEN).status == 404


def test_the_thread_is_asked_on_the_days_and_at_the_time_that_were_said(standup: Opens) -> None:
    stage = standup(questions=["What did you eat?"])
    times = stage.bundle.manifest.times
    assert {name: (one.every, one.at) for name, one in times.items()} == {"ask": ("mon,wed,fri", "08:45")}
    at(stage, "2026-11-25T08:45").due("ask")
    answer(stage, BEN, q1="Soup")
    answer(stage, CY, q1="Rice")
    at(stage, "2026-11-27T08:45").due("ask")
    assert stage.told == [
        "Web team, 25 Nov 2026: What did you eat?",
        "Web team, 27 Nov 2026: What did you eat? Last time 2 people answered.",
    ]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "It asks every day at 08:45 UTC."),
        (["mon"], "It asks on Mon at 08:45 UTC."),
        (["fri", "mon", "wed"], "It asks on Mon, Wed and Fri at 08:45 UTC."),
    ],
)
def test_the_page_says_when_it_asks(standup: Opens, days: list[str], said: str) -> None:
    assert said in standup(days=days).get("/").text


def test_the_owner_takes_the_answers_away_as_csv_and_nobody_else(standup: Opens) -> None:
    stage = standup()
    answer(stage, q1="=cmd()")
    assert stage.get("/answers.csv", ANA).text.splitlines()[1] == '2026-11-25,Ben Okafor,2026-11-25T10:00,"\'=cmd()",,'
    assert stage.get("/answers.csv", BEN).status == 404


def test_it_speaks_german(standup: Opens) -> None:
    stage = standup(language="Deutsch", title="Morgenrunde")
    page = stage.get("/", BEN).text
    assert "Mittwoch, 25. Nov. 2026" in page and "Gefragt wird Mo, Mi und Fr um 08:45 UTC." in page
    stage.due("ask")
    assert stage.told == [
        "Morgenrunde, 25. Nov. 2026: Was hast du geschafft? Was kommt als Nächstes? Was steht dir im Weg?"
    ]
