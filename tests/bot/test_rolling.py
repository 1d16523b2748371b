"""Another version of an app is live within seconds, with a word on its entries, and only what may be (D12)."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.archives import putting_back, remembering
from bot.chat import Place, Pressed
from bot.conversation import Thread
from bot.database import transaction
from bot.platformctl import versions, word
from bot.platformctl.installation import Undone
from bot.rows.presses import keep
from bot.verbs import decisions
from bot.wording import rolling_words
from guardrails import grants
from guardrails.audit import AuditRow
from guardrails.verdict import Finding
from runtime import apps, deployments, history, switching
from runtime.apps import Stage
from runtime.deployments import DeploymentRow
from runtime.errors import NotAllowed
from runtime.history import VersionRow
from templates.manifest import StoreCapability, Table
from tests.bot.house import House

pytestmark = pytest.mark.scenario

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def twice(house: House) -> Thread:
    """A survey of ana's that was published twice: as Lunch, then as Supper."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.later(0.001)
    house.fill(thread, title="Supper")
    house.press(thread, "slipway.publish")
    assert live_number(house) == 2
    return thread


def app(house: House) -> str:
    return str(house.request().app)


def live_number(house: House) -> int:
    with Session(house.engine) as session:
        live = deployments.active(session, app(house), "live")
        assert live is not None
        version = history.of(session, live)
        assert version is not None
        return version.number


def standing(house: House) -> str:
    with Session(house.engine) as session:
        live = deployments.active(session, app(house), "live")
        assert live is not None
        return live.id


def chosen(house: House, thread: Thread, value: str, who: Any = None) -> str:
    """Choose from the list of versions; what is told privately, if anything."""
    view = house.form(thread, who, "slipway.versions")
    before = len(house.whispers(who or house.ana))
    assert (who or house.ana).submit(view["id"], {"version": value}) == {}
    house.settle()
    return " ".join(one["text"] for one in house.whispers(who or house.ana)[before:])


def shown(house: House, thread: Thread) -> str:
    return json.dumps(house.form(thread, action="slipway.versions"), ensure_ascii=False)


def rows_of(house: House, table: str = "") -> list[Any]:
    found = house.wiring.data.export(app(house), "live")
    return [row for name, rows in found.items() for row in rows if table in ("", name)]


def test_a_version_from_the_list_is_live_again_with_its_answers(house: House, twice: Thread) -> None:  # D12, R3
    listed = shown(house, twice)
    assert "*Version 2* · live now · " in listed
    assert "*Version 1* · " in listed
    assert f"by <@{house.ana.id}>" in listed
    assert "Lunch → Supper" in listed
    assert "Schema unchanged: data kept." in listed
    assert "Supper" in house.cy.sign_in(house.live(twice)).text
    assert chosen(house, twice, "1") == ""
    assert live_number(house) == 1
    assert "Lunch" in house.cy.web.get(house.live(twice)).text
    card = house.card(twice)
    assert f"<@{house.ana.id}> made version 1 (published " in card
    assert "Schema unchanged: data kept." in card
    assert house.actions().count("app.rolled_back") == 1
    row = house.request()
    assert (row.state, '"Lunch"' in str(row.brief), row.brief == row.standing) == ("live", True, True)


def test_forward_again_works_the_same_way_and_undo_takes_one_press(house: House, twice: Thread) -> None:  # D12
    chosen(house, twice, "1")
    assert house.press(twice, "slipway.revert") == ""
    assert live_number(house) == 2
    chosen(house, twice, "1")
    chosen(house, twice, "2")
    assert live_number(house) == 2
    assert house.actions().count("app.rolled_back") == 4


def test_a_publish_carries_its_undo_and_the_first_one_has_none(house: House) -> None:  # R3
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    assert "slipway.revert" not in house.offered(thread)
    assert "slipway.versions" not in house.offered(thread)
    house.later(0.001)
    house.fill(thread, title="Supper")
    house.press(thread, "slipway.publish")
    before = [one for one in thread.messages(house.ana) if "slipway.revert" in json.dumps(one)]
    assert house.press(thread, "slipway.revert") == ""
    assert live_number(house) == 1
    assert len(before) == 1
    [line] = [one for one in thread.messages(house.ana) if one["ts"] == before[0]["ts"]]
    assert "slipway.revert" not in json.dumps(line)
    assert "Version 1 took its place on " in json.dumps(line)


