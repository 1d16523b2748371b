"""Hand-overs: the receiver's yes moves everything at once, and nothing moves without it (A10)."""

import json
import re

import pytest
from sqlmodel import Session, select

from bot.conversation import Thread, buttons
from bot.owning.handing import HandOverRow
from bot.wording import handing_words
from bot.workspace.person import Person
from guardrails import approvals
from runtime import apps, deployments, members
from runtime.apps import App
from runtime.broker import secret
from runtime.broker.secret import SecretRow
from runtime.broker.vault import Purpose, Sealed
from tests.bot.house import House
from tests.bot.test_endings import SURVEY, days_left
from tests.bot.test_following import KEY, answers, changes

pytestmark = pytest.mark.scenario
EVERYONE = "a feedback survey about the new office for everyone in the company"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


def app_of(house: House) -> App:
    with Session(house.engine) as session:
        app = apps.get(session, str(house.requests()[0].app))
    assert app is not None
    return app


def person_of(house: House, who: Person) -> str:
    with Session(house.engine) as session:
        from bot.who import people

        found = people.known(session, house.harbor.config.team_id, who.id)
    assert found is not None
    return found.id


def hands(house: House) -> list[str]:
    with Session(house.engine) as session:
        return [one.state for one in session.exec(select(HandOverRow).order_by(HandOverRow.offered_at)).all()]


def give_secret(house: House, name: str, by: Person) -> None:
    app = app_of(house)
    with Session(house.engine) as session, session.begin():
        purpose = Purpose(app.workspace, app.id, name, ("crm.example.com",))
        secret.put(session, purpose, Sealed("k1", "w", "v"), house.now(), person_of(house, by))


def answers_for(house: House) -> dict[str, str]:
    with Session(house.engine) as session:
        return {one.name: one.given_by for one in session.exec(select(SecretRow)).all()}


def offer(house: House, thread: Thread, to: Person, who: Person | None = None, stay: str = "editor") -> str:
    return house.send(thread, "slipway.hand", who, person=to.id, stay=stay)


def test_the_receivers_yes_moves_owner_budget_secrets_and_reminders_together(house: House, survey: Thread) -> None:
    # A10 N7
    house.press(house.ask(SURVEY, house.ben, "#finance"), "slipway.publish", house.ben)
    give_secret(house, "crm", house.ana)
    assert offer(house, survey, house.ben) == ""
    said = house.card(survey)
    assert f"<@{house.ana.id}> hands *Lunch* over to <@{house.ben.id}>" in said
    assert "its budget, `finance` for `ops`" in said
    assert app_of(house).owner == person_of(house, house.ana), "nothing moves before"
    assert "hands *Lunch* over" in house.ben.messages("@slipway")[-1]["text"], "they are asked directly as well"
    assert house.press(survey, "slipway.accept", house.cy) == handing_words.NOT_YOURS
    assert house.press(survey, "slipway.accept", house.ben) == ""
    app, ana, ben = app_of(house), person_of(house, house.ana), person_of(house, house.ben)
    with Session(house.engine) as session:
        live = deployments.active(session, app.id, "live")
        assert members.of(session, app.id) == {ana: "editor"}
    assert live is not None
    assert (app.owner, app.budget_tag, live.budget_tag) == (ben, "finance", "finance")
    assert answers_for(house) == {"crm": ben}
    assert f"<@{house.ben.id}> took *Lunch* over on" in house.card(survey)
    assert not {"slipway.accept", "slipway.decline"} & house.offered(survey)
    assert "slipway.accept" not in json.dumps(house.ben.messages("@slipway")[-1])
    house.later(days=days_left_of(house) - 6.9)
    assert f"<@{house.ben.id}>, *Lunch* ends on" in house.card(survey)
    assert house.actions().count("handover.accepted") == 1


def days_left_of(house: House) -> float:
    with Session(house.engine) as session:
        lease = deployments.leased(session, app_of(house).id, "live")
    assert lease is not None
    return (lease.ends_at - house.now()) / 86_400


