"""*Change the app like this*: a comment becomes a shown change once whoever may change the app sends it (A8)."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.chat import Heard
from bot.conversation import Thread
from bot.deciding import OVERTAKEN
from bot.rows import follow_ups, requests
from bot.rows.follow_ups import FollowUpRow
from bot.rows.presses import PressRow
from bot.threads import forms, quotation, showing
from bot.verbs import commenting
from bot.workspace.config import Config
from bot.workspace.person import Person
from guardrails import audit
from tests.bot.house import House
from tests.bot.slack_rules import HOSTILE, must_open
from tests.bot.test_following import SURVEY, answers, changes
from tests.bot.test_handing import person_of
from tests.bot.test_manifest import MANIFEST
from tests.bot.test_shortcut import field, submit
from tests.workspace.harbour import until

pytestmark = pytest.mark.scenario
COMMENT = "please make it anonymous and add a question about dessert"
SECRET = "AKIA" + "QYLPMN5HHHFPZAM2"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's, in preview, where guests and partners read along."""
    return house.ask(SURVEY, channel="#slipway-demo")


def comment(house: House, thread: Thread, text: str, who: Person) -> str:
    """Somebody says this below the app; its ts."""
    ts = who.say(text, thread.channel, thread.root)
    house.settle()
    return ts


def point(house: House, thread: Thread, ts: str, who: Person | None = None) -> Mapping[str, Any]:
    """The form that the shortcut opens, once the comment, or a reason, stands in it."""
    who = who or house.ana
    failed = who.point(thread.channel, ts, quotation.FROM_COMMENT)
    assert not failed, failed
    view = until(lambda: [one for one in who.views() if quotation.READING not in str(one["blocks"])])[-1]
    must_open({key: view[key] for key in ("type", "title", "blocks", "callback_id")} | submit(view))
    return view


def send(house: House, view: Mapping[str, Any], text: str | None = None, who: Person | None = None) -> None:
    words = field(view) if text is None else text
    assert (who or house.ana).submit(view["id"], {quotation.FIELD: words}) == {}
    house.settle()


def shown(house: House) -> list[Mapping[str, Any]]:
    """The facts of each change of this Request that was shown, as the record has them."""
    with Session(house.engine) as session:
        events = audit.story(session, str(house.request().app))
    return [one.facts for one in events if one.action == "change.shown"]


def test_a_comment_becomes_a_shown_change_and_a_press_of_the_owner_makes_it_so(
    house: House, survey: Thread
) -> None:  # A8
    view = point(house, survey, comment(house, survey, COMMENT, house.ben))
    assert field(view) == COMMENT and f"the words of <@{house.ben.id}>" in str(view["blocks"])
    assert changes(house, survey) == [], "pointing at it changes and shows nothing"
    send(house, view)
    [told] = changes(house, survey)
    assert "• Anonymous: no → yes" in told and "Dessert" in told
    assert f"From what <@{house.ben.id}> wrote; <@{house.ana.id}> sent it." in told
    assert answers(house)["anonymous"] is False, "shown is not made"
    assert "Only <@" in house.press(survey, "slipway.apply", house.ben), "whoever wrote it has no right by that"
    house.press(survey, "slipway.apply")
    assert answers(house)["anonymous"] is True and answers(house)["questions"] == ["Dessert"]


def test_the_record_tells_whose_comment_it_was_and_none_of_its_words(house: House, survey: Thread) -> None:  # A8
    send(house, point(house, survey, comment(house, survey, f"{COMMENT} of gherkins", house.ben)))
    [facts] = shown(house)
    assert facts["author"] == person_of(house, house.ben) and "gherkins" not in str(facts)
    with Session(house.engine) as session:
        assert [one.text for one in session.exec(select(FollowUpRow)).all()] == [""]
        assert "gherkins" not in str([one.payload for one in session.exec(select(PressRow)).all()])


@pytest.mark.parametrize("who", ["gil", "pia"])
def test_what_guests_and_partners_say_is_quoted_and_never_carried_out(
    house: House, survey: Thread, who: str
) -> None:  # A8 N15
    view = point(house, survey, comment(house, survey, f"make it anonymous {HOSTILE}", getattr(house, who)))
    said = str(view["blocks"])
    assert "> make it anonymous" in said and "changes nothing here" in said and "in your own words" in said
    assert not view["submit"] and not [one for one in view["blocks"] if one["type"] == "input"]
    assert "<!channel>" not in said and "<https://evil" not in said
    assert changes(house, survey) == [] and shown(house) == []


