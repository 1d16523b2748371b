"""`platformctl audit` on an installation in which something happened: verified, told, exported, forgotten."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from bot import database
from bot.conversation import Thread
from bot.operating import anchoring
from bot.platformctl import command, wiping
from bot.wording import words
from guardrails import anchors
from tests.bot.house import House

WIDE = "a feedback survey about the new office for everyone in the company"
KEY = "AKIA" + "Z7Q2MNB4XK6RTV3W"


def audit(house: House, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = command.main(["audit", *arguments, "--home", str(house.home)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def anchored(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the anchors of this test lie."""
    file = tmp_path / "elsewhere" / "audit.jsonl"
    monkeypatch.setenv("SLIPWAY_AUDIT_ANCHORS", str(file))
    house.wire(anchors=file)
    return file


def approved(house: House) -> Thread:
    """Asked with a secret in the words, approved by ben, live, visited."""
    thread = house.ask(f"{WIDE}, our key is {KEY}")
    house.press(thread, "slipway.publish")
    house.press(thread, "slipway.approve", house.ben)
    assert house.ana.sign_in(house.live(thread)).status_code == 200
    return thread


def test_one_query_tells_the_whole_story_of_an_app(
    house: House, anchored: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # G8
    approved(house)
    app = house.request().app or ""
    code, told, wrong = audit(house, capsys, "query", app)
    assert (code, wrong) == (0, "")
    lines = {line[:11].strip(): line[11:] for line in told.splitlines() if line[:11].strip()}
    assert f"by Ana Ortiz, command: “{WIDE}, our key is <aws-key#1>”" in lines["asked"]
    assert "taken out before anything was kept: aws-key" in lines["asked"]
    assert lines["template"].startswith("survey@")
    assert lines["rules"].startswith("needs approval, policies sha256:")
    assert "Ben Okafor said yes to sha256:" in lines["approved"]
    assert f"live {house.request().bundle} from" in told
    assert "Ana Ortiz signed in once" in told
    assert lines["ended"] == "not yet: it is live"
    assert "app.live by slipway" in told
    assert KEY not in told


def test_a_query_for_no_app_says_so(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(house, capsys, "query", "nothing") == (1, "", "platformctl: there is no app nothing\n")


def test_the_head_is_anchored_daily_and_posted_weekly(house: House, anchored: Path) -> None:  # S12
    house.wire(operators="C0OPERATORS")
    house.ask("a lunch survey for ops, three questions")
    for _ in range(3):
        anchoring.tick(house.wiring)
    assert len(anchors.read(anchored)) == 1
    house.later(1)
    house.ask("a lunch survey for ops, three questions")
    anchoring.tick(house.wiring)
    first, second = anchors.read(anchored)
    assert second.seq > first.seq
    [post] = [one for one in house.outbox() if one.key.startswith("anchor:")]
    assert f"`platformctl audit verify --anchor {first.seq}:{first.digest}`" in post.text
    house.later(7)
    anchoring.tick(house.wiring)
    assert len([one for one in house.outbox() if one.key.startswith("anchor:")]) == 2


def test_a_cut_off_end_is_named_by_the_anchor_and_gets_no_new_one(
    house: House, anchored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # S12, G8
    house.ask("a lunch survey for ops, three questions")
    assert audit(house, capsys, "verify")[0] == 0
    [anchor] = anchors.read(anchored)
    copy = tmp_path / "copy"
    copy.mkdir()
    with (
        closing(sqlite3.connect(house.home / "control.db")) as source,
        closing(sqlite3.connect(copy / "control.db")) as target,
    ):
        source.backup(target)
        target.execute("DROP TRIGGER audit_event_no_delete")
        target.execute("DELETE FROM audit_event WHERE seq > ?", (anchor.seq - 2,))
        target.commit()
    code = command.main(["audit", "verify", "--home", str(copy)])
    said = capsys.readouterr()
    assert code == 1
    assert f"events {anchor.seq - 1} to {anchor.seq} are missing (anchored on" in said.err
    assert "BROKEN" in said.out
    assert anchors.read(anchored) == (anchor,)
    code = command.main(["audit", "verify", "--home", str(copy), "--anchors", str(tmp_path / "none")])
    assert code == 0, "without the anchor nobody can know"
    capsys.readouterr()
    code = command.main(
        [
            "audit",
            "verify",
            "--home",
            str(copy),
            "--anchors",
            str(tmp_path / "no"),
            "--anchor",
            f"{anchor.seq}:{anchor.digest}",
        ]
    )
    assert code == 1
    assert "are missing (anchored as you said)" in capsys.readouterr().err


def test_an_anchor_file_that_somebody_edited_is_named(
    house: House, anchored: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # S12
    anchored.parent.mkdir()
    anchored.write_text("gone\n")
    assert audit(house, capsys, "verify")[2] == f"platformctl: {anchored}, line 1 is no anchor\n"


def exported(house: House, capsys: pytest.CaptureFixture[str], file: Path, *arguments: str) -> Path:
    code, lines, _ = audit(house, capsys, "export", *arguments)
    assert code == 0
    file.write_text(lines)
    return file


def test_an_export_is_verified_without_the_database(
    house: House, anchored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # S12, G8
    house.ask("a lunch survey for ops, three questions")
    audit(house, capsys, "verify")
    file = exported(house, capsys, tmp_path / "export.jsonl", "--since", "2026-01-01")
    header, *events = map(json.loads, file.read_text().splitlines())
    assert header["head"][0] == events[-1]["seq"] == header["anchors"][0]["seq"]
    assert command.main(["audit", "verify", str(file)]) == 0
    assert "whole" in capsys.readouterr().out
    last = events[-1]["seq"]

    def verified(*lines: object) -> str:
        file.write_text("".join(json.dumps(one, separators=(",", ":")) + "\n" for one in lines))
        assert command.main(["audit", "verify", str(file)]) == 1
        return capsys.readouterr().err

    assert f"event {last} was changed" in verified(header, *events[:-1], {**events[-1], "action": "x"})
    assert f"event {last} is missing (the export's end)" in verified(header, *events[:-1])
    shorter = {**header, "head": [last - 1, events[-2]["digest"]], "anchors": []}
    verified_short = [shorter, *events[:-1]]
    file.write_text("".join(json.dumps(one, separators=(",", ":")) + "\n" for one in verified_short))
    assert command.main(["audit", "verify", str(file)]) == 0, "a shorter export is an honest one"
    assert f"event {last - 2} is missing" in verified(header, *events[:-3], *events[-2:])


def test_an_export_of_a_day_on_which_nothing_happened_is_empty(
    house: House, anchored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.ask("a lunch survey for ops, three questions")
    assert audit(house, capsys, "export", "--until", "2020-01-01") == (0, "", "")


def test_a_file_that_is_no_export_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("")
    assert command.main(["audit", "verify", str(tmp_path / "x")]) == 1
    assert capsys.readouterr().err == "platformctl: this is no export of an audit record\n"


class Ben:
    """Somebody who was named in a request, and what would still know him."""

    def __init__(self, house: House) -> None:
        thread = house.ask("approval for purchases over 500 EUR, approver @ben")
        house.press(thread, "slipway.publish")
        self._home = house.home
        with closing(sqlite3.connect(house.home / "control.db")) as rows:
            self.user, self.name = rows.execute(
                "SELECT subject, name FROM identity JOIN person ON person.id = person WHERE handle = 'ben'"
            ).fetchone()

    def left(self) -> list[str]:
        kept = b"".join(one.read_bytes() for one in self._home.glob("control.db*"))
        return [one for one in (self.user, self.name, "@ben", "|ben>", '"ben"') if one.encode() in kept]


def test_a_forgotten_person_is_nowhere_in_the_database_and_the_record_holds(
    house: House, anchored: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # S12
    ben = Ben(house)
    code, told, _ = audit(house, capsys, "forget", ben.user)
    assert code == 0 and "is nobody's any more" in told
    assert ben.left() == []
    assert audit(house, capsys, "verify")[0] == 0
    assert audit(house, capsys, "forget", ben.user)[2].startswith("platformctl: nobody here is called")


def test_what_a_reader_keeps_in_the_log_is_said_and_goes_by_the_same_command(
    house: House, anchored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # S12
    monkeypatch.setattr(wiping, "WAIT", 0.1)
    monkeypatch.setattr(database, "BUSY_MS", 50)
    ben = Ben(house)
    with closing(sqlite3.connect(house.home / "control.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        code, told, wrong = audit(house, capsys, "forget", ben.user)
        assert (code, told) == (1, "")
        assert wrong == f"platformctl: {wiping.REMAINS.format('it is read all the while')}\n"
        assert ben.left() != []
    again = audit(house, capsys, "forget", ben.user)[2]
    assert again.startswith("platformctl: nobody here is called") and wiping.WIPED in again
    assert ben.left() == []


def test_a_name_that_nobody_has_locks_no_database(
    house: House, anchored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:  # S12
    ben = Ben(house)
    assert audit(house, capsys, "forget", ben.user)[0] == 0
    monkeypatch.setattr(wiping, "_wipe", lambda engine: pytest.fail("nothing is left to wipe"))
    for called in ("nobody-at-all", ben.user):
        told = audit(house, capsys, "forget", called)[2]
        assert told.startswith("platformctl: nobody here is called") and wiping.WIPED not in told
    assert house.actions()[-2:] == [wiping.FORGOTTEN, wiping.GONE]


@contextmanager
def no_room(house: House) -> Iterator[None]:
    """The database may not grow by a page."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages if full else 1 << 30}")

    with house.engine.connect() as connection:
        raw = connection.connection
        raw.rollback()
        raw.cursor().execute("VACUUM")
    full = True
    event.listen(house.engine, "checkout", limit)
    try:
        yield
    finally:
        full = False
        house.engine.dispose()
        event.remove(house.engine, "checkout", limit)


def test_with_a_full_disk_nothing_happens_and_it_is_said(house: House) -> None:  # S12
    thread = house.ask("a lunch survey for ops, three questions")
    long = "a survey about the new office, please, " + "with a question about everything that we have. " * 200
    with no_room(house):
        before = house.dump()
        assert words.READ_ONLY in house.ana.command(f"/slipway {long}", "#ops") + house.told()
        assert house.dump() == before
    house.press(thread, "slipway.publish")
    assert "is live:" in house.card(thread)
