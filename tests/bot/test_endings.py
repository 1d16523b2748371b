"""How apps end: reminded once, kept, archived, retired, or lapsed; and nothing is left of them afterwards."""

import io
import json
import zipfile

import pytest
from sqlmodel import Session, select

from bot.conversation import Thread
from bot.ending import endings
from bot.operating import upkeep
from guardrails import grants
from guardrails.grants import GrantRow
from runtime import apps, deployments
from runtime.identity import VisitSessionRow
from tests import engines
from tests.bot.house import House

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live and was answered once."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.answer(house.cy, house.live(thread), q1="4", q2="5", q3="=more soup")
    return thread


def days_left(house: House) -> float:
    with Session(house.engine) as session:
        lease = deployments.leased(session, str(house.request().app), "live")
    assert lease is not None
    return (lease.ends_at - house.now()) / 86_400


def reminders(house: House) -> int:
    return house.actions().count("app.reminded")


def test_a_reminder_comes_once_for_each_due_date(house: House, survey: Thread) -> None:
    house.later(days=days_left(house) - 7.5)
    assert reminders(house) == 0
    house.later(days=1)
    assert reminders(house) == 1
    house.later(days=0.1)
    assert reminders(house) == 1
    house.later(days=days_left(house) - 0.9)
    assert reminders(house) == 2
    assert "What should happen?" in house.card(survey)
    assert "It was last used on" in house.card(survey)


def test_keep_gives_another_term_and_the_buttons_of_the_reminder_go(house: House, survey: Thread) -> None:
    house.later(days=days_left(house) - 1)
    before = days_left(house)
    house.keep_app(survey)
    assert days_left(house) > before + 10
    assert f"<@{house.ana.id}> keeps it: it now ends on" in house.card(survey)
    reminder = next(one for one in survey.messages(house.ana) if "keeps it" in json.dumps(one))
    assert "slipway.keep" not in json.dumps(reminder)


def test_only_the_owner_and_collaborators_end_an_app(house: House, survey: Thread) -> None:
    for action in ("slipway.keep", "slipway.archive", "slipway.retire"):
        assert "and the collaborators can do that." in house.press(survey, action, house.cy)
    assert house.cy.sign_in(house.live(survey)).status_code == 200


@pytest.mark.parametrize(("action", "says"), [("slipway.archive", "was archived"), ("slipway.retire", "has ended")])
def test_an_ended_app_posts_its_export_and_leaves_a_tombstone(
    house: House, survey: Thread, action: str, says: str
) -> None:  # U6
    url = house.live(survey)
    house.press(survey, action)
    assert f"{says}. Its entries were exported first: <{url}_slipway/export|download them>." in house.card(survey)
    stone = house.cy.sign_in(url)
    assert (stone.status_code, says in stone.text) == (410, True)
    assert house.cy.web.get(url + "_slipway/export").status_code == 403, "the export is the owner's"
    page = house.ana.sign_in(url + "_slipway/export")
    with zipfile.ZipFile(io.BytesIO(page.content)) as export:
        inside = {name: export.read(name).decode() for name in export.namelist()}
    assert '"=more soup"' in "".join(text for name, text in inside.items() if name.endswith(".json"))
    assert "'=more soup" in "".join(text for name, text in inside.items() if name.endswith(".csv")), "no formula"
    assert "export.downloaded" in house.actions()


@engines.sqlite_only
def test_after_the_end_nothing_is_left(house: House, survey: Thread) -> None:  # D3
    app, home = str(house.request().app), house.home
    with Session(house.engine) as session:
        assert grants.active(session, app, house.now())
        [bundle] = {one.bundle for one in deployments.standing(session)}
    deltas = set((home / "deltas").glob("*/*"))
    stores = {one for one in (home / "data").iterdir() if one.name.startswith(app)}
    assert deltas and stores
    house.later(days=days_left(house) - 1)
    house.later(days=1.1)
    with Session(house.engine) as session:
        assert deployments.standing(session) == ()
        assert grants.active(session, app, house.now()) == frozenset()
        assert session.exec(select(GrantRow).where(GrantRow.revoked_at.is_(None))).all() == []
        assert session.exec(select(VisitSessionRow)).all() == []
        assert apps.unfinished(session) == ()
    assert house.offered(survey) == {"slipway.restore"}, "no other button is left"
    assert not stores & set((home / "data").iterdir())
    assert len(set((home / "deltas").glob("*/*"))) == len(deltas) - 1
    assert house.wiring.bundles.get(bundle), "the bundle itself is evidence and stays"
    assert not list((home / "data").glob(f"{app}*"))


