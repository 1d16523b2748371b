"""The command line of `platformctl app`; light, because every command's help loads it."""

import argparse
from pathlib import Path

from bot.platformctl.installation import add_home

AN_APP = "the app's name in its address, or its id"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `platformctl app`."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    for name, text in (
        ("restore", "bring an archived app back, as by the button: its owner's or an editor's word"),
        ("receipt", "print what tells that an app's archive was deleted"),
        ("inventory", "list whatever is left of an app; 1 when something is"),
        ("stuck", "list the endings that wait for something that does not work; 1 when there is any"),
    ):
        one = actions.add_parser(name, help=text, description=text)
        add_home(one)
        if name != "stuck":
            one.add_argument("app", help=AN_APP)
        if name == "restore":
            one.add_argument("--as", dest="person", required=True, help="whose word it is: a handle, or the chat's id")
        if name == "receipt":
            one.add_argument("--out", type=Path, help="the file to write, as JSON (default: print it for people)")


def run(given: argparse.Namespace) -> int:
    """Do it, and print what came of it."""
    from bot.platformctl import app

    text, code = app.run(given.home, given)
    print(text)
    return code
