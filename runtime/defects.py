"""Defects: what is wrong with a version that is live, since when and until when, and what was tried about it (N12).

A defect is one failing kind of one bundle, whoever meets it and however often it comes back: what is tried about it
counts on. How long people could not use the app are its error windows, which stay as facts.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import UniqueConstraint, update
from sqlmodel import Field, Session, SQLModel, col, select

from templates.manifest import Digest

ATTEMPTS = 2
"""Repairs of one defect at most; after them the app goes back to its last good version."""


class State(StrEnum):
    """How far a defect has come."""

    OPEN = "open"
    """Something is tried about it when it is due."""
    WATCHED = "watched"
    """Something was tried, and visits will tell whether that helped."""
    REVERTED = "reverted"
    """Slipway went back from the version; that one is not repaired again."""
    HANDED = "handed"
    """Nothing is left to try: people were asked."""


class DefectRow(SQLModel, table=True):
    __tablename__ = "defect"
    __table_args__ = (UniqueConstraint("app", "bundle", "kind"),)

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    bundle: str
    kind: str
    state: str
    attempts: int
    due_at: int


class WindowRow(SQLModel, table=True):
    __tablename__ = "error_window"

    id: str = Field(primary_key=True)
    workspace: str
    app: str = Field(index=True)
    defect: str = Field(foreign_key="defect.id")
    visit: str
    began_at: int
    last_at: int
    ended_at: int | None = Field(default=None, index=True)
    ended_by: str


class RepairRow(SQLModel, table=True):
    __tablename__ = "repair"

    defect: str = Field(primary_key=True, foreign_key="defect.id")
    number: int = Field(primary_key=True)
    workspace: str
    began_at: int
    ended_at: int
    result: str


@dataclass(frozen=True, slots=True)
class Defect:
    """One failing kind of one bundle."""

    id: str
    workspace: str
    app: str
    bundle: Digest
    kind: str
    state: State
    attempts: int


@dataclass(frozen=True, slots=True)
class Window:
    """From the first failed visit until it was well again; `ended_by` says how it was."""

    id: str
    app: str
    defect: str
    visit: str
    began_at: int
    last_at: int
    ended_at: int | None
    ended_by: str


def opened(
    session: Session, *, workspace: str, app: str, bundle: Digest, kind: str, visit: str, began: int, now: int
) -> tuple[Defect, Window, bool]:
    """The defect, with its window that is open now; whether that was opened by this."""
    row = session.exec(
        select(DefectRow).where(DefectRow.app == app, DefectRow.bundle == bundle, DefectRow.kind == kind)
    ).first()
    if row is None:
        row = DefectRow(
            id=f"def_{secrets.token_hex(6)}",
            workspace=workspace,
            app=app,
            bundle=bundle,
            kind=kind,
            state=State.OPEN,
            attempts=0,
            due_at=now,
        )
        session.add(row)
        session.flush()
    window = session.exec(select(WindowRow).where(WindowRow.app == app, col(WindowRow.ended_at).is_(None))).first()
    fresh = window is None
    if window is None:
        window = WindowRow(
            id=f"win_{secrets.token_hex(6)}",
            workspace=workspace,
            app=app,
            defect=row.id,
            visit=visit,
            began_at=began,
            last_at=now,
            ended_by="",
        )
    window.last_at = now
    if row.state == State.WATCHED:
        # What was tried did not help.
        row.state, row.due_at = State.OPEN, now
        session.add(row)
    session.add(window)
    session.flush()
    return _defect(row), _window(window), fresh


def get(session: Session, defect: str) -> Defect | None:
    """The defect with this id."""
    row = session.get(DefectRow, defect)
    return _defect(row) if row else None


def of_bundle(session: Session, app: str, bundle: str) -> tuple[Defect, ...]:
    """What is, or was, wrong with this bundle of an app."""
    rows = session.exec(select(DefectRow).where(DefectRow.app == app, DefectRow.bundle == bundle))
    return tuple(map(_defect, rows))


def due(session: Session, now: int) -> tuple[Defect, ...]:
    """Defects about which something is to be tried now, where people meet them."""
    rows = session.exec(
        select(DefectRow)
        .join(WindowRow, col(WindowRow.defect) == col(DefectRow.id))
        .where(DefectRow.state == State.OPEN, DefectRow.due_at <= now, col(WindowRow.ended_at).is_(None))
        .order_by(col(DefectRow.due_at))
    )
    return tuple(map(_defect, rows))


def move(session: Session, seen: Defect, state: State, *, due_at: int = 0, tried: bool = False) -> bool:
    """Compare-and-set, from exactly what was seen; `tried` counts one more repair. False when overtaken."""
    done = session.execute(
        update(DefectRow)
        .where(col(DefectRow.id) == seen.id, col(DefectRow.state) == seen.state)
        .where(col(DefectRow.attempts) == seen.attempts)
        .values(state=state, attempts=seen.attempts + tried, due_at=due_at)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def open_windows(session: Session, app: str = "") -> tuple[Window, ...]:
    """Windows that are not over, of this app or of all."""
    rows = session.exec(select(WindowRow).where(col(WindowRow.ended_at).is_(None)))
    return tuple(_window(row) for row in rows if app in ("", row.app))


def windows(session: Session, app: str) -> tuple[Window, ...]:
    """Every window of an app, oldest first: how long it was broken, each time, and what ended that."""
    rows = session.exec(select(WindowRow).where(WindowRow.app == app).order_by(col(WindowRow.began_at)))
    return tuple(map(_window, rows))


def close(session: Session, window: str, by: str, now: int) -> bool:
    """People can use the app again. False when that was said already."""
    done = session.execute(
        update(WindowRow)
        .where(col(WindowRow.id) == window, col(WindowRow.ended_at).is_(None))
        .values(ended_at=now, ended_by=by)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for an UPDATE


def tried(session: Session, defect: Defect, began: int, result: str, now: int) -> None:
    """A repair was tried; `result` is empty when everything was green afterwards."""
    session.add(
        RepairRow(
            defect=defect.id,
            number=defect.attempts + 1,
            workspace=defect.workspace,
            began_at=began,
            ended_at=now,
            result=result,
        )
    )


def repairs(session: Session, defect: str) -> tuple[tuple[int, int, str], ...]:
    """What was tried: when it began and ended, and what came of it."""
    rows = session.exec(select(RepairRow).where(RepairRow.defect == defect).order_by(col(RepairRow.number)))
    return tuple((row.began_at, row.ended_at, row.result) for row in rows)


def _defect(row: DefectRow) -> Defect:
    return Defect(row.id, row.workspace, row.app, Digest(row.bundle), row.kind, State(row.state), row.attempts)


def _window(row: WindowRow) -> Window:
    return Window(
        row.id, row.app, row.defect, row.visit, row.began_at, row.last_at, row.ended_at, row.ended_by
    )  # fmt: skip  # plain hand-over of the same names
