"""`platformctl app versions` and `rollback`: what an app was, and another of its versions live, as from the thread."""

import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlmodel import Session

from bot.database import transaction
from bot.platformctl import word
from bot.platformctl.installation import Undone, app_called, opened
from bot.rows import requests
from bot.threads import forms
from bot.versions import choosing, version_list
from bot.wording import words
from runtime import deployments, history
from runtime.appdata import SqliteAppData
from runtime.bundles import BundleStore
from templates import offer

PATIENCE = 10.0
"""Seconds to wait for control to decide."""
_MARKS = re.compile(r"[*_]|:[a-z_]+: ?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which version of which app somebody wants live, by whose word, and why; `restore`: with the entries of then."""

    app: str
    version: int
    person: str
    reason: str
    restore: bool = False


def listed(home: Path, name: str) -> str:
    """An app's last versions, newest first, for a terminal."""
    with opened(home) as engine:
        with transaction(engine) as session:
            app = app_called(session, name)
            request = requests.of_app(session, app.id)
        if request is None:
            raise Undone(f"{app.slug} came from no request")
        wiring = _looking(home, engine)
        _, offered = choosing.offers(wiring, request)
        paragraphs = version_list.paragraphs(wiring, offered, mention=False)
    return "\n".join(_MARKS.sub("", one) for one in paragraphs) or f"{app.slug} was never live."


def rollback(home: Path, wanted: Wanted, patience: float = PATIENCE) -> str:
    """Put the word where presses wait, and say what became of it. Raises Undone when it changed nothing."""
    with opened(home) as engine:
        with transaction(engine) as session:
            app = app_called(session, wanted.app)
            live, request = deployments.active(session, app.id, "live"), requests.of_app(session, app.id)
        if live is None or request is None:
            raise Undone(f"{app.slug} is not live")
        _, offered = choosing.offers(_looking(home, engine), request)
        offer_ = next((one for one in offered if one.version.number == wanted.version), None)
        value = offer_.value if offer_ is not None and wanted.restore else str(wanted.version)
        about = {"app": app.id, "from": live.id, "version": value}
        with transaction(engine) as session:
            key = word.keep(session, app, wanted.person, wanted.reason, forms.ROLL, about)
        return word.outcome(engine, key, patience, lambda session: _said(session, app.id))


def _said(session: Session, app: str) -> str:
    live = deployments.active(session, app, "live")
    version = history.of(session, live) if live else None
    return f"Version {version.number} is live since {words.when(live.created_at)}." if version and live else "Done."


def _looking(home: Path, engine: Any) -> Any:
    """As much of the wiring as it takes to look at versions; nothing of it writes."""
    return SimpleNamespace(
        engine=engine,
        data=SqliteAppData(home / "data"),
        bundles=BundleStore(home / "bundles"),
        exports=home / "exports",
        catalog=offer.offered(),
    )
