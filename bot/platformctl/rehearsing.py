"""`platformctl template test`, `preview`: a template rehearsed on this machine, without a server or an installation."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from bot.platformctl.installation import Undone

if TYPE_CHECKING:
    from pydantic import JsonValue

    from runtime.loaded import Loaded
    from runtime.rehearsal import Rehearsal
    from runtime.sandbox import Sandbox
    from templates.catalog import Catalog
    from templates.planning import Plan
    from templates.template import Template

Action = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
SEEDS = (1, 2, 3)
"""What the answers are made from that a template is tried with, beside its golden ones."""
NOW = 1_795_514_400
"""Tuesday 24 November 2026, 10:00 UTC: each rehearsal of a template on the shelf is the same."""


def add(action: Action) -> None:
    """These actions of `platformctl template`."""
    test = action("test", _test, "rehearse templates by their checks; 1 when one is red, or a planted word leaks")
    test.add_argument("template", nargs="*", help="name, name@version or a version's folder (default: the whole shelf)")
    test.add_argument("--seed", type=int, help="with answers and data made from this alone")
    preview = action("preview", _preview, "serve an app of a template on this machine until Ctrl-C")
    preview.add_argument("template", help="name, name@version or a version's folder")
    preview.add_argument("--answers", type=Path, metavar="FILE", help="JSON, by question (default: its golden answers)")
    preview.add_argument("--as", dest="role", default="owner", help="owner, ana, ben, or whom its checks name")
    preview.add_argument("--empty", action="store_true", help="without synthetic entries")
    preview.add_argument("--port", type=int, default=0, help="default: a free one")


def reasons(template: "Template", golden: "Mapping[str, JsonValue] | None" = None) -> Sequence[str]:
    """Why a template may not be published, a sentence each (T6, T7, P4): nothing when it may.

    It is rehearsed with its golden answers, if they are given, and with others that its own questions give.
    """
    if template.checks is None:
        return (unchecked(template),)
    with _sandbox() as sandbox:
        return tuple(dict.fromkeys(_reasons(sandbox, template, golden)))


def unchecked(template: "Template") -> str:
    """That nobody wrote down what its apps must do."""
    return f"{template.ref} has no checks.yaml: say what its apps must do, and what is left when they end."


def _reasons(sandbox: "Sandbox", template: "Template", golden: "Mapping[str, JsonValue] | None") -> Iterator[str]:
    from templates.errors import BadAnswer

    for name, answers, seed in _sets(template, golden, SEEDS):
        try:
            tried = _tried(sandbox, template, answers, seed)
        except BadAnswer as bad:
            yield f"Its generator gives answers that it does not take ({name}): {bad.why}"
            continue
        yield from (f"{one.says} ({name}) {one.why}" for one in tried.ticks if not one.passed)
        yield from (f"A planted word turned up in {one} ({name})." for one in tried.leaks)


def _sets(
    template: "Template", golden: "Mapping[str, JsonValue] | None", seeds: Sequence[int]
) -> "Iterator[tuple[str, Mapping[str, JsonValue], int]]":
    """Sets of answers, each with its name and a seed, in every language."""
    from templates import synthetic
    from templates.template import Language

    for language in get_args(Language):
        if golden is not None:
            yield f"golden, {language}", {**golden, "language": language}, 0
        for seed in seeds:
            yield f"seed {seed}, {language}", {**synthetic.answers(template, seed, NOW), "language": language}, seed


def _tried(sandbox: "Sandbox", template: "Template", answers: "Mapping[str, JsonValue]", seed: int) -> "Rehearsal":
    from runtime.rehearsal import rehearse

    loaded, plan = _made(sandbox, template, answers, seed)
    return rehearse(sandbox, str, loaded, plan)


def _made(
    sandbox: "Sandbox", template: "Template", answers: "Mapping[str, JsonValue]", seed: int
) -> "tuple[Loaded, Plan]":
    from runtime.loaded import Loaded
    from templates.planning import plan
    from templates.render import render

    bundle = render(template, answers, name="rehearsal")
    static = {f"/{path}": content for path, content in bundle.files.items() if path.startswith("static/")}
    prepared = sandbox.prepare(bundle.files["app.js"], bundle.manifest.limits)
    return Loaded(bundle.manifest, static, prepared), plan(template, answers, NOW, seed)


@contextmanager
def _sandbox() -> "Iterator[Sandbox]":
    from runtime.wasm import WasmSandbox

    with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
        yield WasmSandbox(Path(folder) / "guest")


def _test(given: argparse.Namespace) -> int:
    from templates.errors import BadAnswer

    green = True
    with _sandbox() as sandbox:
        for template, golden in _named(given.template):
            print(f"{template.ref}{'' if template.checks else ': no checks.yaml'}")
            green = green and template.checks is not None
            seeds = SEEDS if given.seed is None else (given.seed,)
            for name, answers, seed in _sets(template, golden if given.seed is None else None, seeds):
                try:
                    tried = _tried(sandbox, template, answers, seed)
                except BadAnswer as bad:
                    print(f"  ✗ {name}: {bad}")
                    green = False
                    continue
                green = green and tried.green
                _print(name, tried)
    return 0 if green else 1


def _print(name: str, tried: "Rehearsal") -> None:
    """What is red, line by line; what is green, counted."""
    passed = sum(one.passed for one in tried.ticks)
    print(f"  {'✓' if tried.green else '✗'} {name}: {passed} of {len(tried.ticks)} hold")
    for one in tried.ticks:
        if not one.passed:
            print(f"    ✗ {one.says} {one.why}")
    for place in tried.leaks:
        print(f"    ✗ A planted word turned up in {place}.")


def _named(wanted: Sequence[str]) -> "Iterator[tuple[Template, Mapping[str, JsonValue] | None]]":
    """Templates with their golden answers. Raises Undone."""
    from templates.catalog import SHELF, load

    if not wanted:
        yield from ((one, golden(SHELF / one.name / one.version)) for one in load().templates)
    for name in wanted:
        folder = Path(name)
        if (folder / "template.yaml").is_file():
            yield (
                _get(_with(folder.absolute()), f"{folder.absolute().parent.name}@{folder.absolute().name}"),
                golden(folder),
            )
        else:
            found = _get(load(), name)
            yield found, golden(SHELF / found.name / found.version)


def _get(catalog: "Catalog", name: str) -> "Template":
    from templates.errors import TemplateError

    try:
        return catalog.get(name)
    except TemplateError as error:
        raise Undone(str(error)) from None


def _with(folder: Path) -> "Catalog":
    """The shelf, with this version's folder on it as well. Raises Undone for what is wrong with it."""
    from templates.catalog import SHELF, load
    from templates.errors import TemplateError

    with tempfile.TemporaryDirectory(prefix="slipway-") as copy:
        shutil.copytree(SHELF, copy, dirs_exist_ok=True)
        shutil.copytree(folder, Path(copy) / folder.parent.name / folder.name, dirs_exist_ok=True)
        try:
            return load(Path(copy))
        except TemplateError as error:
            raise Undone(str(error)) from None


