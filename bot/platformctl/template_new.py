"""`platformctl template new`: a whole folder to begin with, or a copy of a version to change. Never half of one."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.platformctl import template_ledger
from bot.platformctl.installation import Undone
from bot.platformctl.template_publish import found
from templates.catalog import SHELF, order
from templates.kinds import kind_named
from templates.readiness import HANDLE
from templates.template import Template

SKELETON = SHELF.with_name("skeleton")
ASIDE = ".new."
NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to begin with: a name, the kind it builds, a version to copy, the group that answers for it."""

    name: str
    kind: str = ""
    like: str = ""
    owner: str = ""


def run(shelf: Path, wanted: Wanted) -> str:
    """Write the folder; what to print. Raises Undone, and then nothing is there that was not before."""
    if not NAME.fullmatch(wanted.name):
        raise Undone(f"{wanted.name!r} is no name: a small letter first, then small letters, digits, - and _")
    if wanted.kind and not KIND.fullmatch(wanted.kind):
        raise Undone(f"{wanted.kind!r} is no kind: a small letter first, then small letters, digits and _")
    if wanted.owner and not HANDLE.fullmatch(wanted.owner):
        raise Undone(f"{wanted.owner!r} is no group: write its handle as the chat spells it, without @")
    with template_ledger.alone(shelf):
        like = found(shelf, wanted.like) if wanted.like else None
        version = _version(shelf, wanted.name, like)
        folder = shelf / wanted.name / version
        if folder.exists():
            raise Undone(f"{folder} is there already. To change it under a new number: --from {wanted.name}@{version}")
        _make(shelf, folder, wanted, like)
    return _next(folder, wanted, like)


def _version(shelf: Path, name: str, like: Template | None) -> str:
    """1.0 of a new name; of the same name one more than its newest."""
    if like is None or like.name != name:
        return "1.0"
    known = [one.name for one in (shelf / name).iterdir() if re.fullmatch(r"[0-9]+(\.[0-9]+){0,2}", one.name)]
    major, *minor = order(max(known, key=order))
    return f"{major}.{(minor or [0])[0] + 1}"


def _make(shelf: Path, folder: Path, wanted: Wanted, like: Template | None) -> None:
    """Written aside, on the same disk, then renamed. What a command that was killed left aside goes first."""
    for left in shelf.glob(f"{ASIDE}*"):
        shutil.rmtree(left)
    aside = shelf / f"{ASIDE}{wanted.name}"
    there = folder.parent.exists()
    try:
        if like is None:
            _from_skeleton(aside, wanted)
        else:
            _from_version(shelf / like.name / like.version, aside, wanted, folder.name)
        folder.parent.mkdir(exist_ok=True)
        aside.rename(folder)
    finally:
        # It is gone when it was renamed; and nothing here may hide what went wrong above.
        shutil.rmtree(aside, ignore_errors=True)
        if not there and folder.parent.exists() and not folder.exists():
            folder.parent.rmdir()


def _from_skeleton(aside: Path, wanted: Wanted) -> None:
    words = {
        "@NAME@": wanted.name,
        "@KIND@": wanted.kind or '""',
        "@OWNER@": wanted.owner or '""',
        "@DESCRIPTION@": '""',
    }
    for path in sorted(one for one in SKELETON.rglob("*") if one.is_file()):
        text = path.read_text("utf-8")
        for blank, word in words.items():
            text = text.replace(blank, word)
        _write(aside / path.relative_to(SKELETON), text.encode())


def _from_version(source: Path, aside: Path, wanted: Wanted, version: str) -> None:
    """Its files but for the golden bundle, which is of the other one; name, version, kind and owner as wanted."""
    for path in sorted(one for one in source.rglob("*") if one.is_file()):
        name = path.relative_to(source).as_posix()
        if name == "golden/bundle.json":
            continue
        content = path.read_bytes()
        if name == "template.yaml":
            content = _renamed(content.decode(), wanted, version, same=source.parent.name == wanted.name).encode()
        _write(aside / name, content)


def _renamed(text: str, wanted: Wanted, version: str, *, same: bool) -> str:
    """The sheet with other words at the top. The first line of each key is the document's own: keys stand once."""
    text = re.sub(r"(?m)^name:.*$", f"name: {wanted.name}", text, count=1)
    text = re.sub(r"(?m)^version:.*$", f'version: "{version}"', text, count=1)
    if wanted.kind or not same:  # Two names for one kind would be each other's rivals.
        text = _with(text, "kind", wanted.kind or '""')
    return _with(text, "owner", wanted.owner) if wanted.owner else text


def _with(text: str, key: str, word: str) -> str:
    """The sheet with this word at its top level."""
    changed, count = re.subn(rf"(?m)^{key}:.*$", f"{key}: {word}", text, count=1)
    return changed if count else f"{text.rstrip()}\n{key}: {word}\n"


def _write(path: Path, content: bytes) -> None:
    """For whoever runs Slipway to read, like the rest of the shelf."""
    for folder in reversed([one for one in path.parents if not one.exists()]):
        folder.mkdir()
        folder.chmod(0o755)
    path.write_bytes(content)
    path.chmod(0o644)


def _next(folder: Path, wanted: Wanted, like: Template | None) -> str:
    ref = f"{wanted.name}@{folder.name}"
    steps = [
        f"{folder} is written.",
        f"Next: say who owns it and what it is in template.yaml, then `platformctl template lint {ref}`."
        if like is None
        else f"Next: change it, then `platformctl template lint {ref}`.",
        f"Then `platformctl template golden {ref}`, and `platformctl template publish {ref}`.",
    ]
    kind = wanted.kind or (like.kind if like and like.name == wanted.name else "")
    if kind and kind_named(kind) is None:
        steps.append(
            f"{kind} is a new kind: write templates/kinds/{kind}.yaml with at least 25 English and 15 German sentences "
            "that ask for it, and teach the router with `make router` (docs/understanding.md, Adding a kind)."
        )
    if not kind:
        steps.append("Without a kind it is only found by its name in what people ask for.")
    return "\n".join(steps)
