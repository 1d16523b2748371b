"""The words that are sent to a remote model, made from the files in `prompts/`."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

from generator.receipt import digest_of_words
from templates.kinds import Kind
from templates.manifest import Digest

FOLDER = Path(__file__).with_name("prompts")
Message = dict[str, str]
_TEMPLATES = {path.stem: Template(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.md"))}


def version() -> Digest:
    """Names the prompt files' bytes."""
    return digest_of_words(*(f"{name}\n{one.template}" for name, one in _TEMPLATES.items()))


def choosing(words: str, kinds: Sequence[Kind], mark: str) -> list[Message]:
    """Ask which of `kinds` the words ask for. `mark` is the canary."""
    listed = "\n".join(f"- `{one.id}`: {one.description}" for one in kinds)
    return [_system("choose", kinds=listed, mark=mark), _request(words)]


def filling(words: str, kind: Kind, today: date, mark: str) -> list[Message]:
    """Ask what the words answer for one kind. `mark` is the canary."""
    listed = "\n".join(f"- `{one.name}` ({one.type}): {one.description}" for one in kind.answers)
    told = {"kind": kind.id, "description": kind.description, "answers": listed, "today": today.isoformat()}
    return [_system("fill", **told, mark=mark), _request(words)]


def repairing(answer: str, errors: str) -> list[Message]:
    """Say what is wrong with an answer, and ask again."""
    return [{"role": "assistant", "content": answer}, {"role": "user", "content": _filled("repair", errors=errors)}]


def _system(name: str, **blanks: str) -> Message:
    return {"role": "system", "content": _filled(name, **blanks)}


def _request(words: str) -> Message:
    """The asker's words as one JSON string: no mark inside them can end the quotation."""
    return {"role": "user", "content": f"<request>{json.dumps(words, ensure_ascii=False)}</request>"}


def _filled(name: str, **blanks: str) -> str:
    return _TEMPLATES[name].substitute(blanks).strip()
