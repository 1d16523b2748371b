"""Roles at work: each is asked of the chat when somebody acts, and is over with the next act once it is taken away."""

import json

import pytest
from sqlmodel import Session, select

from bot.chat import Place, Pressed
from bot.conversation import Thread, buttons
from bot.conversation import words as said_in
from bot.platformctl import command
from bot.slack.web_api import SlackChat
from bot.verbs import auditing, filling
from bot.who import people
from bot.who.people import IdentityRow
from guardrails import audit
from guardrails.approvals import ProposalRow
from runtime import apps
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
BISCUITS = "a survey about biscuits, three questions"
EVERYONE = "a feedback survey about the new office for everyone in the company"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


class Without(SlackChat):
    """The chat after somebody left a group."""

    gone: tuple[str, str] = ("", "")

    def group(self, handle: str) -> frozenset[str]:
        group, user = self.gone
        return super().group(handle) - ({user} if handle == group else set())


def leave(house: House, group: str, user: str) -> None:
    config = house.harbor.config
    chat = Without(config.bot_token, config.api_url)
    chat.gone = (group, user)
    house.wire(chat=chat)


def hinted(house: House, thread: Thread, action: str, who: object) -> str:
    """The value of a button as it stands in the thread."""
    return str(buttons(thread.with_button(house.ana, action))[action]["value"])


# Editors


def test_an_editor_changes_answers_and_publishes_and_others_still_approve(house: House) -> None:  # K7 N4
    thread = house.ask(EVERYONE)
    house.fill(thread, collaborators="ben")
    assert house.fill(thread, house.ben, title="The new office") == {}
    house.press(thread, "slipway.publish", house.ben)
    assert f"<@{house.ben.id}> wants to publish *The new office*" in house.card(thread)
    told = house.press(thread, "slipway.approve", house.ben)
    assert told == "Nobody approves their own request. Someone else of the approvers has to look at it."
    assert "app.live" not in house.actions()
    house.press(thread, "slipway.approve", house.dora)
    assert house.actions().count("app.live") == 1


def test_who_changed_it_does_not_approve_it_though_the_asker_published(house: House) -> None:  # G2
    thread = house.ask(EVERYONE)
    house.fill(thread, collaborators="ben")
    house.fill(thread, house.ben, title="The new office")
    house.press(thread, "slipway.publish")
    told = house.press(thread, "slipway.approve", house.ben)
    assert told == "This is your own work as well. Someone else of the approvers has to look at it."
    house.press(thread, "slipway.approve", house.dora)
    assert house.fill(thread, title="Once more") == {}
    house.press(thread, "slipway.publish")
    assert house.press(thread, "slipway.approve", house.ben) == "", "what dora approved is nobody's work to come"


def test_the_asker_does_not_approve_what_an_editor_published(house: House) -> None:  # G2
    thread = house.ask(EVERYONE, house.ben)
    house.fill(thread, house.ben, collaborators="cy")
    house.press(thread, "slipway.publish", house.cy)
    told = house.press(thread, "slipway.approve", house.ben)
    assert told == "This is your own work as well. Someone else of the approvers has to look at it."


def test_a_collaborator_is_no_editor_any_more_once_another_is_published(house: House) -> None:
    thread = house.ask(SURVEY)
    house.fill(thread, collaborators="cy")
    house.press(thread, "slipway.publish")
    assert house.cy.sign_in(house.live(thread) + "results").status_code == 200
    house.fill(thread, collaborators="")
    house.press(thread, "slipway.publish")
    told = house.keep_app(thread, house.cy) if "slipway.keep" in house.offered(thread) else ""
    assert told == f"Only <@{house.ana.id}>, team leads, operators and the collaborators can do that."
    assert house.cy.web.get(house.live(thread) + "results").status_code != 200


# Operators


def test_an_operator_ends_an_app_and_its_people_are_its_owners(house: House, survey: Thread) -> None:
    house.wire(roles={"operator": ("platform-approvers",)})
    told = house.press(survey, "slipway.people", house.ben)
    assert told == f"Only <@{house.ana.id}>, whose app it is, can do that."
    assert house.press(survey, "slipway.retire", house.ben) == ""
    assert "app.retired" in house.actions()


def test_who_left_the_group_is_no_operator_with_the_next_press(house: House, survey: Thread) -> None:
    leave(house, "platform-approvers", house.ben.id)
    house.wire(roles={"operator": ("platform-approvers",)})
    told = house.press(survey, "slipway.retire", house.ben)
    assert told == f"Only <@{house.ana.id}>, operators and the collaborators can do that."
    assert "app.retired" not in house.actions()


