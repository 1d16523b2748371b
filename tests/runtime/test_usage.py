"""Usage is counted exactly once, whatever is killed, and each line knows whose it is."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from runtime import deployments, spool, usage
from runtime.meter import Sibling
from runtime.prices import Usage
from runtime.spool import Spool
from runtime.usage import Line
from tests.runtime import scene
from tests.runtime.scene import BACKING, DAY, NOW

TODAY = NOW // DAY


class Crash(Exception):
    """`kill -9`, as far as the database can tell."""


@pytest.fixture
def folder(engine: Engine, tmp_path: Path) -> Path:
    with Session(engine) as session, session.begin():
        scene.app(session)
        scene.publish(session)
    return tmp_path / "usage"


def call(at: int = NOW, app: str = "app_1", stage: str = "live", cpu_ms: float = 1.5, **more: Any) -> Mapping[str, Any]:
    return {"at": at, "app": app, "stage": stage, "cpu_ms": cpu_ms, "request": f"r{at}", **more}


def fold(engine: Engine, folder: Path, crash: int = -1) -> tuple[tuple[str, str], ...]:
    """Fold what is there; `kill -9` at the n-th time that a transaction is opened or about to commit."""
    places = iter(range(1000))

    def reached() -> None:
        if next(places) == crash:
            raise Crash

    @contextmanager
    def transaction() -> Iterator[Session]:
        reached()
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
            reached()

    return usage.fold(transaction, folder)


def lines(engine: Engine) -> tuple[Line, ...]:
    with Session(engine) as session:
        return usage.lines(session, 0, 10**6)


def calls(engine: Engine) -> int:
    return sum(one.used.calls for one in lines(engine))


def test_a_day_of_an_app_is_one_line_with_all_that_it_used(engine: Engine, folder: Path) -> None:
    worker = Spool(folder, "w1")
    worker.keep(call(cpu_ms=1.234))
    worker.keep(call(cpu_ms=2.0, egress_requests=2, egress_bytes=900, mails=1))
    assert fold(engine, folder) == (("app_1", "live"),)
    used = Usage(cpu_us=3234, calls=2, egress_requests=2, egress_bytes=900, mails=1)
    assert lines(engine) == (Line("T1", "app_1", "live", TODAY, "ops", "", "survey@1.0", used),)
    worker.keep(call(at=NOW + DAY))
    worker.close()
    fold(engine, folder)
    assert [(one.day, one.used.calls) for one in lines(engine)] == [(TODAY, 2), (TODAY + 1, 1)]


def test_folding_again_counts_nothing_again(engine: Engine, folder: Path) -> None:
    worker = Spool(folder, "w1")
    for round_ in range(1, 4):
        worker.keep(call())
        fold(engine, folder)
        assert fold(engine, folder) == ()
        assert calls(engine) == round_
    worker.close()


@pytest.mark.parametrize("crash", range(6))
def test_wherever_a_fold_is_killed_each_call_counts_once(engine: Engine, folder: Path, crash: int) -> None:  # U1
    for name in ("w1", "w2"):
        worker = Spool(folder, name)
        for _ in range(3):
            worker.keep(call())
        worker.close()
    with pytest.raises(Crash):
        fold(engine, folder, crash)
    fold(engine, folder)
    assert calls(engine) == 6


def test_a_line_that_is_half_written_waits_for_its_other_half(engine: Engine, folder: Path) -> None:
    worker = Spool(folder, "w1")
    worker.keep(call())
    worker.close()
    whole = json.dumps(call()).encode() + b"\n"
    path = folder / "w1-000001.jsonl"
    with path.open("ab", buffering=0) as file:
        file.write(whole[:20])
        fold(engine, folder)
        assert calls(engine) == 1
        file.write(whole[20:])
        fold(engine, folder)
        assert calls(engine) == 2


@given(st.lists(st.integers(1, 400), max_size=30))
def test_however_a_file_grows_each_line_is_read_once(tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    path = tmp_path_factory.mktemp("grown") / "w.jsonl"
    content = b"".join(json.dumps(call(at=n)).encode() + b"\n" for n in range(20))
    found, offset, written = [], 0, 0
    for cut in [*cuts, len(content)]:
        path.write_bytes(content[: (written := min(written + cut, len(content)))])
        more, offset = spool.read(path, offset, 100)
        found += more
    while more := spool.read(path, offset, 100)[0]:
        found, offset = [*found, *more], spool.read(path, offset, 100)[1]
    assert [one["at"] for one in found] == list(range(20))


def test_what_a_killed_worker_wrote_is_counted(engine: Engine, folder: Path) -> None:
    script = "\n".join(
        [
            "import sys",
            "from pathlib import Path",
            "from runtime.spool import Spool",
            "worker = Spool(Path(sys.argv[1]), 'w9')",
            f"while True: worker.keep({dict(call())!r})",
        ]
    )
    path = folder / "w9-000001.jsonl"
    worker = subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=Path(__file__).parents[2])
    until = time.monotonic() + 20
    while not (path.exists() and path.stat().st_size > 20_000) and time.monotonic() < until:
        fold(engine, folder)
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    while fold(engine, folder):
        pass
    assert calls(engine) == path.read_bytes().count(b"\n") > 100


def test_a_line_that_is_no_record_is_passed_over(engine: Engine, folder: Path) -> None:
    folder.mkdir()
    good = json.dumps(call())
    torn = [good, '{"at":1,"ap' + good, "[]", '{"at": "soon", "app": "app_1"}', '{"app": "app_1"}', good, "\xff"]
    (folder / "w1-000001.jsonl").write_bytes("\n".join([*torn, good, ""]).encode("latin-1"))
    fold(engine, folder)
    assert calls(engine) == 3


def test_a_file_that_is_gone_is_forgotten_and_its_name_may_come_back(engine: Engine, folder: Path) -> None:
    for first in (NOW, NOW + 1, NOW + 2):
        worker = Spool(folder, "w1")
        for n in range(3):
            worker.keep(call(at=first + n))
        worker.close()
        fold(engine, folder)
        (folder / "w1-000001.jsonl").unlink()
        if first == NOW:
            # Once seen to be gone, once not.
            fold(engine, folder)
    assert calls(engine) == 9


def test_files_are_rotated_without_losing_any(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "LONGEST", 300)
    worker = Spool(folder, "w1")
    for n in range(40):
        worker.keep(call())
        if n % 7 == 0:
            fold(engine, folder)
    worker.close()
    fold(engine, folder)
    assert len(spool.files(folder)) > 5
    assert calls(engine) == 40


def test_what_is_still_to_be_counted_is_not_forgotten(engine: Engine, folder: Path) -> None:
    for name in ("w1", "w2"):
        worker = Spool(folder, name)
        worker.keep(call())
        worker.close()
        if name == "w1":
            fold(engine, folder)
    with Session(engine) as session:
        needed = usage.unfolded(session, folder)
    spool.forget(folder, int(time.time()) + 10, needed)
    assert spool.files(folder) == ["w2-000001.jsonl"]


def test_what_no_app_is_known_for_has_its_own_line(engine: Engine, folder: Path) -> None:  # G9
    worker = Spool(folder, "w1")
    worker.keep(call(app="app_9"))
    worker.keep(call())
    worker.close()
    fold(engine, folder)
    assert {(one.workspace, one.app, one.tag): one.used.calls for one in lines(engine)} == {
        ("", "", ""): 1,
        ("T1", "app_1", "ops"): 1,
    }


def test_each_call_is_charged_to_who_paid_for_what_was_live_then(engine: Engine, folder: Path) -> None:  # G9
    worker = Spool(folder, "w1")
    worker.keep(call())
    fold(engine, folder)
    with Session(engine) as session, session.begin():
        scene.publish(session, backing=deployments.Backing(BACKING.audit, BACKING.limits, "sales"))
    worker.keep(call())
    worker.keep(call(stage="preview"))
    worker.close()
    fold(engine, folder)
    assert {(one.stage, one.tag): one.used.calls for one in lines(engine)} == {
        ("live", "ops"): 1,
        ("live", "sales"): 1,
        ("preview", ""): 1,
    }


def test_the_most_that_was_kept_in_a_day_is_what_counts(engine: Engine, folder: Path) -> None:
    with Session(engine) as session, session.begin():
        for at, size in ((NOW, 100), (NOW + 60, 300), (NOW + 120, 200), (NOW + DAY, 50)):
            usage.store(session, "app_1", "live", size, at)
    assert [one.used.storage_byte_days for one in lines(engine)] == [300, 50]


def test_what_a_request_took_to_read_is_its_apps_once_there_is_one(engine: Engine, folder: Path) -> None:
    with Session(engine) as session, session.begin():
        usage.read(session, "T1", "req_1", 700, NOW)
        usage.read(session, "T1", "req_2", 50, NOW)
        usage.hand_over(session, "req_1", "app_1")
        usage.read(session, "T1", "app_1", 30, NOW)
    assert {one.app: one.used.model_tokens for one in lines(engine)} == {"app_1": 730, "req_2": 50}


def test_siblings_are_the_live_apps_of_the_template_in_this_workspace(engine: Engine, folder: Path) -> None:
    def day(workspace: str, app: str, stage: str, day: int, template: str) -> Line:
        return Line(workspace, app, stage, day, "ops", "", template, Usage(calls=1))

    with Session(engine) as session, session.begin():
        for one in (
            day("T1", "a", "live", 100, "survey@1.0"),
            day("T1", "a", "live", 109, "survey@1.1"),
            day("T1", "b", "live", 105, "survey@1.0"),
            day("T1", "b", "preview", 100, "survey@1.0"),
            day("T1", "c", "live", 100, "survey-long@1.0"),
            day("T2", "d", "live", 100, "survey@1.0"),
            day("T1", "e", "live", 90, "survey@1.0"),
            day("T1", "me", "live", 100, "survey@1.0"),
        ):
            usage.add(session, one)
    with Session(engine) as session:
        assert usage.siblings(session, "T1", "survey@1.0", since=95, but="me") == (
            Sibling(Usage(calls=2), 10),
            Sibling(Usage(calls=1), 1),
        )