def golden(folder: Path) -> "Mapping[str, JsonValue] | None":
    """The answers of a version's golden bundle; None when it has none. Raises Undone."""
    path = folder / "golden" / "answers.json"
    return _answers(path) if path.is_file() else None


def _answers(path: Path) -> "Mapping[str, JsonValue]":
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise Undone(f"{path} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise Undone(f"{path} must hold answers by their questions' names")
    return found


def _preview(given: argparse.Namespace) -> int:
    from bot.platformctl.rehearsal_server import serve
    from runtime.appdata import SqliteAppData
    from runtime.rehearsal import furnish
    from runtime.stage import Stage
    from templates import synthetic
    from templates.errors import BadAnswer

    [(template, golden)] = _named([given.template])
    answers = _answers(given.answers) if given.answers else golden or synthetic.answers(template, 1, NOW)
    with _sandbox() as sandbox, tempfile.TemporaryDirectory(prefix="slipway-") as folder:
        try:
            loaded, plan = _made(sandbox, template, answers, 1)
        except BadAnswer as bad:
            raise Undone(str(bad)) from None
        if given.role not in {one.role for one in plan.people}:
            raise Undone(f"nobody is called {given.role}: there is {', '.join(one.role for one in plan.people)}")
        stage = Stage(sandbox, str, loaded, plan, SqliteAppData(Path(folder)))
        if not given.empty:
            furnish(stage, plan)
        serve(stage, given.role, loaded.static, given.port)
    return 0