def test_an_operator_looks_at_what_went_wrong_and_others_do_not(house: House, survey: Thread) -> None:
    house.wire(roles={"operator": ("platform-approvers",)})
    hint, place = json.dumps({"v": "1", "request": house.request().id}), Place("T", "C")

    def opened(user: str) -> object:
        return filling.form(house.wiring, Pressed("k", place, user, "slipway.look", hint, "", ""))

    assert isinstance(opened(house.ben.id), dict)
    assert opened(house.cy.id) == (
        f"Only <@{house.ana.id}>, operators and the collaborators can look: an app's log may tell of its visitors."
    )


def test_while_the_chat_cannot_say_who_operates_a_press_waits(house: House, survey: Thread) -> None:
    house.wire(roles={"operator": ("platform-approvers",)})
    house.keep_app(survey, house.ben)  # his profile is known now, his groups never are
    house.chat.cut = True
    assert house.press(survey, "slipway.retire", house.ben) == ""
    assert "app.retired" not in house.actions()
    house.chat.cut = False
    house.later(days=0.01)
    assert "app.retired" in house.actions()


# Claims of a sign-in


def claim(house: House, user: str, *claimed: str, ago: int = 0) -> None:
    workspace = house.request().workspace
    with Session(house.engine) as session, session.begin():
        people.claim(session, workspace, user, json.dumps(claimed), house.now() - ago)


def test_a_sign_in_that_claims_a_group_gives_its_role_for_an_hour(house: House, survey: Thread) -> None:
    house.wire(roles={"operator": ("ops",)})
    leave(house, "ops", house.cy.id)
    assert "operators and the collaborators can do that." in house.press(survey, "slipway.retire", house.cy)
    house.cy.sign_in(house.live(survey))  # the token says: ops
    house.later(days=1.5 / 24)
    assert "operators and the collaborators can do that." in house.press(survey, "slipway.retire", house.cy)
    claim(house, house.cy.id, "ops")
    assert house.press(survey, "slipway.retire", house.cy) == ""
    assert "app.retired" in house.actions()


def test_the_next_sign_in_without_the_claim_takes_the_role_away(house: House, survey: Thread) -> None:
    house.wire(roles={"operator": ("sre",)})
    house.cy.sign_in(house.live(survey))
    claim(house, house.cy.id, "sre")
    with Session(house.engine) as session:
        [row] = session.exec(select(IdentityRow).where(IdentityRow.subject == house.cy.id)).all()
        assert row.claims == '["sre"]'
    house.cy.web.get(house.live(survey) + "_slipway/sign-out")
    house.cy.sign_in(house.live(survey))
    assert "operators and the collaborators can do that." in house.press(survey, "slipway.retire", house.cy)


# Auditors


def test_an_auditor_reads_an_apps_record_and_that_is_recorded(house: House, survey: Thread) -> None:
    assert house.dora.command("/slipway audit lunch", "#slipway-demo") == ""
    house.settle()
    told = house.told(house.dora, "#slipway-demo")
    assert told.startswith("```\nLunch (lunch, app_")
    assert "asked      " in told and "“a lunch survey for ops" in told and "app.live by slipway" in told
    assert house.actions().count("audit.read") == 1
    request = house.request()
    with Session(house.engine) as session:
        event = audit.story(session, str(request.app))[-1]
        dora = people.known(session, request.workspace, house.dora.id)
    assert dora is not None and (event.action, event.actor) == ("audit.read", dora.id)


@pytest.mark.parametrize("who", ["ana", "ben", "gil"])
def test_nobody_else_reads_it(house: House, survey: Thread, who: str) -> None:
    person = {"ana": house.ana, "ben": house.ben, "gil": house.gil}[who]
    person.command("/slipway audit lunch", "#slipway-demo")
    house.settle()
    told = house.told(person, "#slipway-demo")
    if who == "gil":
        assert told == "Guests cannot steer apps here. Please ask a member of this workspace."
    else:
        assert told == "Only auditors can read an app's record. Who they are stands in the setting SLIPWAY_ROLES."
    assert "audit.read" not in house.actions()


def test_who_left_the_auditors_reads_nothing_any_more(house: House, survey: Thread) -> None:
    leave(house, "audit", house.dora.id)
    house.dora.command("/slipway audit lunch", "#slipway-demo")
    house.settle()
    assert house.told(house.dora, "#slipway-demo").startswith("Only auditors can read an app's record.")


def test_words_that_name_no_app_are_a_request_as_ever(house: House) -> None:
    house.ask("audit checklist", house.dora, "#slipway-demo")
    assert [one.text for one in house.requests()] == ["audit checklist"]


# Guests and partners


@pytest.mark.parametrize(("who", "called"), [("gil", "Guests"), ("pia", "People of other organisations")])
def test_outsiders_neither_ask_nor_steer(house: House, who: str, called: str) -> None:
    person = {"gil": house.gil, "pia": house.pia}[who]
    refused = house.ask(SURVEY, person, "#slipway-demo")
    said = " ".join(said_in(one) for one in refused.messages(person))
    assert f"{called} cannot create apps here. Please ask a member of this workspace to do it." in said
    thread = house.ask(SURVEY, channel="#slipway-demo")
    told = house.press(thread, "slipway.publish", person)
    assert told == f"{called} cannot steer apps here. Please ask a member of this workspace."


