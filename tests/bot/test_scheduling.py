"""Apps that run by themselves, through the whole house: published with it, run when it is time, stopped at once."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.conversation import Thread
from bot.database import transaction
from bot.operating import gates, keyring, scheduling
from bot.platformctl import command
from bot.wiring import Unavailable
from bot.wording import words
from guardrails import audit, grants, signing
from guardrails.review import document, review
from runtime import apps, deployments, due, schedules
from runtime.apps import App
from runtime.scheduled import Fired
from runtime.schedules import Schedule, ScheduleRow
from templates.catalog import Catalog
from templates.manifest import ScheduleCapability, Time
from templates.render import render
from tests.bot.freezer import OPERATORS, freeze, say, thaw
from tests.bot.house import House
from tests.runtime.scene import OPS
from tests.templates.roundup import changed
from tests.templates.shelf import shelf

DAY = 86_400
ASKED = "a lunch survey as a roundup for ops, three questions, keep it four weeks"


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The shelf, with an app on it that tells the thread once a week."""
    weekly = changed(tmp_path_factory.mktemp("roundup"), {"default: false": "default: true"})
    return Catalog((*shelf().templates, weekly))


@pytest.fixture
def asked(house: House, catalog: Catalog) -> Thread:
    """A roundup of ana's, as a preview."""
    wire(house, catalog)
    return house.ask(ASKED)


def wire(house: House, catalog: Catalog) -> None:
    refs = tuple(catalog.get(name).ref for name in catalog.names)
    house.wire(
        catalog=catalog,
        review=lambda manifest, wanted, here, stage: review(house.judge, document(manifest, wanted, here, stage, refs)),
    )


@pytest.fixture
def weekly(house: House, asked: Thread) -> Thread:
    """The same, live."""
    house.press(asked, "slipway.publish")
    assert "app.live" in house.actions()
    return asked


def app(house: House) -> App:
    with Session(house.engine) as session:
        found = apps.get(session, str(house.request().app))
    assert found is not None
    return found


def schedule(house: House) -> Schedule:
    with Session(house.engine) as session:
        (one,) = schedules.of(session, app(house).id)
    return one


def until_due(house: House) -> int:
    """The clock goes to the next time; when that was."""
    at = schedule(house).next_at
    with transaction(house.engine) as session:
        house.clock.move(session, at - house.now())
    return at


def told(house: House, thread: Thread, words: str) -> list[str]:
    return [one["text"] for one in thread.messages(house.ana) if words in one["text"]]


def events(house: House, action: str) -> list[Mapping[str, Any]]:
    with Session(house.engine) as session:
        return [one.facts for one in audit.story(session, app(house).id) if one.action == action]


# What people see


def test_the_card_says_when_it_runs_by_itself_before_anybody_publishes_it(house: House, asked: Thread) -> None:
    assert "run by itself every Monday at 09:00 UTC (weekly roundup)" in house.card(asked)
    with Session(house.engine) as session:
        assert session.exec(select(ScheduleRow)).all() == []


def test_a_preview_never_fires(house: House, asked: Thread) -> None:
    for _ in range(3):
        house.later(3)
    assert not told(house, asked, "wishes so far")
    assert "schedule.ran" not in house.actions()


def test_it_runs_when_it_is_time_and_is_heard_in_the_thread(house: House, weekly: Thread) -> None:
    at = until_due(house)
    house.settle()
    assert told(house, weekly, "wishes so far") == ["Lunch: 0 wishes so far"]
    request = due.request_id(app(house).id, "weekly_roundup", at)
    fact = {"schedule": "weekly_roundup", "due": at, "visit": request, "result": "204"}
    assert events(house, "schedule.ran") == [fact]
    house.settle()
    house.later(1)
    assert len(told(house, weekly, "wishes so far")) == 1
    house.later(6)
    assert len(events(house, "schedule.ran")) == 2


def test_an_app_that_sleeps_wakes_for_its_time_runs_once_and_sleeps_again(house: House, weekly: Thread) -> None:  # C4
    house.worker.sleep()
    assert house.worker.sleep() == 0
    until_due(house)
    house.settle()
    assert len(events(house, "schedule.ran")) == 1
    assert house.worker.sleep() > 0  # it was awake for it
    house.settle()
    assert house.worker.sleep() == 0
    assert len(events(house, "schedule.ran")) == 1


