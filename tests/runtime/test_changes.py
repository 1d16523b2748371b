"""Whether a reader sees every commit of others, with the WAL index and without."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from runtime.changes import Changes


def database(path: Path, mode: str) -> sqlite3.Connection:
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute(f"PRAGMA journal_mode={mode}")
    writer.execute("CREATE TABLE one (number)")
    return writer


@pytest.fixture(params=["wal", "delete"])
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(database(tmp_path / "one.db", request.param)) as opened:
        yield opened


@pytest.fixture
def changes(writer: sqlite3.Connection, tmp_path: Path) -> Iterator[Changes]:
    with closing(sqlite3.connect(f"file:{tmp_path / 'one.db'}?mode=ro", uri=True, isolation_level=None)) as reader:
        made = Changes(reader, tmp_path / "one.db")
        yield made
        made.close()


def test_every_commit_is_another_version(writer: sqlite3.Connection, changes: Changes) -> None:
    seen = [changes.version()]
    for number in range(5):
        writer.execute("INSERT INTO one VALUES (?)", (number,))
        seen.append(changes.version())
        assert changes.version() == seen[-1], "and nothing new is nothing new"
    assert len(set(seen)) == 6


def test_what_is_not_committed_is_no_version(writer: sqlite3.Connection, changes: Changes) -> None:
    before = changes.version()
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO one VALUES (1)")
    assert changes.version() == before
    writer.execute("ROLLBACK")
    assert changes.version() == before


def test_commits_around_a_checkpoint_that_empties_the_log_are_seen(
    writer: sqlite3.Connection, changes: Changes
) -> None:
    seen = {changes.version()}
    for number in range(3):
        writer.execute("INSERT INTO one VALUES (?)", (number,))
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        seen.add(changes.version())
    assert len(seen) == 4


def test_a_commit_of_a_process_that_is_gone_is_seen(
    writer: sqlite3.Connection, changes: Changes, tmp_path: Path
) -> None:
    before = changes.version()
    writer.close()
    with closing(sqlite3.connect(tmp_path / "one.db")) as another, another:
        another.execute("INSERT INTO one VALUES (7)")
    assert changes.version() != before
