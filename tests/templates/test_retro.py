"""Retrospectives, in the sandbox: cards, votes and who may do what."""  # R1

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.call import Visitor
from tests.templates.stage import ANA, BEN, CY, Stage

Opens = Callable[..., Stage]


@pytest.fixture
def retro(stage: Opens) -> Opens:
    return lambda **answers: stage("retro", **answers)


def card(stage: Stage, text: str, visitor: Visitor = BEN, column: str = "0") -> str:
    assert stage.post("/cards", visitor, column=column, text=text).status == 303
    return next(str(one["id"]) for one in stage.rows("cards") if one["text"] == text)


def vote(stage: Stage, one: str, visitor: Visitor = BEN, on: str = "yes") -> int:
    return stage.post("/vote", visitor, card=one, on=on).status


def test_cards_stand_in_their_columns_with_their_author(retro: Opens) -> None:
    stage = retro()
    card(stage, "Pair more", BEN, "0")
    card(stage, "Late meetings", CY, "1")
    start, stop = stage.get("/", ANA).text.split('<h2 id="h')[1:]
    assert "Pair more" in start and "<bdi>Ben Okafor</bdi>" in start and "Late meetings" not in start
    assert "Late meetings" in stop


def test_a_person_has_so_many_votes_and_can_take_them_back(retro: Opens) -> None:
    stage = retro()
    one, two, three = (card(stage, text) for text in ("One", "Two", "Three"))
    assert "You have 2 votes." in stage.get("/", BEN).text
    assert vote(stage, one) == vote(stage, two) == 303
    assert vote(stage, three) == 409
    assert "0 of your 2 votes left." in stage.get("/", BEN).text
    assert vote(stage, one, on="no") == vote(stage, three) == 303
    assert {str(row["card"]) for row in stage.rows("votes")} == {two, three}


def test_a_second_press_is_no_second_vote(retro: Opens) -> None:
    stage = retro()
    one = card(stage, "One")
    assert vote(stage, one) == vote(stage, one) == 303
    assert len(stage.rows("votes")) == 1


def test_fifty_people_who_vote_twice_at_once_are_counted_once_each(retro: Opens) -> None:
    stage = retro(votes_per_person=1)
    cards = [card(stage, text) for text in ("One", "Two")]
    crowd = [Visitor(f"v-{n}", f"Person {n}", handle=f"p{n}") for n in range(50)]
    pressed = [(one, visitor) for visitor in crowd for one in cards]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda press: vote(stage, *press), pressed))
    assert sorted(statuses) == [303] * 50 + [409] * 50
    assert len({row["by"] for row in stage.rows("votes")}) == len(stage.rows("votes")) == 50


def test_the_board_can_be_read_with_the_most_votes_first(retro: Opens) -> None:
    stage = retro()
    card(stage, "First")
    vote(stage, card(stage, "Second"))
    assert stage.get("/").text.index("First") < stage.get("/").text.index("Second")
    ranked = stage.get("/?sort=votes").text
    assert ranked.index('<p dir="auto">Second') < ranked.index('<p dir="auto">First')


def test_anonymous_cards_say_nothing_about_who_wrote_them(retro: Opens) -> None:
    stage = retro(anonymous=True)
    one = card(stage, "Quietly")
    [row] = stage.rows("cards")
    assert "by" not in row or not row["by"]
    page = stage.get("/", BEN).text
    assert "Cards carry no names." in page and "Ben Okafor</bdi></p>" not in page.partition("<footer")[0]
    assert stage.post("/remove", BEN, card=one).status == 403


def test_a_card_is_removed_by_its_author_or_the_owner_with_its_votes(retro: Opens) -> None:
    stage = retro()
    one, two = card(stage, "One"), card(stage, "Two")
    vote(stage, one)
    assert stage.get(f"/remove?card={one}", CY).status == stage.post("/remove", CY, card=one).status == 403
    assert "leaves the board, with its votes." in stage.get(f"/remove?card={one}", BEN).text
    assert stage.post("/remove", BEN, card=one).status == stage.post("/remove", ANA, card=two).status == 303
    assert stage.rows("cards") == stage.rows("votes") == []
    assert vote(stage, one) == 409, "a card that is gone takes no vote"


@pytest.mark.parametrize(
    ("text", "why"), [("", "Write something on the card."), ("x" * 301, "This is 301 characters long; 300 fit.")]
)
def test_a_card_that_will_not_do_is_told_in_its_column_and_kept(retro: Opens, text: str, why: str) -> None:
    answer = retro().post("/cards", BEN, column="1", text=text)
    assert answer.status == 422
    assert f'<p class="error" id="f-c1-error">{why}</p>' in answer.text and f"{text}</textarea>" in answer.text


@pytest.mark.parametrize("column", ["2", "-1", "length", "", "01"])
def test_a_column_that_is_none_takes_no_card(retro: Opens, column: str) -> None:
    stage = retro()
    assert stage.post("/cards", BEN, column=column, text="x").status == 404
    assert stage.rows("cards") == []


def test_without_votes_there_is_nothing_to_press(retro: Opens) -> None:
    stage = retro(votes_per_person=0)
    card(stage, "One")
    assert "/vote" not in stage.get("/").text


def test_without_columns_it_has_three_in_its_own_language(retro: Opens) -> None:
    assert "Could be better" in retro(columns=[]).get("/").text
    german = retro(columns=[], language="Deutsch").get("/", BEN).text
    assert "Lief nicht gut" in german and "Du hast 2 Stimmen." in german


def test_the_owner_takes_it_away_as_csv_and_nobody_else(retro: Opens) -> None:
    stage = retro()
    vote(stage, card(stage, "=cmd()"))
    assert stage.get("/cards.csv", ANA).text.splitlines()[1] == 'Start,"\'=cmd()",Ben Okafor,1'
    assert stage.get("/cards.csv", BEN).status == 404
