"""Golden files: each version's `golden/answers.json` and the bundle they give, `golden/bundle.json`.

`python -m tests.templates.golden` writes the bundles anew; do that for a version that is not released yet.
"""

import json
from pathlib import Path
from typing import Any

from templates.bundle import Bundle
from templates.catalog import SHELF
from templates.render import render
from templates.template import Template
from tests.templates.shelf import ANSWERS, shelf


def folder(template: Template) -> Path:
    return SHELF / template.name / template.version / "golden"


def rendered(template: Template) -> Bundle:
    return render(template, json.loads((folder(template) / "answers.json").read_text()), name="golden")


def document(bundle: Bundle) -> dict[str, Any]:
    return {"digest": bundle.digest, **bundle.index}


def write(template: Template) -> None:
    folder(template).mkdir(exist_ok=True)
    answers = folder(template) / "answers.json"
    if not answers.exists():
        answers.write_text(json.dumps(ANSWERS[template.name], indent=2) + "\n")
    text = json.dumps(document(rendered(template)), indent=2, ensure_ascii=False)
    (folder(template) / "bundle.json").write_text(text + "\n")


if __name__ == "__main__":
    for one in shelf().templates:
        write(one)
