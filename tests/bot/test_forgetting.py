"""A person is forgotten in what apps keep as well, when somebody asks for it: exactly them, and while apps are used."""

import json
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.ending import endings
from bot.gateway import salt
from bot.hearing import listening
from bot.platformctl import command
from bot.rows import demand
from bot.rows.requests import Request
from bot.shelf.home import HomeRow
from bot.who import people
from guardrails import audit
from guardrails.audit import AuditRow
from runtime import archives
from runtime.archive import unpacked
from runtime.identity import visitor_id
from tests.bot.desk import Desk

TRACKER = "track our laptops: model, serial number, owner, price, bought on"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def live(desk: Desk) -> Request:
    return desk.press("slipway.publish", desk.ask(TRACKER))


def person(desk: Desk, user: str) -> people.Person:
    with Session(desk.wiring.engine) as session:
        found = people.known(session, "T1", user)
    assert found is not None
    return found


def visitor(desk: Desk, live: Request, user: str) -> str:
    return visitor_id(salt(desk.wiring.notary.key.parent), str(live.app), person(desk, user).id)


def keep(desk: Desk, live: Request, by: str, **fields: object) -> None:
    box = desk.wiring.data.open(str(live.app), "live", 10)
    box.insert("entries", fields, at=desk.now, by=by, most=100)
    box.close()


def kept(desk: Desk, live: Request) -> list[dict[str, object]]:
    return [dict(row) for row in desk.wiring.data.export(str(live.app), "live").get("entries", ())]


def forget(desk: Desk, *more: str) -> int:
    return command.main(["audit", "forget", "U1", *more, "--home", str(desk.wiring.notary.key.parent)])


def test_their_id_becomes_nobodys_and_their_name_gives_way(
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:  # S12
    mine = visitor(desk, live, "U1")
    keep(desk, live, mine, model="X1", owner="ana", notes="ask Ana or @ana, not anaconda")
    keep(desk, live, "v_other", model="ana analyses", owner="@Ana ", notes=["Ana", {"who": mine}])
    keep(desk, live, "v_other", model="X3", owner="ben", notes="nothing of hers")
    before = kept(desk, live)
    assert forget(desk, "--apps") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "laptops: 2 entries changed"
    assert said[1].endswith("Backups and what stands in the chat are not touched.")
    first, second, third = kept(desk, live)
    assert first == {
        **before[0],
        "by": first["by"],
        "owner": "(forgotten)",
        "notes": "ask (forgotten) or (forgotten), not anaconda",
    }
    nobody = str(first["by"])
    assert nobody not in (mine, "") and nobody.startswith("v_")
    assert second == {**before[1], "owner": "(forgotten)", "notes": ["(forgotten)", {"who": nobody}]}
    assert second["model"] == "ana analyses", "a word that happens to be a handle is a word"
    assert third == before[2]
    store = b"".join(one.read_bytes() for one in (desk.wiring.notary.key.parent / "data").glob(f"{live.app}.live.db*"))
    assert mine.encode() not in store
    with Session(desk.wiring.engine) as session:
        told = session.exec(select(AuditRow).where(AuditRow.action == "entries.anonymised")).all()
        assert [(one.subject, one.facts) for one in told] == [(live.app, '{"count":2}')]
        assert audit.verify(session, "T1") == ()


def test_without_being_asked_apps_are_left_alone(desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]) -> None:
    keep(desk, live, visitor(desk, live, "U1"), model="Ana's")
    before = kept(desk, live)
    assert forget(desk) == 0
    assert kept(desk, live) == before
    assert "entries in apps are not touched (--apps does those)" in capsys.readouterr().out