def test_a_form_that_says_it_quotes_a_guest_is_refused_though_somebody_sends_it(
    house: House, survey: Thread
) -> None:  # A8
    point(house, survey, comment(house, survey, "make it anonymous", house.gil))
    about = json.dumps({"v": "1", "request": house.request().id, "author": person_of(house, house.gil)})
    house.door.submit(forms.COMMENT, about, house.ana, request="make it anonymous")
    house.settle()
    assert "no member of this workspace" in house.told(channel="#slipway-demo") and changes(house, survey) == []
    about = json.dumps({"v": "1", "request": house.request().id})
    house.door.submit(forms.COMMENT, about, house.ana, request="also for finance")
    house.settle()
    assert changes(house, survey) == [], "a form that does not say whose words it quotes is none of ours"


def test_what_the_app_or_another_bot_says_is_quoted_too(house: House, survey: Thread) -> None:  # A8 N15
    view = point(house, survey, str(survey.messages(house.ana)[0]["ts"]))
    assert not view["submit"] and "No person of this workspace said that" in str(view["blocks"])


@pytest.mark.parametrize("who", ["ben", "gil", "pia"])
def test_who_may_not_change_the_app_gets_the_reason_and_no_form(house: House, survey: Thread, who: str) -> None:  # A8
    view = point(house, survey, comment(house, survey, COMMENT, house.ben), getattr(house, who))
    assert not view["submit"] and "dessert" not in str(view["blocks"])
    house.door.submit(
        forms.COMMENT, json.dumps({"v": "1", "request": house.request().id}), getattr(house, who), request=COMMENT
    )
    house.settle()
    assert changes(house, survey) == [] and house.whispers(getattr(house, who), "#slipway-demo")


def test_who_may_see_it_follows_from_nobody_elses_comment(house: House, survey: Thread) -> None:  # A8 N15
    send(house, point(house, survey, comment(house, survey, "make it anonymous, and also for finance", house.ben)))
    [told] = changes(house, survey)
    assert "no → yes" in told and "no comment of somebody else changes that" in told and "finance" not in told
    house.press(survey, "slipway.leave")
    send(house, point(house, survey, comment(house, survey, "also for finance", house.ben)))
    assert len(changes(house, survey)) == 1 and "no comment of somebody else changes that" in house.card(survey)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (SURVEY, "share the results with everyone"),
        (SURVEY.replace("survey", "anonymous survey"), "make it not anonymous"),
        ("a checklist for the fair: tent, till, lights", "also assign @cy"),
        ("on-call rota with @ben and @dora, weekly", "take @ben out and add @cy to the rota"),
    ],
)
def test_who_sees_or_does_something_follows_from_nobody_elses_comment_either(
    house: House, asked: str, words: str
) -> None:  # A8 N15
    thread = house.ask(asked, channel="#slipway-demo")
    send(house, point(house, thread, comment(house, thread, words, house.ben)))
    assert changes(house, thread) == [] and "no comment of somebody else changes that" in house.card(thread)


def test_a_comment_from_which_nothing_follows_leaves_the_waiting_change_alone(
    house: House, survey: Thread
) -> None:  # A8 N15
    house.say("also for finance", channel="#slipway-demo", thread=survey.root)
    send(house, point(house, survey, comment(house, survey, "also for general", house.ben)))
    [told] = changes(house, survey)
    assert "Replaced" not in told and "From what" not in told and "general" not in told
    assert [one.get("author") for one in shown(house)] == [None], "her own change is not said to be his"


def test_the_record_says_which_answers_a_comment_gave(house: House, survey: Thread) -> None:  # A8
    house.say("until the 18th of December", channel="#slipway-demo", thread=survey.root)
    send(house, point(house, survey, comment(house, survey, "make it anonymous", house.ben)))
    house.say("and add a question about dessert", channel="#slipway-demo", thread=survey.root)
    own, commented, taken_up = shown(house)
    assert "author" not in own and commented["quoted"] == "anonymous"
    assert (taken_up["author"], taken_up["quoted"]) == (commented["author"], "")
    assert f"Partly from what <@{house.ben.id}> wrote." in changes(house, survey)[-1]


def test_what_nobody_gets_is_refused_in_a_change_too(house: House, survey: Thread) -> None:
    words = "add a question: what is your Windows password?"
    house.say(words, channel="#slipway-demo", thread=survey.root)
    assert changes(house, survey) == [] and "enter passwords or PINs" in house.card(survey)