def test_who_took_it_over_finds_it_on_their_home_and_in_their_help(house: House, survey: Thread) -> None:  # A10 N7
    assert "*Lunch*" in home_of(house, house.ana) and "*Lunch*" not in home_of(house, house.ben)
    offer(house, survey, house.ben, stay="none")
    house.press(survey, "slipway.accept", house.ben)
    assert "*Lunch*" in home_of(house, house.ben) and "*Lunch*" not in home_of(house, house.ana)
    for who, theirs in ((house.ben, True), (house.ana, False)):
        assert who.command("/slipway help", "#ops") == ""
        house.settle()
        assert ("Lunch" in house.told(who)) is theirs, who.handle


def test_what_the_new_owner_says_in_the_thread_is_heard_and_what_the_giver_says_no_more(
    house: House, survey: Thread
) -> None:  # A10 N15
    offer(house, survey, house.ben, stay="none")
    house.say("make it anonymous", house.ben, thread=survey.root)
    assert changes(house, survey) == [], "an offer gives nothing yet"
    house.press(survey, "slipway.accept", house.ben)
    house.say("make it anonymous", house.ben, thread=survey.root)
    [told] = changes(house, survey)
    assert "no → yes" in told
    house.press(survey, "slipway.apply", house.ben)
    assert answers(house)["anonymous"] is True
    house.say("don't make it anonymous", thread=survey.root)
    house.say("it should say Soup when I submit Soup", thread=survey.root)
    assert len(changes(house, survey)) == 1 and "request.expected" not in house.actions()
    whispers = len(house.whispers(house.ana, "#ops"))
    house.say(f"until the 18th of December, the key is {KEY}", house.ben, thread=survey.root)
    assert "I took something out of your message" in house.told(house.ben)
    assert len(house.whispers(house.ana, "#ops")) == whispers, "whose secret it is has to hear of it, nobody else"


def home_of(house: House, who: Person) -> str:
    return " ".join(str(one.get("text", {}).get("text")) for one in house.home_of(who)["blocks"])


def test_an_app_that_changed_hands_is_charged_to_its_new_budget_when_it_is_published_again(
    house: House, survey: Thread
) -> None:  # A10
    house.press(house.ask(SURVEY, house.ben, "#finance"), "slipway.publish", house.ben)
    offer(house, survey, house.ben)
    house.press(survey, "slipway.accept", house.ben)
    house.send(survey, "slipway.answer", house.ben, title="Lunch, take two")
    house.press(survey, "slipway.publish", house.ben)
    assert (app_of(house).title, app_of(house).budget_tag) == ("Lunch, take two", "finance")


def test_the_receiver_may_leave_the_budget_where_it_is(house: House, survey: Thread) -> None:  # A10
    house.press(house.ask(SURVEY, house.ben, "#finance"), "slipway.publish", house.ben)
    offer(house, survey, house.ben)
    house.press(survey, "slipway.accept.1", house.ben)
    assert (app_of(house).owner, app_of(house).budget_tag) == (person_of(house, house.ben), "ops")


def test_who_keeps_no_role_is_shut_out_with_the_next_visit_and_press(house: House, survey: Thread) -> None:  # A9 A10
    url = house.live(survey)
    assert house.ana.sign_in(url + "results").status_code == 200
    offer(house, survey, house.cy, stay="none")
    house.press(survey, "slipway.accept", house.cy)
    assert house.ana.web.get(url + "results").status_code != 200
    assert house.ana.web.get(url).status_code == 200, "the channel is still let in"
    assert house.press(survey, "slipway.archive", house.ana) == (
        f"Only <@{house.cy.id}>, operators and the collaborators can do that."
    )
    assert "can do that." in house.send(survey, "slipway.answer", house.ana, title="Mine")
    assert house.cy.sign_in(url + "results").status_code == 200


@pytest.mark.parametrize("who", ["gil", "pia", "slipway"])
def test_guests_partners_and_bots_receive_nothing(house: House, survey: Thread, who: str) -> None:  # A10
    user = house.harbor.config.bot_user if who == "slipway" else getattr(house, who).id
    house.press(survey, "slipway.hand")
    house.ana.submit(house.ana.views()[-1]["id"], {"person": user, "stay": "editor"})
    house.settle()
    assert house.told() == handing_words.NEVER_OUTSIDE
    assert hands(house) == []


