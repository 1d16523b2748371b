"""Snapshots: the rows of a live app's store as they were before another version came, for a step back that needs them.

A file each, written whole before its row is; bounded in number and size, purged like the store itself. A restore is a
row that waits: the app stands still until its store is what the snapshot says, however often that is cut short.
"""

import gzip
import json
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Field, Session, SQLModel, col, select

from runtime import history
from runtime.appdata import AppData
from runtime.errors import Corrupt
from runtime.rows import Row, Tables

KEPT = 4
"""Snapshots of one app; when there is one more, the oldest goes."""
LARGEST = 8 << 20
"""Bytes of one, packed; of a larger store none is kept, and the step back is refused then."""
WHOLE = 1 << 30
"""Bytes of what is set aside: any store's whole quota, for of that no row is ever lost."""


class SnapshotRow(SQLModel, table=True):
    __tablename__ = "store_snapshot"

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    taken_at: int
    writers: str
    entries: int


class RestoreRow(SQLModel, table=True):
    __tablename__ = "store_restore"

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    snapshot: str
    writers: str
    """Whose rows are in the store from then on; `was` says whose were before."""
    was: str
    deployment: str
    began_at: int
    ended_at: int | None = Field(default=None, index=True)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a store held at a time. `writers` are the numbers of the versions that may have written it."""

    id: str
    app: str
    taken_at: int
    writers: tuple[int, ...]
    entries: int


@dataclass(frozen=True, slots=True)
class Restore:
    """A store that is to be as in a snapshot, for the Deployment that waits for it."""

    id: str
    app: str
    snapshot: str
    deployment: str
    began_at: int
    was: tuple[int, ...]
    """The versions that may have written what is set aside."""


def path(folder: Path, app: str, snapshot: str) -> Path:
    """The file of a snapshot."""
    return folder / f"{app}.{snapshot}.json.gz"


def name() -> str:
    """For a snapshot to be."""
    return f"snap_{secrets.token_hex(6)}"


def write(file: Path, tables: Tables, largest: int = LARGEST) -> bool:
    """Keep these rows, still there after a power cut; False when they are more bytes than that."""
    content = gzip.compress(json.dumps(tables, ensure_ascii=False).encode(), mtime=0)
    if len(content) > largest:
        return False
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.draft")
    with draft.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.rename(file)
    return True


def read(file: Path) -> Tables:
    """The rows of a snapshot; Corrupt when it is missing or damaged."""
    try:
        found: Tables = json.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, ValueError) as error:
        raise Corrupt(f"the snapshot {file.name} cannot be read: {error}") from error
    return found


def note(session: Session, folder: Path, *, workspace: str, snapshot: Snapshot) -> None:
    """Remember a snapshot whose file is written; the oldest of too many goes."""
    session.add(
        SnapshotRow(
            id=snapshot.id,
            workspace=workspace,
            app=snapshot.app,
            taken_at=snapshot.taken_at,
            writers=json.dumps(snapshot.writers),
            entries=snapshot.entries,
        )
    )
    session.flush()
    for one in of(session, snapshot.app)[KEPT:]:
        session.delete(session.get_one(SnapshotRow, one.id))
        path(folder, one.app, one.id).unlink(missing_ok=True)


def of(session: Session, app: str) -> tuple[Snapshot, ...]:
    """An app's snapshots, newest first."""
    rows = session.exec(select(SnapshotRow).where(SnapshotRow.app == app).order_by(col(SnapshotRow.taken_at).desc()))
    return tuple(Snapshot(row.id, row.app, row.taken_at, tuple(json.loads(row.writers)), row.entries) for row in rows)


def apps_of(session: Session) -> tuple[str, ...]:
    """The apps of which anything is kept."""
    return tuple(sorted(session.exec(select(SnapshotRow.app).distinct())))


