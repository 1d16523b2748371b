"""From a sentence to a live app: signed bodies in, ticks, and the preview and live URLs answer."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from sqlmodel import Session

from bot.building import journey
from bot.building.journey import Step
from bot.chat import Heard, Place
from bot.conversation import buttons
from bot.hearing import commands
from bot.rows.requests import Request, State
from bot.wiring import Smoked, Wiring
from bot.workspace.person import Loopback
from guardrails.judge import Judge
from guardrails.policy import Policies
from guardrails.review import document, review
from runtime import apps, deployments
from runtime.apps import ALLOWED, Stage
from runtime.errors import NotAllowed
from templates.catalog import Catalog
from tests import engines
from tests.bot.house import House
from tests.workspace.harbour import until

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
TRACKER = "track our laptops: model, serial number, price, bought on"
APPROVAL = "approval for purchases over 500 EUR, approver @ben"
EVERYONE = "a feedback survey about the new office for everyone in the company"


def fields(view: Mapping[str, Any]) -> list[str]:
    """What a form asks."""
    return [one["block_id"] for one in view["blocks"] if one["type"] == "input"]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Each Monday please have #ops write what is done, what is stuck and who needs a hand", "every Mon at"),
        (
            "stand-up for #ops every Mon, Wed and Fri at 9: what is done, what is next",
            "every Mon, Wed and Fri at 09:00",
        ),
        ("Stand-up dienstags und donnerstags um 9 in #ops: was ist fertig, was kommt", "every Tue and Thu at 09:00"),
    ],
)
def test_a_stand_up_may_ask_on_the_days_that_were_said(house: House, said: str, days: str) -> None:
    card = house.card(house.ask(said))
    assert days in card and "slipway.publish" in card, card
    assert "(I guessed)" not in card


def test_a_sentence_becomes_a_preview_and_one_click_makes_it_live(house: House) -> None:  # R1, D6
    thread = house.ask(SURVEY)
    assert "*Open to* the people in this channel." in house.card(thread)
    tried = house.answer(house.ana, house.preview(thread), q1="4", q2="5", q3="more of it")
    assert tried.status_code == 200
    house.press(thread, "slipway.publish")
    assert f"is live: <{house.live(thread)}>" in house.card(thread)
    used = house.answer(house.ben, house.live(thread), q1="2", q2="3", q3="less")
    assert used.status_code == 200
    assert house.actions() == [
        "request.received",
        "request.understood",
        "request.bundled",
        "request.reviewed",
        "preview.opened",
        "visitor.signed_in",
        "publish.proposed",
        "app.live",
        "visitor.signed_in",
    ]


@pytest.mark.parametrize(("sentence", "template"), [(TRACKER, "form_tracker"), (APPROVAL, "approval")])
def test_every_template_runs_from_the_sentence_to_its_live_url(
    house: House, sentence: str, template: str
) -> None:  # R1
    thread = house.ask(sentence)
    house.press(thread, "slipway.publish")
    assert f'"{template}@1.0"' in house.card(thread)
    if "slipway.approve" in house.offered(thread):
        house.press(thread, "slipway.approve", house.ben)
    assert house.ana.sign_in(house.live(thread)).status_code == 200


def test_the_preview_and_the_live_app_share_no_entries(house: House) -> None:  # T5
    thread = house.ask(SURVEY)
    preview = house.preview(thread)
    house.answer(house.ana, preview, q1="1", q2="1", q3="only in the preview")
    house.press(thread, "slipway.publish")
    assert "only in the preview" in house.ana.sign_in(preview + "results.csv").text
    assert "only in the preview" not in house.ana.sign_in(house.live(thread) + "results.csv").text


@pytest.mark.hostile
@engines.sqlite_only
def test_a_preview_stands_within_a_second_of_the_words(house: House) -> None:  # T5
    took: list[float] = []
    while not took or (min(took) > 1 and len(took) < 5):  # others may be busy on this machine
        began = time.perf_counter()
        thread = house.ask(SURVEY)
        took.append(time.perf_counter() - began)
        assert house.ana.sign_in(house.preview(thread)).status_code == 200
    assert min(took) <= 1


def test_a_preview_that_fails_leaves_nothing_and_says_which_step_and_retry_mends_it(house: House) -> None:  # T5
    house.wire(smoke=lambda bundle: Smoked("The first page ended with Crashed: no soup."))
    thread = house.ask(SURVEY)
    assert "no soup" in house.card(thread)
    assert house.offered(thread) == {"slipway.retry", "slipway.discard", "slipway.sent", "slipway.mine"}
    with Session(house.engine) as session:
        assert deployments.standing(session) == ()
    assert house.request().app is None
    house.wire(smoke=house.working.smoke)
    house.press(thread, "slipway.retry")
    assert house.ana.sign_in(house.preview(thread)).status_code == 200
    assert house.press(thread, "slipway.publish") == ""
    assert house.ana.sign_in(house.live(thread)).status_code == 200


def test_a_publish_that_fails_can_be_taken_up_again(house: House) -> None:  # D6
    def breaks(wiring: Wiring, request: Request) -> Step:
        raise RuntimeError("the disk is full")

    thread = house.ask(SURVEY)
    house.steps[State.APPROVED] = breaks
    house.press(thread, "slipway.publish")
    for _ in range(journey.MAX_ATTEMPTS):
        house.later(days=0.01)
    assert "That did not work, and nothing was published." in house.card(thread)
    house.mend()
    house.press(thread, "slipway.retry")
    house.press(thread, "slipway.publish")
    assert house.ana.sign_in(house.live(thread)).status_code == 200


def test_a_request_that_cannot_be_recorded_stops_no_other(house: House) -> None:
    def undone(session: Session) -> None:
        raise NotAllowed("the app is not where it was")

    thread = house.ask(SURVEY)
    house.steps[State.APPROVED] = lambda wiring, request: Step(State.LIVE, "app.live", effect=undone)
    house.press(thread, "slipway.publish")
    other = house.ask(TRACKER, house.ben)
    assert "slipway.publish" in house.offered(other)


def test_two_clicks_on_publish_are_one_deploy(house: House) -> None:  # D6
    thread = house.ask(SURVEY)
    ts = thread.with_button(house.ana, "slipway.publish")["ts"]
    for _ in range(2):
        assert house.ana.press(thread.channel, ts, "slipway.publish") == ""
    house.settle()
    assert house.actions().count("publish.proposed") == house.actions().count("app.live") == 1
    assert "That was done already" in house.told()
    with Session(house.engine) as session:
        assert [one.stage for one in deployments.standing(session)].count("live") == 1


def test_the_same_event_five_times_and_out_of_order_is_one_request(house: House) -> None:  # U2
    bot, ops = house.harbor.config.bot_user, house.harbor.channel("ops")
    asked = {
        text: {"type": "app_mention", "channel": ops, "text": f"<@{bot}> {text}", "ts": house.ana.say(text, "#ops")}
        for text in (SURVEY, TRACKER)
    }
    for _ in range(5):
        for number, event in enumerate(reversed(asked.values())):
            assert house.door.event(event, f"Ev{number}") == ("200", "")
        house.settle()
    assert [one.text for one in house.requests()] == [TRACKER, SURVEY]
    assert house.actions().count("preview.opened") == 2
    for event in asked.values():
        assert len(house.ana.thread("#ops", event["ts"])) == 2


def test_a_clock_command_delivered_five_times_moves_the_clock_once(house: House) -> None:  # U2
    before = house.now()
    for _ in range(5):
        house.door.event({"type": "app_mention", "text": "<@U0BOT> clock +2d", "ts": house.ana.say("x", "#ops")})
    assert 0 <= house.now() - before - 2 * 86_400 < 10
    assert house.actions() == ["clock.moved"]


@pytest.mark.parametrize("sentence", [SURVEY, TRACKER, APPROVAL])
def test_no_address_of_an_app_answers_a_stranger(house: House, sentence: str) -> None:  # T1
    thread = house.ask(sentence)
    url = house.preview(thread)
    bundle = house.wiring.bundles.get(house.request().bundle)
    paths = ["", "entries", "results.csv", "results", "nothing/here", "_slipway/export", "%00", *bundle.files]
    assert any(path.startswith("static/") for path in paths)
    with httpx2.Client(transport=Loopback()) as stranger:
        for path in paths:
            seen = stranger.get(url + path)
            assert seen.status_code in (302, 400), path
            assert seen.status_code == 400 or seen.headers["location"].startswith("/_slipway/sign-in?to="), path
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert stranger.request(method, url).status_code in (401, 405)
    assert not house.worker.visits()[house.visited :]


def test_an_app_is_open_to_the_channel_it_was_asked_in_and_to_nobody_else(house: House) -> None:  # T1
    thread = house.ask(SURVEY)
    preview = house.preview(thread)
    house.press(thread, "slipway.publish")
    for url in (preview, house.live(thread)):
        assert house.cy.sign_in(url).status_code == 200
        turned_away = house.dora.sign_in(url)
        assert turned_away.status_code == 403
        assert "It is open to the people of the channel it was made for." in turned_away.text


def test_what_is_asked_in_a_direct_message_is_for_the_asker_alone(house: House) -> None:  # T1
    thread = house.say("a lunch survey, three questions", channel=house.ana.open(house.harbor.config.bot_user))
    assert "*Open to* you." in house.card(thread)
    assert house.ana.sign_in(house.preview(thread)).status_code == 200
    assert house.ben.sign_in(house.preview(thread)).status_code == 403


def test_simple_survey_asks_exactly_for_title_and_collaborators(house: House) -> None:  # T13, T14
    thread = house.ask("simple-survey about our lunch")
    assert '"simple-survey@1.0"' in house.card(thread)
    assert fields(house.form(thread)) == ["title", "collaborators"]
    house.press(thread, "slipway.publish")
    assert house.ana.sign_in(house.live(thread)).status_code == 200


@pytest.mark.parametrize("sentence", [SURVEY, TRACKER, APPROVAL])
def test_a_form_has_at_most_five_fields_each_saying_where_its_value_is_from(house: House, sentence: str) -> None:  # T4
    view = house.form(house.ask(sentence))
    inputs = [one for one in view["blocks"] if one["type"] == "input"]
    assert 1 <= len(inputs) <= 5
    for one in inputs:
        marks = ("You said this.", "I guessed this: please check it.", "This is the default.", "Still open.")
        assert one["hint"]["text"].startswith(marks), one


def test_what_is_missing_is_asked_in_the_form(house: House) -> None:
    thread = house.ask("an approval flow please")
    assert "Almost there. I still need:" in house.card(thread)
    view = house.form(thread)
    errors = house.ana.submit(view["id"], {"title": "Travel", "approvers": "ben"})
    assert errors == {}
    house.settle()
    assert "slipway.publish" in house.offered(thread)


def test_a_wrong_field_keeps_the_form_open_with_the_reason(house: House) -> None:
    thread = house.ask("a survey about pensions, keep the answers for 10 years")
    assert "Ask for 365 days or less" in house.card(thread)
    assert "slipway.open" not in house.offered(thread)
    assert "retention_days" in house.fill(thread, title="Pensions", retention_days="soon")
    view = house.ana.views()[-1]
    assert house.ana.submit(view["id"], {"title": "Pensions", "retention_days": "90"}) == {}
    house.settle()
    assert house.ana.sign_in(house.preview(thread)).status_code == 200


def test_unsure_is_a_question_with_up_to_three_buttons(house: House) -> None:
    thread = house.ask("I need a tool for the invoices, please. It should be simple.")
    assert "I am not sure which kind of app you mean." in house.card(thread)
    [question] = [one for one in thread.messages(house.ana) if "slipway.choose" in buttons(one)]
    assert 1 <= len([one for one in buttons(question) if one.startswith("slipway.choose")]) <= 3
    house.press(thread, "slipway.choose")
    assert "slipway.choose" not in house.offered(thread)
    assert "slipway.answer" in house.offered(thread)


def test_words_under_an_open_question_add_to_it_and_others_talk_does_not(house: House) -> None:
    thread = house.ask("I need a tool for the invoices, please. It should be simple.")
    house.say("I would not do that", house.ben, thread.channel, thread.root)
    house.say("a survey about them, three questions", thread=thread.root)
    assert "slipway.choose" not in house.offered(thread)
    assert house.request().text.endswith("It should be simple.\na survey about them, three questions")
    assert "I would not do that" not in house.dump()


def test_nothing_fits_is_a_polite_no_with_the_nearest(house: House) -> None:
    thread = house.ask("what will the weather be tomorrow")
    assert "None of our templates fits that. The nearest I have is" in house.card(thread)
    assert house.offered(thread) == {"slipway.choose", "slipway.want", "slipway.sent", "slipway.mine"}


def test_a_kind_that_is_not_on_the_shelf_is_noted(house: House) -> None:
    shelf = house.wiring.catalog.templates
    house.wire(catalog=Catalog(tuple(one for one in shelf if one.kind != "calculator")))
    thread = house.ask("a calculator for our travel costs: distance times 0.3")
    assert "which is not on our shelf yet. The nearest I have is" in house.card(thread)
    assert "'calculator'" in house.dump()


def test_a_poll_is_called_by_its_question_and_a_vote_between_two_by_its_options(house: House) -> None:
    asked = house.ask("quick vote on the logo colour, options green, orange and grey")
    assert "Logo colour: preview." in house.card(asked) and "slipway.publish" in house.offered(asked)
    plain = house.ask("vote: tabs / spaces")
    assert "Tabs / spaces: preview." in house.card(plain) and "slipway.publish" in house.offered(plain)


def test_a_mention_in_the_middle_of_the_words_shares_the_app_with_nobody(house: House) -> None:
    thread = house.say("hey @Slipway, please make a lunch survey with three questions")
    assert "slipway.publish" in house.offered(thread)
    assert "Collaborators" not in house.card(thread)


@pytest.mark.parametrize("channel", ["#slipway-demo"])
def test_a_guest_neither_creates_nor_steers(house: House, channel: str) -> None:
    refused = house.ask(SURVEY, house.gil, channel)
    assert "Guests cannot create apps here." in json.dumps(refused.messages(house.gil))
    thread = house.ask(SURVEY, channel=channel)
    assert "Guests cannot steer apps here." in house.press(thread, "slipway.publish", house.gil)
    assert "app.live" not in house.actions()


def test_only_the_asker_steers_before_it_is_live(house: House) -> None:
    thread = house.ask(SURVEY)
    assert "who asked for this, can do that." in house.press(thread, "slipway.discard", house.cy)
    for action in ("slipway.publish", "slipway.answer"):
        told = house.press(thread, action, house.cy)
        assert told == f"Only <@{house.ana.id}>, who asked for this, and the collaborators can do that."
    assert house.press(thread, "slipway.who", house.cy) == f"Only <@{house.ana.id}> and the collaborators can do that."
    verbs = {"open", "publish", "answer", "discard", "who", "sent", "mine"}
    assert house.offered(thread) == {f"slipway.{one}" for one in verbs}


def test_help_names_what_works_here_and_nothing_else(house: House) -> None:
    house.ana.command("/slipway help", "#ops")
    house.settle()
    assert "/slipway clock" in house.told()
    assert "You get a preview in the thread." in house.told()
    assert house.requests() == []


def test_outside_the_demo_the_clock_is_neither_offered_nor_moved(house: House) -> None:
    plain = commands.Commands(house.wiring, None)
    place = Place(house.harbor.config.team_id, house.harbor.channel("ops"))
    assert plain.take(Heard("k1", place, house.ana.id, "help", "command"))
    assert not plain.take(Heard("k2", place, house.ana.id, "clock +13d", "command"))
    house.settle()
    assert "clock" not in house.told()


def test_the_same_event_at_the_same_moment_is_one_request(house: House) -> None:  # U2
    event = {"type": "app_mention", "text": f"<@U0BOT> {SURVEY}", "ts": house.ana.say("x", "#ops")}
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: house.door.event(event), range(5)))
    house.settle()
    assert answers == [("200", "")] * 5
    assert len(house.requests()) == house.actions().count("preview.opened") == 1


def test_no_app_reaches_live_but_through_approved() -> None:  # G1
    assert {stage.value for stage in Stage} == {"draft", "approved", "live", "suspended", "archived", "retired"}
    assert {one for one in Stage if Stage.LIVE in ALLOWED[one]} == {Stage.APPROVED, Stage.SUSPENDED}
    assert {one for one in Stage if Stage.SUSPENDED in ALLOWED[one]} == {Stage.LIVE}
    assert ALLOWED[Stage.RETIRED] == frozenset()


def test_an_approved_step_without_its_approval_publishes_nothing(house: House) -> None:  # G1
    thread = house.ask(EVERYONE)
    house.press(thread, "slipway.publish")
    row = house.request()
    with Session(house.engine) as session, session.begin():
        apps.move(session, str(row.app), Stage.APPROVED, house.now())
        session.merge(row).state = State.APPROVED
    house.settle()
    assert "app.live" not in house.actions()
    with Session(house.engine) as session:
        assert deployments.active(session, str(row.app), "live") is None


def test_a_policy_engine_that_hangs_deploys_nothing_and_says_so(house: House) -> None:  # S13
    slow = Judge(Policies(), deadline=0)
    refs = tuple(house.wiring.catalog.get(name).ref for name in house.wiring.catalog.names)
    house.wire(review=lambda m, wanted, here, stage: review(slow, document(m, wanted, here, stage, refs)))
    thread = house.ask(SURVEY)
    slow.stop()
    assert "The policies could not be evaluated (no answer within 0 s)." in house.card(thread)
    assert "slipway.publish" not in house.offered(thread)
    assert house.request().app is None


def test_a_policy_engine_that_raises_deploys_nothing_and_says_so(house: House) -> None:  # S13
    def broken(*_: object) -> Any:
        raise RuntimeError("out of memory")

    thread = house.ask(SURVEY)
    house.wire(review=broken)
    assert house.press(thread, "slipway.publish") == "", "it is tried again first"
    for _ in range(2):
        house.later(days=10 / 86_400)
    assert house.told() == "I could not do that just now. Nothing was changed; please press the button again."
    assert "publish.proposed" not in house.actions()
    house.wire(review=house.working.review)
    other = house.ask(TRACKER)
    assert "slipway.publish" in house.offered(other), "one press's fault stopped the others"


def test_a_scrubber_that_raises_keeps_and_sends_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    def breaks(text: str) -> tuple[str, tuple[str, ...]]:
        raise ValueError(f"cannot read {text}")

    house.scrub = breaks
    assert house.door.command("a survey about our zebra") == (
        "200",
        "I could not check that message for secrets, so I kept nothing of it. Please say it again.",
    )
    house.ana.say("@Slipway a survey about our zebra", "#ops")
    until(lambda: "Please say it again." in house.told())
    house.settle()
    assert house.requests() == []
    assert "zebra" not in house.dump() + caplog.text


def test_what_a_chat_that_is_away_owes_is_posted_when_it_is_back(house: House) -> None:
    house.chat.cut = True
    house.ana.command(f"/slipway {SURVEY}", "#ops")
    house.settle()
    assert not any(one.sent_ts for one in house.outbox())
    house.chat.cut = False
    house.later(days=0.01)
    assert all(one.sent_version == one.version for one in house.outbox())


@pytest.mark.parametrize("text", [SURVEY, "help"])
def test_a_command_where_the_bot_is_no_member_is_answered_all_the_same(house: House, text: str) -> None:
    dm = house.ana.open(house.ben.id)
    assert house.ana.command(f"/slipway {text}", dm) == ""
    house.settle()
    told = house.ana.whispers(dm)[-1]["text"]
    assert told.startswith("I am not in this conversation yet." if text == SURVEY else "Tell me in a sentence")
