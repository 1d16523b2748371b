"""Every template's retirement test, by the reaper: the export holds what was written, and nothing is left (P4)."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from runtime import reaper
from runtime.appdata import SqliteAppData
from runtime.apps import Stage as Ended
from runtime.filling import CANARIES
from runtime.loaded import Loaded
from runtime.rehearsal import furnish
from runtime.sandbox import Sandbox
from runtime.stage import Stage
from templates.planning import plan
from templates.render import render
from templates.template import Template
from tests.runtime import scene
from tests.runtime.scene import DAY, NOW
from tests.templates.shelf import ANSWERS, shelf

pytestmark = pytest.mark.scenario

WORDY = frozenset(
    {"approval", "checklist", "faq", "form_tracker", "retro", "rsvp", "simple-survey", "standup", "survey"}
)
"""Templates whose apps take words as people write them."""


@pytest.mark.parametrize("template", shelf().templates, ids=lambda one: one.ref)
def test_what_people_wrote_is_in_the_export_and_nowhere_else(  # P4 T7
    engine: Engine, sandbox: Sandbox, tmp_path: Path, template: Template
) -> None:
    answers = ANSWERS[template.name]
    made, planned = render(template, answers, name="app"), plan(template, answers, NOW, 9)
    ready = Loaded(made.manifest, {}, sandbox.prepare(made.files["app.js"], made.manifest.limits))
    data = SqliteAppData(tmp_path / "data")
    stage = Stage(sandbox, str, ready, planned, data, "app_1")
    assert furnish(stage, planned, canaries=True) == ""
    stage.close()
    (tmp_path / "data/app_1.preview.db").rename(tmp_path / "data/app_1.live.db")
    written = data.export("app_1", "live")
    with Session(engine) as session, session.begin():
        scene.app(session)
        scene.publish(session)
        reaper.end(session, "app_1", Ended.RETIRED, NOW + DAY)

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    finished = reaper.finish(transaction, data, tmp_path / "exports", lambda *_: None, NOW + DAY)
    assert [one.stuck for one in finished] == [""]
    assert list((tmp_path / "data").iterdir()) == []
    [export] = (tmp_path / "exports").iterdir()
    with zipfile.ZipFile(export) as archive:
        assert {one: json.loads(archive.read(f"{one}.json")) for one in written} == written
    assert template.checks is not None
    assert written.keys() >= set(template.checks.retirement.exports)
    assert bool(CANARIES.search(str(written))) == (template.name in WORDY)
