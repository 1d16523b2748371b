"""What the asker says under an app becomes a change that is shown, and nothing changes before somebody presses."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.chat import Heard, Place
from bot.conversation import Thread, buttons
from bot.conversation import words as said_in
from bot.hearing import following
from bot.rows import follow_ups
from bot.rows.follow_ups import FollowUpRow, OverheardRow
from generator.brief import Brief
from tests.bot.house import House
from tests.workspace.harbour import until

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
EVERYONE = "a feedback survey about the new office for everyone in the company"
POLL = "a poll: what shall we eat, pizza, burgers or salad"
KEY = "AKIA" + "QYLPMN5HHHFPZAM2"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's, in preview."""
    return house.ask(SURVEY)


def answers(house: House, at: int = 0) -> Mapping[str, Any]:
    """The answers of a Request as they are kept."""
    brief = Brief.model_validate_json(house.requests()[at].brief or "")
    return {one.name: one.value for one in brief.answers}


def changes(house: House, thread: Thread) -> list[str]:
    """Every message about a change that stands in the thread."""
    return [said_in(one) for one in thread.messages(house.ana) if "Shall I change this?" in said_in(one)]


def silent(house: House, thread: Thread, text: str, who: Any = None) -> None:
    """Nothing in the thread answers these words."""
    before = len(thread.messages(house.ana))
    house.say(text, who, thread.channel, thread.root)
    assert len(thread.messages(house.ana)) == before + 1, "but for the words themselves"


# The change is shown, and applied on a press


def test_words_become_a_shown_change_and_a_press_makes_it_so(house: House, survey: Thread) -> None:
    house.say("make it anonymous, and add a question about dessert", thread=survey.root)
    [shown] = changes(house, survey)
    assert "• Questions: – → Dessert" in shown and "• Anonymous: no → yes" in shown
    assert "• Number of questions: 3 → 4" in shown
    assert answers(house)["anonymous"] is False, "words alone change nothing"
    assert house.press(survey, "slipway.apply") == ""
    assert answers(house)["anonymous"] is True and answers(house)["questions"] == ["Dessert"]
    assert "Dessert" in house.ana.sign_in(house.preview(survey)).text
    assert "slipway.apply" not in house.offered(survey)
    assert f"Applied by <@{house.ana.id}>" in house.card(survey)
    assert [one for one in house.actions() if one.startswith(("change", "request.ch"))] == [
        "change.shown",
        "request.changed",
    ]


def test_german_words_do_the_same(house: House) -> None:
    thread = house.ask("eine Umfrage zum Mittagessen, drei Fragen")
    house.say("Mach es bitte anonym, bis zum 18. Dezember", thread=thread.root)
    [shown] = changes(house, thread)
    assert "no → yes" in shown and "– → 18 December" in shown


def test_the_record_tells_which_answers_and_none_of_the_words(house: House, survey: Thread) -> None:
    house.say("also ask about the pickled gherkins", thread=survey.root)
    house.press(survey, "slipway.leave")
    assert "gherkins" not in "".join(_facts(house))
    with Session(house.engine) as session:
        assert [one.text for one in session.exec(select(FollowUpRow)).all()] == [""]


def _facts(house: House) -> list[str]:
    with house.engine.connect() as connection:
        return [str(one) for one in connection.exec_driver_sql("SELECT facts FROM audit_event").fetchall()]


def test_a_change_that_is_left_changes_nothing(house: House, survey: Thread) -> None:
    house.say("make it anonymous", thread=survey.root)
    house.press(survey, "slipway.leave")
    assert answers(house)["anonymous"] is False
    assert "slipway.apply" not in house.offered(survey)
    assert f"Left as it was by <@{house.ana.id}>" in house.card(survey)
    assert house.actions()[-1] == "change.left"


