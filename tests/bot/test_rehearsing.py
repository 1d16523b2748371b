"""Checks on the card, a red one and a leak at publishing, and the asker's own, said in the thread (T7, N9)."""

import json
from pathlib import Path

from sqlmodel import Session, select

from bot.chat import Heard, Place
from bot.hearing import commands, listening
from bot.hearing.expecting import EXPECTED, MOST_WISHES, expect
from bot.rows.requests import Request, State
from bot.rows.wishes import wish
from bot.threads import rehearsing
from bot.wiring import Unavailable
from guardrails import audit
from guardrails.audit import AuditRow
from guardrails.rehearsed import CHECKS, LEAK
from runtime.rehearsal import Rehearsal, Tick
from templates.manifest import Digest
from templates.planning import Plan
from tests.bot.desk import OPS, WORKSPACE, Desk

GREEN = Rehearsal((Tick("Answers reach the owner.", True), Tick("Nobody votes twice.", True)))
RED = Rehearsal((Tick("Answers reach the owner.", True), Tick("Nobody votes twice.", False, "Ana got 200.")))
LEAKED = Rehearsal((Tick("Answers reach the owner.", True),), ("the page /all / as ben",))
WISH = "it should say thanks when I submit pizza"


def desk(home: Path, *results: Rehearsal) -> tuple[Desk, list[Plan]]:
    """A desk whose rehearsals go so, one after the other; the last one again and again."""
    seen: list[Plan] = []

    def rehearse(bundle: Digest, plan: Plan) -> Rehearsal:
        seen.append(plan)
        return results[min(len(seen), len(results)) - 1]

    return Desk(home, rehearse=rehearse), seen


def buttons(one: Desk, request: Request) -> list[str]:
    return [line for line in one.card(request).splitlines() if line.startswith("Publish")]


def last(one: Desk, request: Request) -> tuple[str, dict[str, object]]:
    with Session(one.wiring.engine) as session:
        event = audit.story(session, request.id, request.app or "", most=1)[-1]
    return event.action, dict(event.facts)


def test_ticks_stand_on_the_card_with_the_way_to_try_it_as_others(tmp_path: Path) -> None:  # T7
    one, seen = desk(tmp_path, GREEN)
    request = one.ask()
    card = one.card(request)
    assert ":white_check_mark: Answers reach the owner." in card and ":x:" not in card
    assert "_slipway/rehearsal|Try it as others>" in card
    assert buttons(one, request) == ["Publish"]
    assert [check.says for check in seen[0].checks] and seen[0].retirement is not None
    assert request.verdict is not None and request.verdict.decision == "allow"


def test_a_preview_with_a_red_check_opens_and_publishing_it_needs_an_approver(tmp_path: Path) -> None:  # T7
    one, _ = desk(tmp_path, RED)
    request = one.ask()
    assert request.state is State.PREVIEWED and request.app is not None
    assert ":x: Nobody votes twice. _Ana got 200._" in one.card(request)
    assert buttons(one, request) == ["Publish anyway"]
    assert last(one, request)[1]["red"] == 1
    proposed = one.press("slipway.publish", request)
    assert proposed.state is State.PROPOSED
    assert proposed.verdict is not None and proposed.verdict.decision == "needs_approval"
    assert [finding.rule for finding in proposed.verdict.findings if finding.decision != "allow"] == [CHECKS]
    assert proposed.verdict.approvers == ("platform-approvers",)


def test_a_leak_stops_publishing_and_its_place_is_shown(tmp_path: Path) -> None:  # N9
    one, _ = desk(tmp_path, LEAKED)
    request = one.ask()
    assert request.state is State.PREVIEWED
    assert "A planted word turned up in the page /all / as ben." in one.card(request)
    assert buttons(one, request) == []
    pressed = one.press("slipway.publish", request)
    assert pressed.state is State.PREVIEWED and pressed.proposal is None
    assert pressed.verdict is not None and pressed.verdict.decision == "deny"
    assert pressed.verdict.findings[0].rule == LEAK
    assert last(one, request)[0] == "publish.denied"


def test_a_check_that_is_green_again_publishes_without_anybody(tmp_path: Path) -> None:  # T7
    one, _ = desk(tmp_path, RED, GREEN)
    request = one.ask()
    one.send(request, title="Another lunch")
    request = one.seen(request.id)
    assert buttons(one, request) == ["Publish"]
    assert one.press("slipway.publish", request).state is State.LIVE


