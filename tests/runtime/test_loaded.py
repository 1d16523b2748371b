"""Workers' own folders: each clears what workers left that are gone, whoever does it at the same time."""

import os
import threading
from pathlib import Path

import pytest

from runtime.loaded import own_folder

NOBODY = 4_200_000
"""Above the largest process id of Linux."""


def test_workers_that_start_together_clear_the_same_leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deltas, ids = tmp_path / "deltas", threading.local()
    monkeypatch.setattr(os, "getpid", lambda: ids.__dict__.get("own", NOBODY))
    failed: list[BaseException] = []
    for _ in range(20):
        for gone in range(NOBODY, NOBODY + 20):
            (deltas / str(gone)).mkdir(parents=True, exist_ok=True)
            (deltas / str(gone) / "a.delta").write_bytes(b"x")
        (deltas / ".draft").touch()
        ready = threading.Barrier(3)

        def clear(own: int, ready: threading.Barrier = ready) -> None:
            ids.own = own
            ready.wait()
            try:
                own_folder(deltas)
            except OSError as error:
                failed.append(error)

        threads = [threading.Thread(target=clear, args=(NOBODY + 100 + number,)) for number in range(3)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert {one.name for one in deltas.iterdir()} <= {str(NOBODY + 100 + number) for number in range(3)}
    assert failed == []