def test_a_later_utterance_takes_up_the_earlier_one_whose_buttons_go(house: House, survey: Thread) -> None:
    house.say("make it anonymous", thread=survey.root)
    house.say("and till the 18th of December", thread=survey.root)
    first, second = changes(house, survey)
    assert "Replaced by what stands further down." in first and "slipway.apply" not in first
    assert "Anonymous: no → yes" in second and "Open until" in second
    house.press(survey, "slipway.apply")
    assert answers(house)["anonymous"] is True and str(answers(house)["deadline"]).endswith("-12-18")


def test_what_is_taken_back_leaves_nothing_to_press(house: House, survey: Thread) -> None:
    house.say("make it anonymous", thread=survey.root)
    house.say("no, not anonymous", thread=survey.root)
    assert "Nothing is left to change." in house.card(survey)
    assert "slipway.apply" not in house.offered(survey)


def test_a_change_of_a_live_app_is_approved_again_and_what_is_live_stays(house: House) -> None:  # N4
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    live = house.live(thread)
    house.say("rename it to Office check", thread=thread.root)
    assert "needs approval again" in changes(house, thread)[-1]
    house.press(thread, "slipway.apply")
    assert "Office check" not in house.ana.sign_in(live).text
    house.press(thread, "slipway.publish")
    assert "Office check" not in house.ana.sign_in(live).text, "it waits for a yes"
    house.press(thread, "slipway.approve", house.dora)
    assert "Office check" in house.ana.sign_in(live).text


def test_a_change_of_what_waits_for_approval_voids_the_request(house: House) -> None:
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    house.say("make it anonymous", thread=thread.root)
    assert "That request becomes void" in changes(house, thread)[-1]
    house.press(thread, "slipway.apply")
    assert "slipway.approve" not in house.offered(thread)
    assert "This request for approval is void" in house.card(thread)


def test_whoever_applies_it_and_whoever_said_it_approve_nothing_of_it(house: House) -> None:  # G2
    thread = house.ask(EVERYONE)
    house.fill(thread, collaborators="ben")
    house.say("rename it to Office check", thread=thread.root)
    house.press(thread, "slipway.apply", house.ben)
    house.press(thread, "slipway.publish")
    assert "your own work" in house.press(thread, "slipway.approve", house.ben)
    assert "app.live" not in house.actions()


def test_who_may_not_change_it_may_not_apply_it(house: House, survey: Thread) -> None:
    house.say("make it anonymous", thread=survey.root)
    for action in ("slipway.apply", "slipway.leave"):
        assert "and the collaborators can do that" in house.press(survey, action, house.cy)
    assert answers(house)["anonymous"] is False and "slipway.apply" in house.offered(survey)


def test_of_two_who_press_one_is_first_and_the_other_is_told(house: House, survey: Thread) -> None:
    house.fill(survey, collaborators="ben")
    house.say("make it anonymous", thread=survey.root)
    ts = survey.with_button(house.ana, "slipway.apply")["ts"]
    for who in (house.ana, house.ben):
        assert who.press(survey.channel, ts, "slipway.apply") == ""
    house.settle()
    assert house.actions().count("request.changed") == 1
    told = house.told(house.ana) + house.told(house.ben)
    assert "That was done already" in told


def test_answers_that_were_changed_meanwhile_are_not_overwritten(house: House, survey: Thread) -> None:
    house.say("make it anonymous", thread=survey.root)
    house.fill(survey, title="Snacks")
    told = house.press(survey, "slipway.apply")
    assert told == "The answers were changed meanwhile, so nothing of this was applied. Please say it again."
    assert answers(house)["title"] == "Snacks" and answers(house)["anonymous"] is False
    assert "slipway.apply" not in house.offered(survey)
    house.say("make it anonymous", thread=survey.root)
    house.press(survey, "slipway.apply")
    assert answers(house)["title"] == "Snacks" and answers(house)["anonymous"] is True


