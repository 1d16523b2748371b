"""Archive and restore, by people: what is put away comes back byte for byte, or is gone with a receipt."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
import yaml
from sqlmodel import Session

from bot.archives import leftovers
from bot.conversation import Thread
from bot.operating import upkeep
from bot.platformctl import command
from bot.workspace.person import Person
from guardrails import audit
from guardrails.chain import AuditEvent
from guardrails.verdict import Finding, Verdict
from runtime import apps, archives
from runtime.appdata import SqliteAppData
from runtime.archive import unpacked
from runtime.destination import Places
from runtime.s3 import Access, opener
from templates.bundle import digest_of
from templates.manifest import Lifecycle
from tests import s3
from tests.bot.house import House

TEMPLATES = Path(__file__).parents[1] / "templates"
SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def survey(house: House) -> Thread:
    """A survey of ana's that is live and was answered once."""
    thread = house.ask(SURVEY)
    house.press(thread, "slipway.publish")
    house.answer(house.cy, house.live(thread), q1="4", q2="5", q3="=more soup")
    return thread


def the_app(house: House) -> apps.App:
    with Session(house.engine) as session:
        found = apps.get(session, str(house.request().app))
    assert found is not None
    return found


def kept(house: House) -> archives.Kept:
    with Session(house.engine) as session:
        found = archives.newest(session, str(house.request().app))
    assert found is not None
    return found


def pack(house: House) -> Path:
    return house.home / "archives" / kept(house).name


def test_what_is_archived_comes_back_byte_for_byte_at_the_same_address(house: House, survey: Thread) -> None:
    # D9, N6
    url, app = house.live(survey), str(house.request().app)
    data = SqliteAppData(house.home / "data")
    before = data.snapshot(app, "live")
    house.press(survey, "slipway.archive")
    assert the_app(house).stage == "archived"
    assert not list((house.home / "data").glob(f"{app}*"))
    content = pack(house).read_bytes()
    archive = unpacked(content, kept(house).digest)
    assert archive.store == before
    assert left(house) == ()  # D3
    assert house.cy.sign_in(url).status_code == 410
    assert house.press(survey, "slipway.restore") == ""
    assert the_app(house).stage == "live"
    assert (house.home / "data" / f"{app}.live.db").read_bytes() == before
    assert house.cy.sign_in(url).status_code == 200
    assert "more soup" in house.ana.sign_in(url + "results.csv").text
    assert not pack(house).exists(), "its entries are in the app again"
    assert "slipway.restore" not in house.offered(survey)
    for one in ("app.closed", "app.archived", "app.exported", "app.cleared", "app.restoring", "app.restored"):
        assert house.actions().count(one) == 1, one
    house.press(survey, "slipway.retire")
    assert left(house) == ()


# R1: each of the three templates, from its words to its end

FILLED = {
    SURVEY: ("", {"q1": "4", "q2": "5", "q3": "more soup"}, "results.csv"),
    "track our laptops: model, serial number, price, bought on": (
        "add",
        {"model": "X1", "serial_number": "7", "price": "900"},
        "entries.csv",
    ),
    "approval for purchases over 500 EUR, approver @ben": (
        "new",
        {"subject": "a chair", "amount": "900", "reason": "to sit"},
        "requests.csv",
    ),
}


@pytest.mark.parametrize("words", FILLED)
def test_each_template_is_made_filled_archived_restored_and_retired(house: House, words: str) -> None:  # R1
    path, fields, table = FILLED[words]
    thread = house.ask(words)
    house.press(thread, "slipway.publish")
    if "slipway.approve" in house.offered(thread):
        house.press(thread, "slipway.approve", house.ben)
    url, app = house.live(thread), str(house.request().app)
    assert house.answer(house.ana, url + path, **fields).status_code == 200
    rows = house.ana.web.get(url + table).text
    assert len(rows.splitlines()) == 2, rows
    data = SqliteAppData(house.home / "data")
    before, exported = data.snapshot(app, "live"), data.export(app, "live")
    house.press(thread, "slipway.archive")
    assert house.ana.sign_in(url).status_code == 410
    assert house.press(thread, "slipway.restore") == ""
    assert (data.snapshot(app, "live"), data.export(app, "live")) == (before, exported)
    house.ana.sign_in(url)
    assert house.ana.web.get(url + table).text == rows
    house.press(thread, "slipway.retire")
    assert house.ana.sign_in(url).status_code == 410
    with zipfile.ZipFile(io.BytesIO(house.ana.web.get(url + "_slipway/export").content)) as export:  # U6
        assert any(json.loads(export.read(one)) for one in export.namelist() if one.endswith(".json"))
    assert left(house) == ()


