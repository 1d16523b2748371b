"""`platformctl app`: bring an archived app back, its deletion receipts, what is left of it, and what is stuck."""

import argparse
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from bot.archives import leftovers, receipts
from bot.clockwork import Clock
from bot.database import transaction
from bot.ending import stuck
from bot.platformctl import word
from bot.platformctl.installation import Undone, app_called, opened
from bot.threads.ended import RESTORE
from bot.wording import words
from guardrails import audit
from runtime import apps, archives
from runtime import stuck as stuck_rows
from runtime.appdata import SqliteAppData
from runtime.apps import Stage
from runtime.bundles import BundleStore
from runtime.loaded import prepared
from templates.bundle import canonical_json

PATIENCE = 30.0
"""Seconds to wait for control to bring it back."""


def run(home: Path, given: argparse.Namespace, patience: float = PATIENCE) -> tuple[str, int]:
    """What to print, and the exit code. Raises Undone."""
    with opened(home) as engine:
        if given.action == "restore":
            return restore(engine, given.app, given.person, patience), 0
        if given.action == "receipt":
            return receipt(engine, given.app, given.out), 0
        if given.action == "stuck":
            return held(engine)
        return inventory(engine, home.absolute(), given.app)


def restore(engine: Engine, name: str, person: str, patience: float) -> str:
    """Put somebody's word where presses wait, and say what became of it."""
    with transaction(engine) as session:
        app = app_called(session, name)
        key = word.press(session, app, person, RESTORE)
    return word.outcome(engine, key, patience, lambda session: _restored(session, app.id))


def _restored(session: Session, app: str) -> str:
    found = apps.get(session, app)
    if found is not None and found.stage is Stage.LIVE:
        return f"{found.slug} is live again."
    waiting = next(iter(stuck_rows.of_app(session, app)), None)
    why = f" {waiting.trouble}" if waiting else ""
    return f"It is allowed, and is being brought back.{why}"


def receipt(engine: Engine, name: str, out: Path | None) -> str:
    """Every deletion receipt of an app; with `out`, as JSON in a file."""
    with transaction(engine) as session:
        app = app_called(session, name)
        found = receipts.kept(session, app.id)
        there = archives.there(session, app.id)
        for one in found:
            if audit.at(session, app.workspace, one.event)[1] != one.audit:
                raise Undone(f"the record does not have event {one.event} as the receipt names it")
    if not found:
        kept = f"; its archive is kept until {words.when(there[-1].until)}" if there else ""
        raise Undone(f"nothing of {app.slug} was deleted from an archive{kept}")
    if out is not None:
        out.write_bytes(canonical_json([one.model_dump(mode="json") for one in found]) + b"\n")
        return f"{out} has {words.counted(len(found), 'receipt', 'receipts')}."
    return "\n\n".join("\n".join([f"Deletion receipt for {app.slug}", *_plain(one)]) for one in found)


def _plain(one: receipts.Receipt) -> list[str]:
    return [line.replace("`", "") for line in receipts.lines(one)]


def inventory(engine: Engine, home: Path, name: str) -> tuple[str, int]:
    """Whatever is left of an app, a line each."""
    bundles = BundleStore(home / "bundles")
    with transaction(engine) as session:
        app = app_called(session, name)
        found = leftovers.of_app(
            session,
            SqliteAppData(home / "data"),
            lambda digest: prepared(bundles, home / "deltas", digest),
            app.id,
            Clock(session).now(),
        )
    return "\n".join(map(str, found)) or f"Nothing is left of {app.slug}.", int(bool(found))


def held(engine: Engine) -> tuple[str, int]:
    """Everything that is stuck, in every workspace."""
    with transaction(engine) as session:
        found = [one for name in audit.workspaces(session) for one in stuck_rows.every(session, name)]
        return stuck.listed(session, found), int(bool(found))
