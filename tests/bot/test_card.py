"""The card, in every state that a Request can be in."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.rows.requests import State
from bot.threads import approval_card, card, handing_card
from bot.threads.approval_card import ApprovalView
from bot.threads.card_view import CardView
from bot.threads.ended import Ended
from bot.wording import handing_words, words
from generator.brief import Answer
from guardrails.review import verdict
from guardrails.verdict import Finding
from runtime.stuck import Stuck
from templates.manifest import Digest
from tests.bot.slack_rules import HOSTILE, anything, buttons, must_be_fine, words_of

MOMENT = 1_796_637_600
"""Mon 7 Dec 2026, 10:00 UTC."""
PREVIEW, LIVE = "https://lunch.preview.localhost/", "https://lunch.localhost/"

DRAFT = CardView(
    request="r1",
    state="previewed",
    words="a lunch survey for ops",
    title="Lunch survey",
    template="survey@1",
    app="a1",
    app_stage="draft",
    preview_url=PREVIEW,
    can=("keep entries in a table of its own, for 14 days",),
    cannot=("reach the internet", "read your Slack messages"),
    audience="the people in this channel",
    cost="€0.01–0.05 a month, a guess: no history yet",
    preview_ends_at=MOMENT,
    days=14,
    answers=(
        Answer(name="title", value="Lunch survey", origin="said"),
        Answer(name="anonymous", value=True, origin="guessed"),
        Answer(name="retention_days", value=90, origin="default"),
        Answer(name="closes", value="", origin="default"),
    ),
    trace="0af7",
)
CONFIRMED = replace(DRAFT, answers=tuple(one for one in DRAFT.answers if one.origin != "guessed"))
HELD = Stuck("app_1", "archive", "T1", "No room.", 3, MOMENT, MOMENT)
RUNNING = replace(DRAFT, state="live", app_stage="live", live_url=LIVE, ends_at=MOMENT)
DENIAL = Finding(
    rule="retention",
    decision="deny",
    field="app.retention_days",
    why="Entries may be kept for 180 days.",
    fix="Keep them for 180 days or fewer.",
    owner="privacy",
)
POLICY = Digest("sha256:" + "0" * 64)
DENIED = replace(DRAFT, state="denied", verdict=verdict((DENIAL,), POLICY))
ENDING = ["slipway.keep", "slipway.hand", "slipway.people", "slipway.archive", "slipway.retire"]
WHO = "slipway.who"


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (CardView("r1", "received", "x"), []),
        (CardView("r1", "asked", "x", alternatives=("poll", "survey")), ["slipway.choose", "slipway.choose.1"]),
        (CardView("r1", "asked", "x"), []),
        (replace(DRAFT, state="incomplete"), ["slipway.answer", "slipway.discard"]),
        (replace(DRAFT, state="briefed"), []),
        (replace(DRAFT, state="bundled"), []),
        (replace(DRAFT, state="reviewed"), []),
        (DRAFT, ["slipway.open", "slipway.confirm", "slipway.answer", "slipway.discard", WHO]),
        (CONFIRMED, ["slipway.open", "slipway.publish", "slipway.answer", "slipway.discard", WHO]),
        (replace(DRAFT, state="proposed"), ["slipway.open", "slipway.answer", "slipway.discard", WHO]),
        (replace(DRAFT, state="approved"), []),
        (RUNNING, ["slipway.open", "slipway.answer", *ENDING, "slipway.share", WHO]),
        (replace(RUNNING, app_stage="suspended"), ["slipway.open", "slipway.answer", *ENDING, "slipway.share", WHO]),
        (replace(RUNNING, state="previewed"), ["slipway.open", "slipway.confirm", "slipway.answer", *ENDING, WHO]),
        (replace(RUNNING, state="proposed"), ["slipway.open", "slipway.answer", *ENDING, WHO]),
        (replace(RUNNING, state="denied"), ["slipway.answer", *ENDING]),
        (replace(RUNNING, over=Ended("Lunch", "archived", MOMENT, until=MOMENT + 9)), ["slipway.restore"]),
        (replace(RUNNING, over=Ended("Lunch", "archived", MOMENT)), []),
        (replace(RUNNING, over=Ended("Lunch", "retired", MOMENT)), []),
        (replace(RUNNING, over=Ended("Lunch", "suspended", MOMENT)), []),
        (replace(RUNNING, over=Ended("Lunch", "suspended", MOMENT, stuck=HELD)), ["slipway.retire"]),
        (replace(RUNNING, over=Ended("Lunch", "approved", 0, restoring=True)), []),
        (
            CardView("r1", "declined", "x", reason="out_of_scope", alternatives=("survey",)),
            ["slipway.choose", "slipway.want"],
        ),
        (CardView("r1", "declined", "x", reason="unsafe", alternatives=("survey",)), []),
        (CardView("r1", "declined", "x", reason="empty", alternatives=("survey",)), []),
        (CardView("r1", "declined", "x", trouble="Guests cannot ask."), []),
        (replace(DENIED, labels={"retention_days": "Days"}), ["slipway.answer", "slipway.discard"]),
        (DENIED, ["slipway.answer", "slipway.plead", "slipway.discard"]),
        (replace(DRAFT, state="failed"), ["slipway.retry", "slipway.discard"]),
        (replace(DRAFT, state="discarded"), []),
    ],
)
def test_every_state_offers_what_can_be_done_in_it(view: CardView, shown: list[str]) -> None:
    message = card.card(view)
    # Wherever an app can still be steered, a reader can ask what of it is theirs.
    assert buttons(message) == [*shown, *(["slipway.mine"] if shown and view.over is None else [])]
    must_be_fine(message)


@pytest.mark.parametrize(
    ("labels", "where"),
    [({"retention_days": "Days to keep entries"}, "*Days to keep entries*"), ({}, "`app.retention_days`")],
)
def test_a_denial_names_the_field_as_the_form_does(labels: dict[str, str], where: str) -> None:  # S15
    message = card.card(replace(DENIED, labels=labels))
    assert f"Keep them for 180 days or fewer. {where} _Rule of privacy._" in str(message.blocks)


def test_no_state_of_the_journey_is_forgotten() -> None:
    shown = {state: card.card(replace(DRAFT, state=state)).text for state in State}
    assert shown[State.RECEIVED] == "Reading your words …"
    assert shown[State.DENIED] == "I may not build this as it is."
    assert shown[State.FAILED] == "That did not work, and nothing was published."
    assert shown[State.DISCARDED] == "*Lunch survey* was discarded; nothing of it is left."
    assert len(set(shown.values())) == len(State)


def test_a_preview_says_what_there_is_to_decide() -> None:
    message = card.card(DRAFT)
    assert message.text == f"Lunch survey: preview. <{PREVIEW}>"
    assert words_of(message).splitlines() == [
        "Lunch survey · preview",
        f":link: <{PREVIEW}>",
        "*Can* keep entries in a table of its own, for 14 days.",
        "*Cannot* reach the internet; read your Slack messages.",
        "*Open to* the people in this channel.",
        "*Costs* €0.01–0.05 a month, a guess: no history yet.",
        "*Preview ends* Mon 7 Dec 2026, 10:00 UTC. Published, it runs 14 days; I remind you before.",
        "*Made of* the parts on <https://lunch.preview.localhost/_slipway/sbom|this signed list>.",
        "• title: Lunch survey  _(you said)_",
        "• anonymous: yes  _(I guessed)_",
        "• retention days: 90  _(default)_",
        "Please check what I guessed: one press says that it is right; *Change answers* puts it right.",
        "“a lunch survey for ops”",
        "survey@1",
        "trace 0af7",
    ]


def test_a_card_without_guesses_asks_nobody_to_check_them() -> None:
    assert "guessed" not in words_of(card.card(replace(DRAFT, answers=DRAFT.answers[:1])))


def test_a_live_app_shows_its_own_address_and_end() -> None:
    said = words_of(card.card(RUNNING))
    assert f":link: <{LIVE}>" in said and "*Ends* Mon 7 Dec 2026" in said and PREVIEW not in said


def test_a_change_of_a_live_app_says_that_visitors_still_see_the_old_one() -> None:
    said = words_of(card.card(replace(RUNNING, state="previewed")))
    assert f":link: <{PREVIEW}>" in said
    assert f"*Live* <{LIVE}> stays as it is until you publish." in said


def test_a_suspended_app_is_not_called_live() -> None:
    assert card.card(replace(RUNNING, app_stage="suspended")).text.startswith("Lunch survey: suspended.")


def test_an_ended_app_stays_ended_whatever_its_request_says() -> None:
    def text(**over: object) -> str:
        return card.card(replace(RUNNING, over=Ended(**{"title": "Lunch", "ended_at": MOMENT, **over}))).text

    when, later = words.when(MOMENT), words.when(MOMENT + 9)
    assert text(stage="retired") == ":wave: *Lunch* has ended."
    assert text(stage="archived") == f":file_cabinet: *Lunch* was archived on {when}."
    assert text(stage="archived", until=MOMENT + 9).endswith(f" It can be restored until *{later}*.")
    assert text(stage="suspended") == (
        ":hourglass_flowing_sand: *Lunch* answers nobody any more. It is being archived."
    )
    assert text(stage="suspended", stuck=HELD) == (
        ":warning: *Lunch* · retiring (stuck: archive)\nIts archive could not be written: No room. "
        f"It is suspended, and nothing of it was deleted. It is tried again on {when}."
    )
    assert text(stage="approved", restoring=True) == ":hourglass_flowing_sand: *Lunch* is being restored."


def test_progress_grows_and_a_second_try_says_why() -> None:
    states = ("received", "briefed", "bundled", "reviewed", "approved")
    bars = [words_of(card.card(CardView("r1", one, ""))).count("▰") for one in states]
    assert bars == [1, 2, 3, 4, 5]
    said = words_of(card.card(CardView("r1", "briefed", "", trouble="The model was away.")))
    assert "The model was away. I am trying again." in said


def test_what_is_missing_is_named() -> None:
    view = replace(DRAFT, state="incomplete", open=("Title", "Approvers"))
    assert card.card(view).text == "Almost there. I still need: *title, approvers*."


def test_a_denial_prints_the_field_and_the_fix() -> None:
    assert (
        "• Entries may be kept for 180 days. Keep them for 180 days or fewer. `app.retention_days` _Rule of privacy._"
    ) in words_of(card.card(DENIED))


def test_a_rule_that_nobody_knows_shows_its_raw_id_and_whom_to_ask() -> None:  # S15
    strange = Finding(rule="weekend_x", decision="deny", field="app.retention_days", why="No.", fix="")
    labels = {"retention_days": "Days to keep entries"}
    message = card.card(replace(DENIED, verdict=verdict((strange,), POLICY), labels=labels))
    assert "• No. *Days to keep entries* _Rule `weekend_x`, of which nobody here knows the owner._" in words_of(message)
    assert "slipway.plead" in buttons(message)


def test_a_rule_that_warns_is_shown_and_nothing_else_changes() -> None:
    allowed = DENIAL.model_copy(update={"decision": "allow"})
    plain = replace(DRAFT, verdict=verdict((allowed,), POLICY))
    warned = replace(DRAFT, verdict=verdict((allowed, DENIAL.model_copy(update={"stage": "warn"})), POLICY))
    shadow = replace(DRAFT, verdict=verdict((allowed, DENIAL.model_copy(update={"stage": "shadow"})), POLICY))
    said = words_of(card.card(warned))
    assert "these rules will stop it one day:*\n• Entries may be kept for 180 days." in said
    assert "To publish this" not in said
    assert buttons(card.card(warned)) == buttons(card.card(plain))
    assert card.card(shadow) == card.card(plain), "what is in shadow is recorded, and shown to nobody"


def test_what_is_allowed_is_not_listed_as_a_finding() -> None:
    allowed = DENIAL.model_copy(update={"decision": "allow"})
    assert "To publish this" not in words_of(card.card(replace(DRAFT, verdict=verdict((allowed,), POLICY))))


def test_more_answers_than_fit_are_counted() -> None:
    many = tuple(Answer(name=f"question_{number}", value="x" * 290, origin="said") for number in range(40))
    said = words_of(card.card(replace(DRAFT, answers=many)))
    assert "• question 6:" in said and "• question 7:" not in said and "… and 33 more." in said


def test_a_question_with_one_kind_does_not_ask_which() -> None:
    one, two = (
        card.card(CardView("r1", "asked", "x", alternatives=names)) for names in (("survey",), ("survey", "poll"))
    )
    assert one.text == "I am not sure what you mean. Is it this kind of app?"
    assert two.text == "I am not sure which kind of app you mean. Which of these is it?"


def test_a_column_is_read_out_with_what_it_offers() -> None:
    column: dict[str, JsonValue] = {"name": "Status", "type": "select", "choices": ["new", "broken"]}
    assert card.spoken([column]) == "Status (select: new, broken)"


def test_a_list_is_read_out_on_one_line() -> None:
    assert card.spoken(["a", {"name": "Model", "type": "text"}, True, 3]) == "a; Model (text); yes; 3"


def test_a_title_with_a_mention_stays_dead_text() -> None:
    message = card.card(replace(RUNNING, title=HOSTILE))
    must_be_fine(message)
    assert message.text.startswith("&lt;!channel&gt; &lt;@U1&gt;")
    assert all("*loud*" not in one for one in (message.text, words_of(message).split("\n", 1)[1]))


APPROVAL = ApprovalView(
    proposal="sha256:0123456789abcdef0123",
    title="Lunch survey",
    asker="UANA",
    groups=("data-stewards",),
    pinged=1,
    reasons=("Everyone in the organisation may open it.",),
    preview_url=PREVIEW,
    can=("keep entries",),
    audience="everyone in the organisation",
    cost="€0.01–0.05 a month",
    days=14,
    trace="0af7",
)


def test_approvers_read_what_they_decide_and_press_one_of_three_buttons() -> None:
    message = approval_card.approval(APPROVAL)
    must_be_fine(message)
    assert message.text == "Lunch survey needs a yes from @data-stewards"
    assert buttons(message) == ["slipway.approve", "slipway.consent", "slipway.reject"]
    said = words_of(message)
    assert "needs a yes from *@data-stewards* (1 person)" in said
    assert "*Costs* €0.01–0.05 a month. *Runs* 14 days." in said
    assert "what you approve: `sha256:0123456789ab…`" in said


def test_once_decided_the_decision_stands_where_the_buttons_were() -> None:
    message = approval_card.approval(replace(APPROVAL, decided=":x: <@UANA> rejected this."))
    assert buttons(message) == [] and ":x: <@UANA> rejected this." in words_of(message)


def test_a_reminder_offers_its_three_ways_until_one_is_taken() -> None:
    title = card.title_of(HOSTILE)
    text = handing_words.reminder("UANA", title, MOMENT, "Nobody has used it yet.")
    open_one = handing_card.reminder("a1", text, words.archive_warning(title), "0af7")
    must_be_fine(open_one)
    assert buttons(open_one) == ["slipway.keep", "slipway.archive", "slipway.hand"]


def test_a_keep_a_hand_over_and_an_orphan_offer_what_answers_them() -> None:  # N6 N7 A10
    title, why = card.title_of(HOSTILE), card.title_of(HOSTILE * 3)
    keep = handing_card.keeping(
        "a1", "k1", handing_words.asks_to_keep("UANA", title, why, ["*@leads*"], 1, MOMENT, 14), "0af7"
    )
    cost = handing_words.budget(card.title_of(HOSTILE), card.title_of(HOSTILE + "x"))
    said = handing_words.hands_over("UANA", "UANA", title, MOMENT, cost, stays=True)
    offer = handing_card.offer("a1", "h1", said, HOSTILE, "0af7")
    orphan = handing_card.orphan("a1", handing_words.orphaned(title, "UANA", "left", MOMENT, ["crm"]), "0af7")
    for one in (keep, offer, orphan):
        must_be_fine(one)
    assert buttons(keep) == ["slipway.vouch", "slipway.refuse"]
    assert buttons(offer) == ["slipway.accept", "slipway.accept.1", "slipway.decline"]
    assert buttons(handing_card.offer("a1", "h1", said, "", "0af7")) == ["slipway.accept", "slipway.decline"]
    assert buttons(orphan) == ["slipway.adopt"]


strings: Any = st.lists(anything, max_size=4).map(tuple)
answers: Any = st.lists(
    st.builds(Answer, name=anything, value=st.one_of(anything, strings.map(list)), origin=st.just("guessed")),
    max_size=8,
)
findings: Any = st.lists(
    st.builds(
        Finding,
        rule=anything,
        decision=st.just("deny"),
        field=anything,
        why=anything,
        fix=anything,
        owner=anything,
        stage=st.sampled_from(("shadow", "warn", "block")),
    ),
    max_size=8,
)
verdicts: Any = st.builds(verdict, findings, st.just(POLICY))
views = st.builds(
    CardView,
    request=st.just("r1"),
    state=st.sampled_from(State),
    words=anything,
    title=anything,
    template=anything,
    app_stage=st.sampled_from(("draft", "live", "suspended", "archived")),
    over=st.none()
    | st.builds(
        Ended,
        title=st.just("Lunch"),
        stage=st.sampled_from(("suspended", "archived", "retired")),
        ended_at=st.just(MOMENT),
        until=st.sampled_from((0, MOMENT)),
        restoring=st.booleans(),
        stuck=st.none() | st.just(HELD),
    ),
    preview_url=st.just(PREVIEW),
    live_url=st.sampled_from(("", LIVE)),
    can=strings,
    cannot=strings,
    audience=anything,
    cost=anything,
    answers=answers,
    verdict=verdicts,
    wanted=anything,
    open=strings,
    trouble=anything,
    note=anything,
)


@given(views)
def test_whatever_people_wrote_slack_takes_the_card_and_nothing_is_alive(view: CardView) -> None:
    must_be_fine(card.card(view))


@given(anything, strings, anything)
def test_whatever_people_wrote_slack_takes_the_request_for_approval(title: str, texts: Any, audience: str) -> None:
    must_be_fine(
        approval_card.approval(
            replace(APPROVAL, title=title, reasons=texts, groups=texts, can=texts, audience=audience)
        )
    )
