"""The usage spool keeps a record of each Call, whatever happens to the worker."""

from pathlib import Path

import pytest

from runtime import spool
from runtime.spool import Spool


def test_records_of_all_workers_come_back_in_their_order(tmp_path: Path) -> None:
    first, second = Spool(tmp_path, "w1"), Spool(tmp_path, "w2")
    second.keep({"at": 9, "app": "app_2"})
    for n in range(3):
        first.keep({"at": n, "app": "app_1"})
    assert [one["at"] for one in spool.records(tmp_path)] == [0, 1, 2, 9]
    first.close()
    second.close()


def test_when_an_app_was_last_used_is_known(tmp_path: Path) -> None:
    kept = Spool(tmp_path, "w1")
    for at, app in ((5, "app_1"), (9, "app_2"), (7, "app_1")):
        kept.keep({"at": at, "app": app})
    kept.close()
    assert [spool.last_used(tmp_path, app) for app in ("app_1", "app_2", "app_3")] == [7, 9, 0]


def test_a_line_cut_off_by_a_kill_is_left_out_and_the_next_worker_begins_anew(tmp_path: Path) -> None:
    killed = Spool(tmp_path, "w1")
    killed.keep({"at": 1})
    killed.close()
    with (tmp_path / "w1-000001.jsonl").open("ab") as file:
        file.write(b'{"at":2,"ap')
    replaced = Spool(tmp_path, "w1")
    replaced.keep({"at": 3})
    replaced.close()
    assert list(spool.records(tmp_path)) == [{"at": 1}, {"at": 3}]


def test_a_full_file_is_put_aside_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "LONGEST", 40)
    kept = Spool(tmp_path, "w1")
    for n in range(30):
        kept.keep({"at": n, "app": "app_1"})
    kept.close()
    assert len(list(tmp_path.iterdir())) > 10
    assert [one["at"] for one in spool.records(tmp_path)] == list(range(30))
