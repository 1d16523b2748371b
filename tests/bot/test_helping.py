"""Help lists what somebody may do here and now, in their language, and nothing that is not theirs (A9)."""

from dataclasses import replace

import pytest

from bot.chat import Heard, Place
from bot.shelf import helping
from bot.shelf.helping import ANYBODY, COMMANDS, MAKER, May
from bot.who import roles
from bot.workspace.config import PEOPLE
from bot.workspace.person import Person
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions"


def test_each_line_is_about_an_act_that_somebody_has_and_says_it_in_both_languages() -> None:
    assert {one.act for one in COMMANDS} <= {*roles.MAY, MAKER, ANYBODY}
    assert len({one.usage for one in COMMANDS}) == len(COMMANDS)
    for one in COMMANDS:
        assert set(one.says) == {"en", "de"} and all(one.says.values())


def test_what_is_not_theirs_is_not_listed() -> None:
    nobody = helping.said(May(barred="Guests cannot create apps here."), "en")
    assert "templates" not in nobody and "Publish" not in nobody and "audit" not in nobody
    assert nobody.startswith("Guests cannot create apps here.") and helping.VISITS["en"] in nobody


def test_their_own_apps_are_the_examples_and_few_of_them() -> None:
    publish = next(one for one in COMMANDS if one.act == "publish")
    may = May(say="a survey", mine={publish.usage: ["Lunch <!channel>", "*Dinner*", "Tea", "Soup"]})
    row = next(one for one in helping.points(may, "en") if "Publish" in one)
    assert row.endswith(": _Lunch &lt;!channel&gt;_, _Dinner_, _Tea_ …")


def test_a_role_of_the_platform_is_for_any_app() -> None:
    rows = "\n".join(helping.points(May(every=frozenset({"archive", "audit"}), slug="lunch"), "de"))
    assert "`/slipway audit lunch`" in rows and "jede App" in rows and "Publish" not in rows


@pytest.mark.parametrize("tongue", ["en", "de"])
def test_with_everything_in_it_slack_takes_it(tongue: helping.Tongue) -> None:
    may = May(say="x" * 500, mine={one.usage: ["y" * 300] * 9 for one in COMMANDS}, waiting=9, slug="z" * 60)
    assert len(helping.said(may, tongue, demo=True)) <= 3000


def helped(house: House, who: Person, words: str = "help", channel: str = "#ops") -> str:
    """What this person is told."""
    assert who.command(f"/slipway {words}", channel) == ""
    house.settle()
    return house.told(who, channel)


@pytest.mark.scenario
def test_before_there_is_an_app_only_making_one_is_listed(house: House) -> None:
    told = helped(house, house.ana)
    assert "or whatever you need" in told and "/slipway templates" in told
    assert not any(word in told for word in ("Publish*", "Keep*", "Discard*", "audit", "Approve"))


@pytest.mark.scenario
def test_with_an_app_its_asker_reads_its_name_where_they_may_act(house: House) -> None:
    thread = house.ask(SURVEY)
    told = helped(house, house.ana)
    assert "*Publish* lets people in" in told and told.count("_Lunch_") >= 3 and "*Keep*" not in told
    assert "Lunch" not in helped(house, house.cy).replace(
        "lunch survey", ""
    )  # not theirs, though they are in the channel
    house.press(thread, "slipway.publish")
    told = helped(house, house.ana)
    assert "*Keep* gives it another term: _Lunch_" in told and "*Publish* lets" not in told


@pytest.mark.scenario
def test_a_collaborator_of_a_live_app_reads_it_too(house: House) -> None:
    thread = house.ask("a lunch survey for ops, three questions, with @cy")
    house.fill(thread, collaborators="cy")
    house.press(thread, "slipway.publish")
    if "slipway.approve" in house.offered(thread):
        house.press(thread, "slipway.approve", house.ben)
    told = helped(house, house.cy)
    assert "*Keep* gives it another term: _Lunch_" in told and "What was sent" not in told


@pytest.mark.scenario
def test_an_auditor_reads_it_in_their_language(house: House) -> None:
    assert next(one for one in PEOPLE if one.handle == "dora").locale == "de-DE"
    told = helped(house, house.dora, channel="#finance")
    assert "Sag mir in einem Satz" in told and "/slipway audit" in told
    assert "Sag mir in einem Satz" in helped(house, house.ana, "hilfe")
    assert "audit" not in helped(house, house.ana)


@pytest.mark.scenario
def test_an_approver_reads_that_something_waits(house: House) -> None:
    thread = house.ask("a feedback survey about the new office for everyone in the company")
    house.press(thread, "slipway.publish")
    assert "1 decision waits for you" in helped(house, house.ben)
    assert "waits for you" not in helped(house, house.ana)


@pytest.mark.scenario
def test_a_guest_reads_what_guests_can(house: House) -> None:  # U7
    told = helped(house, house.gil, channel="#slipway-demo")
    assert told.startswith("Guests cannot create apps here.") and "templates" not in told
    channel = house.harbor.channel("slipway-demo")
    house.wire(guest_channels=frozenset({channel}))
    assert "/slipway templates" in helped(house, house.gil, channel="#slipway-demo")


@pytest.mark.scenario
def test_home_says_the_same(house: House) -> None:
    house.ask(SURVEY)
    home = str(house.home_of(house.ana))
    assert helping.HEAD["en"] in home and "*Publish* lets people in" in home


@pytest.mark.scenario
def test_help_waits_while_the_chat_is_away(house: House) -> None:
    house.ana.command("/slipway help", "#ops")
    house.chat.cut = True
    house.settle()
    house.chat.cut = False
    house.later(0.001)
    assert "or whatever you need" in house.told()


def test_a_thread_is_no_place_for_help() -> None:
    said = Heard("k", Place("T", "C", "1.1"), "U1", "help", "thread")
    assert helping.asked(said, demo=False) is None
    assert helping.asked(replace(said, via="command"), demo=False) is not None
