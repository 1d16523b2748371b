"""Whoever never used it makes a survey in four interactions at most, from sentence to preview (A1, simulated)."""

from collections.abc import Iterator

import pytest

from bot.conversation import Thread, buttons
from tests.bot.house import House


class Newcomer:
    """Does what the newest card says next, and counts: a sentence, a press, a form sent are one interaction each."""

    def __init__(self, house: House) -> None:
        self.house, self.interactions = house, 0

    def ask(self, text: str) -> Thread:
        self.interactions += 1
        self.thread = self.house.ask(text)
        return self.thread

    def go_on(self, **answers: str) -> None:
        """Until there is a preview: choose a survey where kinds are offered, and fill in what is asked for."""
        while "slipway.open" not in (offered := self.house.offered(self.thread)):
            assert self.interactions < 10, self.house.card(self.thread)
            self.interactions += 1
            if "slipway.choose" in offered:
                self.house.press(self.thread, self.survey())
                continue
            view = self.house.form(self.thread)
            asked = {one["block_id"] for one in view["blocks"] if one["type"] == "input"}
            self.interactions += 1
            assert self.house.ana.submit(view["id"], {k: v for k, v in answers.items() if k in asked}) == {}
            self.house.settle()

    def survey(self) -> str:
        """The button that says so."""
        shown = [buttons(one) for one in self.thread.messages(self.house.ana)]
        return next(name for row in shown for name, one in row.items() if one["text"]["text"] == "A survey")


@pytest.fixture
def newcomer(house: House) -> Iterator[Newcomer]:
    yield Newcomer(house)
    for view in house.ana.views():
        house.ana.close_view(view["id"])


SENTENCES = (
    "a lunch survey for ops, three questions, keep it two weeks",
    "Can you ask my team how they liked the offsite? Anonymous please",
    "Ich brauche eine Umfrage zum Mittagessen, drei Fragen",
    "I need to know what people think about the new office",
    "a survey please",
    "I want to ask people something",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_survey_takes_four_interactions_at_most(newcomer: Newcomer, sentence: str) -> None:  # A1
    thread = newcomer.ask(sentence)
    newcomer.go_on(title="Team lunch")
    assert newcomer.interactions <= 4
    page = newcomer.house.ana.sign_in(newcomer.house.preview(thread))
    assert page.status_code == 200 and "<form" in page.text


def test_one_sentence_can_be_enough(newcomer: Newcomer) -> None:  # A1
    newcomer.ask(SENTENCES[0])
    newcomer.go_on()
    assert newcomer.interactions == 1


def test_who_abandons_the_form_goes_on_where_they_were(newcomer: Newcomer) -> None:  # A1
    house = newcomer.house
    thread = newcomer.ask("a survey please")
    view = house.form(thread)
    house.ana.type(view["id"], "title", {"title": "Half a ti"})
    house.ana.close_view(view["id"])
    house.later(20 / 24)
    again = house.form(thread)
    title = next(one for one in again["blocks"] if one.get("block_id") == "title")
    assert title["element"]["initial_value"] == "Half a ti"
    assert house.ana.submit(again["id"], {}) == {}
    house.settle()
    assert "Half a ti" in house.ana.sign_in(house.preview(thread)).text