def test_a_closed_account_receives_nothing_before_or_after_the_offer(house: House, survey: Thread) -> None:  # A10
    offer(house, survey, house.cy)
    value = buttons(survey.with_button(house.ana, "slipway.accept"))["slipway.accept"]["value"]
    house.deactivate(house.cy)
    house.door.press("slipway.accept", value, who=house.cy)
    house.settle()
    assert (hands(house), app_of(house).owner) == (["offered"], person_of(house, house.ana))
    house.later(days=7.1)
    assert hands(house) == ["reverted"]
    assert offer(house, survey, house.cy) == handing_words.NEVER_OUTSIDE


def test_whom_nobody_answers_it_stays_after_seven_days(house: House, survey: Thread) -> None:  # A10 N7
    house.keep_app(survey)
    offer(house, survey, house.ben)
    house.later(days=6.9)
    assert hands(house) == ["offered"]
    house.later(days=0.2)
    assert hands(house) == ["reverted"]
    assert f"<@{house.ben.id}> did not answer within 7 days; it stays <@{house.ana.id}>'s." in house.card(survey)
    assert app_of(house).owner == person_of(house, house.ana)
    assert house.actions().count("handover.reverted") == 1
    assert "slipway.accept" not in house.offered(survey)


def test_whoever_decides_first_has_decided(house: House, survey: Thread) -> None:  # A10
    offer(house, survey, house.ben)
    ts = survey.with_button(house.ana, "slipway.accept")["ts"]
    for verb in ("slipway.accept", "slipway.accept", "slipway.decline"):
        house.ben.press("#ops", ts, verb)
    house.settle()
    assert hands(house) == ["accepted"]
    assert house.actions().count("handover.accepted") == 1 and "handover.declined" not in house.actions()
    assert "That was done already" in house.told(house.ben)


def test_a_no_changes_nothing(house: House, survey: Thread) -> None:  # A10
    offer(house, survey, house.ben)
    house.press(survey, "slipway.decline", house.ben)
    assert (hands(house), app_of(house).owner) == (["declined"], person_of(house, house.ana))
    assert f"it stays <@{house.ana.id}>'s." in house.card(survey)
    assert offer(house, survey, house.cy) == "", "and it can be offered again"


def test_of_two_offers_at_once_one_waits_and_the_other_is_told(house: House, survey: Thread) -> None:  # A10
    offer(house, survey, house.ben)
    assert offer(house, survey, house.cy) == handing_words.WAITS_ALREADY
    assert hands(house) == ["offered"]


def test_an_app_that_ended_meanwhile_is_taken_over_by_nobody(house: House, survey: Thread) -> None:  # A10
    offer(house, survey, house.ben)
    value = buttons(survey.with_button(house.ana, "slipway.accept"))["slipway.accept"]["value"]
    house.press(survey, "slipway.retire")
    house.door.press("slipway.accept", value, who=house.ben)
    house.settle()
    assert hands(house) == ["void"]
    assert app_of(house).owner == person_of(house, house.ana)
    assert house.offered(survey) == frozenset()


def test_only_the_owner_hands_over_and_never_to_themselves(house: House, survey: Thread) -> None:  # A9 A10
    assert offer(house, survey, house.cy, house.cy) == f"Only <@{house.ana.id}>, whose app it is, can do that."
    assert offer(house, survey, house.ana) == handing_words.THEIRS_ALREADY


def test_the_new_owner_approves_nothing_of_what_is_theirs_now(house: House) -> None:  # A10
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.dora) if "slipway.approve" in house.offered(thread) else None
    house.press(thread, "slipway.approve", house.ben) if "slipway.approve" in house.offered(thread) else None
    assert "app.live" in house.actions()
    house.fill(thread, title="The office, once more")
    house.press(thread, "slipway.publish")
    assert "slipway.approve" in house.offered(thread)
    offer(house, thread, house.ben)
    house.press(thread, "slipway.accept", house.ben)
    told = house.press(thread, "slipway.approve", house.ben)
    assert told == "This is your own work as well. Someone else of the approvers has to look at it."
    with Session(house.engine) as session:
        waiting = approvals.open_of(session, app_of(house).id)
    assert waiting is not None and person_of(house, house.ben) in waiting.authors


