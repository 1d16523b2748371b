"""A broken app: one card until it is well again, two repairs at most, then back to what was good (N12)."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from bot.conversation import Thread, words
from bot.versions import broken, repairing
from bot.wiring import Unavailable
from bot.wording import broken_words
from guardrails.audit import AuditRow
from runtime import apps, breaches, defects, deployments, history
from runtime.apps import AppRow, Stage
from runtime.defects import State
from runtime.deployments import DeploymentRow
from runtime.history import VersionRow
from runtime.slugs import slug_of
from templates.manifest import Limits
from tests.bot.house import House
from tests.workspace.harbour import until

pytestmark = pytest.mark.scenario

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"
CRASHES = b'export function handle(call) { throw new Error("soup"); }'


@pytest.fixture
def once(house: House) -> Thread:
    """A survey of ana's that is live."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    return thread


@pytest.fixture
def twice(house: House, once: Thread) -> Thread:
    """The same, published again as Supper."""
    house.later(0.001)
    house.fill(once, title="Supper")
    house.press(once, "slipway.publish")
    return once


def app(house: House) -> str:
    return str(house.request().app)


def live(house: House) -> deployments.Deployment:
    name = app(house)
    with Session(house.engine) as session:
        found = deployments.active(session, name, "live")
    assert found is not None
    return found


def number(house: House) -> int:
    standing = live(house)
    with Session(house.engine) as session:
        version = history.of(session, standing)
    assert version is not None
    return version.number


def spoil(house: House) -> None:
    """What is live had always been code that crashes."""
    standing = live(house)
    with Session(house.engine) as session, session.begin():
        bundle = house.wiring.bundles.get(standing.bundle)
        manifest = bundle.manifest.model_copy(update={"limits": Limits(cpu_ms=40)})
        spoilt = replace(bundle, manifest=manifest, files={**bundle.files, "app.js": CRASHES})
        digest = house.keep(session, standing.app, spoilt)
        session.execute(update(DeploymentRow).where(DeploymentRow.id == standing.id).values(bundle=digest))
        session.execute(update(VersionRow).where(VersionRow.proposal == standing.proposal).values(bundle=digest))
        apps.touch_routes(session)


def blob(house: House) -> Path:
    return house.home / "bundles" / "blobs" / "sha256" / live(house).bundle.removeprefix("sha256:")


def damage(house: House) -> None:
    """The files of what is live are not what they were."""
    blob(house).write_bytes(b"{}")
    house.worker.loader.forget()


def failed(house: House) -> int:
    name = app(house)
    with Session(house.engine) as session:
        return sum(one.count for one in breaches.latest(session, name, 50))


def meet(house: House, thread: Thread, times: int = 3) -> str:
    """cy visits so often and meets a page of ours each time; the last of them."""
    house.cy.sign_in(house.live(thread))
    house.worker.rest()
    text = ""
    while times:
        before = failed(house)
        page = house.cy.web.get(house.live(thread))
        text, times = page.text, times - 1
        assert page.status_code >= 500
        house.worker.told()
        if failed(house) == before and "is paused" not in text:
            until(lambda was=before: failed(house) > was)
        house.worker.rest()
    return text


def see(house: House) -> None:
    """Slipway looks after what is broken; what comes next comes in a later second than what it did."""
    house.later(2 / 86_400)
    broken.tick(house.wiring)
    house.later(2 / 86_400)


def cards(house: House, thread: Thread) -> list[dict[str, Any]]:
    found = [one for one in thread.messages(house.ana) if one["text"].startswith((":rotating_light:", ":white_check"))]
    return [one for one in found if "broken" in one["text"] or "well again" in one["text"]]


def card(house: House, thread: Thread) -> str:
    [one] = cards(house, thread)
    return words(one) + json.dumps(one.get("blocks"))


def state(house: House) -> tuple[State, int]:
    name, bundle = app(house), live(house).bundle
    with Session(house.engine) as session:
        [one] = defects.of_bundle(session, name, bundle)
    return one.state, one.attempts