def test_a_discarded_preview_leaves_nothing(house: House) -> None:  # D3
    thread = house.ask(SURVEY)
    url = house.preview(thread)
    house.answer(house.ana, url, q1="1", q2="1", q3="gone soon")
    house.press(thread, "slipway.discard")
    assert "was discarded; nothing of it is left." in house.card(thread)
    assert house.offered(thread) == frozenset()
    assert house.ana.sign_in(url).status_code == 410
    assert not list((house.home / "data").glob(f"{house.request().app}*"))


def test_a_preview_nobody_publishes_goes_by_itself(house: House) -> None:  # D3
    thread = house.ask(SURVEY)
    url = house.preview(thread)
    house.later(days=4)
    assert "Nobody published “Lunch” in time, so its preview is gone." in house.card(thread)
    assert house.ana.sign_in(url).status_code == 410
    assert house.offered(thread) == frozenset()


def test_a_late_publish_does_not_revive_what_has_ended(house: House) -> None:  # D3
    thread = house.ask(SURVEY)
    ts = thread.with_button(house.ana, "slipway.publish")["ts"]
    assert house.ana.press(thread.channel, ts, "slipway.publish") == ""
    with Session(house.engine) as session, session.begin():
        house.clock.move(session, 4 * 86_400)
    endings.tick(house.wiring)
    house.settle()
    assert house.told().startswith("That was done already, or this app has moved on.")
    with Session(house.engine) as session:
        assert deployments.standing(session) == ()


def test_a_lapsed_lease_answers_nobody_though_no_reaper_came(house: House, survey: Thread) -> None:  # Invariant 7
    url = house.live(survey)
    assert house.cy.sign_in(url).status_code == 200
    with Session(house.engine) as session, session.begin():
        house.clock.move(session, int(days_left(house) * 86_400) + 1)
    before = len(house.worker.visits())
    assert house.cy.sign_in(url).status_code == 410
    assert len(house.worker.visits()) == before
    assert "app.retired" not in house.actions()


def test_an_app_that_waits_for_another_approval_ends_whole(house: House) -> None:  # D3
    thread = house.ask("a feedback survey about the new office for everyone in the company")
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    assert house.fill(thread, title="The office, once more") == {}
    house.press(thread, "slipway.publish")
    assert "slipway.approve" in house.offered(thread)
    house.press(thread, "slipway.retire")
    assert house.offered(thread) == frozenset()
    assert "void: the app was changed or has ended" in house.card(thread)


def test_a_changed_live_app_stays_until_the_change_is_published(house: House, survey: Thread) -> None:
    url = house.live(survey)
    assert house.fill(survey, title="Lunch, take two") == {}
    assert "Lunch, take two" not in house.cy.sign_in(url).text
    assert "stays as it is until you publish." in house.card(survey)
    house.press(survey, "slipway.publish")
    assert "Lunch, take two" in house.cy.sign_in(url).text
    assert "more soup" in house.ana.sign_in(url + "results.csv").text, "its entries stay"


def test_entries_go_when_their_days_are_over_and_not_before(house: House, survey: Thread) -> None:
    url = house.live(survey)
    house.later(days=10)
    house.keep_app(survey)
    house.later(days=3.9)
    upkeep.purge(house.wiring)
    assert "more soup" in house.ana.sign_in(url + "results.csv").text
    house.later(days=0.6)
    upkeep.purge(house.wiring)
    assert "more soup" not in house.ana.sign_in(url + "results.csv").text
    assert house.actions().count("entries.forgotten") == 1


def test_a_change_that_was_shown_ends_with_its_app(house: House) -> None:  # D3
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.say("make it anonymous", thread=thread.root)
    assert "slipway.apply" in house.offered(thread)
    house.press(thread, "slipway.retire")
    assert not {"slipway.apply", "slipway.leave"} & house.offered(thread)
    assert ("app.cleared" in house.actions(), "app.stuck" in house.actions()) == (True, False)