def test_the_export_of_an_app_that_ended_is_written_anew(desk: Desk, live: Request) -> None:
    keep(desk, live, visitor(desk, live, "U1"), model="X1", notes="Ana has it")
    for days in (200, 4):  # nobody was reminded, so the end is put off once
        desk.now += days * 86_400
        endings.tick(desk.wiring)
    [path] = desk.wiring.exports.glob("*.zip")
    assert forget(desk, "--apps") == 0
    with zipfile.ZipFile(path) as archive:
        [row] = json.loads(archive.read("entries.json"))
        whole = b"".join(archive.read(one) for one in archive.namelist())
    assert row["notes"] == "(forgotten) has it" and row["by"].startswith("v_")
    assert b"Ana" not in whole.replace(b"app.json", b"")


def test_the_archive_of_an_app_that_ended_is_written_anew_as_well(desk: Desk, live: Request) -> None:  # S12
    keep(desk, live, visitor(desk, live, "U1"), model="X1", notes="Ana has it")
    keep(desk, live, "v_other", model="X2", notes="nothing of hers")
    desk.press("slipway.archive", live)
    for _ in range(2):
        endings.tick(desk.wiring)
    folder = desk.wiring.archives.root
    with Session(desk.wiring.engine) as session:
        [before] = archives.there(session, str(live.app))
    assert b"Ana has it" in unpacked((folder / before.name).read_bytes(), before.digest).store
    assert forget(desk, "--apps") == 0
    with Session(desk.wiring.engine) as session:
        [after] = archives.there(session, str(live.app))
    assert [one.name for one in folder.iterdir()] == [after.name], "the pack before is gone"
    archive = unpacked((folder / after.name).read_bytes(), after.digest)
    for content in (archive.store, *(one for name, one in archive.export.items() if name != "app.json")):
        assert b"Ana" not in content
        assert b"(forgotten) has it" in content
        assert b"nothing of hers" in content


def test_a_visitor_who_writes_meanwhile_is_waited_for(desk: Desk, live: Request) -> None:
    mine = visitor(desk, live, "U1")
    keep(desk, live, mine, model="X1")
    path = desk.wiring.notary.key.parent / "data" / f"{live.app}.live.db"
    writing, held = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            fields = json.dumps({"model": "X2"})
            connection.execute(
                "INSERT INTO entry(\"table\", at, by, fields) VALUES ('entries', 1, ?, ?)", (mine, fields)
            )
            writing.set()
            held.wait(0.3)
            connection.execute("COMMIT")

    visit = threading.Thread(target=write)
    visit.start()
    assert writing.wait(5)
    assert forget(desk, "--apps") == 0
    visit.join(5)
    assert {one["model"] for one in kept(desk, live)} == {"X1", "X2"}
    assert mine not in {one["by"] for one in kept(desk, live)}


def test_where_a_store_cannot_be_written_nobody_is_forgotten_yet(
    desk: Desk, live: Request, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(desk, live, visitor(desk, live, "U1"), model="X1")
    path = desk.wiring.notary.key.parent / "data" / f"{live.app}.live.db"
    good = path.read_bytes()
    path.write_bytes(b"no database, and long enough to be looked at" * 100)
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    assert forget(desk, "--apps") == 1
    assert capsys.readouterr().err == (
        "platformctl: not everywhere: laptops (live): file is not a database. Run it again.\n"
    )
    assert person(desk, "U1").name == "Ana"
    path.write_bytes(good)
    assert forget(desk, "--apps") == 0


def test_what_they_wished_for_stays_without_their_name_and_their_home_goes(desk: Desk) -> None:  # T8
    wanted = desk.ask("what will the weather be tomorrow, asks Ana")
    desk.press("slipway.want", wanted)
    for user in ("U1", "U2"):
        listening.opened_home(desk.wiring, "T1", user)
    assert forget(desk) == 0
    desk.ask("what will the weather be tomorrow", "U2")
    assert command.main(["audit", "forget", "U2", "--home", str(desk.wiring.notary.key.parent)]) == 0
    with Session(desk.wiring.engine) as session:
        assert session.exec(select(HomeRow)).all() == []
        [wish] = demand.every(session)
    assert wish.people == 1 and "ana" not in wish.words.lower() and "weather" in wish.words