# People


def give(house: House, thread: Thread, to: Person, role: str, who: Person | None = None) -> str:
    return house.send(thread, "slipway.people", who, person=to.id, role=role)


def test_an_owner_gives_and_takes_roles_and_each_counts_with_the_next_visit(house: House, survey: Thread) -> None:
    # A9
    url = house.live(survey)
    assert house.cy.sign_in(url + "results").status_code != 200
    assert give(house, survey, house.cy, "editor") == ""
    assert house.cy.web.get(url + "results").status_code == 200, "in the session that was open"
    assert f"<@{house.ana.id}> made <@{house.cy.id}> an editor, from now on." in house.card(survey)
    give(house, survey, house.cy, "none")
    assert house.cy.web.get(url + "results").status_code != 200
    assert house.cy.web.get(url).status_code == 200
    assert house.press(survey, "slipway.archive", house.cy).endswith("can do that.")
    assert house.actions().count("people.changed") == 2


def test_a_collaborator_of_the_answers_loses_the_role_as_well(house: House) -> None:  # A9
    thread = house.ask(SURVEY)
    house.fill(thread, collaborators="cy")
    house.press(thread, "slipway.publish")
    url = house.live(thread) + "results"
    assert house.cy.sign_in(url).status_code == 200
    give(house, thread, house.cy, "none")
    assert house.cy.web.get(url).status_code != 200
    house.fill(thread, title="Lunch again")
    house.press(thread, "slipway.publish")
    assert house.cy.web.get(url).status_code != 200, "what was taken is not given by publishing again"


def test_a_viewer_stays_one_when_they_leave_the_channel_and_until_it_is_taken(house: House, survey: Thread) -> None:
    # A9
    url = house.live(survey)
    give(house, survey, house.cy, "viewer")
    assert house.cy.sign_in(url).status_code == 200
    house.remove(house.cy)
    house.later(days=0.01)
    assert house.cy.web.get(url).status_code == 200
    give(house, survey, house.cy, "none")
    assert house.cy.web.get(url).status_code == 403


def test_no_role_lets_in_whom_the_app_is_not_open_to(house: House, survey: Thread) -> None:  # A9
    for role in ("viewer", "editor", "owner"):
        assert give(house, survey, house.dora, role) == handing_words.NOT_ADMITTED
    assert give(house, survey, house.gil, "viewer") == handing_words.NEVER_OUTSIDE


def test_the_last_owner_cannot_leave_without_a_hand_over(house: House, survey: Thread) -> None:  # A9
    assert give(house, survey, house.ana, "none") == handing_words.LAST_OWNER
    assert give(house, survey, house.ana, "editor") == handing_words.LAST_OWNER
    give(house, survey, house.cy, "owner")
    assert give(house, survey, house.ana, "none") == ""
    assert app_of(house).owner == person_of(house, house.cy)
    assert give(house, survey, house.cy, "none", house.cy) == handing_words.LAST_OWNER
    assert give(house, survey, house.ana, "owner", house.ana) == f"Only <@{house.cy.id}>, whose app it is, can do that."


def test_the_owner_reads_who_has_which_role_by_a_command(house: House, survey: Thread) -> None:  # A9
    give(house, survey, house.cy, "editor")
    house.ana.command("/slipway people lunch", "#ops")
    house.settle()
    told = house.told()
    assert re.search(rf"<@{house.ana.id}>: owner.*<@{house.cy.id}>: editor, given", told, re.DOTALL)
    house.cy.command("/slipway people lunch", "#ops")
    house.settle()
    assert house.told(house.cy) == f"Only <@{house.ana.id}>, whose app it is, can do that."
    assert days_left(house) > 0
