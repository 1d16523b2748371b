"""Killed at any step of an archive or of a restore: left alone, ticking makes it complete, once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.archives import leftovers
from runtime import archives, stuck
from runtime.archive import unpacked
from runtime.destination import Folder, Places
from tests.bot.histories import Crashes, History

pytestmark = pytest.mark.scenario

SURVEY = "a lunch survey, three questions, keep it two weeks"
DAY = 86_400
PLACES = [
    *(("begin", at) for at in (2, 4, 5, 6, 7, 8, 10)),
    *(("commit", at) for at in (1, 4, 6, 7, 8)),
    ("sent", 1),
    ("place", 1),
    ("place", 2),
]
"""Between and within the transactions of an archive (about ten) and of a restore, and within what the folder does."""


class Dying(Folder):
    """A folder at which the process may die, before and after each thing it does there."""

    def __init__(self, path: Path, crashes: Crashes) -> None:
        super().__init__(path, ".")
        self._crashes = crashes

    def put(self, name: str, content: bytes) -> None:
        self._crashes.passed("place")
        super().put(name, content)
        self._crashes.passed("place")

    def get(self, name: str) -> bytes:
        self._crashes.passed("place")
        return super().get(name)

    def remove(self, name: str) -> None:
        self._crashes.passed("place")
        super().remove(name)
        self._crashes.passed("place")


class DyingPlaces(Places):
    """One of them alone."""

    def at(self, said: str) -> Dying:
        """It."""
        return Dying(self.root, self.dying)  # type: ignore[attr-defined]  # set right after


class Slow(History):
    """A history whose archives go to such a folder."""

    def restart(self) -> None:
        super().restart()
        places = DyingPlaces(self.home / "archives")
        object.__setattr__(places, "dying", self.crashes)
        self.wiring = replace(self.wiring, archives=places)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Slow]:
    one = Slow(tmp_path / "home")
    yield one
    one.close()


def rest(history: History, rounds: int = 5) -> None:
    """Tick until nothing more happens; what failed is tried again."""
    for _ in range(rounds):
        for which in (1, 0, 3, 2):
            history.tick(which)
        history.now += 2


def live(history: History) -> tuple[str, str, bytes]:
    """A live app with entries: its Request, its id and its store."""
    history.hear(SURVEY, "U-ANA")
    rest(history)
    ((request, app),) = history.rows("SELECT id, app FROM request ORDER BY created_at DESC, id LIMIT 1")
    history.press("slipway.publish", "U-ANA", json.dumps({"request": request}))
    rest(history)
    box = history.wiring.data.open(app, "live", 10)
    for number in range(3):
        box.insert("responses", {"q1": number}, at=history.now, by=f"v_{number}", most=100)
    box.close()
    return request, app, history.wiring.data.snapshot(app, "live")


def stage(history: History, app: str) -> str:
    return str(history.rows("SELECT stage FROM app WHERE id = ?", app)[0][0])


def counted(history: History, app: str, action: str) -> int:
    ((count,),) = history.rows("SELECT count(*) FROM audit_event WHERE subject = ? AND action = ?", app, action)
    return int(count)


def left(history: History, app: str) -> object:
    wiring = history.wiring
    with Session(wiring.engine) as session:
        assert stuck.of_app(session, app) == ()
        return leftovers.of_app(session, wiring.data, wiring.prepared, app, history.now)


@pytest.mark.parametrize(("kind", "at"), PLACES)
def test_an_archive_is_whole_and_one_wherever_control_is_killed(history: Slow, kind: str, at: int) -> None:  # D9, D3
    request, app, before = live(history)
    history.press("slipway.archive", "U-ANA", json.dumps({"request": request}))
    history.crashes.kind, history.crashes.left = kind, at
    rest(history)
    history.crashes.left = 0
    rest(history, 3)
    assert stage(history, app) == "archived"
    for action in ("app.closed", "app.archived", "app.exported", "app.cleared"):
        assert counted(history, app, action) == 1, action
    with Session(history.wiring.engine) as session:
        [kept] = archives.there(session, app)
    [path] = (history.home / "archives").iterdir()
    assert path.name == kept.name
    assert unpacked(path.read_bytes(), kept.digest).store == before
    assert left(history, app) == ()


@pytest.mark.parametrize(("kind", "at"), [*PLACES, ("place", 3)])
def test_a_restore_is_whole_and_one_wherever_control_is_killed(history: Slow, kind: str, at: int) -> None:  # D9, N6
    request, app, before = live(history)
    history.press("slipway.archive", "U-ANA", json.dumps({"request": request}))
    rest(history)
    history.press("slipway.restore", "U-ANA", json.dumps({"request": request}))
    history.crashes.kind, history.crashes.left = kind, at
    rest(history)
    history.crashes.left = 0
    rest(history, 3)
    assert stage(history, app) == "live"
    assert (history.home / "data" / f"{app}.live.db").read_bytes() == before
    for action in ("app.restoring", "app.restored", "archive.deleted"):
        assert counted(history, app, action) == 1, action
    assert list((history.home / "archives").iterdir()) == [], "its entries are in the app again"
    assert list(history.wiring.exports.iterdir()) == []
    ((standing,),) = history.rows(
        "SELECT count(*) FROM deployment WHERE app = ? AND stage = 'live' AND ended_at IS NULL", app
    )
    assert standing == 1


@pytest.mark.parametrize(("kind", "at"), [("begin", 3), ("begin", 4), ("commit", 3), ("place", 1), ("place", 2)])
def test_a_deletion_is_one_and_has_one_receipt_wherever_control_is_killed(
    history: Slow, kind: str, at: int
) -> None:  # N6
    request, app, _ = live(history)
    history.press("slipway.archive", "U-ANA", json.dumps({"request": request}))
    rest(history)
    history.now += 91 * DAY
    history.crashes.kind, history.crashes.left = kind, at
    rest(history)
    history.crashes.left = 0
    rest(history, 3)
    assert stage(history, app) == "retired"
    assert counted(history, app, "archive.deleted") == 1
    assert list((history.home / "archives").iterdir()) == []
    assert [key for key, _ in history.chat.posted if key.startswith(f"receipt:{app}")] == [
        key for key, _ in history.rows("SELECT key, sent_version FROM outbox WHERE key LIKE 'receipt:%'")
    ]
    assert left(history, app) == ()