def test_what_was_due_while_it_stood_frozen_is_skipped_and_told_with_its_date(house: House, weekly: Thread) -> None:
    # N14
    house.wire(roles={"operator": ("platform-approvers",)})
    first = schedule(house).next_at
    shown = say(house, "freeze app lunch", house.ben)["text"]
    assert f"*Lunch*: weekly roundup on {words.when(first)}" in shown
    freeze(house, "app lunch")
    until_due(house)
    house.settle()
    assert "schedule.ran" not in house.actions() and "schedule.missed" not in house.actions()
    # The next one is due as well and no tick has come by when it is thawed: it is skipped all the same.
    second = until_due(house)
    assert second == first + 7 * DAY
    assert "goes on since" in thaw(house, house.dora, OPERATORS)
    [back] = told(house, weekly, "is back since")
    assert f"weekly roundup on {words.when(first)}; weekly roundup on {words.when(second)}" in back
    assert "schedule.ran" not in house.actions()
    until_due(house)
    house.settle()
    assert len(events(house, "schedule.ran")) == 1


def test_its_request_id_tells_what_became_of_it(house: House, weekly: Thread) -> None:
    at = until_due(house)
    house.settle()
    house.say(due.request_id(app(house).id, "weekly_roundup", at), thread=weekly.root)
    assert house.told().startswith("*Lunch* (live) ran by itself (weekly roundup) on Mon ")


def test_the_grant_is_part_of_what_is_approved(house: House, weekly: Thread) -> None:  # S4
    name = app(house).id
    with Session(house.engine) as session:
        given = {one.name for one in grants.every(session, name)}
    assert given == {"store", "notify", "schedule:weekly_roundup"}
    gates.compare(house.wiring)
    assert "grants.disagree" not in house.actions()


# What stops it


def test_a_grant_taken_back_stops_it_at_once_and_the_card_says_so(house: House, weekly: Thread) -> None:  # S4 S11
    name = app(house).slug
    assert command.main(["grant", "revoke", name, "schedule:weekly_roundup", "--home", str(house.home)]) == 0
    until_due(house)
    house.settle()
    assert not told(house, weekly, "wishes so far")
    assert "schedule.ran" not in house.actions()
    assert "*No longer allowed* schedule:weekly_roundup." in house.card(weekly)
    assert house.cy.sign_in(house.live(weekly)).status_code == 200
    assert len(told(house, weekly, "the platform team took it back")) == 1


def test_a_grant_taken_back_between_the_claim_and_the_call_stops_the_call(house: House, weekly: Thread) -> None:  # S11
    until_due(house)

    def fire(which: App, when: Schedule) -> Fired:
        command.main(["grant", "revoke", which.slug, f"schedule:{when.name}", "--home", str(house.home)])
        return house.working.fire(which, when)

    house.wire(fire=fire)
    house.settle()
    assert not told(house, weekly, "wishes so far")
    assert schedule(house).running == 0


def test_publishing_again_gives_back_what_was_taken(house: House, weekly: Thread) -> None:  # S11
    with transaction(house.engine) as session:
        gates.take_back(session, app(house), "schedule:weekly_roundup", "operator op", house.now())
    until_due(house)
    house.settle()
    with transaction(house.engine) as session:
        grants.grant(
            session,
            workspace=app(house).workspace,
            app=app(house).id,
            wanted=("store", "notify", "schedule:weekly_roundup"),
            proposal="p",
            until=house.now() + 90 * DAY,
            now=house.now(),
        )
        apps.touch_routes(session)
    house.settle()
    assert not told(house, weekly, "wishes so far")
    until_due(house)
    house.settle()
    assert len(told(house, weekly, "wishes so far")) == 1


def test_a_suspended_app_lets_its_time_pass(house: House, weekly: Thread) -> None:
    name = app(house).id
    with transaction(house.engine) as session:
        deployments.pause(session, name, "live", "OutOfCpu", house.now())
    until_due(house)
    house.settle()
    with transaction(house.engine) as session:
        deployments.resume(session, name, "live", house.now())
    house.settle()
    assert not told(house, weekly, "wishes so far")
    until_due(house)
    house.settle()
    assert len(told(house, weekly, "wishes so far")) == 1


@pytest.mark.parametrize("verb", ["slipway.archive", "slipway.retire"])
def test_nothing_is_left_of_it_after_the_end(house: House, weekly: Thread, verb: str) -> None:  # D3
    name = app(house).id
    house.press(weekly, verb)
    with Session(house.engine) as session:
        assert session.exec(select(ScheduleRow)).all() == []
        assert grants.active(session, name, house.now()) == frozenset()
    for _ in range(3):
        house.later(7)
    assert "schedule.ran" not in house.actions()


