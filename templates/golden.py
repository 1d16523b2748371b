"""Golden files: a version's `golden/answers.json`, and in `golden/bundle.json` the bundle that they give."""

import json
from pathlib import Path
from typing import Any

from templates.bundle import Bundle
from templates.errors import BadAnswer
from templates.render import render
from templates.template import Template

FOLDER, ANSWERS, BUNDLE = "golden", "answers.json", "bundle.json"


def rendered(template: Template, folder: Path) -> Bundle:
    """What the answers in this golden folder make of the template. Raises BadAnswer, OSError or ValueError."""
    return render(template, json.loads((folder / ANSWERS).read_text("utf-8")), name="golden")


def document(bundle: Bundle) -> dict[str, Any]:
    """What `bundle.json` says: the Manifest, and every digest."""
    return {"digest": bundle.digest, **bundle.index}


def spelled(bundle: Bundle) -> str:
    """The same as the file's text."""
    return json.dumps(document(bundle), indent=2, ensure_ascii=False) + "\n"


def trouble(template: Template, folder: Path) -> str:
    """What is wrong with the golden files in this folder, in a sentence; empty when they agree with the template."""
    write = f"run `platformctl template golden {template.ref}` and read what changed"
    try:
        made = rendered(template, folder)
    except FileNotFoundError:
        return f"there is no {FOLDER}/{ANSWERS}: write answers that make a typical app"
    except (BadAnswer, ValueError, OSError) as error:
        return f"{FOLDER}/{ANSWERS} makes no app: {error}"
    try:
        known = json.loads((folder / BUNDLE).read_text("utf-8"))
    except FileNotFoundError:
        return f"there is no {FOLDER}/{BUNDLE}: {write}"
    except (ValueError, OSError) as error:
        return f"{FOLDER}/{BUNDLE} cannot be read: {error}"
    return "" if known == document(made) else f"{FOLDER}/{BUNDLE} is not what the answers make: {write}"