def pressed(house: House, key: str, version: str, was: str) -> Pressed:
    request = house.request()
    hint = json.dumps({"v": "1", "app": app(house), "version": version, "from": was})
    place = Place(request.workspace, request.channel, request.thread)
    return Pressed(key, place, house.ana.id, "slipway.revert", hint, "1.0", "trigger")


def test_the_second_press_changes_nothing_and_is_told(house: House, twice: Thread) -> None:  # D12
    was = standing(house)
    for key in ("once", "again"):
        with transaction(house.engine) as session:
            keep(session, pressed(house, key, "1", was), house.now())
    house.settle()
    assert live_number(house) == 1
    assert house.actions().count("app.rolled_back") == 1
    assert "What is live has changed since this was shown" in house.told()


def test_of_two_at_once_one_wins_and_the_other_is_told(house: House, twice: Thread) -> None:  # D12, G1
    house.later(0.001)
    house.fill(twice, title="Brunch")
    house.press(twice, "slipway.publish")
    was, ready = standing(house), threading.Barrier(2)

    def decide(key: str, version: str) -> None:
        with transaction(house.engine) as session:
            keep(session, pressed(house, key, version, was), house.now())
        ready.wait(10)
        decisions.decide(house.wiring, pressed(house, key, version, was))

    both = [threading.Thread(target=decide, args=(f"at-once-{one}", one)) for one in ("1", "2")]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    house.settle()
    assert house.actions().count("app.rolled_back") == 1
    assert live_number(house) in (1, 2)
    told = [one["text"] for one in house.whispers(house.ana)]
    assert any("Nothing was changed" in one or "nothing was changed" in one for one in told)
    with Session(house.engine) as session:
        live = session.exec(
            # `is None` would be asked of the column, not of the database.
            select(DeploymentRow).where(DeploymentRow.stage == "live", DeploymentRow.ended_at == None)  # noqa: E711
        ).all()
    assert len(live) == 1


def test_strangers_cannot_and_neither_can_a_forged_button(house: House, twice: Thread) -> None:
    assert "can do that" in house.press(twice, "slipway.versions", house.cy)
    for version in ("3", "0", "1+snap_000000000000", "1; drop", ""):
        press = pressed(house, f"forged-{version}", version, standing(house))
        with transaction(house.engine) as session:
            keep(session, press, house.now())
    house.settle()
    assert live_number(house) == 2
    assert "app.rolled_back" not in house.actions()


def test_what_was_taken_back_since_stays_taken_back(house: House, twice: Thread) -> None:  # D12
    name = app(house)
    with transaction(house.engine) as session:
        held = grants.active(session, name, house.now())
        grants.revoke(session, name, house.now(), "store")
    assert "store" in held
    chosen(house, twice, "1")
    with Session(house.engine) as session:
        assert grants.active(session, name, house.now()) == held - {"store"}
    assert "Still not allowed: `store`." in house.card(twice)


def test_rights_that_a_later_version_did_not_name_come_back_with_the_one_that_did(house: House) -> None:
    house.ask(SURVEY)
    wanted = {"workspace": "T1", "app": "app_1", "until": 10**12}
    with Session(house.engine) as session:
        grants.grant(session, wanted=("store", "notify"), proposal="p1", now=1, **wanted)
        grants.grant(session, wanted=("store",), proposal="p2", now=2, **wanted)
        assert grants.restore(session, wanted=("store", "notify"), proposal="p1", now=3, **wanted) == ()
        assert grants.active(session, "app_1", 4) == {"store", "notify"}
        grants.revoke(session, "app_1", 5, "notify")
        grants.give(session, workspace="T1", app="app_1", name="notify", proposal="p1", gate="g", until=10**12, now=6)
        assert grants.restore(session, wanted=("store", "notify"), proposal="p1", now=7, **wanted) == ("notify",)
        assert grants.active(session, "app_1", 8) == {"store"}


def test_policies_of_today_are_asked_and_a_no_is_told_with_its_reason(house: House, twice: Thread) -> None:  # D12
    judge = house.wiring.review

    def stricter(*asked: Any) -> Any:
        verdict = judge(*asked)
        found = Finding(
            rule="new", decision="deny", field="app", why="Lunch is over.", fix="Ask for supper.", owner="x"
        )
        return verdict.model_copy(update={"decision": "deny", "findings": (found,)})

    house.wire(review=stricter)
    assert "The policies do not allow it any more: Lunch is over." in chosen(house, twice, "1")
    assert live_number(house) == 2


