"""The reaper: brings apps to their end. Each step is a fact in the database, so that a crash between two is harmless.

Ending an app: its routes close first (`end`), then its data is exported, then its store goes (`finish`). What is left
to do is found from the state alone, and an export that is kept is never written again: its store may be gone.
"""

import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from sqlmodel import Session

from runtime import apps, archives, closing, deployments, gauge, identity, schedules, stuck
from runtime.appdata import Busy, Full
from runtime.apps import App, Stage
from runtime.broker import secret
from runtime.errors import RuntimeFault
from runtime.rows import Row

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
ABOUT = "app.json"
EXPORT, CLEAR = "export", "clear"
"""The steps that may be stuck."""
STUCK = "app.stuck"
FIRST_COLUMNS = ("id", "at", "by")

Transaction = Callable[[], AbstractContextManager[Session]]
"""Opens one transaction that commits when its block ends."""
Record = Callable[[Session, App, str], object]
"""Writes the AuditEvent of an action (`app.exported`, `app.cleared`, `app.stuck`) in the transaction of its change.

It raises NotClear when something is left after all: then nothing is recorded as cleared."""


class Data(Protocol):
    """What the reaper needs of the app-data seam (`runtime.appdata`)."""

    def export(self, app: str, stage: Literal["preview", "live"]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every table with its rows."""

    def purge(self, app: str, stage: Literal["preview", "live"], older_than: int) -> int:
        """Remove rows from before this UNIX second; return how many."""

    def drop(self, app: str, stage: Literal["preview", "live"]) -> None:
        """Remove the store; nothing happens when there is none."""


class NotClear(RuntimeFault):
    """Something is left that should be gone; the message names it."""


def close(session: Session, app: str, now: int) -> App:
    """Close an app that is to be archived: it answers nobody from now on, and nothing of it is removed yet."""
    moved = closing.close(session, app, now)
    _unplug(session, app, now)
    return moved


def end(session: Session, app: str, stage: Stage, now: int) -> App:
    """Close an app for good. Visitors see the tombstone from now on; what it kept goes once it is exported."""
    moved = apps.move(session, app, stage, now)
    _unplug(session, app, now)
    return moved


def _unplug(session: Session, app: str, now: int) -> None:
    deployments.end(session, app, "preview", now)
    deployments.end(session, app, "live", now)
    schedules.forget(session, app)


@dataclass(frozen=True, slots=True)
class Finished:
    """An ended app of which only the tombstone and the export are left, or why not yet: `stuck` says it."""

    app: str
    stuck: str = ""


def finish(transaction: Transaction, data: Data, exports: Path, record: Record, now: int) -> tuple[Finished, ...]:
    """Export and clear every ended app that still needs it; call it on each tick.

    What cannot be done for one app stops no other; it is noted as stuck and tried again, ever later.
    """
    with transaction() as session:
        left = [one for one in apps.unfinished(session) if _ready(session, one.id, now)]
    return tuple(_finish_one(transaction, data, exports, record, app, now) for app in left)


def _ready(session: Session, app: str, now: int) -> bool:
    return all(stuck.ready(session, app, step, now) for step in (EXPORT, CLEAR))


def _finish_one(transaction: Transaction, data: Data, exports: Path, record: Record, app: App, now: int) -> Finished:
    step = EXPORT
    try:
        if not app.export:
            name = export(data, exports, app)
            with transaction() as session:
                apps.keep_export(session, app.id, name)
                stuck.over(session, app.id, EXPORT)
                record(session, app, "app.exported")
        step = CLEAR
        with transaction() as session:
            clear(session, data, app, now)
            stuck.over(session, app.id, CLEAR)
            record(session, app, "app.cleared")
    except (OSError, sqlite3.Error, RuntimeFault, Busy, Full) as error:
        trouble = said(error)
        with transaction() as session:
            if stuck.note(session, workspace=app.workspace, app=app.id, step=step, trouble=trouble, now=now):
                record(session, app, STUCK)
        return Finished(app.id, trouble)
    return Finished(app.id)


def said(error: Exception) -> str:
    """What went wrong, for people: no path of this machine is in it."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error) or type(error).__name__


def export(data: Data, exports: Path, app: App) -> str:
    """Write the live data of an app to a file and return its name. Running it again writes the same name anew."""
    tables = data.export(app.id, "live")
    exports.mkdir(parents=True, exist_ok=True)
    name = f"{app.id}.zip"
    _write(exports / name, packed(app, tables))
    return name


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        # The store goes next: the export must outlive a power cut.
        os.fsync(file.fileno())
    draft.rename(path)


def packed(app: App, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """A zip with `app.json`, and a `.json` and a `.csv` for each table. Equal data gives equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in exported(app, tables).items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), content)
    return buffer.getvalue()


def exported(app: App, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Mapping[str, bytes]:
    """The files that people read, by name."""
    about = {"app": app.id, "title": app.title, "template": app.template, "ended_at": app.ended_at}
    return {ABOUT: json.dumps(about, indent=2, ensure_ascii=False).encode(), **readable(tables)}


def readable(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Mapping[str, bytes]:
    """Each table as JSON and as CSV."""
    found: dict[str, bytes] = {}
    for table, rows in sorted(tables.items()):
        found[f"{table}.json"] = json.dumps(list(rows), indent=2, ensure_ascii=False).encode()
        found[f"{table}.csv"] = csv(rows).encode()
    return found


def csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV for a spreadsheet: a value that would start a formula is made text."""
    found = {name for row in rows for name in row}
    names = [*(one for one in FIRST_COLUMNS if one in found), *sorted(found.difference(FIRST_COLUMNS))]
    lines = [names, *([_plain(row.get(name)) for name in names] for row in rows)]
    return "".join(",".join(_quoted(value) for value in line) + "\r\n" for line in lines)


def _plain(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # Spreadsheets run a cell that starts so; numbers may keep their sign.
    return "'" + text if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(one in text for one in ',"\r\n') else text


def clear(session: Session, data: Data, app: App, now: int) -> None:
    """After the export is kept: stores, sessions and secrets go. An Archived app's store goes if it is archived."""
    data.drop(app.id, "preview")
    if app.stage is Stage.RETIRED or _archived(session, app):
        data.drop(app.id, "live")
    identity.close_sessions(session, app.id)
    gauge.forget(session, app.id)
    secret.forget(session, app.id)
    apps.cleared(session, app.id, now)


def _archived(session: Session, app: App) -> bool:
    """Whether the app's store lies in its archive. Apps that were archived before there were any keep theirs."""
    kept = archives.newest(session, app.id)
    return kept is not None and kept.state is archives.State.KEPT


def forget_exported(path: Path, app: App, before: int) -> int:
    """Write a kept export anew without rows from before this UNIX second; return how many went."""
    return rewrite_exported(path, app, lambda row: row if int(str(row["at"])) >= before else None)


def rewrite_exported(path: Path, app: App, change: Callable[[Row], Row | None]) -> int:
    """Write a kept export anew, each row as `change` has it, without those it gives None for; how many were changed."""
    with zipfile.ZipFile(path) as archive:
        names = [one for one in archive.namelist() if one.endswith(".json") and one != ABOUT]
        tables: Mapping[str, Sequence[Row]] = {
            one.removesuffix(".json"): json.loads(archive.read(one)) for one in names
        }
    fresh = {name: [(row, change(row)) for row in rows] for name, rows in tables.items()}
    changed = sum(1 for rows in fresh.values() for row, new in rows if new != row)
    if changed:
        _write(path, packed(app, {name: [new for _, new in rows if new is not None] for name, rows in fresh.items()}))
    return changed