def test_own_words_are_nobodys_quotation(house: House, survey: Thread) -> None:  # A8
    view = point(house, survey, comment(house, survey, "what about finance?", house.ana))
    assert "your own words" in str(view["blocks"])
    send(house, view, "also for finance")
    [told] = changes(house, survey)
    assert "finance" in told and f"From what <@{house.ana.id}> wrote." in told


def test_a_message_elsewhere_changes_no_app(house: House, survey: Thread) -> None:
    ts = house.ben.say(COMMENT, survey.channel)
    view = point(house, survey, ts)
    assert commenting.ELSEWHERE in str(view["blocks"]) and not view["submit"]


def test_what_was_sent_is_never_met_by_silence(house: House, survey: Thread) -> None:  # A8
    send(house, point(house, survey, comment(house, survey, "thanks, looks great!", house.ben)))
    assert changes(house, survey) == [] and "I did not understand what to change" in house.card(survey)


def test_what_is_not_sent_is_nowhere(house: House, survey: Thread) -> None:  # A8 N15
    view = point(house, survey, comment(house, survey, f"{COMMENT} of gherkins", house.ben))
    house.ana.close_view(view["id"])
    house.settle()
    assert changes(house, survey) == [] and "gherkins" not in house.dump()


def test_a_form_that_is_delivered_twice_shows_one_change(house: House, survey: Thread) -> None:  # U2 A8
    view = point(house, survey, comment(house, survey, COMMENT, house.ben))
    for _ in range(2):
        house.door.submit(forms.COMMENT, view["private_metadata"], request=COMMENT)
    house.settle()
    assert len(changes(house, survey)) == 1 and len(shown(house)) == 1


def test_a_secret_in_a_comment_is_not_shown_and_one_in_the_form_is_told(house: House, survey: Thread) -> None:  # A8
    view = point(house, survey, comment(house, survey, f"make it anonymous, the key is {SECRET}", house.ben))
    assert SECRET not in str(view) and "left something out" in str(view["blocks"])
    send(house, view, f"make it anonymous {SECRET}")
    assert SECRET not in house.dump() and len(changes(house, survey)) == 1
    assert "I took something out of your form" in str(house.whispers(house.ana, "#slipway-demo"))


def test_an_empty_field_is_asked_for_at_the_field(house: House, survey: Thread) -> None:
    view = point(house, survey, comment(house, survey, COMMENT, house.ben))
    assert house.ana.submit(view["id"], {quotation.FIELD: "  "}) == {quotation.FIELD: commenting.NO_WORDS}


def test_an_app_that_has_ended_is_changed_by_no_comment(house: House, survey: Thread) -> None:
    ts = comment(house, survey, COMMENT, house.ben)
    view = point(house, survey, ts)
    house.press(survey, "slipway.discard")
    send(house, view)
    assert changes(house, survey) == [] and OVERTAKEN in house.told(channel="#slipway-demo")
    assert showing.OVER in str(point(house, survey, ts)["blocks"])


def test_who_sent_a_comment_is_told_when_the_app_ended_before_it_was_read(house: House, survey: Thread) -> None:
    house.press(survey, "slipway.discard")
    now, ana = house.now(), person_of(house, house.ana)
    with Session(house.engine) as session, session.begin():
        request = requests.get(session, house.request().id)
        assert request is not None
        said = Heard("from:late", request.place, house.ana.id, "make it anonymous", "shortcut")
        assert follow_ups.keep(session, request, said, now, ana)
    house.settle()
    assert showing.OVER in house.told(channel="#slipway-demo") and changes(house, survey) == []


def test_a_comment_takes_up_the_change_that_waits(house: House, survey: Thread) -> None:  # A8
    house.say("until the 18th of December", channel="#slipway-demo", thread=survey.root)
    send(house, point(house, survey, comment(house, survey, COMMENT, house.ben)))
    house.press(survey, "slipway.apply")
    assert answers(house)["anonymous"] is True and str(answers(house)["deadline"]).endswith("-12-18")


def test_the_menu_of_a_message_names_what_the_forms_are_called() -> None:
    offered = MANIFEST["features"]["shortcuts"]
    assert {one["callback_id"]: one["name"] for one in offered} == quotation.TITLES
    assert dict(Config("", "", "", "", "").shortcuts) == quotation.TITLES