def test_a_lapse_ends_it_as_well(house: House, weekly: Thread) -> None:  # D3
    house.later(29)
    assert house.actions().count("app.put_off") == 1, "nobody was reminded, so the end is put off once"
    house.later(4)
    assert "live.lapsed" in house.actions()
    with Session(house.engine) as session:
        assert session.exec(select(ScheduleRow)).all() == []


# What goes wrong


def test_a_gateway_that_is_away_is_asked_again_and_the_app_runs_late_and_once(house: House, weekly: Thread) -> None:
    until_due(house)
    away = [Unavailable("No gateway worker answers right now.")] * 3

    def fire(which: App, when: Schedule) -> Fired:
        if away:
            raise away.pop()
        return house.working.fire(which, when)

    house.wire(fire=fire)
    for _ in range(4):
        house.settle()
        house.later(60 / DAY)
    assert len(told(house, weekly, "wishes so far")) == 1
    assert "schedule.missed" not in house.actions()


def test_a_gateway_that_stays_away_is_given_up_and_the_thread_says_so_once(house: House, weekly: Thread) -> None:
    until_due(house)
    calls: list[str] = []

    def fire(_: App, when: Schedule) -> Fired:
        calls.append(when.request)
        raise Unavailable("No gateway worker answers right now.")

    house.wire(fire=fire)
    for _ in range(20):
        house.later(601 / DAY)
    assert (len(calls), len(set(calls))) == (schedules.MOST_ATTEMPTS, 1)
    (said,) = told(house, weekly, "did not run")
    assert said.startswith(":alarm_clock: *Lunch* did not run by itself (weekly roundup): it was due on Mon ")
    assert ", 09:00 UTC, and nobody could run it for too long. It runs next on Mon " in said
    assert [one["schedule"] for one in events(house, "schedule.missed")] == ["weekly_roundup"]


def test_control_that_died_after_the_call_has_it_made_once(house: House, weekly: Thread) -> None:
    until_due(house)

    class Killed(BaseException):
        """As `kill -9`: nothing after it happens."""

    def fire(which: App, when: Schedule) -> Fired:
        house.working.fire(which, when)
        raise Killed

    house.wire(fire=fire)
    with pytest.raises(Killed):
        scheduling.tick(house.wiring)
    house.wire(fire=house.working.fire)
    house.settle()
    assert events(house, "schedule.ran") == []
    house.later((schedules.CLAIMED + 1) / DAY)
    assert len(told(house, weekly, "wishes so far")) == 1
    assert [one["result"] for one in events(house, "schedule.ran")] == ["204"]


def test_a_call_that_left_no_trace_is_not_made_again_and_the_thread_says_so_once(house: House, weekly: Thread) -> None:
    at = until_due(house)
    request = due.request_id(app(house).id, "weekly_roundup", at)
    # As a worker leaves it that was killed while it ran the app.
    (house.home / "usage" / "begun" / request).touch()
    for _ in range(12):
        house.later(61 / DAY)
    assert not told(house, weekly, "wishes so far")
    (said,) = told(house, weekly, "was cut off")
    assert said.endswith(f"Its visit is `{request}`.")
    assert [one["visit"] for one in events(house, "schedule.cut_off")] == [request]