def left(house: House) -> object:
    wiring = house.wiring
    with Session(house.engine) as session:
        return leftovers.of_app(session, wiring.data, wiring.prepared, str(house.request().app), house.now())


# When the place for archives does not work


def away(house: House) -> Places:
    """A place that nobody can write to."""
    path = house.home / "no-folder"
    path.write_text("a file")
    return Places(path)


def test_nothing_goes_live_whose_archive_could_not_be_kept(house: House) -> None:  # G11
    house.wire(archives=away(house))
    thread = house.ask(SURVEY)
    assert house.press(thread, "slipway.publish") == (
        "It was not published: its archive could not be kept. The folder for archives cannot be written: File exists. "
        "Ask an operator to mend that, then publish."
    )
    assert the_app(house).stage == "draft"
    assert "publish.proposed" not in house.actions()
    house.wire(archives=house.working.archives)
    assert house.press(thread, "slipway.publish") == ""
    assert the_app(house).stage == "live"
    assert list((house.home / "archives").iterdir()) == [], "the probe leaves nothing"


def test_what_cannot_be_archived_is_suspended_and_whole_and_is_tried_again(house: House, survey: Thread) -> None:
    # D9, D3
    url, app = house.live(survey), str(house.request().app)
    data = SqliteAppData(house.home / "data")
    before = data.export(app, "live")
    house.wire(archives=away(house), roles={"operator": ("platform-approvers",)})
    house.press(survey, "slipway.archive")
    assert the_app(house).stage == "suspended"
    assert house.cy.sign_in(url).status_code == 410
    assert "is being archived" in house.cy.web.get(url).text
    assert data.export(app, "live") == before, "nothing was deleted"
    assert "retiring (stuck: archive)" in house.card(survey)
    assert "It is suspended, and nothing of it was deleted." in house.card(survey)
    assert house.actions().count("app.stuck") == 1
    assert "app.archived" not in house.actions()
    line = "*Lunch* (`lunch`): retiring (stuck: archive) since "
    assert stuck(house, house.ana).startswith(f"• {line}")
    assert stuck(house, house.ben).startswith(f"• {line}"), "an operator sees all"
    assert stuck(house, house.cy) == "Nothing is stuck."
    for action in ("slipway.keep", "slipway.publish", "slipway.run"):
        assert action not in house.offered(survey)
    house.wire(archives=house.working.archives)
    house.settle()
    assert the_app(house).stage == "suspended", "it waits before it is tried again"
    house.later(days=0.001)
    assert the_app(house).stage == "archived"
    assert "slipway.restore" in house.offered(survey)
    assert stuck(house, house.ana) == "Nothing is stuck."
    assert house.press(survey, "slipway.restore") == ""
    assert data.export(app, "live") == before


def stuck(house: House, who: Person) -> str:
    assert not who.command("/slipway stuck", "#ops")
    house.settle()
    return house.told(who)


def test_what_cannot_be_archived_may_be_retired_without(house: House, survey: Thread) -> None:  # D3
    house.wire(archives=away(house))
    house.press(survey, "slipway.archive")
    assert house.press(survey, "slipway.retire") == ""
    assert the_app(house).stage == "retired"
    assert left(house) == ()
    assert stuck(house, house.ana) == "Nothing is stuck."
    house.wire(archives=house.working.archives)
    house.later(days=0.1)
    with Session(house.engine) as session:
        assert archives.newest(session, the_app(house).id) is None, "what was begun is found and removed"


def test_a_close_and_a_redeploy_at_once_never_revive_it(house: House, survey: Thread) -> None:  # D3, L6
    url = house.live(survey)
    assert house.fill(survey, title="Lunch, take two") == {}
    house.wire(archives=away(house))
    archive, publish = (survey.with_button(house.ana, one)["ts"] for one in ("slipway.archive", "slipway.publish"))
    assert house.ana.press(survey.channel, archive, "slipway.archive") == ""
    assert house.ana.press(survey.channel, publish, "slipway.publish") == ""
    house.settle()
    assert the_app(house).stage == "suspended"
    house.wire(archives=house.working.archives)
    for _ in range(2):
        house.later(days=0.01)
        assert house.cy.sign_in(url).status_code == 410
    assert the_app(house).stage == "archived"
    assert left(house) == ()