def test_an_approval_that_the_policies_ask_for_now_must_have_been_given(house: House, twice: Thread) -> None:  # D12
    judge = house.wiring.review

    def stricter(*asked: Any) -> Any:
        verdict = judge(*asked)
        return verdict.model_copy(update={"decision": "needs_approval", "approvers": ("platform-approvers",)})

    house.wire(review=stricter)
    assert "nobody gave one" in chosen(house, twice, "1")
    assert live_number(house) == 2


def test_a_withdrawn_template_a_damaged_file_and_a_lost_signature_are_refused(house: House, twice: Thread) -> None:
    with Session(house.engine) as session:
        first = history.get(session, app(house), 1)
    assert first is not None
    ref = house.wiring.bundles.get(first.bundle).manifest.template
    catalog = house.wiring.catalog
    house.wire(catalog=replace(catalog, refused=catalog.refused | {ref}))
    assert "was withdrawn" in chosen(house, twice, "1")
    house.wire(catalog=catalog)
    path = house.home / "bundles" / "referrers" / f"{first.bundle.removeprefix('sha256:')}.json"
    kept = path.read_bytes()
    path.write_bytes(b"{}")
    assert "Nothing proves any more where its files come from" in chosen(house, twice, "1")
    path.write_bytes(kept)
    blob = house.home / "bundles" / "blobs" / "sha256" / first.bundle.removeprefix("sha256:")
    kept = blob.read_bytes()
    blob.write_bytes(b"{}")
    assert "Its files are missing or damaged." in chosen(house, twice, "1")
    blob.write_bytes(kept)
    assert live_number(house) == 2
    assert chosen(house, twice, "1") == ""
    assert live_number(house) == 1


def keeps(house: House, number: int, **kinds: Any) -> None:
    """Have a version declare these fields in its tables, as far as its history knows."""
    with Session(house.engine) as session, session.begin():
        row = session.get_one(VersionRow, (app(house), number))
        store = StoreCapability.model_validate_json(row.store)
        tables = {
            name: Table(fields={**table.fields, **kinds}, anonymous=table.anonymous, per_user=table.per_user)
            for name, table in store.tables.items()
        }
        row.store = StoreCapability(tables=tables).model_dump_json()


def enter(house: House, thread: Thread, who: Any) -> None:
    page = house.answer(who, house.live(thread), q1="4")
    assert page.status_code < 400, page.text


def test_a_field_that_the_older_version_does_not_know_stays_and_is_not_shown(house: House, twice: Thread) -> None:
    keeps(house, 2, mood="text")  # D12
    enter(house, twice, house.cy)
    listed = shown(house, twice)
    assert "Data kept. This version does not know the field *mood*" in listed
    before = rows_of(house)
    assert chosen(house, twice, "1") == ""
    assert live_number(house) == 1
    assert rows_of(house) == before
    assert "what was entered there stays and is not shown" in house.card(twice)


def test_entries_that_it_could_not_read_are_no_silent_loss(house: House, twice: Thread) -> None:  # D12
    keeps(house, 1, mood="number")
    keeps(house, 2, mood="text")
    enter(house, twice, house.cy)
    listed = shown(house, twice)
    assert "It keeps the field *mood* in another way" in listed
    assert "No copy of the entries from before is kept, so it is refused." in listed
    press = pressed(house, "unreadable", "1", standing(house))
    with transaction(house.engine) as session:
        keep(session, press, house.now())
    house.settle()
    assert "Version 1 cannot be live again." in house.told()
    assert live_number(house) == 2
    assert rows_of(house) != []


