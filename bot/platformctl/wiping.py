"""Wiping: after somebody was forgotten, no free page and no log of the database keeps what was deleted."""

import sqlite3

from sqlalchemy import Engine
from sqlmodel import col, select

from bot.clockwork import Clock
from bot.database import transaction
from bot.platformctl.installation import Undone, operator
from guardrails import audit
from guardrails.audit import AuditRow
from runtime import storefile

WAIT = 30.0
"""Seconds that the database's log is waited for; control and its workers read for milliseconds."""
REMAINS = (
    "no row names them any more, but the database's file may still hold what was deleted: {}. "
    "Run the same command again; it ends what is left."
)
WIPED = "Nothing that was deleted before is left in the database's file."
FORGOTTEN, GONE = "person.forgotten", "person.gone"
"""AuditEvents of somebody who was forgotten: no row names them, then no byte that was deleted is left either."""


def wiped(engine: Engine) -> bool:
    """Wipe the database's file when somebody was forgotten since it was done last; whether it was to be done.

    It takes a lock of the whole database: for a name that nobody has, nothing waits for it.
    """
    with transaction(engine) as session:
        gone = select(AuditRow.subject).where(AuditRow.action == GONE)
        about = select(AuditRow.workspace, AuditRow.subject)
        left = session.exec(about.where(AuditRow.action == FORGOTTEN, col(AuditRow.subject).not_in(gone))).all()
    if not left:
        return False
    _wipe(engine)
    with transaction(engine) as session:
        now = Clock(session).now()
        for workspace, person in left:
            audit.append(session, workspace=workspace, actor=operator(), action=GONE, subject=person, now=now)
    return True


def _wipe(engine: Engine) -> None:
    """Let no free page and no log keep what was deleted; Undone when they still do."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM FULL")
            return
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.rollback()
        try:
            raw.execute("VACUUM")
            emptied = storefile.empty_log(raw, WAIT)
        except sqlite3.OperationalError as error:
            raise Undone(REMAINS.format(error)) from error
        if not emptied:
            raise Undone(REMAINS.format("it is read all the while"))