# Until when, and what then


def test_after_ninety_days_the_archive_is_gone_and_a_receipt_says_so(
    house: House, survey: Thread, capsys: pytest.CaptureFixture[str]
) -> None:  # N6, D9
    url = house.live(survey)
    house.press(survey, "slipway.archive")
    was, path = kept(house), pack(house)
    stone = house.cy.sign_in(url).text
    assert "Ana Ortiz looked after it, and can restore it until" in stone
    assert "Download" not in stone, "the export is the owner's"
    stranger = house.dora.sign_in(url)
    assert stranger.status_code == 403, "who could not open it is told nothing more"
    for said in ("Ana Ortiz", "archived", "restore", "exported"):
        assert said not in stranger.text
    house.later(days=89.9)
    assert path.exists()
    house.later(days=0.2)
    assert not path.exists()
    assert the_app(house).stage == "retired"
    card = house.card(survey)
    assert "*Deletion receipt* for *Lunch*" in card
    assert was.digest in card
    assert was.store in card
    assert house.actions().count("archive.deleted") == 1
    assert "slipway.restore" not in house.offered(survey)
    stone = house.ana.sign_in(url).text
    assert "It cannot be restored." in stone
    assert not list((house.home / "exports").iterdir()), "the export went with it"
    assert command.main(["app", "receipt", "lunch", "--home", str(house.home)]) == 0
    printed = capsys.readouterr().out
    with Session(house.engine) as session:
        [event] = [one for one in audit.story(session, the_app(house).id) if one.action == "archive.deleted"]
    assert event.facts["archive"] == was.digest
    assert f"Event {event.seq} of the audit: {event.digest}" in printed
    assert command.main(["app", "inventory", "lunch", "--home", str(house.home)]) == 0
    assert capsys.readouterr().out == "Nothing is left of lunch.\n"


def test_a_deletion_that_fails_is_tried_until_it_is_done(house: House, survey: Thread) -> None:  # N6, L15
    house.press(survey, "slipway.archive")
    path = pack(house)
    house.wire(archives=away(house))
    house.later(days=91)
    assert "stuck: delete" in house.card(survey)
    for _ in range(3):
        house.later(days=1)
    assert path.exists()
    assert "archive.deleted" not in house.actions()
    house.wire(archives=house.working.archives)
    house.later(days=0.1)
    assert not path.exists()
    assert "stuck" not in house.card(survey)


# Restore, as far as it is allowed


def test_what_the_policies_no_longer_allow_stays_archived(house: House, survey: Thread) -> None:  # N6
    house.press(survey, "slipway.archive")
    review = house.working.review
    why, fix = "Apps end sooner now.", "Ask for fewer days."
    found = Finding(rule="lifetime", decision="deny", field="app.lifecycle.ttl_days", why=why, fix=fix)
    house.wire(review=lambda *asked: said(review(*asked), found))
    assert house.press(survey, "slipway.restore") == (
        "The policies no longer allow what was approved. Apps end sooner now. Ask for fewer days. "
        "Ask for it anew with `/slipway`, or have the rules looked at."
    )
    asks = found.model_copy(update={"decision": "needs_approval", "approvers": "security"})
    house.wire(review=lambda *asked: said(review(*asked), asks))
    assert "now ask for a yes from @security, which it does not have" in house.press(survey, "slipway.restore")
    assert the_app(house).stage == "archived"
    assert "app.restoring" not in house.actions()
    assert "Only <@" in house.press(survey, "slipway.restore", house.cy)
    house.wire(review=review)
    assert house.press(survey, "slipway.restore") == ""
    assert the_app(house).stage == "live"


def said(verdict: Verdict, found: Finding) -> Verdict:
    return verdict.model_copy(update={"decision": found.decision, "findings": (found,)})


def test_a_pack_that_was_tampered_with_brings_nothing_back(house: House, survey: Thread) -> None:  # D9
    house.press(survey, "slipway.archive")
    path = pack(house)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"PK\x03\x04", b"PK\x03\x05", 1))
    house.press(survey, "slipway.restore")
    assert the_app(house).stage == "archived"
    assert "was not restored. the archive is not what was put there" in house.card(survey)
    assert left(house) == ()
    path.write_bytes(whole)
    assert house.press(survey, "slipway.restore") == ""
    assert the_app(house).stage == "live"


