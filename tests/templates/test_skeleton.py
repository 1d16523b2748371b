"""What `platformctl template new` begins with is an app that works."""

import shutil
from pathlib import Path

from bot.platformctl import template_new
from runtime.wasm import WasmSandbox
from templates.catalog import SHELF, load
from templates.render import render
from tests.templates.stage import BEN, Stage


def test_a_template_that_was_begun_is_an_app_that_takes_entries_in_two_languages(
    tmp_path: Path, sandbox: WasmSandbox
) -> None:
    shutil.copytree(SHELF, tmp_path / "shelf")
    template_new.run(tmp_path / "shelf", template_new.Wanted("log", owner="ops"))
    template = load(tmp_path / "shelf").get("log@1.0")
    made = render(template, {"title": "Harbour log", "prompt": "What <b>did</b> you see?"}, name="app")
    app = Stage(made, tmp_path / "store", sandbox)
    assert "Nothing here yet" in app.get("/").text and "What &lt;b&gt;did" in app.get("/").text
    assert app.post("/", text="").status == 422
    assert app.post("/", BEN, text="A <i>whale</i>").status == 303
    assert "A &lt;i&gt;whale&lt;/i&gt;" in app.get("/").text and "Ben Okafor" in app.get("/").text
    german = render(template, {"title": "Log", "prompt": "Was?", "language": "Deutsch"}, name="app")
    assert "Noch nichts da" in Stage(german, tmp_path / "german", sandbox).get("/").text
