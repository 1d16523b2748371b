"""Usage: what each app used each day, for which team and billing tag. Rows, folded from the spool exactly once.

A record of the spool has `at`, `app`, `stage` and `cpu_ms`, and may have `egress_requests`, `egress_bytes` and `mails`.
What no app can be found for is kept under the app that was named, or under none, and stays a line of its own.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Index, func
from sqlmodel import Field, Session, SQLModel, col, select

from runtime import apps, deployments, spool
from runtime.meter import Sibling
from runtime.prices import RESOURCES, Usage

DAY = 86_400
MOST_BYTES = 2 << 20
"""Bytes of one spool file that one fold takes in: some ten thousand Calls, one short transaction."""
Transaction = Callable[[], AbstractContextManager[Session]]
Key = tuple[str, str, int]
"""App, stage and day since 1970."""


class UsageRow(SQLModel, table=True):
    __tablename__ = "usage"
    __table_args__ = (Index("ix_usage_template", "workspace", "template"),)

    workspace: str = Field(primary_key=True)
    app: str = Field(primary_key=True, index=True)
    """An App's id; a Request's while its app is not there yet; empty when nobody knows whose it was."""
    stage: str = Field(primary_key=True)
    day: int = Field(primary_key=True, index=True)
    tag: str = Field(primary_key=True)
    team: str = ""
    template: str = ""
    cpu_us: int = Field(default=0, sa_type=BigInteger)
    calls: int = 0
    storage_byte_days: int = Field(default=0, sa_type=BigInteger)
    egress_requests: int = 0
    egress_bytes: int = Field(default=0, sa_type=BigInteger)
    mails: int = 0
    model_tokens: int = 0


class SpoolFileRow(SQLModel, table=True):
    """How far a spool file is folded. `first` is the digest of its first line: names of files come back."""

    __tablename__ = "usage_file"

    name: str = Field(primary_key=True)
    first: str
    offset: int = Field(sa_type=BigInteger)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of usage, as it crosses a boundary."""

    workspace: str
    app: str
    stage: str
    day: int
    tag: str
    team: str
    template: str
    used: Usage


def fold(transaction: Transaction, folder: Path) -> tuple[tuple[str, str], ...]:
    """Take in what workers spooled since the last fold; the apps and stages that were used.

    What is added and how far it was read commit together, so a crash anywhere counts nothing twice and loses nothing.
    """
    names = spool.files(folder)
    with transaction() as session:
        _forget_files(session, frozenset(names))
        known = {row.name: (row.first, row.offset) for row in session.exec(select(SpoolFileRow)).all()}
    touched: dict[tuple[str, str], None] = {}
    for name in names:
        touched.update(dict.fromkeys(_fold_file(transaction, folder / name, known.get(name))))
    return tuple(touched)


def _fold_file(transaction: Transaction, path: Path, known: tuple[str, int] | None) -> Sequence[tuple[str, str]]:
    first, offset = known or ("", 0)
    named = spool.first_line(path)
    if not named:
        return ()
    digest = hashlib.sha256(named).hexdigest()
    if digest != first:
        # Another file under a name that was used before.
        offset = 0
    found, end = spool.read(path, offset, MOST_BYTES)
    if end == offset:
        return ()
    added = summed(found)
    with transaction() as session:
        row = session.get(SpoolFileRow, path.name) or SpoolFileRow(name=path.name, first="", offset=0)
        if (row.first, row.offset) != (known or ("", 0)):
            return ()
        row.first, row.offset = digest, end
        session.add(row)
        for (app, stage, day), used in added.items():
            _attribute(session, app, stage, day, used)
    return [(app, stage) for app, stage, _ in added]


