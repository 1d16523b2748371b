"""What was deleted is in no file and no log, also while others read the store or bring its log in."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime import storefile
from runtime.appdata import SqliteAppData
from tests.workspace.harbour import until

GONE = b"what Ana wrote"
Open = Callable[[], sqlite3.Connection]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Open]:
    """Connections to a store that holds a row, all of it in its log."""
    path, opened = tmp_path / "app_1.live.db", list[sqlite3.Connection]()

    def connect() -> sqlite3.Connection:
        opened.append(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
        return opened[-1]

    data = SqliteAppData(tmp_path)
    box = data.open("app_1", "live", 1)
    connect().execute("SELECT * FROM entry")  # whoever closes last empties the log
    box.insert("answers", {"x": GONE.decode()}, at=1, by="v_ana", most=10)
    box.close()
    yield connect
    for one in opened:
        one.close()


def kept(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.iterdir() if not one.name.endswith("-shm"))


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Somebody reads a state of the store until the block ends."""
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM entry").fetchone()
    try:
        yield
    finally:
        connection.execute("COMMIT")


def test_the_log_is_empty_only_when_nobody_reads_an_older_state(store: Open, tmp_path: Path) -> None:  # S12
    mine = store()
    with reading(store()):
        mine.execute("PRAGMA secure_delete=ON")
        mine.execute("DELETE FROM entry")
        assert not storefile.empty_log(mine, 0.05)
        assert GONE in kept(tmp_path)
    assert storefile.empty_log(mine, 0.05)
    assert GONE not in kept(tmp_path)


def test_whoever_brings_the_log_in_at_the_same_moment_is_waited_for(store: Open, tmp_path: Path) -> None:  # S12
    mine, other = store(), store()
    mine.execute("PRAGMA secure_delete=ON")
    other.execute("PRAGMA busy_timeout=20000")
    emptied: list[bool] = []
    with reading(store()):
        mine.execute("DELETE FROM entry")
        theirs = threading.Thread(target=storefile.empty_log, args=(other, 20))
        theirs.start()
        # It is at it once SQLite says that it is busy to somebody who would wait for nobody else.
        until(lambda: mine.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[0])
        ours = threading.Thread(target=lambda: emptied.append(storefile.empty_log(mine, 20)))
        ours.start()
        time.sleep(0.05)
        assert not emptied
    theirs.join(20)
    ours.join(20)
    assert emptied == [True]
    assert GONE not in kept(tmp_path)


def test_a_purge_empties_the_log_that_an_earlier_one_had_to_leave(store: Open, tmp_path: Path) -> None:  # S12
    data = SqliteAppData(tmp_path)
    with reading(store()):
        assert data.purge("app_1", "live", 2) == 1
        assert GONE in kept(tmp_path)
    assert data.purge("app_1", "live", 2) == 0
    assert GONE not in kept(tmp_path)
