"""The walls around a worker, tried from within: what it needs it can do, and nothing else (S1)."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from runtime import landlock, walls

ROOT = Path(__file__).parents[2]
NEEDS = {
    "read the database": "done: 7",
    "read a bundle": "done: whole",
    "keep a store": "done: 1",
    "keep a file for a moment": "done: 1",
    "spool": "done: 2",
    "start a thread": "done: 1",
    "talk over a local socket": "done: None",
    "load a module late": "done: wave",
}
SAYS = {
    "fetch": "URLError None",
    "change the database": "OperationalError",
    "raise its limits": "ValueError",
}
"""What Python makes of a refusal."""

pytestmark = pytest.mark.skipif(
    landlock.version() < landlock.SCOPES_SINCE, reason="this kernel has not all of the walls; a worker says so"
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    home = tmp_path_factory.mktemp("walled")
    for name in ("bundles", "guest", "data", "usage", "scratch", "deltas/1", "deltas/2"):
        (home / name).mkdir(parents=True)
    for name in ("bundles/b", "guest/g", "deltas/2/d", "demo.env", "visitor.salt", "signing.key"):
        (home / name).write_text("whole")
    with closing(sqlite3.connect(home / "control.db", isolation_level=None)) as control:
        control.executescript("PRAGMA journal_mode=WAL; CREATE TABLE kept (what); INSERT INTO kept VALUES (7)")
    done = subprocess.run(
        [sys.executable, "-m", "tests.runtime.walled", str(home), str(os.getpid())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    told: Mapping[str, str] = json.loads(done.stdout)
    for name in ("bundles/b", "guest/g", "deltas/2/d", "demo.env", "visitor.salt", "signing.key"):
        assert (home / name).read_text() == "whole"
    return told


def test_every_wall_stands(found: Mapping[str, str]) -> None:
    assert found["the walls"] == "landlock True, seccomp True, missing []"


def test_a_worker_can_do_what_it_needs(found: Mapping[str, str]) -> None:
    assert {name: found[name] for name in NEEDS} == NEEDS


def test_a_worker_can_do_nothing_else(found: Mapping[str, str]) -> None:  # S1
    others = {name: said for name, said in found.items() if name not in NEEDS and name != "the walls"}
    open_ = {
        name: said for name, said in others.items() if said != SAYS.get(name) and not said.startswith("PermissionError")
    }
    assert open_ == {}
    assert len(others) >= 35


def test_python_is_read_from_its_own_folders_and_none_of_ours(tmp_path: Path) -> None:
    assert ROOT not in walls.pythons()
    assert not any(one == ROOT / "var" or one in (ROOT / "var").parents for one in walls.pythons())


def test_a_database_that_nobody_has_open_can_be_read_without_writing(tmp_path: Path) -> None:
    path = tmp_path / "control.db"
    assert list(walls.database(path)) == [
        tmp_path / name for name in ("control.db", "control.db-wal", "control.db-shm")
    ]
    assert not path.exists()
    with closing(sqlite3.connect(path)) as one:
        one.executescript("PRAGMA journal_mode=WAL; CREATE TABLE kept (what)")
    assert all(one.exists() for one in walls.database(path))