@pytest.fixture
def apart(house: House) -> Thread:
    """Two versions that cannot read each other's entries: one entry of each's time, the first one's copied."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    enter(house, thread, house.cy)
    keeps(house, 1, mood="number")
    house.later(0.001)
    house.fill(thread, title="Supper")
    house.press(thread, "slipway.publish")
    keeps(house, 2, mood="text")
    enter(house, thread, house.ben)
    house.later(0.001)  # what is live and what is copied is told apart by the second
    return thread


def test_the_entries_of_before_come_back_and_those_since_are_set_aside(house: House, apart: Thread) -> None:  # D12
    everything = rows_of(house)
    listed = shown(house, apart)
    assert "Needs data restore to " in listed
    value = value_in(house, apart, "Version 1, entries of ")
    assert chosen(house, apart, value) == ""
    assert live_number(house) == 1
    assert {row["by"] for row in rows_of(house)} < {row["by"] for row in everything}
    assert house.actions().count("entries.restored") == 1
    assert "what came since is set aside, not lost" in house.card(apart)
    assert house.cy.sign_in(house.live(apart)).status_code == 200
    # Forward again, with the entries that were set aside.
    house.later(0.001)
    back = value_in(house, apart, "Version 2, entries of ")
    assert chosen(house, apart, back) == ""
    assert live_number(house) == 2
    assert rows_of(house) == everything


def value_in(house: House, thread: Thread, label: str) -> str:
    view = house.form(thread, action="slipway.versions")
    [menu] = [one["element"] for one in view["blocks"] if one["type"] == "input"]
    return next(str(one["value"]) for one in menu["options"] if one["text"]["text"].startswith(label))


def test_while_entries_are_put_back_nobody_is_served_and_a_tick_goes_on(
    house: House, apart: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:  # D12
    everything, value = rows_of(house), value_in(house, apart, "Version 1, entries of ")
    finish = putting_back.finish
    monkeypatch.setattr(putting_back, "finish", lambda wiring: 0)
    chosen(house, apart, value)
    with Session(house.engine) as session:
        found = apps.get(session, app(house))
    assert found is not None
    assert found.stage is Stage.SUSPENDED
    assert house.cy.sign_in(house.live(apart)).status_code == 503
    assert rows_of(house) == everything
    press = pressed(house, "meanwhile", "2", standing(house))
    with transaction(house.engine) as session:
        keep(session, press, house.now())
    house.settle()
    assert rolling_words.RESTORING in house.told()
    assert finish(house.wiring) == 1
    assert finish(house.wiring) == 0
    assert house.cy.web.get(house.live(apart)).status_code == 200
    assert live_number(house) == 1


def test_only_the_last_ten_are_offered(house: House, twice: Thread) -> None:  # D12
    with Session(house.engine) as session, session.begin():
        first = session.get_one(VersionRow, (app(house), 1))
        for number in range(3, 15):
            session.add(VersionRow(**{**first.model_dump(), "number": number, "proposal": f"p{number}"}))
    with Session(house.engine) as session:
        assert [one.number for one in history.last(session, app(house))] == list(range(14, 3, -1))


def test_what_was_never_approved_does_not_go_live_by_going_back(house: House, twice: Thread) -> None:  # G1, Invariant 1
    with Session(house.engine) as session, session.begin():
        first = session.get_one(VersionRow, (app(house), 1))
        forged = {**first.model_dump(), "number": 3, "proposal": "sha256:" + "f" * 64}
        session.add(VersionRow(**forged))
    assert "Nobody whose yes counts approved it." in chosen(house, twice, "3")
    was, name = standing(house), app(house)
    with Session(house.engine) as session:
        version, found = history.get(session, name, 3), apps.get(session, name)
        assert version is not None
        assert found is not None
        with pytest.raises(NotAllowed):
            switching.switch(
                session,
                version,
                was=was,
                audience=found.audience,
                still=False,
                now=house.now(),
            )
    assert live_number(house) == 2


def test_the_record_says_which_version_and_by_whom(house: House, twice: Thread) -> None:  # D12
    chosen(house, twice, "1")
    with Session(house.engine) as session:
        [event] = session.exec(
            select(AuditRow).where(AuditRow.action == "app.rolled_back", AuditRow.subject == app(house))
        ).all()
    facts = json.loads(event.facts)
    assert (facts["version"], facts["was"], facts["deployment"]) == ("1", "2", standing(house))
    assert event.why == "kept"


def test_the_command_line_lists_them_and_goes_to_one(house: House, twice: Thread) -> None:  # D12
    listed = versions.listed(house.home, app(house))
    assert "Version 2 · live now · " in listed
    assert "by @ana" in listed
    assert "Lunch → Supper" in listed
    wanted = versions.Wanted(app(house), 1, "@ana", "people miss the old name")
    assert versions.rollback(house.home, wanted, patience=0) == word.KEPT
    house.settle()
    assert live_number(house) == 1
    stranger = versions.Wanted(app(house), 2, house.cy.id, "I like it better")
    versions.rollback(house.home, stranger, patience=0)
    house.settle()
    assert live_number(house) == 1
    with pytest.raises(Undone, match="there is no app"):
        versions.listed(house.home, "nowhere")


def test_copies_of_entries_end_with_the_app(house: House, apart: Thread) -> None:  # T15
    folder = remembering.folder(house.wiring)
    assert len(list(folder.glob("*.gz"))) == 1
    remembering.purge(house.wiring)
    assert len(list(folder.glob("*.gz"))) == 1
    house.press(apart, "slipway.retire")
    remembering.purge(house.wiring)
    assert list(folder.glob("*.gz")) == []
