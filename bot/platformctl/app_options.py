"""The command line of `platformctl app`; light, because every command's help loads it."""

import argparse
from pathlib import Path

from bot.platformctl.installation import add_home

AN_APP = "the app's name in its address, or its id"
WHOSE = "whose word it is: a handle, or the chat's id"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `platformctl app`."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    for name, text in (
        ("versions", "the last versions that were live: when, by whom, what changed, what becomes of the entries"),
        ("rollback", "have one of them live again, within seconds; forward works the same way"),
        ("restore", "bring an archived app back, as by the button: its owner's or an editor's word"),
        ("receipt", "print what tells that an app's archive was deleted"),
        ("inventory", "list whatever is left of an app; 1 when something is"),
        ("stuck", "list the endings that wait for something that does not work; 1 when there is any"),
    ):
        one = actions.add_parser(name, help=text, description=text)
        add_home(one)
        if name != "stuck":
            one.add_argument("app", help=AN_APP)
        if name in ("restore", "rollback"):
            one.add_argument("--as", dest="person", required=True, help=WHOSE)
        if name == "receipt":
            one.add_argument("--out", type=Path, help="the file to write, as JSON (default: print it for people)")
        if name == "rollback":
            _rollback(one)


def _rollback(one: argparse.ArgumentParser) -> None:
    one.add_argument("--to", type=int, required=True, metavar="NUMBER", help="which version")
    one.add_argument("--reason", required=True, help="why; it stands in the record")
    one.add_argument(
        "--restore",
        action="store_true",
        help="with the entries of before, where it could not read those since; these are set aside, not lost",
    )


def run(given: argparse.Namespace) -> int:
    """Do it, and print what came of it."""
    from bot.platformctl import app, versions

    text, code = "", 0
    if given.action == "versions":
        text = versions.listed(given.home.absolute(), given.app)
    elif given.action == "rollback":
        wanted = versions.Wanted(given.app, given.to, given.person, given.reason, given.restore)
        text = versions.rollback(given.home.absolute(), wanted)
    else:
        text, code = app.run(given.home, given)
    print(text)
    return code