def summed(records: Iterable[Mapping[str, Any]]) -> Mapping[Key, Usage]:
    """Records of Calls by app, stage and day; a record that is not one counts for nobody."""
    # Plain numbers: there are thousands of records for each sum.
    sums: dict[Key, list[int]] = {}
    for one in records:
        try:
            key = (str(one["app"]), str(one.get("stage", "live")), int(one["at"]) // DAY)
            more = (
                round(float(one.get("cpu_ms", 0)) * 1000),
                1,
                int(one.get("egress_requests", 0)),
                int(one.get("egress_bytes", 0)),
                int(one.get("mails", 0)),
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        found = sums.setdefault(key, [0] * len(more))
        for at, number in enumerate(more):
            found[at] += max(0, number)
    return {key: Usage(cpu, n, 0, requests, sent, mails) for key, (cpu, n, requests, sent, mails) in sums.items()}


def _attribute(session: Session, app: str, stage: str, day: int, used: Usage) -> None:
    """Add to the day of an app, on the budget of what stood there: its newest Deployment, else the app itself."""
    found = apps.get(session, app)
    if found is None:
        add(session, Line("", "", stage, day, "", "", "", used))
        return
    newest = deployments.newest(session, app, "live") if stage == "live" else None
    tag = newest.budget_tag if newest else found.budget_tag
    add(session, Line(found.workspace, app, stage, day, tag, found.team, found.template, used))


def add(session: Session, line: Line) -> None:
    """Add to a day."""
    row = _row(session, line)
    for name in RESOURCES:
        setattr(row, name, getattr(row, name) + getattr(line.used, name))
    session.add(row)
    session.flush()


def _row(session: Session, line: Line) -> UsageRow:
    key = (line.workspace, line.app, line.stage, line.day, line.tag)
    return session.get(UsageRow, key) or UsageRow(
        workspace=line.workspace,
        app=line.app,
        stage=line.stage,
        day=line.day,
        tag=line.tag,
        team=line.team,
        template=line.template,
    )


def store(session: Session, app: str, stage: str, size: int, now: int) -> None:
    """Note the bytes that an app keeps today; the most of a day is what counts, however often it is measured."""
    day, found = now // DAY, apps.get(session, app)
    if found is None:
        return
    rows = session.exec(select(UsageRow).where(UsageRow.app == app, UsageRow.stage == stage, UsageRow.day == day)).all()
    more = size - sum(row.storage_byte_days for row in rows)
    if more > 0:
        _attribute(session, app, stage, day, Usage(storage_byte_days=more))


def read(session: Session, workspace: str, subject: str, tokens: int, now: int) -> None:
    """Note the tokens that reading somebody's words took, for an App or for a Request without one."""
    found = apps.get(session, subject)
    used = Usage(model_tokens=tokens)
    if found is not None:
        _attribute(session, subject, "preview", now // DAY, used)
    elif tokens:
        add(session, Line(workspace, subject, "preview", now // DAY, "", "", "", used))


def hand_over(session: Session, request: str, app: str) -> None:
    """What a Request used is its app's, from the day on which there is one."""
    for row in session.exec(select(UsageRow).where(UsageRow.app == request)).all():
        used = _used(row)
        session.delete(row)
        session.flush()
        _attribute(session, app, row.stage, row.day, used)


def _used(row: UsageRow) -> Usage:
    return Usage(*(getattr(row, name) for name in RESOURCES))


def lines(session: Session, first: int, end: int, app: str = "") -> tuple[Line, ...]:
    """Every row from one day to before another, of one app or of all."""
    asked = select(UsageRow).where(UsageRow.day >= first, UsageRow.day < end)
    if app:
        asked = asked.where(UsageRow.app == app)
    rows = session.exec(asked.order_by(col(UsageRow.app), col(UsageRow.day), col(UsageRow.stage))).all()
    return tuple(
        Line(row.workspace, row.app, row.stage, row.day, row.tag, row.team, row.template, _used(row)) for row in rows
    )


def siblings(session: Session, workspace: str, template: str, since: int, but: str = "") -> tuple[Sibling, ...]:
    """What the live apps of a template used from a day on, each over the days from its first to its last."""
    name = template.partition("@")[0]
    sums = [func.sum(getattr(UsageRow, one)) for one in RESOURCES]
    asked = (
        select(UsageRow.app, func.max(UsageRow.day) - func.min(UsageRow.day) + 1, *sums)
        .where(UsageRow.workspace == workspace, UsageRow.stage == "live", UsageRow.day >= since, UsageRow.app != but)
        # `~` follows `@` and every character of a version.
        .where(UsageRow.template >= f"{name}@", UsageRow.template < f"{name}@~")
        .group_by(UsageRow.app)
        .order_by(UsageRow.app)
    )
    rows: Sequence[Sequence[Any]] = session.exec(asked).all()
    return tuple(Sibling(Usage(*map(int, sums)), days) for _, days, *sums in rows)


def month_of(session: Session, app: str, first: int) -> Usage:
    """What one app used since a day."""
    return sum((line.used for line in lines(session, first, first + 31, app)), Usage())


def _forget_files(session: Session, names: Collection[str]) -> None:
    """A file that is gone was folded or is lost; its name may come back."""
    for row in session.exec(select(SpoolFileRow)).all():
        if row.name not in names:
            session.delete(row)


def unfolded(session: Session, folder: Path) -> frozenset[str]:
    """Spool files of which something is still to be taken in."""
    known = {row.name: row.offset for row in session.exec(select(SpoolFileRow)).all()}
    return frozenset(one for one in spool.files(folder) if spool.read(folder / one, known.get(one, 0), 1)[0])
