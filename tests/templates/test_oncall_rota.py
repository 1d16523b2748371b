"""Rotas, in the sandbox: whose turn it is at every moment, swaps, and what the thread is told."""  # R1

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from runtime.call import Visitor
from tests.templates.stage import ANA, BEN, Stage

Opens = Callable[..., Stage]

DAN = Visitor("v-dan", "Dan Ito", handle="dan")


@pytest.fixture
def rota(stage: Opens) -> Opens:
    return lambda **answers: stage("oncall_rota", **answers)


def at(stage: Stage, moment: str) -> Stage:
    stage.now = int(datetime.fromisoformat(f"{moment}+00:00").astimezone(UTC).timestamp())
    return stage


def on_duty(stage: Stage, moment: str) -> str:
    page = at(stage, moment).get("/", DAN).text
    return page.partition('<p class="big"><bdi>')[2].partition("<")[0]


@pytest.mark.parametrize(
    ("rotation", "moments"),
    [
        ("daily", {"2026-11-16T09:00": "ana", "2026-11-17T08:59": "ana", "2026-11-17T09:00": "ben"}),
        ("weekly", {"2026-11-22T23:00": "ana", "2026-11-23T09:00": "ben", "2026-12-07T09:00": "ana"}),
        ("biweekly", {"2026-11-30T08:59": "ana", "2026-11-30T09:00": "ben", "2026-12-28T09:00": "ana"}),
        ("monthly", {"2026-12-16T08:59": "ana", "2026-12-16T09:00": "ben", "2027-02-16T09:00": "ana"}),
    ],
)
def test_turns_pass_on_at_the_hand_over(rota: Opens, rotation: str, moments: dict[str, str]) -> None:
    stage = rota(rotation=rotation)
    assert {moment: on_duty(stage, moment) for moment in moments} == moments


def test_a_month_that_is_too_short_begins_on_its_last_day(rota: Opens) -> None:
    stage = rota(rotation="monthly", start_date="2027-01-31")
    moments = ("2027-02-27T12:00", "2027-02-28T12:00", "2027-03-30T12:00", "2027-03-31T12:00")
    assert [on_duty(stage, one) for one in moments] == ["ana", "ben", "ben", "cy"]


def test_before_the_first_day_nobody_is_on_duty(rota: Opens) -> None:
    page = at(rota(start_date="2026-12-01"), "2026-11-24T10:00").get("/").text
    assert "The first turn has not begun" in page and "<bdi>ana</bdi> begins on" in page
    assert 'class="big"' not in page


def test_without_a_first_day_it_begins_when_it_is_opened_first(rota: Opens) -> None:
    stage = rota(start_date="", rotation="daily")
    assert [on_duty(stage, one) for one in ("2026-11-24T10:00", "2026-11-25T10:00")] == ["ana", "ben"]
    assert [row["day"] for row in stage.rows("begun")] == ["2026-11-24"]


def test_opened_before_the_hour_it_began_the_day_before(rota: Opens) -> None:
    assert on_duty(rota(start_date="", rotation="daily"), "2026-11-24T07:00") == "ana"


def test_the_next_turns_are_listed_in_order(rota: Opens) -> None:
    page = at(rota(), "2026-11-24T10:00").get("/", BEN).text
    listed = page.partition("Next turns")[2].partition("</ul>")[0]
    assert [one.partition("<")[0] for one in listed.split("<b><bdi>")[1:]] == ["cy", "ana", "ben"] * 2 + ["cy", "ana"]
    assert "It is your turn." in page


def test_a_member_takes_a_turn_and_gives_it_back(rota: Opens) -> None:
    stage = at(rota(), "2026-11-24T10:00")
    assert "I take this turn" in stage.get("/turn?n=2", BEN).text
    assert stage.post("/cover", BEN, n="2", who="ben").status == 303
    assert on_duty(stage, "2026-12-01T10:00") == "ben"
    assert "covers for <bdi>cy</bdi>" in stage.get("/", DAN).text
    at(stage, "2026-11-24T10:00")
    assert "Give it back to <bdi>cy</bdi>" in stage.get("/turn?n=2", BEN).text
    assert stage.post("/cover", BEN, n="2", who="cy").status == 303
    assert stage.rows("covers") == []
    assert stage.told == [
        "On call: ben takes the turn of cy that begins on 30 Nov 2026.",
        "On call: cy has the turn that begins on 30 Nov 2026 again.",
    ]


