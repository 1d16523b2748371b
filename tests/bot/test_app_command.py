"""`platformctl app`: the same word as by a button, judged by control, and what tells of an app's end."""

from pathlib import Path

import pytest
from sqlmodel import Session

from bot.ending import endings
from bot.platformctl import app, command, word
from bot.platformctl.installation import Undone
from bot.rows.requests import Request
from runtime import apps
from runtime.destination import Places
from tests.bot.desk import Desk

SURVEY = "a lunch survey for ops, three questions, keep it two weeks"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def archived(desk: Desk) -> Request:
    live = desk.press("slipway.publish", desk.ask(SURVEY))
    desk.press("slipway.archive", live)
    endings.tick(desk.wiring)
    desk.tick()
    return live


def stage(desk: Desk, request: Request) -> str:
    with Session(desk.wiring.engine) as session:
        found = apps.get(session, str(request.app))
    assert found is not None
    return found.stage


def test_the_owners_word_from_the_command_line_restores_it(desk: Desk, archived: Request) -> None:  # N6
    assert stage(desk, archived) == "archived"
    with pytest.raises(Undone, match="nobody here called nobody is known"):
        app.restore(desk.wiring.engine, "lunch", "nobody", 0)
    assert app.restore(desk.wiring.engine, "lunch", "@ana", 0) == word.KEPT
    desk.tick()
    endings.tick(desk.wiring)
    assert stage(desk, archived) == "live"


def test_somebody_elses_word_restores_nothing(desk: Desk, archived: Request) -> None:
    desk.ask("a poll: pizza or pasta?", "U2")
    app.restore(desk.wiring.engine, "lunch", "U2", 0)
    desk.tick()
    endings.tick(desk.wiring)
    assert stage(desk, archived) == "archived"


def test_what_is_stuck_and_what_was_deleted_is_printed(
    desk: Desk, archived: Request, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # D3, N6
    home = ["--home", str(tmp_path)]
    assert command.main(["app", "receipt", "lunch", *home]) == 1
    assert "nothing of lunch was deleted from an archive; its archive is kept until " in capsys.readouterr().err
    assert command.main(["app", "stuck", *home]) == 0
    assert capsys.readouterr().out == "Nothing is stuck.\n"
    places = desk.wiring.archives
    (tmp_path / "file").write_text("no folder")
    object.__setattr__(desk.wiring, "archives", Places(tmp_path / "file"))
    desk.now += 91 * 86_400
    endings.tick(desk.wiring)
    assert command.main(["app", "stuck", *home]) == 1
    assert capsys.readouterr().out.startswith("• *Lunch* (`lunch`): stuck: delete since ")
    object.__setattr__(desk.wiring, "archives", places)
    desk.now += 20
    endings.tick(desk.wiring)
    out = tmp_path / "receipt.json"
    assert command.main(["app", "receipt", "lunch", "--out", str(out), *home]) == 0
    assert out.read_text().startswith('[{"app":"app_')
    assert command.main(["app", "inventory", "lunch", *home]) == 0