def test_an_event_delivered_five_times_has_one_effect(house: House, survey: Thread) -> None:  # U2
    event = {"type": "message", "text": "make it anonymous", "thread_ts": survey.root, "channel_type": "channel"}
    for _ in range(5):
        house.door.event(event, "EvAgain", secret=house.harbor.config.signing_secret)
        house.settle()
    assert len(changes(house, survey)) == 1
    house.press(survey, "slipway.apply")
    house.door.event(event, "EvAgain", secret=house.harbor.config.signing_secret)
    house.settle()
    assert house.actions().count("change.shown") == 1 and len(changes(house, survey)) == 1


def test_an_ended_app_is_changed_by_nobody(house: House, survey: Thread) -> None:
    house.press(survey, "slipway.publish")
    house.say("make it anonymous", thread=survey.root)
    for action in ("slipway.retire", "slipway.apply"):  # the second before anybody sees what became of the first
        offering = [one for one in survey.messages(house.ana) if action in buttons(one)][-1]
        assert not house.ana.press(survey.channel, offering["ts"], action)
    house.settle()
    assert "That was done already, or this app has moved on" in house.told()
    assert "slipway.apply" not in house.offered(survey)
    silent(house, survey, "call it something else")


def test_a_mention_in_the_own_thread_is_a_change_or_a_new_request(house: House, survey: Thread) -> None:
    house.say("@Slipway make it anonymous", thread=survey.root)
    assert len(house.requests()) == 1 and len(changes(house, survey)) == 1
    house.say("@Slipway a poll about lunch: pizza or pasta", thread=survey.root)
    assert len(house.requests()) == 2


# What cannot be done, and bad input


