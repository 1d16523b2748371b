"""What operators ask on the command line of apps: their proof, the keys behind it, and advisories."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
HOME = Path("var/demo")
STAGES: tuple[Literal["preview", "live"], ...] = ("preview", "live")


class Undone(Exception):
    """It could not be looked at; the message says why."""


def add(command: Add) -> None:
    """These commands, beside the others."""
    one = command("verify", _verify, "compute again how an app came about, link by link; 1 when a link is broken")
    one.add_argument("app", metavar="APP|DIGEST", help="the app's name in its address, its id, or a bundle's digest")
    _home(one)
    key = command("key", _key, "the keys that sign apps: `platformctl key list`, rotate, revoke KEY")
    key.add_argument("action", choices=["list", "rotate", "revoke"])
    key.add_argument("key", nargs="?", default="", help="with revoke: the key's id, or its first six digits or more")
    key.add_argument("--why", default="", help="with revoke: the reason, for the audit log")
    _home(key)
    look = command("advisories", _advisories, "known weaknesses in what live apps are made of; 1 when one was found")
    look.add_argument("--osv", type=Path, help="a folder of OSV records (default: osv in the installation's folder)")
    _home(look)


def _home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", type=Path, default=HOME, help=f"the installation's folder (default: {HOME})")


def _verify(given: argparse.Namespace) -> int:
    from bot import chain, database
    from guardrails import evidence, keys
    from runtime.bundles import BundleStore
    from runtime.errors import Corrupt
    from templates import catalog
    from templates.manifest import Digest

    home, code = given.home.absolute(), 0
    try:
        engine = _opened(home)
        bundles, shelf = BundleStore(home / "bundles"), catalog.load()
        with database.transaction(engine) as session:
            trusted = keys.trusted(session)
            for digest, what in _bundles(session, given.app).items():
                checked = chain.links(Digest(digest), evidence.of_bundle(session, digest), bundles, shelf, trusted)
                broken = not all(one.ok for one in checked)
                print(f"{what} {digest}: {'unattested, preview only' if broken else 'attested'}")
                print("\n".join(f"  {one}" for one in checked))
                code = max(code, int(broken))
        engine.dispose()
    except (Undone, Corrupt) as error:
        return _failed(error)
    return code


def _bundles(session: "Session", name: str) -> Mapping[str, str]:
    """The bundles that are meant, each with where it stands or stood last."""
    from runtime import apps, deployments

    if name.startswith("sha256:"):
        return {name: "bundle"}
    app = apps.by_slug(session, name) or apps.get(session, name)
    if app is None:
        raise Undone(f"there is no app {name}")
    stood = {stage: deployments.newest(session, app.id, stage) for stage in STAGES}
    return {one.bundle: stage for stage, one in stood.items() if one is not None}


def _failed(error: Exception) -> int:
    print(f"platformctl: {error}", file=sys.stderr)
    return 1


def _opened(home: Path) -> "Engine":
    from sqlalchemy import inspect

    from bot import database

    path = home / "control.db"
    if not path.exists():
        raise Undone(f"there is no {path}")
    engine = database.connect(f"sqlite:///{path}")
    if not inspect(engine).has_table("signing_key"):
        raise Undone(f"{path} is of an older version: start `platformctl control` once")
    return engine


def _key(given: argparse.Namespace) -> int:
    from bot import keyring

    try:
        _opened(given.home.absolute()).dispose()
        print(keyring.run(given.home.absolute(), given.action, given.key, given.why))
    except (Undone, keyring.Undone) as error:
        return _failed(error)
    return 0


def _advisories(given: argparse.Namespace) -> int:
    from bot import advising, database, named
    from bot.clockwork import Clock
    from guardrails import advisories
    from runtime.bundles import BundleStore
    from templates import catalog

    home = given.home.absolute()
    try:
        engine = _opened(home)
        snapshot = advisories.load(given.osv or named.osv(home))
        with database.transaction(engine) as session:
            now = Clock(session).now()
            report = advising.look(session, BundleStore(home / "bundles"), catalog.load(), snapshot)
        engine.dispose()
    except (Undone, OSError) as error:
        return _failed(error)
    print(advising.printed(report, now))
    return int(bool(report.found or report.unlisted))
