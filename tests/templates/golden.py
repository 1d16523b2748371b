"""Golden files of the shelf, written anew by `python -m tests.templates.golden` for versions that nobody has yet.

For one version, `platformctl template golden name@version` does the same.
"""

import json
from pathlib import Path
from typing import Any

from templates import golden
from templates.bundle import Bundle
from templates.catalog import SHELF
from templates.template import Template
from tests.templates.shelf import ANSWERS, shelf


def folder(template: Template) -> Path:
    return SHELF / template.name / template.version / golden.FOLDER


def rendered(template: Template) -> Bundle:
    return golden.rendered(template, folder(template))


def document(bundle: Bundle) -> dict[str, Any]:
    return golden.document(bundle)


def write(template: Template) -> None:
    folder(template).mkdir(exist_ok=True)
    answers = folder(template) / golden.ANSWERS
    if not answers.exists():
        answers.write_text(json.dumps(ANSWERS[template.name], indent=2) + "\n")
    (folder(template) / golden.BUNDLE).write_text(golden.spelled(rendered(template)))


if __name__ == "__main__":
    for one in shelf().templates:
        write(one)
