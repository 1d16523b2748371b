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

from bot import named

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


def control_database(home: Path) -> str:
    """The address of the control database: the file that control keeps there, or what SLIPWAY_DATABASE names; Undone
    when there is no such file."""
    path = home.absolute() / "control.db"
    url = named.control(home)
    if url == f"sqlite:///{path}" and not path.exists():
        raise Undone(f"there is no {path}")
    return url


@contextmanager
def opened(home: Path) -> "Iterator[Engine]":
    """The control database of an installation, for one command; Undone when there is none of this version."""
    from sqlalchemy.exc import OperationalError

    from bot import database

    try:
        engine = database.connect(control_database(home))
    except ValueError as error:
        raise Undone(f"SLIPWAY_DATABASE is no address of a PostgreSQL database: {error}") from None
    try:
        try:
            current = database.current(engine)
        except OperationalError as error:
            raise Undone(f"the control database {engine.url.database} cannot be used: {error.orig}") from error
        if not current:
            raise Undone(f"{engine.url.database} is of another version: start `platformctl control` once")
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
