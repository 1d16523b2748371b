"""Publishing past a policy: a group is asked live, never the asker, and what is approved is exactly what was shown."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.conversation import Thread, buttons
from bot.conversation import words as said_in
from bot.platformctl import command
from bot.platformctl.remote_decision import Wanted, run
from bot.slack.web_api import SlackChat
from bot.who.people import IdentityRow
from guardrails import audit
from guardrails.approvals import OPEN_SECONDS
from runtime import deployments
from tests.bot.house import House

EVERYONE = "a feedback survey about the new office for everyone in the company"


@pytest.fixture
def asked(house: House) -> Thread:
    """A survey for everyone, whose approval is asked for."""
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    assert {"slipway.approve", "slipway.reject"} <= house.offered(thread)
    return thread


def live(house: House) -> int:
    """How many apps are live."""
    with Session(house.engine) as session:
        return sum(one.stage == "live" for one in deployments.standing(session))


def test_ben_approves_and_who_and_when_stands_where_the_buttons_were(house: House, asked: Thread) -> None:  # U3
    assert house.dora.sign_in(house.preview(asked)).status_code == 200, "who is asked to decide may look"
    assert "<!subteam^" in house.card(asked), "and is called"
    assert house.press(asked, "slipway.approve", house.ben) == ""
    assert f":white_check_mark: <@{house.ben.id}> approved this on " in house.card(asked)
    assert house.offered(asked).isdisjoint({"slipway.approve", "slipway.reject", "slipway.publish"})
    assert house.dora.sign_in(house.live(asked)).status_code == 200, "everyone may enter now"


def test_the_asker_cannot_approve_though_she_presses(house: House, asked: Thread) -> None:
    told = house.press(asked, "slipway.approve")
    assert told.startswith("Nobody approves their own request.")
    assert live(house) == 0


def test_cy_who_has_no_rights_is_told_who_could(house: House, asked: Thread) -> None:
    assert "Only @platform-approvers can decide this." in house.press(asked, "slipway.approve", house.cy)
    assert live(house) == 0


def test_the_group_is_asked_at_the_click_and_not_before(house: House, asked: Thread) -> None:  # G2
    class Emptied(SlackChat):
        def group(self, handle: str) -> frozenset[str]:
            return frozenset()

    config = house.harbor.config
    house.wire(chat=Emptied(config.bot_token, config.api_url))
    assert "the group @platform-approvers is empty" in house.press(asked, "slipway.approve", house.ben)
    assert live(house) == 0


def test_while_the_chat_cannot_say_who_belongs_a_decision_waits(house: House, asked: Thread) -> None:  # G2
    house.chat.cut = True
    assert house.press(asked, "slipway.approve", house.ben) == ""
    assert live(house) == 0
    house.chat.cut = False
    house.later(days=0.01)
    assert live(house) == 1


def test_a_no_takes_a_reason_and_the_asker_may_ask_again(house: House, asked: Thread) -> None:
    view = house.form(asked, house.dora, "slipway.reject")
    assert house.dora.submit(view["id"], {"reason": ""})["reason"]
    assert house.dora.submit(view["id"], {"reason": "Not before the move, <!channel>."}) == {}
    house.settle()
    assert f":x: <@{house.dora.id}> rejected this on " in house.card(asked)
    assert "“Not before the move, &lt;!channel&gt;.”" in house.card(asked)
    assert "slipway.approve" not in house.offered(asked)
    house.press(asked, "slipway.publish")
    assert "slipway.approve" in house.offered(asked), "a new request for approval stands in the thread"
    house.press(asked, "slipway.approve", house.ben)
    assert live(house) == 1


def test_changed_answers_void_what_waits_and_its_buttons_go(house: House, asked: Thread) -> None:  # U3
    old = asked.with_button(house.ben, "slipway.approve")
    assert house.fill(asked, title="Another office") == {}
    assert "This request for approval is void: the app was changed" in house.card(asked)
    assert "slipway.approve" not in house.offered(asked)
    late = replayed(house, old, "slipway.approve")
    assert late == "The app was changed since; this request for approval is void. Your click changed nothing."
    house.press(asked, "slipway.publish")
    again = replayed(house, old, "slipway.approve")
    assert again == late, "the old button does not approve the new proposal"
    assert live(house) == 0
    house.press(asked, "slipway.approve", house.ben)
    assert live(house) == 1


def replayed(house: House, message: dict[str, object], action: str) -> str:
    """What ben is told who presses a button of a message as it once was."""
    before = len(house.whispers(house.ben))
    house.door.press(action, buttons(message)[action]["value"], who=house.ben, at=f"3.{before}")
    house.settle()
    return " ".join(one["text"] for one in house.whispers(house.ben)[before:])


def test_an_undecided_request_expires_and_can_be_asked_for_again(house: House, asked: Thread) -> None:
    old = asked.with_button(house.ben, "slipway.approve")
    house.ask("a lunch survey, three questions")  # keeps nothing open
    house.later(days=OPEN_SECONDS / 86_400 - 1)
    assert "slipway.approve" in house.offered(asked)
    assert house.ben.sign_in(house.preview(asked)).status_code == 200, "it can be looked at as long as it is open"
    house.later(days=1)
    assert "slipway.approve" not in house.offered(asked)
    assert live(house) == 0
    assert replayed(house, old, "slipway.approve") != ""
    house.press(asked, "slipway.publish")
    assert "slipway.approve" in house.offered(asked)


def test_discarding_takes_the_request_for_approval_with_it(house: House, asked: Thread) -> None:  # D3
    old = asked.with_button(house.ben, "slipway.approve")
    house.press(asked, "slipway.discard")
    assert house.offered(asked) == frozenset()
    assert "void: the app was changed or has ended" in house.card(asked)
    assert "void" in replayed(house, old, "slipway.approve")
    assert live(house) == 0


def test_a_late_second_approver_changes_nothing(house: House, asked: Thread) -> None:
    old = asked.with_button(house.ben, "slipway.approve")
    house.press(asked, "slipway.approve", house.dora)
    assert replayed(house, old, "slipway.approve") == "This was already approved; your click changed nothing."
    assert house.actions().count("approval.given") == house.actions().count("app.live") == 1


def test_an_approval_of_one_app_cannot_be_turned_to_another(house: House, asked: Thread) -> None:  # U3
    other = house.ask(EVERYONE, house.cy)
    mine = json.loads(buttons(asked.with_button(house.ben, "slipway.approve"))["slipway.approve"]["value"])
    theirs = json.loads(buttons(other.with_button(house.cy, "slipway.publish"))["slipway.publish"]["value"])
    house.door.press("slipway.approve", json.dumps({**theirs, **mine}), who=house.ben)
    house.settle()
    assert [one.state for one in house.requests()] == ["live", "previewed"]


def typed(house: House, word: str, who: str, reason: str = "It is fine.", patience: float = 0.0) -> str:
    """What `platformctl approve` or `reject` says, decided by control as soon as it looks."""
    wanted = Wanted(str(house.request().app), who, reason, yes=word == "approve")
    try:
        return run(house.home, wanted, patience)
    finally:
        house.settle()


def test_a_word_from_the_command_line_leaves_the_same_record(house: House, asked: Thread) -> None:  # N4
    house.press(asked, "slipway.approve", house.cy)  # meets cy, who may not
    assert typed(house, "approve", house.ben.id) == "It is kept, and is decided as soon as control runs."
    assert live(house) == 1
    assert f":white_check_mark: <@{house.ben.id}> approved this on " in house.card(asked)
    assert "“It is fine.”" in house.card(asked)
    with Session(house.engine) as session:
        [given] = [one for one in audit.story(session, str(house.request().app)) if one.action == "approval.given"]
    assert given.facts["via"] == "platformctl" and given.facts["operator"]


@pytest.mark.parametrize("who", ["ana", "cy"])
def test_who_may_not_decide_may_not_from_the_command_line_either(house: House, asked: Thread, who: str) -> None:  # N4
    person = house.ana if who == "ana" else house.cy
    typed(house, "approve", person.id)
    assert live(house) == 0
    assert house.told(person).startswith(("Nobody approves their own request.", "Only @platform-approvers"))


def test_a_secret_in_a_reason_is_taken_out_and_a_no_tells_why(house: House, asked: Thread) -> None:  # N4
    typed(house, "reject", house.ben.id, "Not with password hunter2hunter2!")
    assert "hunter2hunter2" not in house.dump()
    assert "rejected this on" in house.card(asked) and live(house) == 0


def test_approvers_are_shown_what_changed_since_they_were_asked(house: House, asked: Thread) -> None:  # N4 K7
    assert "Changed since" not in house.card(asked)
    assert house.fill(asked, title="Another office") == {}
    house.press(asked, "slipway.publish")
    newest = said_in(asked.with_button(house.ben, "slipway.approve"))
    assert "*Changed since the last request:*" in newest
    assert "• called “Another office”, before: “" in newest
    assert "• its files changed: app.js" in newest
    house.press(asked, "slipway.approve", house.ben)
    assert house.fill(asked, title="A third office") == {}
    house.press(asked, "slipway.publish")
    newest = said_in(asked.with_button(house.ben, "slipway.approve"))
    assert "*Changed since what is live:*" in newest
    assert "• called “A third office”, before: “Another office”" in newest


def test_where_nobody_could_approve_nothing_is_asked(house: House) -> None:  # G2
    class Emptied(SlackChat):
        def group(self, handle: str) -> frozenset[str]:
            return frozenset()

    thread = house.ask(EVERYONE)
    config = house.harbor.config
    house.wire(chat=Emptied(config.bot_token, config.api_url))
    told = house.press(thread, "slipway.publish")
    assert told == "No approver exists: the group @platform-approvers is empty. Ask the platform team."
    assert "publish.proposed" not in house.actions()


def test_a_second_account_of_the_same_person_is_no_second_pair_of_eyes(house: House, asked: Thread) -> None:  # G2
    house.ben.sign_in(house.preview(asked))  # now ben is known
    with Session(house.engine) as session, session.begin():
        accounts = {one.subject: one for one in session.exec(select(IdentityRow))}
        accounts[house.ben.id].person = accounts[house.ana.id].person
    told = house.press(asked, "slipway.approve", house.ben)
    assert told.startswith("Nobody approves their own request.")
    assert live(house) == 0


def test_an_approver_may_say_why(house: House, asked: Thread) -> None:  # N4
    view = house.form(asked, house.ben, "slipway.consent")
    assert house.ben.submit(view["id"], {"reason": "Looked at it with legal."}) == {}
    house.settle()
    assert "“Looked at it with legal.”" in house.card(asked) and live(house) == 1


def test_a_stand_in_decides_until_the_day_that_was_named(  # N4
    house: House, asked: Thread, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Only @platform-approvers" in house.press(asked, "slipway.approve", house.cy)
    house.ben.sign_in(house.preview(asked))
    assert stand_in(house, "cy", days=900) == 1
    assert "for 90 days at most" in capsys.readouterr().err
    assert stand_in(house, "cy", days=3) == 0
    assert capsys.readouterr().out.startswith("@cy speaks for @ben until ")
    assert house.press(asked, "slipway.approve", house.cy) == ""
    said = f":white_check_mark: <@{house.cy.id}>, standing in for <@{house.ben.id}>, approved this on "
    assert said in house.card(asked)
    assert live(house) == 1
    with Session(house.engine) as session:
        story = audit.story(session, str(house.request().app))
    [given] = [one for one in story if one.action == "approval.given"]
    assert str(given.facts["stands_for"]).startswith("person_")


def test_a_stand_in_whose_time_is_over_speaks_for_nobody(house: House, asked: Thread) -> None:  # N4
    house.ben.sign_in(house.preview(asked))
    house.press(asked, "slipway.approve", house.cy)
    assert stand_in(house, "cy", days=2) == 0
    house.later(days=3)
    assert "Only @platform-approvers" in house.press(asked, "slipway.approve", house.cy)
    assert live(house) == 0


def stand_in(house: House, to: str, days: int) -> int:
    """ben names a stand-in for some days."""
    until = datetime.fromtimestamp(house.now(), UTC).date() + timedelta(days=days)
    words = ["stand-in", "--as", "@ben", "--to", to, "--until", until.isoformat(), "--home", str(house.home)]
    return command.main(words)