def test_damaged_files_are_made_anew_and_the_card_tells_its_end(house: House, twice: Thread) -> None:  # N12
    damage(house)
    page = meet(house, twice)
    assert "cannot be opened" in page
    see(house)
    assert state(house) == (State.WATCHED, 1)
    shown = card(house, twice)
    assert "*Supper* is broken since *" in shown
    assert "Visitors see: “Supper cannot be opened. Its files are not as they were published, so nothing of it" in shown
    assert "One such visit is `r" in shown
    assert "Last good version: 1, published " in shown
    assert "repair 1 of 2: its files were made anew; all checks were green" in shown
    assert {"slipway.revert", "slipway.look"} <= house.offered(twice)
    house.cy.web.get(house.live(twice))
    see(house)
    assert "is broken since" in card(house, twice)
    for _ in range(2):
        assert house.cy.web.get(house.live(twice)).status_code == 200
    see(house)
    shown = card(house, twice)
    assert "*Supper* is well again since *" in shown
    assert "Its files were made anew, and every check was green." in shown
    actions = house.actions()
    assert [actions.count(one) for one in ("app.broken", "app.repaired", "app.well")] == [1, 1, 1]
    name = app(house)
    with Session(house.engine) as session:
        [window] = defects.windows(session, name)
    assert window.ended_at is not None
    assert window.began_at <= window.last_at <= window.ended_at


def test_after_two_repairs_it_goes_back_by_itself_and_offers_a_human(house: House, twice: Thread) -> None:  # N12
    asked = house.wiring.model
    for attempt in (1, 2):
        damage(house)
        meet(house, twice)
        see(house)
        assert state(house) == (State.WATCHED, attempt)
    broke = live(house).bundle
    damage(house)
    meet(house, twice)
    see(house)
    assert number(house) == 1
    actions = house.actions()
    assert (actions.count("app.repaired"), actions.count("app.reverted")) == (2, 1)
    assert house.cy.web.get(house.live(twice)).status_code == 200
    shown = card(house, twice)
    assert "I went back to version 1 by myself" in shown
    assert "*Lunch* is well again since *" in shown
    assert house.press(twice, "slipway.human") == ""
    assert "asks for your help" in house.card(twice)
    assert house.press(twice, "slipway.human").startswith("That was done already")
    assert house.wiring.model is asked
    with Session(house.engine) as session:
        [defect] = defects.of_bundle(session, str(house.requests()[0].app), broke)
        assert defect.state is State.REVERTED
        version = history.get(session, defect.app, 2)
        assert version is not None
        assert version.reverted_at is not None


def test_what_was_reverted_from_is_not_repaired_again(house: House, twice: Thread) -> None:  # N12: loop guard
    test_after_two_repairs_it_goes_back_by_itself_and_offers_a_human(house, twice)
    house.later(0.01)
    house.wiring.bundles.put(rebuilt(house, 2))
    view = house.form(twice, action="slipway.versions")
    assert "Slipway went back from it on " in json.dumps(view)
    assert house.ana.submit(view["id"], {"version": "2"}) == {}
    house.settle()
    assert number(house) == 2
    damage(house)
    meet(house, twice)
    see(house)
    see(house)
    assert (house.actions().count("app.repaired"), house.actions().count("app.reverted")) == (2, 1)
    assert number(house) == 2


def rebuilt(house: House, version: int) -> Any:
    from templates.render import render

    name = app(house)
    with Session(house.engine) as session:
        found = history.get(session, name, version)
        made = apps.get(session, name)
    assert found is not None
    assert made is not None
    brief = repairing.Brief.model_validate_json(found.answers)
    template = house.wiring.catalog.get(brief.template)
    answers = {one.name: one.value for one in brief.answers}
    slug = slug_of(str(answers["title"]))
    return render(template, answers, name=slug, budget_tag=made.team, labels={"team": made.team})


def test_code_that_is_not_what_its_template_gives_is_not_replaced_but_left(house: House, twice: Thread) -> None:
    spoil(house)  # N12
    assert "ran into an error of its own" in house.cy.sign_in(house.live(twice)).text
    assert "is paused" in meet(house, twice)
    see(house)
    assert state(house) == (State.OPEN, 1)
    assert broken_words.OTHER_DIGEST[:40].lower() in card(house, twice).lower()
    assert "Supper is paused" in card(house, twice)
    house.later(31 / 86_400)
    see(house)
    house.later(31 / 86_400)
    see(house)
    assert number(house) == 1
    name = app(house)
    with Session(house.engine) as session:
        found = apps.get(session, name)
        repairs = [one for each in defects.windows(session, name) for one in defects.repairs(session, each.defect)]
    assert found is not None
    assert found.stage is Stage.LIVE
    assert len(repairs) == 2
    assert house.cy.web.get(house.live(twice)).status_code == 200