def writers(session: Session, app: str) -> tuple[int, ...]:
    """The versions that may have written what is in the live store now."""
    rows = session.exec(select(RestoreRow).where(RestoreRow.app == app).order_by(col(RestoreRow.began_at).desc()))
    restored = rows.first()
    since = restored.began_at if restored else 0
    own = {one.number for one, _, until in history.deployed(session, app) if until is None or until > since}
    return tuple(sorted(own | set(json.loads(restored.writers) if restored else ())))


def begin(
    session: Session, snapshot: Snapshot, *, workspace: str, deployment: str, was: tuple[int, ...], now: int
) -> None:
    """Have the app's store be what it was, by `put_back` and `ended`; `was` are the writers of what is there now."""
    session.add(
        RestoreRow(
            id=f"rest_{secrets.token_hex(6)}",
            workspace=workspace,
            app=snapshot.app,
            snapshot=snapshot.id,
            writers=json.dumps(snapshot.writers),
            was=json.dumps(was),
            deployment=deployment,
            began_at=now,
        )
    )


def under_way(session: Session, app: str = "") -> tuple[Restore, ...]:
    """Restores that are not done, of this app or of all."""
    rows = session.exec(select(RestoreRow).where(col(RestoreRow.ended_at).is_(None)))
    return tuple(
        Restore(row.id, row.app, row.snapshot, row.deployment, row.began_at, tuple(json.loads(row.was)))
        for row in rows
        if app in ("", row.app)
    )


def ended(session: Session, restore: str, now: int) -> None:
    """It is done."""
    row = session.get_one(RestoreRow, restore)
    row.ended_at = now
    session.add(row)


def put_back(data: AppData, folder: Path, restore: Restore, keep: str) -> int:
    """Have the live store be what the snapshot says; what stood there is kept as `keep`. How many rows that were.

    Done once more, it keeps what came meanwhile beside what was kept before: no row is ever lost.
    """
    tables, kept = read(path(folder, restore.app, restore.snapshot)), path(folder, restore.app, keep)
    count = 0

    def aside(there: Tables) -> None:
        nonlocal count
        there = _merged(read(kept), there) if kept.exists() else there
        count = entries(there)
        write(kept, there, WHOLE)

    data.replace(restore.app, "live", tables, aside)
    return count


def _merged(first: Tables, then: Tables) -> Tables:
    return {
        table: list({str(row["id"]): row for row in (*first.get(table, ()), *then.get(table, ()))}.values())
        for table in {**first, **then}
    }


def entries(tables: Tables) -> int:
    """How many rows there are."""
    return sum(map(len, tables.values()))


def filled(tables: Tables) -> frozenset[str]:
    """The tables that hold any row."""
    return frozenset(table for table, rows in tables.items() if rows)


def rewrite(folder: Path, app: str, change: Callable[[Row], Row | None]) -> Iterator[int]:
    """Write an app's snapshots anew, each row as `change` has it, without those it gives None for.

    How many rows were changed, of each file. A damaged file goes: nobody can say what is in it. Raises OSError.
    """
    for file in sorted(folder.glob(f"{app}.*.json.gz")):
        try:
            tables = read(file)
        except Corrupt:
            file.unlink(missing_ok=True)
            continue
        fresh = {table: [(row, change(row)) for row in rows] for table, rows in tables.items()}
        changed = sum(1 for rows in fresh.values() for row, new in rows if new != row)
        if changed:
            write(file, {table: [new for _, new in rows if new is not None] for table, rows in fresh.items()})
        yield changed


def forget(session: Session, folder: Path, before: int, ended_apps: Collection[str]) -> Sequence[str]:
    """Remove snapshots from before this UNIX second, all of ended apps, and files that no row knows; their names."""
    gone = [row for row in session.exec(select(SnapshotRow)).all() if row.taken_at < before or row.app in ended_apps]
    for row in gone:
        session.delete(row)
    session.flush()
    known = {path(folder, row.app, row.id).name for row in session.exec(select(SnapshotRow)).all()}
    busy = {one.app for one in under_way(session)}
    left = [one for one in folder.glob("*.json.gz") if one.name not in known and one.name.split(".")[0] not in busy]
    for file in left:
        file.unlink(missing_ok=True)
    return [file.name for file in left]
