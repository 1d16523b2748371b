"""The installation that a command is about: its folder, its database, its apps, and who sits before the terminal.

Light, because every command's help loads it.
"""

import argparse
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from runtime.apps import App

HOME = Path("var/demo")


class Undone(Exception):
    """The command did nothing; the message says why, for a terminal."""


def add_home(parser: argparse.ArgumentParser) -> None:
    """Let `--home` name the installation's folder."""
    parser.add_argument("--home", type=Path, default=HOME, help=f"the installation's folder (default: {HOME})")


def control_database(home: Path) -> Path:
    """The file that control keeps there; Undone when there is none."""
    path = home.absolute() / "control.db"
    if not path.exists():
        raise Undone(f"there is no {path}")
    return path


@contextmanager
def opened(home: Path) -> "Iterator[Engine]":
    """The control database of an installation, for one command; Undone when there is none of this version."""
    from bot import database

    path = control_database(home)
    engine = database.connect(f"sqlite:///{path}")
    try:
        if not database.current(engine):
            raise Undone(f"{path} is of another version: start `platformctl control` once")
        yield engine
    finally:
        engine.dispose()


def app_called(session: "Session", name: str) -> "App":
    """The app with this name in its address, or this id; Undone when there is none."""
    from runtime import apps

    found = apps.by_slug(session, name) or apps.get(session, name)
    if found is None:
        raise Undone(f"there is no app {name}")
    return found


def account() -> str:
    """Whose account on this machine runs the command."""
    return pwd.getpwuid(os.getuid()).pw_name


def operator() -> str:
    """Who runs the command, as the audit names them."""
    return f"operator {account()}"