@pytest.mark.parametrize("who", ["gil", "pia"])
def test_a_channel_may_let_them_ask_for_apps_and_steer_their_own(house: House, who: str) -> None:
    person = {"gil": house.gil, "pia": house.pia}[who]
    channel = next(one.id for one in house.harbor.config.channels if one.name == "slipway-demo")
    house.wire(guest_channels=frozenset({channel}))
    thread = house.ask(BISCUITS, person, "#slipway-demo")
    assert house.press(thread, "slipway.publish", person) == ""
    assert "app.live" in house.actions()
    assert person.sign_in(house.live(thread)).status_code == 200
    others = house.ask("a survey about the lamps, three questions", channel="#slipway-demo")
    told = house.press(others, "slipway.publish", person)
    assert told == f"Only <@{house.ana.id}>, who asked for this, and the collaborators can do that."


@pytest.mark.parametrize(("who", "called"), [("gil", "Guests"), ("pia", "People of other organisations")])
def test_they_never_approve_wherever_they_are(house: House, who: str, called: str) -> None:  # G2
    person = {"gil": house.gil, "pia": house.pia}[who]
    config = house.harbor.config
    channel = next(one.id for one in config.channels if one.name == "slipway-demo")

    class Everybody(SlackChat):
        def group(self, handle: str) -> frozenset[str]:
            return super().group(handle) | {person.id}

    house.wire(guest_channels=frozenset({channel}), chat=Everybody(config.bot_token, config.api_url))
    thread = house.ask(EVERYONE, channel="#slipway-demo")
    house.press(thread, "slipway.publish")
    assert house.press(thread, "slipway.approve", person) == (
        f"{called} never approve. Please ask a member of this workspace."
    )
    assert "app.live" not in house.actions()


def test_a_guest_is_nobodys_stand_in(house: House, capsys: pytest.CaptureFixture[str]) -> None:  # G2
    for person in (house.ben, house.gil):
        house.ask(BISCUITS, person, "#slipway-demo")
    words = ["stand-in", "--as", "@ben", "--to", "@gil", "--until", "2026-12-31", "--home", str(house.home)]
    assert command.main(words) == 1
    assert "guests never approve, nor stand in for somebody who does" in capsys.readouterr().err


def test_the_owner_enters_though_the_chat_is_away(house: House, survey: Thread) -> None:  # D7
    url = house.live(survey)
    house.ana.sign_in(url)
    house.chat.cut, house.ahead = True, 120  # what the worker heard a minute ago it asks again
    assert house.ana.web.get(url).status_code == 200


def test_a_group_of_outsiders_alone_is_a_group_of_nobody(house: House) -> None:  # G2
    config = house.harbor.config

    class Outsiders(SlackChat):
        def group(self, handle: str) -> frozenset[str]:
            return frozenset({house.gil.id, house.pia.id})

    thread = house.ask(EVERYONE)
    house.wire(chat=Outsiders(config.bot_token, config.api_url))
    told = house.press(thread, "slipway.publish")
    assert told == "No approver exists: the group @platform-approvers is empty. Ask the platform team."


def test_a_partner_does_not_get_in_where_their_channel_is_not_named(house: House) -> None:
    thread = house.ask(BISCUITS, channel="#slipway-demo")
    house.press(thread, "slipway.publish")
    assert house.gil.sign_in(house.live(thread)).status_code == 200, "a guest of the channel looks"
    page = house.pia.sign_in(house.live(thread))
    assert page.status_code != 200


def test_a_partners_handle_is_no_name_of_ours(house: House) -> None:
    thread = house.ask("an approval flow for trips")
    house.fill(thread, approvers="pia")
    assert "I know nobody here called @pia." in house.card(thread)


def test_what_was_proposed_says_whose_work_it_is(house: House) -> None:
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    with Session(house.engine) as session:
        [row] = session.exec(select(ProposalRow)).all()
        app = apps.get(session, row.app)
    assert app is not None and json.loads(row.authors) == [app.owner]


def test_a_long_record_shows_its_newest_part_and_calls_nobody() -> None:
    digest = "sha256:" + "ab" * 32
    events = "\n".join(f"{'record' if n == 0 else '':11}{n:6} app.kept by Ana bundle={digest}" for n in range(90))
    shown = auditing.shown(f"Lunch\nasked      “<!channel> ```”\n{events}", "lunch")
    assert "89 app.kept by Ana bundle=sha256:abababababab…" in shown
    assert "     0 app.kept" not in shown and " before these\n" in shown
    assert "&lt;!channel&gt; '''" in shown
    assert shown.endswith("\n```All of it prints `platformctl audit query lunch`.")
    assert len(shown) < 4000
