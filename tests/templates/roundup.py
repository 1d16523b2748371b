"""A template that is on no shelf of ours: an app with a weekly time, which a question switches on."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from templates.catalog import load
from templates.template import Template

FOLDER = Path(__file__).parent / "scheduled"


def roundup() -> Template:
    """The template as it stands."""
    return load(FOLDER).get("roundup")


def changed(folder: Path, words: Mapping[str, str], code: Mapping[str, str] | None = None) -> Template:
    """The template with some of its words, or of its code, changed."""
    copied = folder / "shelf"
    shutil.copytree(FOLDER, copied)
    version = copied / "roundup" / "1.0"
    _rewrite(version / "template.yaml", words)
    _rewrite(version / "files" / "app.js.j2", code or {})
    return load(copied).get("roundup")


def _rewrite(path: Path, words: Mapping[str, str]) -> None:
    text = path.read_text()
    for old, new in words.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
