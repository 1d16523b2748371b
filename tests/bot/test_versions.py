"""Released versions that are not what they were: refused, logged, and told once (T9)."""

import logging
import shutil
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import database
from bot.database import transaction
from bot.posting.outbox import PostRow
from bot.shelf import versions
from guardrails import audit
from guardrails.chain import AuditEvent
from templates import release
from templates.catalog import SHELF, Catalog
from templates.offer import ledger_of, offered
from templates.release import Release
from tests.bot.histories import migrated

pytestmark = pytest.mark.scenario

NOW, OPERATORS = 1_796_637_600, "C-OPERATORS"


class Installation:
    """A control database and a shelf; `start` is what control does first."""

    def __init__(self, folder: Path) -> None:
        (folder / "control.db").write_bytes(migrated())
        self.engine = database.connect(f"sqlite:///{folder / 'control.db'}")
        self.shelf = Path(shutil.copytree(SHELF, folder / "shelf"))
        with transaction(self.engine) as session:
            audit.append(session, workspace="T1", actor="ana", action="request.heard", subject="r", now=NOW)

    def start(self, now: int = NOW, operators: str = OPERATORS) -> Catalog:
        return versions.remembered(self.engine, offered(self.shelf), operators, now)

    def change(self, name: str = "poll/1.0/parts/tally.js") -> bytes:
        before = (self.shelf / name).read_bytes()
        (self.shelf / name).write_bytes(before + b"\n// changed\n")
        return before

    def cover_up(self, ref: str = "poll@1.0") -> None:
        """Whoever changed the folder changes the ledger as well."""
        found = next(one for one in offered(self.shelf).templates if one.ref == ref)
        ledger = ledger_of(self.shelf)
        entry = Release(digest=found.digest, released=ledger.releases[ref].released)
        (self.shelf / "releases.yaml").write_text(release.spelled(ledger.plus(ref, entry)))

    def told(self) -> list[str]:
        with Session(self.engine) as session:
            return list(session.exec(select(PostRow.text).where(PostRow.channel == OPERATORS)))

    def events(self, ref: str = "poll@1.0") -> list[AuditEvent]:
        with Session(self.engine) as session:
            return list(audit.story(session, ref))


@pytest.fixture
def home(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_version_is_remembered_once_when_it_is_first_seen(home: Installation) -> None:  # T9 P3
    assert dict(home.start().withheld) == {} == dict(home.start().withheld)
    (event,) = home.events()
    found = offered(home.shelf).get("poll@1.0")
    assert (event.action, event.facts) == ("template.released", {"digest": found.digest})
    assert home.told() == []


def test_a_changed_version_is_refused_logged_and_told_once(  # T9
    home: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    home.start()
    home.change()
    with caplog.at_level(logging.ERROR):
        found = home.start()
    why = found.withheld["poll@1.0"]
    assert found.refused == {"poll@1.0"} and why.startswith("poll@1.0 was released as ")
    assert found.for_kind("poll") is None and found.for_kind("survey") is not None
    assert [one.message for one in caplog.records] == [why]
    home.start(NOW + 60)
    assert [one.action for one in home.events()] == ["template.released", "template.refused"]
    assert home.events()[-1].why == why
    (line,) = home.told()
    assert why in line and "nothing is built with it" in line


def test_other_wrong_bytes_are_told_of_again_and_right_ones_are_restored(home: Installation) -> None:  # T9
    home.start()
    before = home.change()
    home.start()
    home.change()
    home.start(NOW + 60)
    (home.shelf / "poll/1.0/parts/tally.js").write_bytes(before)
    assert home.start(NOW + 120).refused == home.start(NOW + 180).refused == frozenset()
    actions = [one.action.removeprefix("template.") for one in home.events()]
    assert actions == ["released", "refused", "refused", "restored"]
    assert len(home.told()) == 2


def test_whoever_changes_the_folder_and_its_ledger_is_noticed(home: Installation) -> None:  # T9
    first = home.start().get("poll@1.0").digest
    home.change()
    home.cover_up()
    assert offered(home.shelf).refused == frozenset()
    found = home.start()
    assert found.refused == {"poll@1.0"} and "poll@1.0" not in found.standing
    now = found.get("poll@1.0").digest
    assert found.withheld["poll@1.0"].startswith(
        f"poll@1.0 was {release.short(first)} when this installation first saw it released, and is {release.short(now)}"
    )
    assert [one.action for one in home.events()] == ["template.released", "template.refused"]


def test_what_was_wrong_from_the_start_is_never_remembered_as_right(home: Installation) -> None:  # T9
    before = home.change()
    assert home.start().refused == {"poll@1.0"}
    (home.shelf / "poll/1.0/parts/tally.js").write_bytes(before)
    assert home.start(NOW + 60).refused == frozenset()
    assert [one.action for one in home.events()] == ["template.refused", "template.released", "template.restored"]


def test_one_line_for_the_operators_whatever_was_refused(home: Installation) -> None:
    home.start()
    home.change("_fragments/html/1/html.js")
    found = home.start()
    assert len(found.refused) == len(found.templates)
    assert len(home.told()) == 1 and home.told()[0].count("_fragments/html@1 was released as") == 1


def test_without_a_channel_of_the_operators_the_log_and_the_audit_tell(home: Installation) -> None:
    home.start(operators="")
    home.change()
    home.start(operators="")
    assert home.told() == [] and home.events()[-1].action == "template.refused"


def test_a_faulty_template_keeps_control_from_nothing_else(  # T12
    home: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(home.shelf / "_fragments/chart")
    with caplog.at_level(logging.ERROR):
        found = home.start()
    assert found.for_kind("booking") is not None and found.known("poll@1.0") is None
    assert any("there is no fragment chart@1" in one.message for one in caplog.records)