def test_of_many_who_want_a_turn_at_once_one_gets_it(rota: Opens) -> None:
    names = [f"p{n}" for n in range(50)]
    stage = at(rota(members=names), "2026-11-24T10:00")
    crowd = [Visitor(f"v-{one}", one.upper(), handle=one) for one in names[5:]]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda one: stage.post("/cover", one, n="3", who=one.handle).status, crowd))
    assert sorted(statuses) == [303] + [409] * 44
    assert len(stage.rows("covers")) == len(stage.told) == 1


@pytest.mark.parametrize(
    ("visitor", "who", "status", "said"),
    [
        (DAN, "dan", 422, "Pick one of those who take turns."),
        (DAN, "ben", 403, "This turn is not yours to give"),
        (BEN, "ana", 403, "This turn is not yours to give"),
        (BEN, "", 422, "Pick one of those who take turns."),
    ],
)
def test_nobody_gives_a_turn_that_is_not_theirs(
    rota: Opens, visitor: Visitor, who: str, status: int, said: str
) -> None:
    answer = at(rota(), "2026-11-24T10:00").post("/cover", visitor, n="2", who=who)
    assert (answer.status, said in answer.text) == (status, True)


def test_the_owner_gives_any_turn_to_any_member(rota: Opens) -> None:
    stage = at(rota(), "2026-11-24T10:00")
    stage.post("/cover", BEN, n="2", who="ben")
    assert stage.post("/cover", ANA, n="2", who="ana").status == 303
    assert [one["handle"] for one in stage.rows("covers")] == ["ana"]


@pytest.mark.parametrize(("number", "status"), [("0", 409), ("-1", 404), ("", 404), ("1.5", 404), ("9" * 12, 404)])
def test_a_turn_that_is_over_or_none_is_said(rota: Opens, number: str, status: int) -> None:
    stage = at(rota(), "2026-11-24T10:00")
    assert stage.get(f"/turn?n={number}", BEN).status == stage.post("/cover", BEN, n=number, who="ben").status == status


def test_the_thread_is_told_of_each_hand_over_and_of_nothing_in_between(rota: Opens) -> None:
    stage = rota()
    for day in range(15, 32):
        moment = f"2026-11-{day:02}T09:00" if day <= 30 else "2026-12-01T09:00"
        at(stage, moment).due("hand_over")
    assert stage.told == [
        "On call: ana is on duty until 23 Nov 2026, 09:00 UTC.",
        "On call: ana hands over to ben, who is on duty until 30 Nov 2026, 09:00 UTC.",
        "On call: ben hands over to cy, who is on duty until 7 Dec 2026, 09:00 UTC.",
    ]


def test_the_hand_over_comes_at_the_hour_that_was_said(rota: Opens) -> None:
    times = rota(handoff_time="17:30").bundle.manifest.times
    assert {name: (one.every, one.at) for name, one in times.items()} == {"hand_over": ("day", "17:30")}


def test_it_speaks_german(rota: Opens) -> None:
    stage = at(rota(language="Deutsch", title="Bereitschaft"), "2026-11-24T10:00")
    page = stage.get("/", BEN).text
    assert "Jetzt im Dienst" in page and "Wechselt jede Woche um 09:00 UTC." in page
    stage.post("/cover", BEN, n="2", who="ben")
    assert stage.told == ["Bereitschaft: ben übernimmt den Dienst von cy ab 30. Nov. 2026."]


def test_a_name_is_never_markup(rota: Opens) -> None:
    page = at(rota(members=["<b>x", "ben"]), "2026-11-24T10:00").get("/").text
    assert "<bdi><b>x" not in page and "&lt;b&gt;x" in page