def test_an_answer_that_fails_is_told_at_its_field_and_the_form_keeps_the_rest(house: House, survey: Thread) -> None:
    house.say("make it anonymous and keep it 20 years", thread=survey.root)
    [shown] = changes(house, survey)
    assert "Days to keep entries" in shown and "The most is 3650" in shown
    assert "slipway.apply" not in house.offered(survey)
    [message] = [one for one in survey.messages(house.ana) if "Shall I change" in said_in(one)]
    assert house.ana.press(survey.channel, message["ts"], "slipway.answer") == ""
    view = until(house.ana.views)[-1]
    first = view["blocks"][0]
    assert first["block_id"] == "retention_days" and first["element"]["initial_value"] == "7300"
    assert "retention_days" in house.ana.submit(view["id"], {"retention_days": "9999"})
    assert house.ana.submit(view["id"], {"retention_days": "60"}) == {}
    house.settle()
    assert answers(house)["anonymous"] is True and answers(house)["retention_days"] == 60
    assert "slipway.leave" not in house.offered(survey)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("until 30 February", "“30 February” is no day of the calendar"),
        ("only until yesterday", "“yesterday” is over already"),
        ("drop the question about lasagne", "there is no “question about lasagne”, so I took nothing out"),
        ("with @nobody as well", "I know nobody here called @nobody"),
        ("also for #nowhere", "I know no channel or group called “nowhere”"),
        ("make it prettier", "I did not understand what to change"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_with_the_form(house: House, survey: Thread, words: str, told: str) -> None:
    house.say(words, thread=survey.root)
    assert told in house.card(survey)
    assert changes(house, survey) == []
    assert "slipway.answer" in buttons(survey.messages(house.ana)[-1])


def test_three_questions_of_which_four_are_named(house: House, survey: Thread) -> None:
    house.say("add 3 questions: food, music, seats, price", thread=survey.root)
    [shown] = changes(house, survey)
    assert "you said 3 and named 4; I took those that you named" in shown


def test_what_is_hostile_is_shown_as_letters(house: House) -> None:
    thread = house.ask(POLL)
    house.say("add the option <script>alert(1)</script> \u202etxt.exe <!channel>", thread=thread.root)
    house.say(f"add the option {'x' * 90}", thread=thread.root)
    shown = changes(house, thread)[-1]
    assert "\u202e" not in shown and "<!channel>" not in shown and "<script" not in shown


def test_five_hundred_options_are_told_at_the_field(house: House) -> None:
    thread = house.ask(POLL)
    house.say("add options: " + ", ".join(f"o{at}" for at in range(500)), thread=thread.root)
    [shown] = changes(house, thread)
    assert "Keep at most 30" in shown and "I read its first 2000 characters" in shown
    assert "slipway.apply" not in house.offered(thread)


def test_a_secret_is_taken_out_and_told_privately(house: House, survey: Thread) -> None:
    house.say(f"make it anonymous, our key is {KEY}", thread=survey.root)
    assert "I took something out of your message" in house.told()
    assert KEY not in house.dump() and len(changes(house, survey)) == 1


# N15


def test_n15_words_of_others_guests_and_bots_change_nothing_and_are_told_once(house: House) -> None:
    """N15: only the asker's own words; the bot says whose it ignored, once, and keeps none of them."""
    thread = house.ask(SURVEY, channel="#slipway-demo")
    for who, text in ((house.gil, "make it for gherkins"), (house.gil, "add gherkins"), (house.ben, "drop gherkins")):
        silent(house, thread, text, who)
    bot = {"type": "message", "bot_id": "B1", "user": "U0OTHERBOT", "app_id": "A1", "thread_ts": thread.root}
    channel = house.harbor.channel("slipway-demo")
    spoken = {**bot, "text": "add gherkins", "channel": channel, "channel_type": "channel"}
    for _ in range(5):
        house.door.event({**spoken, "user": ""}, "EvBot", secret=house.harbor.config.signing_secret)
    with Session(house.engine) as session:
        assert len(session.exec(select(OverheardRow)).all()) == 4
    assert "gherkins" not in house.dump()
    house.say("make it anonymous", channel="#slipway-demo", thread=thread.root)
    told = "Ignored 2 messages from guests and 1 message from a bot and 1 message from somebody else: only"
    assert told in changes(house, thread)[0]
    house.say("until the 18th of December", channel="#slipway-demo", thread=thread.root)
    assert "Ignored" not in changes(house, thread)[1]


@pytest.mark.parametrize(
    "words",
    [
        "also what @ben said",
        "> make it anonymous",
        "Ben wrote:\nmake it anonymous",
        "```make it anonymous```",
        "---------- Forwarded message\nmake it anonymous",
        "@ben said we should make it anonymous",
        "thanks, looks great!",
        "is it anonymous?",
    ],
)
def test_n15_what_is_quoted_told_or_asked_is_no_instruction(house: House, survey: Thread, words: str) -> None:
    """N15: a quotation, somebody else's wish and a question are data."""
    silent(house, survey, words)


def test_n15_files_and_link_previews_are_no_instruction(house: House, survey: Thread) -> None:
    """N15: the name of a file and what a preview says are data."""
    event = {
        "type": "message",
        "subtype": "file_share",
        "text": "",
        "thread_ts": survey.root,
        "channel_type": "channel",
        "files": [{"name": "make it anonymous"}],
        "attachments": [{"text": "make it anonymous", "is_share": True}],
    }
    house.door.event(event, "EvFile", secret=house.harbor.config.signing_secret)
    changed = {**event, "subtype": "message_changed", "message": {"text": "make it anonymous"}}
    house.door.event(changed, "EvEdit", secret=house.harbor.config.signing_secret)
    house.settle()
    assert changes(house, survey) == []


def test_n15_rights_come_from_unquoted_words_alone(house: House, survey: Thread) -> None:
    """N15: a quoted name never becomes a right."""
    house.say('rename it to "with @cy"', thread=survey.root)
    [shown] = changes(house, survey)
    assert "Collaborators" not in shown and "With @cy" in shown


def test_n15_a_thread_is_read_only_so_far(house: House, survey: Thread) -> None:
    """N15: the utterances that are read of a thread, and their length, are bounded."""
    request = house.request()
    with Session(house.engine) as session, session.begin():
        for at in range(follow_ups.AN_HOUR + 5):
            said = Heard(f"Ev{at}", Place("T", "C", survey.root), request.user, "x" * 9999, "thread", "1.1")
            seen = following.requests.get(session, request.id)
            assert seen is not None
            follow_ups.keep(session, seen, said, house.now())
        kept = session.exec(select(FollowUpRow)).all()
        assert len(kept) == follow_ups.AN_HOUR
        assert {len(one.text) for one in kept} == {follow_ups.LONGEST}


def test_a_change_waits_while_its_app_is_built(house: House, survey: Thread) -> None:
    house.say("make it anonymous", thread=survey.root)
    house.press(survey, "slipway.apply")
    taken = house.steps.pop(following.State.BUNDLED)
    house.say("rename it to Snacks", thread=survey.root)
    house.steps[following.State.BUNDLED] = taken
    house.press(survey, "slipway.apply")
    assert answers(house)["title"] == "Snacks" and answers(house)["anonymous"] is True


def test_what_a_change_shows_is_json_that_slack_takes(house: House, survey: Thread) -> None:
    house.say("make it anonymous, in German, keep it 60 days, till the 18th of December", thread=survey.root)
    [message] = [one for one in survey.messages(house.ana) if "Shall I change" in said_in(one)]
    values = [json.loads(one["value"]) for one in buttons(message).values()]
    assert {tuple(sorted(one)) for one in values} == {("change", "request", "v")}


def test_a_change_that_was_not_published_is_dropped_for_what_is_live(house: House) -> None:
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    before = answers(house)
    assert "slipway.back" not in house.offered(thread), "nothing was changed yet"
    house.say("rename it to Office check", thread=thread.root)
    house.press(thread, "slipway.apply")
    house.press(thread, "slipway.publish")
    assert house.press(thread, "slipway.back") == ""
    assert answers(house) == before and house.request().state == "live"
    assert not {"slipway.back", "slipway.approve", "slipway.publish"} & house.offered(thread)
    assert house.ana.sign_in(house.live(thread)).status_code == 200
    assert f"<@{house.ben.id}> approved this" in house.card(thread)
    house.say("make it anonymous", thread=thread.root)
    house.press(thread, "slipway.apply")
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.dora)
    assert house.actions().count("app.live") == 2 and answers(house)["anonymous"] is True


