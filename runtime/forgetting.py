"""Forgetting a person in what apps keep: their id becomes nobody's, and their name gives way, in stores and exports.

A store is written in one transaction, which waits for the visitors' own and lets them wait for it: SQLite's lock is
between processes, so workers may run meanwhile. What cannot be done now is said, and done by doing it again.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import JsonValue

from runtime import reaper, snapshots, storefile
from runtime.apps import App
from runtime.rows import Row

WAIT = 5.0
"""Seconds that one store is waited for; a visitor's write takes milliseconds."""


@dataclass(frozen=True, slots=True)
class Someone:
    """Who is forgotten in one app: the id that it knows them by, the one that takes its place, and their names."""

    visitor: str
    nobody: str
    handle: str
    """What a field for people holds of them; elsewhere it may be any word, such as `may`."""
    people: frozenset[str]
    """The fields for people."""
    clean: Callable[[str], str]
    """Takes their names out of a text."""
    gone: str
    """What stands there instead."""


@dataclass(frozen=True, slots=True)
class Touched:
    """How many rows of a store or an export were changed, or why none was: `stuck` says it."""

    where: str
    rows: int
    stuck: str = ""


def stores(folder: Path, app: str, someone: Someone) -> Iterator[Touched]:
    """In each store of an app that there is."""
    for stage in ("live", "preview"):
        path = folder / f"{app}.{stage}.db"
        if path.exists():
            try:
                yield Touched(stage, _store(path, someone))
            except (sqlite3.Error, ValueError) as error:
                yield Touched(stage, 0, str(error))


Rewrite = Callable[[str, Literal["live", "preview"], Callable[[Row], Row]], int]
"""Has each row of an app and stage be as a function has it; how many were changed. Raises OSError."""


def rewritten(rewrite: Rewrite, app: str, someone: Someone) -> Iterator[Touched]:
    """The same in stores that are no files."""
    stages: tuple[Literal["live", "preview"], ...] = ("live", "preview")
    for stage in stages:
        try:
            yield Touched(stage, rewrite(app, stage, lambda row: without(row, someone)))
        except OSError as error:
            yield Touched(stage, 0, str(error))


def _store(path: Path, someone: Someone) -> int:
    with closing(sqlite3.connect(path, timeout=WAIT, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("BEGIN IMMEDIATE")
        changed = 0
        for id_, by, fields in connection.execute("SELECT id, by, fields FROM entry").fetchall():
            row = {**json.loads(fields), "by": by}
            fresh = without(row, someone)
            if fresh != row:
                values = (fresh.pop("by"), json.dumps(fresh), id_)
                connection.execute("UPDATE entry SET by = ?, fields = ? WHERE id = ?", values)
                changed += 1
        connection.execute("COMMIT")
        if not storefile.empty_log(connection, WAIT):
            raise ValueError("it is read all the while, so that what was there before is still in its log")
        return changed


def export(exports: Path, app: App, someone: Someone) -> Iterator[Touched]:
    """In the export that is kept of an ended app, if there is one."""
    if app.export and (exports / app.export).exists():
        try:
            yield Touched(
                "export", reaper.rewrite_exported(exports / app.export, app, lambda row: without(row, someone))
            )
        except (OSError, ValueError, KeyError) as error:
            yield Touched("export", 0, str(error))


def copies(folder: Path, app: str, someone: Someone) -> Iterator[Touched]:
    """In the snapshots that are kept of a live app's entries."""
    try:
        for rows in snapshots.rewrite(folder, app, lambda row: without(row, someone)):
            yield Touched("snapshot", rows)
    except OSError as error:
        yield Touched("snapshot", 0, str(error))


def without(row: Row, someone: Someone) -> Row:
    """The row without them."""
    return {name: someone.gone if _is(name, value, someone) else _value(value, someone) for name, value in row.items()}


def _is(name: str, value: JsonValue, someone: Someone) -> bool:
    """Whether a field for people holds their handle."""
    plain = value.strip().removeprefix("@").casefold() if isinstance(value, str) else ""
    return name in someone.people and plain != "" and plain == someone.handle.casefold()


def _value(value: JsonValue, someone: Someone) -> JsonValue:
    if isinstance(value, str):
        return someone.nobody if value == someone.visitor else someone.clean(value)
    if isinstance(value, list):
        return [_value(one, someone) for one in value]
    if isinstance(value, dict):
        return {name: _value(one, someone) for name, one in value.items()}
    return value