def test_where_no_version_is_good_it_is_suspended_and_told(house: House, once: Thread) -> None:  # N12
    spoil(house)
    meet(house, once)
    for _ in range(4):
        house.later(31 / 86_400)
        see(house)
    name = app(house)
    with Session(house.engine) as session:
        found = apps.get(session, name)
    assert found is not None
    assert found.stage is Stage.SUSPENDED
    shown = card(house, once)
    assert "No other version of it is known to be good." in shown
    assert "Nothing is left that I may try, so it is suspended" in shown
    assert "slipway.revert" not in house.offered(once)
    assert "slipway.human" in house.offered(once)
    assert "is paused" in house.cy.web.get(house.live(once)).text
    assert house.actions().count("app.handed") == 1


def test_a_person_goes_back_by_the_card_and_the_window_ends(house: House, twice: Thread) -> None:  # N12, D12
    spoil(house)
    meet(house, twice)
    see(house)
    [message] = cards(house, twice)
    assert not house.ana.press(twice.channel, message["ts"], "slipway.revert")
    house.settle()
    assert number(house) == 1
    see(house)
    assert "is well again since" in card(house, twice)
    assert "Another version is live." in card(house, twice)
    assert house.cy.web.get(house.live(twice)).status_code == 200


def test_while_no_worker_answers_no_repair_is_spent(house: House, twice: Thread) -> None:  # N12
    def away(_: Any) -> Any:
        raise Unavailable("No gateway worker answers right now.")

    damage(house)
    meet(house, twice)
    working = house.wiring.smoke
    house.wire(smoke=away)
    see(house)
    assert state(house) == (State.OPEN, 0)
    house.wire(smoke=working)
    house.later(11 / 86_400)
    see(house)
    assert state(house) == (State.WATCHED, 1)


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("step", ["open", "repair", "revert", "pause"])
def test_killed_at_any_step_the_next_tick_ends_the_same(
    house: House, twice: Thread, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:  # N12, R3
    spoil(house)
    meet(house, twice)
    dies: dict[str, Callable[[], Any]] = {
        "open": lambda: monkeypatch.setattr(broken, "part", boom),
        "repair": lambda: monkeypatch.setattr(repairing, "part", boom),
        "revert": lambda: monkeypatch.setattr(history, "reverted", boom),
        "pause": lambda: monkeypatch.setattr(defects, "close", boom),
    }

    def boom(*_: Any, **__: Any) -> Any:
        raise Killed

    dies[step]()
    died = 0
    for _ in range(4):
        house.later(31 / 86_400)
        try:
            see(house)
        except Killed:
            died += 1
            monkeypatch.undo()
    assert died == 1
    assert number(house) == 1
    actions = house.actions()
    assert [actions.count(one) for one in ("app.broken", "app.repair_failed", "app.reverted")] == [1, 2, 1]
    assert house.cy.web.get(house.live(twice)).status_code == 200


def test_each_thing_that_slipway_did_is_one_event(house: House, twice: Thread) -> None:  # N12
    damage(house)
    meet(house, twice)
    for _ in range(3):
        see(house)
    name = app(house)
    with Session(house.engine) as session:
        found = session.exec(select(AuditRow).where(AuditRow.subject == name, AuditRow.action == "app.repaired")).all()
    assert len(found) == 1
    assert json.loads(found[0].facts)["number"] == 1


def test_a_stage_that_nobody_knows_is_not_served(house: House, once: Thread) -> None:  # G1
    assert house.cy.sign_in(house.live(once)).status_code == 200
    with Session(house.engine) as session, session.begin():
        session.execute(update(AppRow).values(stage="sideways"))
        apps.touch_routes(session)
    page = house.cy.web.get(house.live(once))
    assert page.status_code in (404, 410)
    assert "Lunch</h1>" not in page.text
