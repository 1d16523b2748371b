"""The house stays readable: a module is one noun and a function one thought."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "generator", "guardrails", "runtime", "templates")
MODULE_LINES = 300
FUNCTION_LINES = 50


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_module_has_grown_past_one_noun() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > MODULE_LINES} == {}


def test_no_function_has_grown_past_one_thought() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in modules()
        for node in functions(path)
        if node.end_lineno and node.end_lineno - node.lineno >= FUNCTION_LINES
    }
    assert long == {}


def test_no_module_is_named_after_a_drawer() -> None:
    drawers = ("util", "helper", "manager", "service", "handler", "common", "misc")
    assert [str(p.relative_to(ROOT)) for p in modules() if any(word in p.stem for word in drawers)] == []


def test_every_public_function_and_class_says_what_it_is() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not node.name.endswith("Row")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_a_broad_except_stands_only_at_a_workers_rim() -> None:
    """Each `except Exception` carries the reason on the next line."""
    bare = []
    for path in modules():
        lines = path.read_text().splitlines()
        bare += [
            f"{path.relative_to(ROOT)}:{number}"
            for number, line in enumerate(lines, start=1)
            if line.strip().startswith(("except Exception", "except BaseException"))
            and not lines[number].strip().startswith("#")
        ]
    assert bare == []