def test_two_controls_make_a_call_once(house: House, weekly: Thread) -> None:  # D8
    until_due(house)
    begin = threading.Barrier(2)

    def control() -> None:
        begin.wait(5)
        scheduling.tick(house.wiring)

    threads = [threading.Thread(target=control) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    house.settle()
    assert len(told(house, weekly, "wishes so far")) == 1
    assert len(events(house, "schedule.ran")) == 1


def test_a_downtime_over_many_times_is_made_up_for_once(house: House, weekly: Thread) -> None:
    with transaction(house.engine) as session:
        house.clock.move(session, 22 * DAY)
    house.settle()
    assert len(told(house, weekly, "wishes so far")) == 1


def test_one_app_that_breaks_control_stops_no_other(house: House, weekly: Thread) -> None:
    with transaction(house.engine) as session:
        schedules.keep(session, workspace="T1", app="app_gone", times={"x": schedule(house).time}, now=house.now())
    until_due(house)
    house.settle()
    assert len(told(house, weekly, "wishes so far")) == 1
    with Session(house.engine) as session:
        assert schedules.of(session, "app_gone") == ()


def test_nothing_runs_by_itself_that_a_revoked_key_signed(house: House, weekly: Thread) -> None:  # K1
    until_due(house)
    house.settle()
    assert len(told(house, weekly, "wishes so far")) == 1
    keyring.revoke(
        house.engine, house.home, signing.read(house.home / "signing.key").id, "", "operator op", house.now()
    )
    until_due(house)
    house.settle()
    assert len(told(house, weekly, "wishes so far")) == 1


def spoil(house: House) -> None:
    """Put code that fails in the place of what is live."""
    with Session(house.engine) as session, session.begin():
        standing = deployments.active(session, app(house).id, "live")
        assert standing is not None
        bundle = house.wiring.bundles.get(standing.bundle)
        source = (
            b"export function handle() { return 'x'; }\nexport function scheduled() { throw new Error('no soup'); }"
        )
        made = type(bundle)(bundle.manifest, {**bundle.files, "app.js": source})
        kept = house.keep(session, standing.app, made)
        session.get_one(deployments.DeploymentRow, standing.id).bundle = kept
        apps.touch_routes(session)


def test_a_failure_is_said_once_in_plain_words_with_its_request_id(house: House, weekly: Thread) -> None:  # S6
    spoil(house)
    at = until_due(house)
    house.settle()
    house.worker.rest()
    house.settle()
    (said,) = told(house, weekly, "ran into an error")
    assert said.startswith(
        ":warning: *Lunch* (live) ran into an error of its own. "
        "It ran by itself (weekly roundup), and does so next on Mon "
    )
    assert due.request_id(app(house).id, "weekly_roundup", at) in house.card(weekly)
    assert [one["result"] for one in events(house, "schedule.ran")] == ["Crashed"]
    assert len(told(house, weekly, "by itself")) == 1


def test_three_failures_in_a_row_suspend_it_and_then_it_runs_no_more(house: House, weekly: Thread) -> None:  # S6
    spoil(house)
    for _ in range(4):
        until_due(house)
        house.settle()
        house.worker.told()
        house.settle()
    assert house.actions().count("app.suspended") == 1
    assert len(events(house, "schedule.ran")) == 3


def test_a_tracker_sums_up_its_week_once_somebody_wants_that(house: House) -> None:
    thread = house.ask("track our laptops: model, serial number, price")
    assert "by itself" not in house.card(thread)
    house.fill(thread, weekly_summary="yes")
    assert "run by itself every Monday at 09:00 UTC (weekly summary)" in house.card(thread)
    assert "post up to 3 messages a day in its thread" in house.card(thread)
    house.press(thread, "slipway.publish")
    house.answer(house.cy, house.live(thread) + "add", model="X1", serial_number="7", price="900")
    until_due(house)
    house.settle()
    (said,) = told(house, thread, "this week")
    assert said.endswith("this week: 1 new entry, 0 changed, 1 in all.")


def test_what_fails_by_itself_is_never_published(house: House, catalog: Catalog, tmp_path: Path) -> None:
    broken = changed(tmp_path, {"default: false": "default: true"}, {"notify(": "nothing("})
    wire(house, Catalog((*shelf().templates, broken)))
    house.ask(ASKED)
    assert "What it does by itself (weekly_roundup) ended with Crashed: ReferenceError" in house.request().trouble


def test_a_manifest_with_a_schedule_that_its_template_has_not_is_refused(house: House) -> None:  # S4
    made = render(house.wiring.catalog.get("survey"), {"title": "Lunch", "questions": ["How was it?"]}).manifest
    nightly = ScheduleCapability(times={"nightly": Time(every="day", at="02:00")})
    forged = made.model_copy(update={"capabilities": (*made.capabilities, nightly), "budget_tag": "ops"})
    for stage in ("preview", "live"):
        verdict = house.wiring.review(forged, OPS, OPS, stage)
        assert (verdict.decision, verdict.findings[0].why) == (
            "deny",
            "The app asks for more than survey@1.0 may: schedule: the template has no such capability.",
        )
    assert house.wiring.review(made.model_copy(update={"budget_tag": "ops"}), OPS, OPS, "live").decision == "allow"


def test_without_the_answer_there_is_no_schedule(house: House, tmp_path: Path) -> None:
    wire(house, Catalog((*shelf().templates, changed(tmp_path, {}))))
    thread = house.ask(ASKED)
    house.press(thread, "slipway.publish")
    assert "by itself" not in house.card(thread)
    with Session(house.engine) as session:
        assert session.exec(select(ScheduleRow)).all() == []