def test_restore_waits_for_a_place_that_is_away(house: House, survey: Thread) -> None:
    house.press(survey, "slipway.archive")
    house.wire(archives=away(house))
    assert house.press(survey, "slipway.restore") == ""
    assert the_app(house).stage == "approved"
    assert "stuck: restore" in house.card(survey)
    house.wire(archives=house.working.archives)
    house.later(days=0.01)
    assert the_app(house).stage == "live"
    assert "stuck" not in house.card(survey)


# The reference's lifecycle, in a bucket


@pytest.fixture
def bucket() -> Iterator[Access]:
    with s3.serving() as address:
        yield Access("AKIATEST", "secret-of-the-test", endpoint=address)


def test_the_references_lifecycle_is_enforced_to_the_letter(house: House, bucket: Access) -> None:  # G11, D8, D9
    lifecycle = Lifecycle.model_validate(yaml.safe_load((TEMPLATES / "lifecycle.yaml").read_text())["lifecycle"])
    shelf = house.working.catalog
    house.wire(
        catalog=replace(shelf, templates=tuple(replace(one, lifecycle=lifecycle) for one in shelf.templates)),
        archives=Places(house.home / "archives", buckets=frozenset({"platform-archive"}), bucket=opener(bucket)),
    )
    thread = house.ask(SURVEY)
    assert "The bucket platform-archive cannot be written: there is no such bucket." in house.press(
        thread, "slipway.publish"
    )
    client = boto3.client(
        "s3",
        endpoint_url=bucket.endpoint,
        region_name="us-east-1",
        aws_access_key_id=bucket.key,
        aws_secret_access_key=bucket.secret,
    )
    client.create_bucket(Bucket="platform-archive")
    assert house.press(thread, "slipway.publish") == ""
    url, app = house.live(thread), str(house.request().app)
    house.answer(house.cy, url, q1="4", q2="5", q3="more soup")
    before = SqliteAppData(house.home / "data").snapshot(app, "live")
    house.later(days=31)
    house.later(days=4)  # nobody was reminded, so the end is put off once
    assert the_app(house).stage == "archived"
    [found] = client.list_objects_v2(Bucket="platform-archive")["Contents"]
    assert found["Key"] == f"micro-apps/{kept(house).name}"
    content = client.get_object(Bucket="platform-archive", Key=found["Key"])["Body"].read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sums = dict(line.split("  ")[::-1] for line in archive.read("checksums.sha256").decode().splitlines())
        assert {one: digest_of(archive.read(one)) for one in sums} == {
            one: f"sha256:{sum_}" for one, sum_ in sums.items()
        }
        assert {"about.json", "manifest.json", "bundle/app.js", "store/live", "audit.jsonl"} <= sums.keys()
        assert archive.read("store/live") == before
        events = [AuditEvent.model_validate_json(one) for one in archive.read("audit.jsonl").splitlines()]
    assert events[0].action == "request.received"
    assert all(one.was(one.seq) for one in events)
    for secret in (bucket.key, bucket.secret):
        assert secret not in house.dump()
        assert secret not in house.posted()
    assert house.press(thread, "slipway.restore") == ""
    assert (house.home / "data" / f"{app}.live.db").read_bytes() == before
    assert "Contents" not in client.list_objects_v2(Bucket="platform-archive")


# Entries whose days are over


def test_entries_go_from_archives_when_their_days_are_over(house: House, survey: Thread) -> None:  # T15
    house.press(survey, "slipway.archive")
    first, path = kept(house), pack(house)
    assert unpacked(path.read_bytes(), first.digest).oldest
    house.later(days=13.9)
    upkeep.purge(house.wiring)
    assert kept(house).digest == first.digest
    house.later(days=1)
    upkeep.purge(house.wiring)
    assert kept(house).digest != first.digest
    assert not path.exists()
    archive = unpacked(pack(house).read_bytes(), kept(house).digest)
    assert archive.oldest == 0
    assert b"soup" not in archive.store + b"".join(archive.export.values())
    assert house.actions().count("archive.rewritten") == 1
    assert house.press(survey, "slipway.restore") == ""
    url = house.live(survey)
    house.answer(house.cy, url, q1="1", q2="1", q3="after it came back")
    house.later(days=13)
    house.press(survey, "slipway.keep")
    house.later(days=2)
    upkeep.purge(house.wiring)
    house.ana.sign_in(url)
    assert "after it came back" not in house.ana.web.get(url + "results.csv").text, "its days are counted again"
