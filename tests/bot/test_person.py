"""Two accounts of one human: an operator links them, and everything follows; what each did stays its own."""

import pytest
from sqlmodel import Session

from bot.conversation import Thread
from bot.platformctl import command
from bot.who import people
from guardrails import audit
from runtime import deployments
from tests.bot.house import House

EVERYONE = "a feedback survey about the new office for everyone in the company"
SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def asked(house: House) -> Thread:
    """A survey for everyone, whose approval is asked for."""
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    return thread


def person(house: House, action: str, first: str, second: str) -> int:
    return command.main(["person", action, first, second, "--home", str(house.home)])


def live(house: House) -> int:
    with Session(house.engine) as session:
        return sum(one.stage == "live" for one in deployments.standing(session))


def test_the_second_account_does_not_approve_though_the_link_came_later(  # G2 N4
    house: House, asked: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    assert person(house, "link", "@ana", house.ben.id) == 0
    assert capsys.readouterr().out.endswith(" are one person from now on.\n")
    told = house.press(asked, "slipway.approve", house.ben)
    assert told == "Nobody approves their own request. Someone else of the approvers has to look at it."
    assert live(house) == 0
    house.press(asked, "slipway.approve", house.dora)
    assert live(house) == 1


def test_a_group_of_ones_own_accounts_is_a_group_of_nobody(house: House, asked: Thread) -> None:  # G2
    for other in (house.ben.id, house.dora.id):
        assert person(house, "link", "@ana", other) == 0
    house.press(asked, "slipway.approve", house.dora)
    assert live(house) == 0
    house.fill(asked, title="Another office")
    told = house.press(asked, "slipway.publish")
    assert told == "No approver exists: in @platform-approvers there is nobody but the asker. Ask the platform team."


def test_two_accounts_of_one_approver_are_one_yes_and_a_stand_in_of_oneself_none(  # G2 N4
    house: House, asked: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    house.press(asked, "slipway.approve", house.cy)  # meets cy, who may not
    assert person(house, "link", "@ana", "@cy") == 0
    house.ben.sign_in(house.preview(asked))
    words = ["stand-in", "--as", "@ben", "--to", "@cy", "--until", "2026-12-31", "--home", str(house.home)]
    assert command.main(words) == 0
    told = house.press(asked, "slipway.approve", house.cy)
    assert told.startswith("Nobody approves their own request."), "nobody speaks for ben about their own request"
    capsys.readouterr()
    assert command.main(["stand-in", "--as", "@ana", "--to", "@cy", *words[5:]]) == 1
    assert "a stand-in is somebody else of the same workspace" in capsys.readouterr().err


def test_requests_apps_and_visits_follow_the_human(house: House) -> None:
    thread = house.ask(SURVEY)
    house.ask("a survey about lamps", house.cy)
    assert person(house, "link", "@ana", "@cy") == 0
    assert house.press(thread, "slipway.publish", house.cy) == ""
    url = house.live(thread)
    assert house.cy.sign_in(url + "results").status_code == 200, "the owner by another account"
    assert house.press(thread, "slipway.retire", house.cy) == ""


def test_an_app_sees_one_visitor_and_a_link_signs_both_out(house: House) -> None:
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    url = house.live(thread)
    house.ana.sign_in(url)
    house.cy.sign_in(url)
    person(house, "link", "@ana", "@cy")
    assert house.ana.web.get(url).status_code == 302, "to sign in anew"
    assert (house.ana.sign_in(url).status_code, house.cy.sign_in(url).status_code) == (200, 200)
    with Session(house.engine) as session:
        rows = list(session.connection().exec_driver_sql("SELECT DISTINCT person FROM visit_session"))
    assert len(rows) == 1


def test_unlinked_they_are_two_people_again_with_what_was_each_ones(house: House, asked: Thread) -> None:
    house.press(asked, "slipway.approve", house.cy)
    person(house, "link", "@ana", "@cy")
    assert person(house, "unlink", "@ana", "@cy") == 0
    told = house.press(asked, "slipway.discard", house.cy)
    assert told == f"Only <@{house.ana.id}>, who asked for this, can do that."
    assert house.press(asked, "slipway.discard") == ""
    assert [one for one in house.actions() if one.startswith("person.")] == ["person.linked", "person.unlinked"]


def test_an_account_that_nobody_has_met_is_linked_before_it_does_anything(house: House, asked: Thread) -> None:  # G2
    assert person(house, "link", "@ana", house.dora.id) == 0
    house.press(asked, "slipway.approve", house.dora)
    assert live(house) == 0
    workspace = house.request().workspace
    with Session(house.engine) as session:
        known = people.known(session, workspace, house.dora.id)
        assert known is not None and known.name == "Dora Meyer"
        assert audit.verify(session, known.workspace) == ()


def test_a_link_names_what_only_they_themselves_said_yes_to(  # G2
    house: House, asked: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    house.press(asked, "slipway.approve", house.ben)
    assert live(house) == 1
    assert person(house, "link", "@ana", "@ben") == 0
    said = capsys.readouterr().out
    assert said.startswith("@ana and @ben are one person from now on. Nobody else said yes to ")
    assert said.endswith(": have somebody look.\n")


@pytest.mark.parametrize(
    ("action", "first", "second", "told"),
    [
        ("link", "@nobody", "@noone", "neither @nobody nor @noone is known here"),
        ("link", "@ana", "@noone", "nobody here is known to be called @noone; give the chat's own id"),
        ("link", "@ana", "@ana", "a link is between two accounts of one workspace"),
        ("unlink", "@ana", "U0UNKNOWN", "are not linked"),
    ],
)
def test_what_cannot_be_linked_is_said(
    house: House, asked: Thread, capsys: pytest.CaptureFixture[str], action: str, first: str, second: str, told: str
) -> None:
    assert person(house, action, first, second) == 1
    assert told in capsys.readouterr().err
    assert "person.linked" not in house.actions()


def test_who_is_forgotten_is_forgotten_with_every_account(house: House, asked: Thread) -> None:
    house.press(asked, "slipway.approve", house.cy)
    person(house, "link", "@ana", "@cy")
    assert command.main(["audit", "forget", "ana", "--home", str(house.home)]) == 0
    kept = house.dump()
    assert not [name for name in ("Ana Ortiz", "Cy Lindqvist", house.ana.id, house.cy.id) if name in kept]
