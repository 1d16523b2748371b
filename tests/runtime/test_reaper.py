"""How apps end: their data exported, their store gone, a tombstone left; whatever crashes in between."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from runtime import apps, archives, deployments, identity, reaper, stuck
from runtime.apps import App, Stage
from runtime.broker import secret
from runtime.broker.secret import SecretRow
from runtime.broker.vault import Purpose, Sealed
from runtime.deployments import DeploymentRow
from runtime.errors import NotAllowed
from runtime.identity import VisitSessionRow
from runtime.reaper import Finished
from tests.runtime import scene
from tests.runtime.scene import BUNDLE, DAY, NOW

ROWS = (
    {"id": "1", "at": NOW, "by": "v_1", "meal": "=HYPERLINK(1)"},
    {"id": "2", "at": NOW, "by": "v_2", "meal": 'a "b", c'},
)
CRASHES = 6
"""Places at which one tick may be cut off: it opens and commits three transactions."""


class Shelf:
    """App data in memory, and what was asked of it."""

    def __init__(self) -> None:
        self.stores: dict[tuple[str, str], Mapping[str, Sequence[Mapping[str, Any]]]] = {
            ("app_1", "live"): {"answers": ROWS},
            ("app_1", "preview"): {"answers": ()},
            ("app_2", "live"): {"answers": ROWS[:1]},
        }
        self.recorded: list[str] = []
        self.full = False

    def export(self, app: str, stage: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        return self.stores.get((app, stage), {})

    def purge(self, app: str, stage: str, older_than: int) -> int:
        raise AssertionError("retention has a test with a real store")

    def drop(self, app: str, stage: str) -> None:
        if self.full:
            raise OSError("disk full")
        self.stores.pop((app, stage), None)


class Crash(Exception):
    """`kill -9`, as far as the database can tell: what was not committed is lost."""


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    with Session(engine) as session, session.begin():
        for name in ("app_1", "app_2"):
            scene.app(session, name)
            deployments.preview(session, name, BUNDLE, NOW)
            scene.publish(session, name)
            identity.open_session(
                session, workspace="T1", app=name, stage="live", person="cy", name="Cy", handle="cy", now=NOW
            )
            secret.put(session, Purpose("T1", name, "api-key", ("api.example.com",)), Sealed("k1", "w", "v"), NOW)
    return Shelf()


def end(engine: Engine, stage: Stage) -> None:
    with Session(engine) as session, session.begin():
        reaper.end(session, "app_1", stage, NOW + DAY)


def finish(engine: Engine, shelf: Shelf, exports: Path, crash: int = -1, later: int = 0) -> tuple[Finished, ...]:
    """One tick over what is unfinished; `kill -9` at the n-th time that it opens or commits a transaction."""
    places = iter(range(100))

    def reached() -> None:
        if next(places) == crash:
            raise Crash

    @contextmanager
    def transaction() -> Iterator[Session]:
        reached()
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
            reached()

    def record(_session: Session, app: App, action: str) -> None:
        shelf.recorded.append(f"{app.id} {action}")

    return reaper.finish(transaction, shelf, exports, record, NOW + DAY + later)


def the_app(engine: Engine, name: str = "app_1") -> App:
    with Session(engine) as session:
        found = apps.get(session, name)
    assert found is not None
    return found


def inventory(engine: Engine, shelf: Shelf, name: str) -> dict[str, int]:
    """Everything of an app that could still be reached or read."""
    with Session(engine) as session:
        standing = session.exec(select(DeploymentRow).where(DeploymentRow.app == name)).all()
        return {
            "routes": sum(1 for one in standing if one.ended_at is None),
            "sessions": len(session.exec(select(VisitSessionRow).where(VisitSessionRow.app == name)).all()),
            "secrets": len(session.exec(select(SecretRow).where(SecretRow.app == name)).all()),
            "stores": sum(1 for app, _ in shelf.stores if app == name),
        }


@pytest.mark.parametrize("crash", range(CRASHES))
def test_wherever_retiring_is_cut_off_the_next_tick_leaves_nothing(
    engine: Engine, shelf: Shelf, tmp_path: Path, crash: int
) -> None:  # D3
    exports = tmp_path / "exports"
    end(engine, Stage.RETIRED)
    with pytest.raises(Crash):
        finish(engine, shelf, exports, crash)
    finish(engine, shelf, exports)
    assert inventory(engine, shelf, "app_1") == {"routes": 0, "sessions": 0, "secrets": 0, "stores": 0}
    assert inventory(engine, shelf, "app_2") == {"routes": 2, "sessions": 1, "secrets": 1, "stores": 1}
    with zipfile.ZipFile(exports / the_app(engine).export) as archive:
        assert json.loads(archive.read("answers.json")) == list(ROWS)
    with Session(engine) as session:
        assert apps.unfinished(session) == ()


def test_what_cannot_be_cleared_is_said_and_tried_again(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:  # D3
    end(engine, Stage.RETIRED)
    shelf.full = True
    assert finish(engine, shelf, tmp_path) == (Finished("app_1", "disk full"),)
    with Session(engine) as session:
        [held] = stuck.of_app(session, "app_1")
    assert (held.step, held.trouble, held.due_at) == ("clear", "disk full", NOW + DAY + 10)
    shelf.full = False
    assert finish(engine, shelf, tmp_path) == (), "it waits a while before it is tried again"
    assert finish(engine, shelf, tmp_path, later=10) == (Finished("app_1"),)
    assert finish(engine, shelf, tmp_path, later=20) == ()
    assert shelf.recorded == ["app_1 app.exported", "app_1 app.stuck", "app_1 app.cleared"]
    with Session(engine) as session:
        assert stuck.of_app(session, "app_1") == ()


def test_what_is_stuck_is_tried_ever_later_and_for_ever(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:  # D3
    end(engine, Stage.RETIRED)
    shelf.full = True
    waits, later = [], 0
    for _ in range(12):
        assert finish(engine, shelf, tmp_path, later=later) == (Finished("app_1", "disk full"),)
        with Session(engine) as session:
            [held] = stuck.of_app(session, "app_1")
        waits.append(held.due_at - (NOW + DAY + later))
        later += waits[-1]
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]
    assert shelf.recorded.count("app_1 app.stuck") == 1, "said once for one reason"


def test_routes_are_closed_before_anything_else_happens(engine: Engine, shelf: Shelf) -> None:
    end(engine, Stage.RETIRED)
    assert inventory(engine, shelf, "app_1") == {"routes": 0, "sessions": 1, "secrets": 1, "stores": 2}


def test_a_retired_app_is_never_revived(engine: Engine, shelf: Shelf) -> None:  # D3
    end(engine, Stage.RETIRED)
    with Session(engine) as session, pytest.raises(NotAllowed):
        scene.publish(session, "app_1")
    assert inventory(engine, shelf, "app_1")["routes"] == 0


def test_an_archived_app_without_an_archive_keeps_its_store(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:
    end(engine, Stage.ARCHIVED)
    finish(engine, shelf, tmp_path)
    assert inventory(engine, shelf, "app_1") == {"routes": 0, "sessions": 0, "secrets": 0, "stores": 1}


def test_an_archived_app_leaves_nothing_but_its_archive(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:  # D3
    with Session(engine) as session, session.begin():
        closed = reaper.close(session, "app_1", NOW + DAY)
        begun = archives.begin(session, closed, ".", "pack.zip", NOW + DAY)
    assert finish(engine, shelf, tmp_path) == ()
    assert inventory(engine, shelf, "app_1") == {"routes": 0, "sessions": 1, "secrets": 1, "stores": 2}, "not deleted"
    with Session(engine) as session, session.begin():
        what = archives.Contents(BUNDLE, 9, BUNDLE, 0)
        archives.keep(session, begun, what, bundle=BUNDLE, proposal="p", now=NOW + DAY)
        reaper.end(session, "app_1", Stage.ARCHIVED, NOW + 2 * DAY)
    finish(engine, shelf, tmp_path)
    assert inventory(engine, shelf, "app_1") == {"routes": 0, "sessions": 0, "secrets": 0, "stores": 0}
    assert the_app(engine).ended_at == NOW + DAY, "since it answers nobody"


def test_a_closed_app_is_revived_by_nobody(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:  # D3, L6
    with Session(engine) as session, session.begin():
        reaper.close(session, "app_1", NOW + DAY)
    for work in (
        lambda session: scene.publish(session, "app_1"),
        lambda session: deployments.preview(session, "app_1", BUNDLE, NOW),
        lambda session: deployments.extend(session, "app_1", 30, 180, NOW),
        lambda session: apps.move(session, "app_1", Stage.APPROVED, NOW),
        lambda session: apps.move(session, "app_1", Stage.LIVE, NOW),
        lambda session: reaper.close(session, "app_1", NOW),
    ):
        with Session(engine) as session, pytest.raises(NotAllowed):
            work(session)
    with Session(engine) as session:
        assert not deployments.resume(session, "app_1", "live", NOW)
    assert inventory(engine, shelf, "app_1")["routes"] == 0
    end(engine, Stage.RETIRED)
    finish(engine, shelf, tmp_path)
    assert inventory(engine, shelf, "app_1")["stores"] == 0


def test_the_tombstone_remembers_owner_end_and_export(engine: Engine, shelf: Shelf, tmp_path: Path) -> None:  # D9
    end(engine, Stage.RETIRED)
    finish(engine, shelf, tmp_path)
    left = the_app(engine)
    assert (left.owner, left.ended_at, left.export, left.stage) == ("ana", NOW + DAY, "app_1.zip", Stage.RETIRED)


def test_an_export_opens_in_a_spreadsheet_and_runs_nothing(engine: Engine, shelf: Shelf) -> None:
    packed = reaper.packed(the_app(engine), shelf.export("app_1", "live"))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["app.json", "answers.json", "answers.csv"]
        assert archive.read("answers.csv").decode() == (
            f'id,at,by,meal\r\n1,{NOW},v_1,\'=HYPERLINK(1)\r\n2,{NOW},v_2,"a ""b"", c"\r\n'
        )


def test_equal_data_gives_equal_bytes(engine: Engine, shelf: Shelf) -> None:
    tables = shelf.export("app_1", "live")
    assert reaper.packed(the_app(engine), tables) == reaper.packed(the_app(engine), tables)