def test_a_worker_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    calls: list[int] = []

    def rehearse(bundle: Digest, plan: Plan) -> Rehearsal:
        calls.append(1)
        if len(calls) == 1:
            raise Unavailable("No gateway worker answers right now.")
        return GREEN

    one = Desk(tmp_path, rehearse=rehearse)
    request = one.ask()
    assert request.state is State.REVIEWED and request.app is None
    one.now += 60
    one.tick()
    assert one.seen(request.id).state is State.PREVIEWED and len(calls) == 2


def say(one: Desk, request: Request, text: str, user: str = "U1", key: str = "Say1") -> Request:
    place = Place(WORKSPACE, OPS, thread=request.place.thread)
    heard = Heard(key, place, user, text, "thread", f"{key}.5")
    listening.hear(one.wiring, commands.Commands(one.wiring, None), heard)
    one.tick()
    return one.seen(request.id)


def events(one: Desk) -> list[str]:
    with Session(one.wiring.engine) as session:
        return list(session.exec(select(AuditRow.action).order_by(AuditRow.seq)))


def test_what_the_asker_expects_is_tried_now_and_on_each_later_preview(tmp_path: Path) -> None:  # T7
    one, seen = desk(tmp_path, GREEN)
    request = say(one, one.ask(), WISH)
    assert request.state is State.PREVIEWED and request.wishes == (WISH,)
    assert seen[-1].checks[-1] == wish(WISH) and len(seen) == 2
    assert events(one).count(EXPECTED) == 1
    one.send(request, title="Another lunch")
    assert seen[-1].checks[-1] == wish(WISH) and len(seen) == 3


def test_the_same_words_twice_have_one_effect(tmp_path: Path) -> None:  # T7 U2
    one, seen = desk(tmp_path, GREEN)
    request = say(one, one.ask(), WISH)
    say(one, request, WISH)
    say(one, request, f"  {WISH} ", key="Say2")
    assert one.seen(request.id).wishes == (WISH,) and len(seen) == 2 and events(one).count(EXPECTED) == 1


def test_others_words_and_other_words_change_nothing(tmp_path: Path) -> None:  # T7 N15
    one, seen = desk(tmp_path, GREEN)
    request = one.ask()
    assert say(one, request, WISH, user="U2").wishes == ()
    assert say(one, request, "looks good to me", key="Say3").wishes == ()
    assert len(seen) == 1 and EXPECTED not in events(one)


def test_what_waits_for_approval_is_void_once_more_is_expected(tmp_path: Path) -> None:  # T7
    one, _ = desk(tmp_path, RED)
    request = one.press("slipway.publish", one.ask())
    assert request.state is State.PROPOSED
    assert say(one, request, WISH).state is State.PREVIEWED
    assert "void" in json.dumps(one.chat.shown("approval:")) or "changed" in one.chat.shown("approval:")


def test_only_the_newest_wishes_stay(tmp_path: Path) -> None:  # T7
    one, seen = desk(tmp_path, GREEN)
    request = one.ask()
    for number in range(MOST_WISHES + 2):
        request = say(one, request, f"it should say {number} when I submit pizza", key=f"Say{number}")
    assert len(request.wishes) == MOST_WISHES and "say 6 " in request.wishes[-1]
    assert len(seen[-1].checks) == len(seen[0].checks) + MOST_WISHES


def test_nothing_is_expected_of_what_has_no_preview_yet(tmp_path: Path) -> None:
    one, seen = desk(tmp_path, GREEN)
    request = one.ask("what's the weather")
    heard = Heard("Say9", Place(WORKSPACE, OPS, thread=request.place.thread), "U1", WISH, "thread", "9.5")
    assert expect(one.wiring, request, heard) is False and seen == []


def test_hostile_words_stay_words(tmp_path: Path) -> None:  # T7
    one, _ = desk(tmp_path, GREEN)
    text = "it should say {title} <b>`x`</b> when I submit ${1+1} <@U2>"
    request = say(one, one.ask(), text)
    found = wish(request.wishes[0])
    assert found is not None and found.steps[0].sees == ("{title} <b>`x`</b>",)
    assert rehearsing.planned(one.wiring, request, Digest(request.bundle or "")).checks[-1] == found


def test_rows_are_escaped_and_what_is_red_stands_first() -> None:
    tried = Rehearsal((Tick("a <b> & *c*", True), Tick("d", False, "<!channel> e")), ())
    assert rehearsing.rows(tried, "http://x.test/") == [
        ":x: d _&lt;!channel&gt; e_",
        ":white_check_mark: a &lt;b&gt; &amp; c",
        "<http://x.test/_slipway/rehearsal|Try it as others>",
    ]