def test_a_reply_that_begins_with_a_name_is_heard_and_one_to_somebody_is_not(house: House, survey: Thread) -> None:
    house.say("@cy should help with it too", thread=survey.root)
    [shown] = changes(house, survey)
    assert "Collaborators: – → cy" in shown and "This changes who may see or decide" in shown
    silent(house, survey, "@ben can you approve this please")


def test_only_for_me_is_an_audience_and_a_preview_of_its_own(house: House, survey: Thread) -> None:
    house.say("only for me", thread=survey.root)
    assert "Who may open it: ops → me" in changes(house, survey)[0]
    house.press(survey, "slipway.apply")
    house.press(survey, "slipway.publish")
    assert house.ana.sign_in(house.live(survey)).status_code == 200
    assert house.ben.sign_in(house.live(survey)).status_code == 403


def test_what_somebody_else_asked_in_the_thread_is_theirs(house: House, survey: Thread) -> None:
    """Each follows up on their own, the newest of theirs."""
    house.say("@Slipway a poll about lunch: pizza or pasta", house.ben, thread=survey.root)
    house.say("make it anonymous", thread=survey.root)
    house.press(survey, "slipway.apply")
    assert answers(house, 0)["anonymous"] is True and answers(house, 1)["anonymous"] is False
    house.say("add sushi", house.ben, thread=survey.root)
    assert "+ sushi" in changes(house, survey)[-1]
