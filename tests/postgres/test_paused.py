"""A real process that leads, is stopped by SIGSTOP in the middle of its work, and goes on when its term is over."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.leading import Lease
from bot.posting.outbox import PostRow
from tests import engines
from tests.workspace.harbour import until

pytestmark = pytest.mark.postgres

LEADER = """
import sys, time
from sqlalchemy.exc import DBAPIError
from bot import database, fencing
from bot.chat import Message, Place
from bot.leading import Fenced, Lease
from bot.posting import outbox
from bot.posting.outbox import Post
url, inside = sys.argv[1], sys.argv[2] == "inside"
engine = database.connect(url)
lease = Lease(engine, time.monotonic, "paused")
lease.renew()
mine = fencing.fence(engine, lease)
for number in range(100_000):
    try:
        with database.transaction(mine) as session:
            outbox.put(session, Post(f"{lease.term}:{number}", Place("T1", "C1"), Message("x")), 1)
            session.flush()
            print(number, flush=True)
            if inside:
                time.sleep(0.5)
    except (Fenced, DBAPIError) as error:
        print(type(error).__name__, lease.held(), flush=True)
        if isinstance(error, Fenced):
            sys.exit(7)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    one = engines.fresh(tmp_path)
    yield one
    one.dispose()


def written(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.exec(select(PostRow.key).order_by(PostRow.key)).all())


@pytest.mark.parametrize("where", ["between", "inside"])
def test_a_leader_that_was_stopped_writes_nothing_once_another_leads(engine: Engine, where: str) -> None:  # D6, D8
    process = subprocess.Popen(
        [sys.executable, "-c", LEADER, engines.plain(engine), where], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        until(lambda: len(written(engine)) > 2, 60)
        process.send_signal(signal.SIGSTOP)
        mine = Lease(engine, time.monotonic, "mine")
        until(mine.renew, 30)  # its lease lapses; a transaction that it stands in is ended by the server
        assert mine.term == 2
        before = written(engine)
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 7
        assert written(engine) == before
        assert process.stdout.read().splitlines()[-1].startswith("Fenced")
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
